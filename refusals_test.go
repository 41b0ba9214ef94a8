package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"foyer/resolvers"
	"foyer/transport"
)

// watched is refusals whose log a test reads, at a time that it moves.
type watched struct {
	*refusals
	out      *output
	now      time.Time
	registry *prometheus.Registry
}

func newWatched(level slog.Level) *watched {
	w := &watched{out: newOutput(), now: time.Unix(1_000_000, 0), registry: prometheus.NewRegistry()}
	log := slog.New(slog.NewTextHandler(w.out, &slog.HandlerOptions{Level: level}))
	w.refusals = newRefusals(newRefusedCounter(promauto.With(w.registry)), log, func() time.Time { return w.now })
	w.account = func(context.Context) string { return "agt_7" }
	return w
}

// lines returns what was written so far, without the times.
func (w *watched) lines() []string {
	var lines []string
	for line := range strings.Lines(w.out.String()) {
		_, line, _ = strings.Cut(line, " ")
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

// counted returns how many refusals are counted, by reason.
func (w *watched) counted(t *testing.T) map[string]float64 {
	t.Helper()
	families, err := w.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	counted := make(map[string]float64)
	for _, metric := range families[0].GetMetric() {
		counted[metric.GetLabel()[0].GetValue()] = metric.GetCounter().GetValue()
	}
	return counted
}

func TestARefusalIsWrittenWithItsReasonAddressAndAccount(t *testing.T) {
	w := newWatched(slog.LevelInfo)
	w.refused(t.Context(), netip.MustParseAddr("192.0.2.1"), transport.ReasonOrigin, slog.String("origin", strings.Repeat("x", 500)))
	w.refused(t.Context(), netip.MustParseAddr("192.0.2.1"), transport.ReasonInvalid)
	want := `level=INFO msg="refused a request" reason=origin address=192.0.2.1 account=agt_7 origin=` + strings.Repeat("x", 200) + `…`
	if got := w.lines(); len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
	counted := w.counted(t)
	if counted["origin"] != 1 || counted["invalid"] != 1 || counted["rate"] != 0 || len(counted) != len(transport.Reasons()) {
		t.Errorf("counted %v", counted)
	}
}

func TestAFloodFillsNoDiskAndTheNextLineSaysHowMuchWasLeftOut(t *testing.T) {
	w := newWatched(slog.LevelInfo)
	flood := func(n int, address func(i int) string) {
		for i := range n {
			w.refused(t.Context(), netip.MustParseAddr(address(i)), transport.ReasonRate)
		}
	}
	flood(1000, func(i int) string { return fmt.Sprintf("2001:db8::%x", i) }) // one network
	if n := len(w.lines()); n != 10 {
		t.Errorf("%d lines about one network, want 10", n)
	}
	w.now = w.now.Add(10 * time.Second)
	flood(2, func(int) string { return "2001:db8::1" })
	if got := w.lines(); len(got) != 11 || !strings.HasSuffix(got[10], "leftOut=990") {
		t.Errorf("then got %q", got[10:])
	}
	flood(100_000, func(i int) string { return fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255) }) // many networks
	if n := len(w.lines()); n != 11+99 {
		t.Errorf("%d lines in all, want %d", n, 11+99)
	}
	if counted := w.counted(t); counted["rate"] != 101_002 {
		t.Errorf("counted %v", counted)
	}
	if n := w.byAddress.Len(); n > maxAddresses {
		t.Errorf("%d addresses are remembered", n)
	}
}

func TestAtDebugEveryRefusalIsWritten(t *testing.T) {
	w := newWatched(slog.LevelDebug)
	for _, reason := range transport.Reasons() {
		for range 50 {
			w.refused(t.Context(), netip.MustParseAddr("192.0.2.1"), reason)
		}
	}
	if got := w.lines(); len(got) != 50*len(transport.Reasons()) || strings.Contains(w.out.String(), "leftOut") {
		t.Errorf("%d lines", len(got))
	}
}

func TestRefusedRequestsShowInTheMetricsAndTheLog(t *testing.T) {
	config := testConfig(t)
	config.Limits.Keys = resolvers.Rate{PerSecond: 1, Burst: 5000}
	log := newOutput()
	r := serveLogging(t, config, slog.New(slog.NewTextHandler(log, nil)))
	key := r.key()
	const dear = `{"query": "{ agents(first: 100) { nodes { id name role presence teams { id name members { id } } } } }"}`
	for range 3 {
		r.post(key, dear)
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
	for _, want := range []string{`foyer_refused_total{reason="rate"} 2`, `foyer_refused_total{reason="unauthenticated"} 2`, `foyer_refused_total{reason="origin"} 0`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if n := strings.Count(log.String(), `msg="refused a request" reason=rate address=127.0.0.1 account=key_`); n != 2 {
		t.Errorf("%d lines tell of a limit:\n%s", n, log)
	}
	if strings.Contains(log.String(), "reason=unauthenticated") {
		t.Errorf("what is for debug is told at info:\n%s", log)
	}
}

func TestTheGuideNamesEveryReasonAndItsLevel(t *testing.T) {
	guide, err := os.ReadFile("docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	named := make(map[string]string)
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|.*\\| (info|debug) \\|$").FindAllSubmatch(guide, -1) {
		named[string(row[1])] = string(row[2])
	}
	want := make(map[string]string)
	for _, reason := range transport.Reasons() {
		want[string(reason)] = "debug"
		if notable(reason) {
			want[string(reason)] = "info"
		}
	}
	if diff := cmp.Diff(want, named); diff != "" {
		t.Errorf("what the server does (-), and what docs/configuration.md says (+):\n%s", diff)
	}
}
