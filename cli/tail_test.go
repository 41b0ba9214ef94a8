package cli

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func TestTailShowsEveryFieldOfEveryEvent(t *testing.T) {
	text, err := os.ReadFile("../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
	document, problems := gqlparser.LoadQueryWithRules(schema, tailDocument, rules.NewDefaultRules())
	if problems != nil {
		t.Fatal(problems)
	}
	events := schema.GetPossibleTypes(schema.Types["Event"])
	if len(events) == 0 {
		t.Fatal("the schema has no events")
	}
	item := document.Operations[0].SelectionSet[0].(*ast.Field)
	for _, event := range events {
		var shown []string
		for _, selection := range item.SelectionSet {
			part, ok := selection.(*ast.InlineFragment)
			if !ok || !slices.Contains(append(event.Interfaces, event.Name), part.TypeCondition) {
				continue
			}
			for _, field := range part.SelectionSet {
				shown = append(shown, field.(*ast.Field).Name)
			}
		}
		for _, field := range event.Fields {
			if !slices.Contains(shown, field.Name) {
				t.Errorf("%s.%s is not shown", event.Name, field.Name)
			}
		}
	}
}

func TestTailLeavesOutItemsWithoutACursorAndGoesOnAfterTheLastOne(t *testing.T) {
	var out strings.Builder
	tail := &tail{command: &tailCommand{}, out: &out}
	const event = `{"__typename":"NoteAdded","cursor":"e.7"}`
	for _, item := range []string{event, `{"__typename":"ConversationActivity"}`} {
		if err := tail.print(json.RawMessage(`{"item":` + item + `}`)); err != nil {
			t.Fatal(err)
		}
	}
	if got := out.String(); got != event+"\n" {
		t.Errorf("printed %q", got)
	}
	if *tail.after != "e.7" || tail.printed != 1 {
		t.Errorf("it goes on after %q, having printed %d items", *tail.after, tail.printed)
	}
}
