package workflow

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/google/go-cmp/cmp"
)

// Each kind of step, trigger and operator is both in the code and in the schema.
func TestTheSchemaKnowsWhatTheCodeKnows(t *testing.T) {
	var schema struct {
		Defs map[string]struct {
			Description string `json:"description"`
			Properties  map[string]struct {
				Enum []string `json:"enum"`
			} `json:"properties"`
			OneOf []struct {
				Required []string `json:"required"`
			} `json:"oneOf"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	step := schema.Defs["step"]
	var required []string
	for _, form := range step.OneOf {
		required = append(required, form.Required...)
	}
	if diff := cmp.Diff(StepKinds(), required); diff != "" {
		t.Error("kinds:", diff)
	}
	for _, name := range StepKinds() {
		if _, ok := step.Properties[name]; !ok {
			t.Errorf("steps have no property %s", name)
		}
		if schema.Defs[name].Description == "" {
			t.Errorf("%s is not described", name)
		}
	}
	for _, k := range kinds() {
		for _, e := range k.exits {
			if !strings.Contains(schema.Defs[k.name].Description, e.name) {
				t.Errorf("the description of %s does not mention its exit %s", k.name, e.name)
			}
		}
	}
	var names []string
	for _, one := range triggers {
		names = append(names, one.name)
	}
	if diff := cmp.Diff(names, schema.Defs["trigger"].Properties["on"].Enum); diff != "" {
		t.Error("triggers:", diff)
	}
	ops := schema.Defs["test"].Properties["op"].Enum
	slices.Sort(ops)
	if diff := cmp.Diff(operatorNames(), ops); diff != "" {
		t.Error("operators:", diff)
	}
}

// The example with every kind of step must have each: a new kind has to be added there.
func TestTheExampleHasEveryKindOfStep(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "every_kind.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	var doc document
	if err := json.Unmarshal(converted, &doc); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, s := range doc.Steps {
		used[s.kind.name] = true
	}
	for _, name := range StepKinds() {
		if !used[name] {
			t.Errorf("there is no step of the kind %s", name)
		}
	}
}

// A question says what it wants in the languages of the console, with the bounds of the English sentence.
func TestEverySentenceIsThereInEveryLanguage(t *testing.T) {
	for kind, languages := range sentences() {
		for _, language := range []string{"en", "it", "fr", "es", "de", "zh"} {
			if said := languages[language]; said == "" || strings.Count(said, "%v") != strings.Count(languages["en"], "%v") {
				t.Errorf("%s in %s is %q", kind, language, said)
			}
		}
	}
	for kind := range answerTypes {
		if sentences()[kind] == nil {
			t.Errorf("there is no sentence for the answer %s", kind)
		}
	}
	for _, kind := range []string{answerNumber + wantedBetween, answerDate + wantedBetween, wantedOther} {
		if sentences()[kind] == nil {
			t.Errorf("there is no sentence for %s", kind)
		}
	}
}
