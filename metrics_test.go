package main

import (
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheGuideNamesEveryMetric(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	made := make(map[string]bool)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`"(foyer_[a-z_]+)"`).FindAllSubmatch(source, -1) {
			made[string(found[1])] = true
		}
	}
	guide, err := os.ReadFile("docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	named := make(map[string]bool)
	for _, found := range regexp.MustCompile("(?m)^\\| `(foyer_[a-z_]+)").FindAllSubmatch(guide, -1) {
		named[string(found[1])] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(made)), slices.Sorted(maps.Keys(named))); diff != "" {
		t.Errorf("metrics that the server has (-), and that docs/configuration.md names (+):\n%s", diff)
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
