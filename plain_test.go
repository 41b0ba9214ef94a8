package main

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"
)

// arrive opens a connection and reports whether it is answered.
func (r *running) arrive(t *testing.T) (net.Conn, bool) {
	t.Helper()
	conn, err := net.Dial("tcp", r.address.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return conn, false
	}
	_, err = conn.Read(make([]byte, 1))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal("nothing came")
	}
	return conn, err == nil
}

func TestAnAddressOpensSoManyConnections(t *testing.T) {
	config := testConfig(t)
	config.Limits.Transport.MaxConnectionsPerAddress = 4 * 3 // a quarter of them may be plain ones
	r := serve(t, config)
	var open []net.Conn
	for range 3 {
		conn, answered := r.arrive(t)
		if !answered {
			t.Fatal("refused too early")
		}
		open = append(open, conn)
	}
	if _, answered := r.arrive(t); answered {
		t.Error("one more than it may have is answered")
	}
	_ = open[0].Close()
	for deadline := time.Now().Add(10 * time.Second); ; { // the server notices when it reads
		if _, answered := r.arrive(t); answered {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the place of one that has closed is not given to another")
		}
	}
}

func TestATrustedProxyOpensAsManyAsItLikes(t *testing.T) {
	config := testConfig(t)
	config.Limits.Transport.MaxConnectionsPerAddress = 4
	config.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	r := serve(t, config)
	for range 5 {
		if _, answered := r.arrive(t); !answered {
			t.Fatal("a proxy is refused")
		}
	}
}
