package fetch_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/outbox/fetch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// names is a resolver whose names each have one list of addresses after another.
type names map[string][][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	host = strings.ToLower(host)
	lists := n[host]
	if len(lists) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if len(lists) > 1 {
		n[host] = lists[1:]
	}
	var addresses []netip.Addr
	for _, text := range lists[0] {
		addresses = append(addresses, netip.MustParseAddr(text))
	}
	return addresses, nil
}

// newClient returns a client that may send to the public internet and to these hosts and networks.
func newClient(t *testing.T, resolver fetch.Resolver, allowed ...string) *fetch.Client {
	t.Helper()
	options := fetch.Options{UserAgent: "Foyer/test", Resolver: resolver}
	for _, text := range allowed {
		one, err := fetch.ParseAllowed(text)
		if err != nil {
			t.Fatal(err)
		}
		options.Allowed = append(options.Allowed, one)
	}
	client := fetch.New(options)
	t.Cleanup(client.Close)
	return client
}

// serve starts a server that ends with the test.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, client *fetch.Client, address string) (*fetch.Response, error) {
	t.Helper()
	return client.Do(t.Context(), fetch.Request{Method: "GET", URL: address, MaxResponse: 1000})
}

// fails checks that a request failed for a reason.
func fails(t *testing.T, err error, message string, temporary bool) {
	t.Helper()
	own, ok := errors.AsType[*fetch.Error](err)
	if !ok || !strings.Contains(own.Message, message) || own.Temporary != temporary {
		t.Errorf("got %v (temporary: %t), want %q (%t)", err, ok && own.Temporary, message, temporary)
	}
}

const notPublic = "not on the public internet"

