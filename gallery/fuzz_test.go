package gallery_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/rehearsal"
	"foyer/engine/workflow"
	"foyer/engine/workflow/exchange"
	"foyer/gallery"
	"foyer/inbox"
)

// Whatever a contact writes and answers, every workflow of the gallery ends or waits for an answer, and does the same
// when it is repeated.
func FuzzGallery(f *testing.F) {
	entries, err := gallery.List()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("I lost my card", "Ann", "de-AT", "1", "ann@example.com", int64(1_772_444_400), true)
	f.Add("", "{{ contact }}", "\xff", "\u2028", "", int64(-1), false)
	documents := map[string][]byte{}
	for _, e := range entries {
		text, err := gallery.YAML(e.Name)
		if err != nil {
			f.Fatal(err)
		}
		if documents[e.Name], err = exchange.FromYAML(text); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, message, name, language, first, second string, at int64, returning bool) {
		if len(message) > 10_000 || at < -1e11 || at > 1e11 {
			t.Skip("no message is that long, no time that far away")
		}
		workspace, err := rehearsal.Open(t.Context(), rehearsal.Setting{Agent: name,
			Contact: map[string]any{"first_name": name, "language": language, "is_returning": returning, "tags": []string{first}}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = workspace.Close() }()
		scene := rehearsal.Scene{Message: message, Now: time.Unix(at, 0), Answers: []*string{&first, nil, &second}}
		for workflowName, document := range documents {
			definition, problems := workflow.Compile(document, workspace)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			got, err := workspace.Run(t.Context(), definition, scene)
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != inbox.RunCompleted && got.Status != inbox.RunWaiting {
				t.Fatalf("%s: %s %v", workflowName, got.Status, *got.Error)
			}
			again, err := workspace.Run(t.Context(), definition, scene)
			if diff := cmp.Diff(got, again); err != nil || diff != "" {
				t.Fatalf("%s does something else the second time: %v %s", workflowName, err, diff)
			}
		}
	})
}
