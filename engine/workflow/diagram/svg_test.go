package diagram_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow/diagram"
	"foyer/engine/workflow/exchange"
)

const updateGolden = "FOYER_UPDATE_GOLDEN"

func TestDocumentsAreDrawnAsBefore(t *testing.T) {
	for _, name := range []string{"inbound", "topics", "every_kind"} {
		got := diagram.SVG(example(t, name))
		golden := filepath.Join("testdata", name+".svg")
		if os.Getenv(updateGolden) != "" {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// example is a document of the tests of workflows.
func example(t *testing.T, name string) []byte {
	t.Helper()
	yaml, err := os.ReadFile(filepath.Join("..", "testdata", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := exchange.FromYAML(yaml)
	if err != nil {
		t.Fatal(err)
	}
	return document
}
