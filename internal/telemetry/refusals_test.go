package telemetry

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"foyer/transport"
)

// observed is refusals whose log a test reads, at a time that it moves.
type observed struct {
	*refusals
	out      *bytes.Buffer
	now      time.Time
	registry *prometheus.Registry
}

func observe(level slog.Level) *observed {
	w := &observed{out: new(bytes.Buffer), now: time.Unix(1_000_000, 0), registry: prometheus.NewRegistry()}
	log := slog.New(slog.NewTextHandler(w.out, &slog.HandlerOptions{Level: level}))
	w.refusals = newRefusals(newRefusedCounter(promauto.With(w.registry)), log, func() time.Time { return w.now })
	w.account = func(context.Context) string { return "agt_7" }
	return w
}

// lines returns what was written so far, without the times.
func (w *observed) lines() []string {
	var lines []string
	for line := range strings.Lines(w.out.String()) {
		_, line, _ = strings.Cut(line, " ")
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

// counted returns how many refusals are counted, by reason.
func (w *observed) counted(t *testing.T) map[string]float64 {
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
	w := observe(slog.LevelInfo)
	w.add(t.Context(), netip.MustParseAddr("192.0.2.1"), transport.ReasonOrigin, slog.String("origin", strings.Repeat("x", 500)))
	w.add(t.Context(), netip.MustParseAddr("192.0.2.1"), transport.ReasonInvalid)
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
	w := observe(slog.LevelInfo)
	flood := func(n int, address func(i int) string) {
		for i := range n {
			w.add(t.Context(), netip.MustParseAddr(address(i)), transport.ReasonRate)
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
	w := observe(slog.LevelDebug)
	for _, reason := range transport.Reasons() {
		for range 50 {
			w.add(t.Context(), netip.MustParseAddr("192.0.2.1"), reason)
		}
	}
	if got := w.lines(); len(got) != 50*len(transport.Reasons()) || strings.Contains(w.out.String(), "leftOut") {
		t.Errorf("%d lines", len(got))
	}
}

func TestTheGuideNamesEveryReasonAndItsLevel(t *testing.T) {
	guide, err := os.ReadFile("../../docs/configuration.md")
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
