package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"foyer/internal/ratelimit"
)

func TestRefusedRequestsShowInTheMetricsAndTheLog(t *testing.T) {
	config := testConfig(t)
	config.Limits.Operations.Keys = ratelimit.Rate{PerSecond: 1, Burst: 5000}
	log := newOutput()
	r := serveLogging(t, config, slog.New(slog.NewTextHandler(log, nil)))
	key := r.key()
	const dear = `{"query": "{ agents(first: 100) { nodes { id name role presence teams { id } } } }"}`
	limited := 0
	for range 10 {
		if response, _ := r.post(key, dear); response.StatusCode == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited == 0 {
		t.Fatal("nothing was refused")
	}
	r.post("", dear)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL()+"/hooks/unknown", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	_, metrics := r.get("/metrics")
	for _, want := range []string{fmt.Sprintf(`foyer_refused_total{reason="rate"} %d`, limited), `foyer_refused_total{reason="unauthenticated"} 2`, `foyer_refused_total{reason="origin"} 0`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if n := strings.Count(log.String(), `msg="refused a request" reason=rate address=127.0.0.1 account=key_`); n != limited {
		t.Errorf("%d lines are about a limit:\n%s", n, log)
	}
	if strings.Contains(log.String(), "reason=unauthenticated") {
		t.Errorf("lines for debug are logged at info:\n%s", log)
	}
}

func TestMetricsHaveAListenerOfTheirOwnWhereWanted(t *testing.T) {
	config := testConfig(t)
	config.MetricsListen = "127.0.0.1:0"
	r := serve(t, config)
	own := "http://" + r.metricsAddress.String()
	if status, body := r.getFrom(own, "/metrics"); status != http.StatusOK || !strings.Contains(body, "foyer_build_info") {
		t.Errorf("got %d from it", status)
	}
	for _, path := range []string{"/graphql", "/readyz", "/"} {
		if status, _ := r.getFrom(own, path); status != http.StatusNotFound {
			t.Errorf("%s is answered there with %d", path, status)
		}
	}
	if status, _ := r.get("/metrics"); status != http.StatusNotFound {
		t.Errorf("beside the API /metrics is answered with %d", status)
	}
	if _, body := r.get("/"); strings.Contains(body, "/metrics") {
		t.Error("the list of paths names /metrics")
	}
	r.shutDown()
	if _, err := new(net.Dialer).DialContext(t.Context(), "tcp", r.metricsAddress.String()); err == nil {
		t.Error("a stopped server takes connections for metrics")
	}
}

func TestAnAddressThatIsTakenStopsTheStartAndFreesTheOther(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	config := testConfig(t)
	config.MetricsListen = taken.Addr().String()
	if err := NewMain(config, newOutput(), discard()).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "--metrics-listen") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(config.Database); err == nil {
		t.Error("a database was made")
	}
}