func TestNoRequestGoesToAnAddressThatIsNotPublic(t *testing.T) {
	t.Parallel()
	for class, addresses := range map[string][]string{
		"loopback":         {"127.0.0.1", "127.8.8.8", "::1"},
		"private":          {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"},
		"link-local":       {"169.254.1.1", "fe80::1", "febf::1"},
		"site-local":       {"fec0::1"},
		"shared":           {"100.64.0.1", "100.127.255.255"},
		"multicast":        {"224.0.0.1", "239.255.255.255", "ff02::1"},
		"unspecified":      {"0.0.0.0", "0.1.2.3", "::"},
		"broadcast":        {"255.255.255.255", "240.0.0.1"},
		"documentation":    {"192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"},
		"benchmark":        {"198.18.0.1", "198.19.255.255", "2001:2::1"},
		"protocols":        {"192.0.0.8", "192.88.99.1", "2001::1", "5f00::1", "100::1"},
		"mapped":           {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"},
		"compatible":       {"::127.0.0.1", "::10.0.0.1"},
		"NAT64":            {"64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::1.1.1.1"},
		"6to4":             {"2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1"},
		"cloud's metadata": {"169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "192.0.0.192"},
	} {
		for _, address := range addresses {
			client := newClient(t, names{"public.example": {{address}}})
			literal := net.JoinHostPort(address, "9")
			for _, host := range []string{literal, "public.example:9"} {
				_, err := get(t, client, "http://"+host+"/")
				if err == nil || !strings.Contains(err.Error(), notPublic) {
					t.Errorf("%s, %s as %s: %v", class, address, host, err)
				}
			}
		}
	}
}

// TestPublicAddressesAreTried dials addresses where nobody answers: what matters is that they are not refused before.
func TestPublicAddressesAreTried(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := newClient(t, nil).Do(ctx, fetch.Request{Method: "GET", URL: "http://" + net.JoinHostPort(address, "9")})
		if err == nil || strings.Contains(err.Error(), notPublic) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestANameThatLeadsElsewhereTheNextMomentGainsNothing(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	_, at, _ := net.SplitHostPort(server.Listener.Addr().String())
	// The first answer is allowed (and nobody is there), the second is this machine, then both at once.
	client := newClient(t, names{"rebind.example": {{"127.0.0.9"}, {"127.0.0.1"}, {"127.0.0.9", "127.0.0.1"}}}, "127.0.0.9")
	for range 3 {
		if response, err := get(t, client, "http://rebind.example:"+at+"/"); err == nil {
			t.Errorf("got %+v", response)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
}

func TestTheOperatorCanAllowHostsAndNetworks(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	_, at, _ := net.SplitHostPort(server.Listener.Addr().String())
	known := names{"crm.internal": {{"127.0.0.1"}}, "other.internal": {{"127.0.0.1"}}}
	for _, test := range []struct {
		allowed, host string
		reached       bool
	}{
		{"crm.internal", "crm.internal", true}, {"CRM.Internal.", "crm.INTERNAL", true}, {"crm.internal", "other.internal", false},
		{"crm.internal", "127.0.0.1", false}, {"127.0.0.0/8", "other.internal", true}, {"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.2", false}, {"10.0.0.0/8", "127.0.0.1", false}, {"127.0.0.0/8", "[::ffff:127.0.0.1]", true},
	} {
		response, err := get(t, newClient(t, known, test.allowed), "http://"+test.host+":"+at+"/")
		if test.reached && (err != nil || response.Status != http.StatusTeapot) {
			t.Errorf("%s with %s allowed: %v", test.host, test.allowed, err)
		}
		if !test.reached {
			fails(t, err, notPublic, false)
		}
	}
	for _, text := range []string{"", "a b", "http://x.y", "x.y:80", "*.x.y", "10.0.0.0/64", "::ffff:10.0.0.0/104"} {
		if _, err := fetch.ParseAllowed(text); err == nil {
			t.Errorf("%q can be allowed", text)
		}
	}
}

func TestARedirectIntoThePrivateNetworkIsNotFollowed(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	inside := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	_, at, _ := net.SplitHostPort(inside.Listener.Addr().String())
	for _, target := range []string{"http://inside.example:" + at, "http://[::1]:" + at, "http://localhost:" + at, "http://169.254.169.254/latest/"} {
		outside := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, http.StatusFound) })
		_, err := get(t, newClient(t, names{"inside.example": {{"127.0.0.2"}}, "localhost": {{"127.0.0.2"}}}, "127.0.0.1"), outside.URL)
		fails(t, err, notPublic, false)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the inside was asked %d times", n)
	}
}

func TestWhatGoesAlongWithARedirectDependsOnWhereItLeads(t *testing.T) {
	t.Parallel()
	var got atomic.Pointer[http.Request]
	echo := func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			code := http.StatusTemporaryRedirect
			if r.URL.Query().Get("see") != "" {
				code = http.StatusSeeOther
			}
			http.Redirect(w, r, to, code)
			return
		}
		got.Store(r)
	}
	one, two := serve(t, echo), serve(t, echo)
	client := newClient(t, nil, "127.0.0.1")
	send := func(to, body string) (*http.Request, error) {
		got.Store(nil)
		_, err := client.Do(t.Context(), fetch.Request{Method: "POST", URL: one.URL + "/?key=s3cret&see=" + map[bool]string{true: "1"}[body == "see"] + "&to=" + to, Body: body, MaxResponse: 10,
			Header: http.Header{"Authorization": {"Bearer x"}, "x-api-key": {"y"}, "Cookie": {"z"}, "User-Agent": {"mine"}}})
		return got.Load(), err
	}
	same, err := send("/there", "hello")
	if err != nil || same.Method != http.MethodPost || same.Header.Get("X-Api-Key") != "y" || same.Header.Get("Authorization") != "Bearer x" ||
		same.Header.Get("User-Agent") != "mine" || same.Header.Get("Referer") != "" {
		t.Errorf("to the same host went %v, %v", same, err)
	}
	other, err := send(two.URL, "")
	if err != nil || other.Header.Get("X-Api-Key")+other.Header.Get("Authorization")+other.Header.Get("Cookie")+other.Header.Get("Referer") != "" || other.Header.Get("User-Agent") != "Foyer/test" {
		t.Errorf("to another host went %v, %v", other, err)
	}
	back, err := send(two.URL+"/?to="+one.URL, "")
	if err != nil || back.Header.Get("X-Api-Key")+back.Header.Get("Authorization") != "" {
		t.Errorf("to the first host, by another, went %v, %v", back, err)
	}
	seen, err := send(two.URL, "see")
	if err != nil || seen.Method != http.MethodGet || seen.ContentLength != 0 {
		t.Errorf("to see another went %v, %v", seen, err)
	}
	_, err = send(two.URL, "hello")
	fails(t, err, "would send the body to another host", false)
	_, err = send("ftp://example.com", "")
	fails(t, err, "an address that cannot be requested", false)
}

func TestRedirectsEnd(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		http.Redirect(w, r, "/", http.StatusFound)
	})
	_, err := get(t, newClient(t, nil, "127.0.0.1"), server.URL)
	fails(t, err, "too many redirects", false)
	if n := asked.Load(); n != 6 {
		t.Errorf("asked %d times", n)
	}
}

