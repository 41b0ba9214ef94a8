package diagram_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow"
	"foyer/engine/workflow/diagram"
)

const updateGolden = "FOYER_UPDATE_GOLDEN"

func TestDocumentsAreDrawnAsBefore(t *testing.T) {
	for _, name := range []string{"inbound", "topics", "every_kind"} {
		yaml, err := os.ReadFile(filepath.Join("..", "testdata", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		document, err := workflow.FromYAML(yaml)
		if err != nil {
			t.Fatal(err)
		}
		got := diagram.SVG(document)
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
