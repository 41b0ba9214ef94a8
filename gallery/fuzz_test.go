package gallery_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"foyer/engine/workflow"
	"foyer/engine/workflow/rehearsal"
	"foyer/gallery"
	"foyer/inbox"
)

// Whatever a contact writes and answers, every workflow of the gallery comes to its end or waits for an answer, and does
// the same again.
func FuzzGallery(f *testing.F) {
	entries, err := gallery.List()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("I lost my card", "Ann", "de-AT", "1", "ann@example.com", int64(1_772_444_400), true)
	f.Add("", "{{ contact }}", "\xff", "\u2028", "", int64(-1), false)
	type office struct {
		house      *rehearsal.House
		definition *workflow.Definition
	}
	offices := map[string]office{}
	for _, e := range entries {
		text, err := gallery.YAML(e.Name)
		if err != nil {
			f.Fatal(err)
		}
		document, err := workflow.FromYAML(text)
		if err != nil {
			f.Fatal(err)
		}
		house := rehearsal.NewHouse(nil)
		definition, problems := workflow.Compile(document, house)
		if len(problems) > 0 {
			f.Fatal(problems)
		}
		offices[e.Name] = office{house, definition}
	}
	f.Fuzz(func(t *testing.T, message, name, language, first, second string, at int64, returning bool) {
		if len(message) > 10_000 || at < -1e11 || at > 1e11 {
			t.Skip("no message is that long, no time that far away")
		}
		scene := rehearsal.Scene{Message: message, Now: time.Unix(at, 0).UTC(), Answers: []*string{&first, nil, &second}, Agent: name,
			Contact: map[string]any{"first_name": name, "language": language, "is_returning": returning, "tags": []string{first}}}
		for workflowName, o := range offices {
			got := o.house.Run(o.definition, scene)
			if got.Status != inbox.RunCompleted && got.Status != inbox.RunWaiting {
				t.Fatalf("%s: %s %v", workflowName, got.Status, got.Err)
			}
			if diff := cmp.Diff(got, o.house.Run(o.definition, scene), cmpopts.EquateErrors()); diff != "" {
				t.Fatalf("%s does something else the second time: %s", workflowName, diff)
			}
		}
	})
}