func TestNoMoreOfAResponseIsReadThanMayBe(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	_, _ = zip.Write(make([]byte, 10<<20))
	_ = zip.Close()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long":
			_, _ = fmt.Fprint(w, strings.Repeat("x", 1001))
		case "/exact":
			_, _ = fmt.Fprint(w, strings.Repeat("x", 1000))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		case "/header":
			w.Header().Set("X", strings.Repeat("x", 100<<10))
		case "/zipped":
			if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				w.WriteHeader(http.StatusNotAcceptable)
			}
			w.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(w)
			_, _ = io.WriteString(zip, `{"a": 1}`)
			_ = zip.Close()
		}
	})
	client := newClient(t, nil, "127.0.0.1")
	for _, path := range []string{"/long", "/bomb"} {
		_, err := get(t, client, server.URL+path)
		fails(t, err, "longer than 1000 bytes", false)
	}
	if response, err := get(t, client, server.URL+"/exact"); err != nil || len(response.Body) != 1000 {
		t.Errorf("got %v", err)
	}
	if _, err := get(t, client, server.URL+"/header"); err == nil {
		t.Error("a header without end is read")
	}
	if response, err := get(t, client, server.URL+"/zipped"); err != nil || string(response.Body) != `{"a": 1}` || response.Status != http.StatusOK {
		t.Errorf("got %+v, %v", response, err)
	}
}

func TestAFailureSaysWhyAndShowsNothing(t *testing.T) {
	t.Parallel()
	const nobody = "127.0.0.1:1" // the system assigns this port to no server of another test
	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	hang := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	cut := serve(t, func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) })
	client := newClient(t, names{}, "127.0.0.1")
	for address, want := range map[string]struct {
		message   string
		temporary bool
	}{
		"http://" + nobody + "/?key=s3cret":  {"the connection was refused", true},
		"http://nowhere.example/?key=s3cret": {"the host was not found", true},
		secure.URL + "/?key=s3cret":          {"the certificate of the host is not valid", false},
		hang.URL + "/?key=s3cret":            {"there was no response in time", true},
		cut.URL + "/?key=s3cret":             {"the connection failed", true},
		"ftp://127.0.0.1/?key=s3cret":        {"the address cannot be requested", false},
		"http://a:s3cret@127.0.0.1/":         {"the address cannot be requested", false},
		"http://%zz/?key=s3cret":             {"the address cannot be requested", false},
	} {
		enough := time.Minute // a busy machine is no failure
		if strings.HasPrefix(address, hang.URL) {
			enough = 300 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), enough)
		_, err := client.Do(ctx, fetch.Request{Method: "GET", URL: address, MaxResponse: 10})
		cancel()
		fails(t, err, want.message, want.temporary)
		if err != nil && (strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "127.0.0.1")) {
			t.Errorf("it shows the address: %v", err)
		}
	}
}

// switching answers a request by leaving HTTP, and then says nothing until the test ends.
func switching(t *testing.T) (address string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	end, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = http.ReadRequest(bufio.NewReader(connection)) // an answer before it would be refused as such
		_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: silence\r\n\r\n")
		<-end
		_ = connection.Close()
	}()
	t.Cleanup(func() { close(end); _ = listener.Close(); <-done })
	return "http://" + listener.Addr().String()
}

func TestAHostThatLeavesHTTPHoldsUpNobody(t *testing.T) {
	t.Parallel()
	address := switching(t)
	client := newClient(t, nil, "127.0.0.1")
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	go func() {
		_, err := client.Do(ctx, fetch.Request{Method: "GET", URL: address, MaxResponse: 10})
		ended <- err
	}()
	select {
	case err := <-ended:
		fails(t, err, "to another protocol", false)
	case <-time.After(time.Minute):
		t.Fatal("the request goes on although its time is over")
	}
}

func TestAPublicHostDoesNotLeadToWhatTheOperatorAllows(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	inside := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path == "/twice" {
			http.Redirect(w, r, "/", http.StatusFound)
		}
	})
	_, at, _ := net.SplitHostPort(inside.Listener.Addr().String())
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip(err)
	}
	target := ""
	outside := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, target, http.StatusFound)
	}))
	outside.Listener = listener
	outside.Start()
	t.Cleanup(outside.Close)
	client := newClient(t, names{"crm.internal": {{"127.0.0.1"}}}, "crm.internal", "127.0.0.1")
	client.Deem(netip.MustParseAddr("127.0.0.2"))
	// Allowed addresses inside are reached directly, and a connection is kept.
	if _, err := get(t, client, "http://crm.internal:"+at+"/twice"); err != nil || asked.Load() != 2 {
		t.Fatalf("inside: %v, asked %d times", err, asked.Load())
	}
	for _, target = range []string{"http://crm.internal:" + at + "/", "http://127.0.0.1:" + at + "/", outside.URL} {
		_, err := get(t, client, outside.URL)
		if target == outside.URL {
			fails(t, err, "too many redirects", false)
			continue
		}
		fails(t, err, notPublic, false)
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("the inside was asked %d times", n)
	}
}
