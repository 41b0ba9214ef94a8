package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/cli"
	"foyer/internal/client"
)

func TestItServesWithNothingConfigured(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"FOYER_LISTEN", "FOYER_DATABASE", "FOYER_OWNER_EMAIL", "FOYER_OWNER_PASSWORD"} {
		t.Setenv(name, "") // at the end this restores the present value
		_ = os.Unsetenv(name)
	}
	out, log := newOutput(), newOutput()
	ctx, stop := context.WithCancel(t.Context())
	exit := make(chan int, 1)
	// The port is the only thing that a test has to choose: another test may be using the default one.
	go func() { exit <- run(ctx, []string{"--listen", "127.0.0.1:0"}, cli.Terminal{Out: out, Err: log}) }()
	serving := log.await(t, "msg=serving")
	url := regexp.MustCompile(`url=(\S+)`).FindStringSubmatch(serving)[1]
	path := regexp.MustCompile(`password is in (\S+):`).FindStringSubmatch(out.await(t, "delete"))[1]
	password := readSecret(t, path)
	anybody, err := client.New(url, "")
	if err != nil {
		t.Fatal(err)
	}
	defer anybody.Close()
	if _, err := anybody.Login(t.Context(), "owner@localhost", password); err != nil {
		t.Errorf("the password in the file: %v", err)
	}
	if strings.Contains(log.String()+out.String(), password) {
		t.Error("the password was printed")
	}
	anybody.Close()
	stop()
	if code := <-exit; code != cli.ExitOK {
		t.Errorf("exit code %d\n%s", code, log)
	}
}

func TestHealthIsTold(t *testing.T) {
	r := serve(t, testConfig(t))
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/": "/graphql"} {
		if status, body := r.get(path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("GET %s: %d %s", path, status, body)
		}
	}
	if status, _ := r.get("/other"); status != http.StatusNotFound {
		t.Errorf("GET /other: %d", status)
	}
}

func TestAStoppingServerIsNotReady(t *testing.T) {
	s := &server{log: discard()}
	s.ready.Store(true)
	s.ready.Store(false)
	answer := httptest.NewRecorder()
	s.readyz(answer, httptest.NewRequest(http.MethodGet, "/readyz", http.NoBody))
	if answer.Code != http.StatusServiceUnavailable {
		t.Errorf("got %d", answer.Code)
	}
}

func TestMetricsTellWhatHappened(t *testing.T) {
	r := serve(t, testConfig(t))
	socket := r.socket()
	var body string
	for _, want := range []string{
		`foyer_graphql_operation_seconds_count{outcome="ok",type="mutation"} 2`,
		`foyer_http_responses_total{code="101"} 1`, `foyer_websocket_connections 1`, `foyer_store_commit_seconds_count`,
		`foyer_store_waiting{queue="people"}`, `foyer_build_info`, `go_goroutines`, `process_open_fds`,
	} {
		for late := time.Now().Add(patience); !strings.Contains(body, want); _, body = r.get("/metrics") {
			if time.Now().After(late) { // a request may be counted a moment after its answer
				t.Fatalf("%s is missing in\n%s", want, body)
			}
		}
	}
	if strings.Contains(body, testPassword) {
		t.Error("the password is in the metrics")
	}
	_ = socket.Close()
}

func TestStoppingLetsRequestsFinishAndEndsStreams(t *testing.T) {
	r := serve(t, testConfig(t))
	socket := r.socket()
	const body = `{"query": "{ __typename }"}`
	slow := r.dial()
	key := r.key()
	// The server has the head of a request, and waits for the rest.
	_, err := slow.Write([]byte("POST /graphql HTTP/1.1\r\nHost: foyer\r\nContent-Type: application/json\r\n" +
		"Authorization: Bearer " + key + "\r\nExpect: 100-continue\r\nContent-Length: 27\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 1024)
	if n, err := slow.Read(answer); err != nil || !strings.Contains(string(answer[:n]), "100 Continue") {
		t.Fatalf("got %q, %v", answer[:n], err)
	}
	r.stop()
	if _, _, err := socket.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseServiceRestart) {
		t.Errorf("the socket ended with %v", err)
	}
	if _, err := slow.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	n, err := slow.Read(answer)
	if err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 200") {
		t.Errorf("the request under way was answered %q, %v", answer[:n], err)
	}
	_ = slow.Close()
	r.shutDown()
	if _, err := new(net.Dialer).DialContext(t.Context(), "tcp", r.address.String()); err == nil {
		t.Error("a stopped server takes connections")
	}
}

func TestStoppingHasALimit(t *testing.T) {
	config := testConfig(t)
	config.ShutdownTimeout = 300 * time.Millisecond
	r := serve(t, config)
	slow := r.dial()
	_, err := slow.Write([]byte("POST /graphql HTTP/1.1\r\nHost: foyer\r\nContent-Type: application/json\r\n" +
		"Expect: 100-continue\r\nAuthorization: Bearer " + r.key() + "\r\nContent-Length: 27\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Read(make([]byte, 1024)); err != nil { // the server asks for the body now
		t.Fatal(err)
	}
	r.stop()
	r.stop = nil
	select {
	case err := <-r.stopped:
		if err == nil || !strings.Contains(err.Error(), "cut off") {
			t.Errorf("got %v", err)
		}
	case <-time.After(patience):
		t.Error("it did not stop")
	}
}

func TestAPartThatEndsByItselfStopsTheServer(t *testing.T) {
	for reason, err := range map[string]error{"broken": errors.New("broken"), "without a reason": nil} {
		t.Run(reason, func(t *testing.T) {
			s := &server{log: discard(), http: &http.Server{ReadHeaderTimeout: time.Second}, failed: make(chan error, 1),
				workers: map[string]worker{"nothing": func(context.Context) error { return err }}}
			s.work, s.stopWork = context.WithCancel(t.Context())
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			s.start(listeners{main: listener})
			if err := <-s.failed; !strings.Contains(err.Error(), "nothing ended: "+reason) {
				t.Errorf("got %v", err)
			}
			s.stopWork()
			_ = s.http.Close()
			s.running.Wait()
		})
	}
}

func TestATakenAddressCreatesNothing(t *testing.T) {
	r := serve(t, testConfig(t))
	config := testConfig(t)
	config.Listen = r.address.String()
	err := NewMain(config, newOutput(), discard()).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("got %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(config.Database), "*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestADatabaseIsServedOnce(t *testing.T) {
	config := testConfig(t)
	serve(t, config)
	err := NewMain(config, newOutput(), discard()).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "another process uses the database") {
		t.Errorf("got %v", err)
	}
}

// dial opens a connection without speaking HTTP.
func (r *running) dial() net.Conn {
	r.t.Helper()
	conn, err := new(net.Dialer).DialContext(r.t.Context(), "tcp", r.address.String())
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// socket opens a websocket that is ready for subscriptions.
func (r *running) socket() *websocket.Conn {
	r.t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}}
	socket, response, err := dialer.DialContext(r.t.Context(), "ws"+strings.TrimPrefix(r.URL(), "http")+"/graphql", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = response.Body.Close()
	r.t.Cleanup(func() { _ = socket.Close() })
	initialise := map[string]any{"type": "connection_init", "payload": map[string]any{"authorization": "Bearer " + r.key()}}
	if err := socket.WriteJSON(initialise); err != nil {
		r.t.Fatal(err)
	}
	if _, answer, err := socket.ReadMessage(); err != nil || !strings.Contains(string(answer), "connection_ack") {
		r.t.Fatalf("got %s, %v", answer, err)
	}
	return socket
}
