package telemetry

import (
	"maps"
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
	guide, err := os.ReadFile("../../docs/configuration.md")
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
