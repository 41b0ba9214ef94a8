package template_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow/template"
)

// brackets is an Encoder that marks values, each with its filter.
type brackets struct{}

func (brackets) Secret() {}

func (brackets) Literal(text string) string { return strings.ToLower(text) }

func (brackets) Value(text, by string) (string, error) {
	if text == "" {
		return "", errors.New("empty")
	}
	return "<" + by + ":" + text + ">", nil
}

func TestPartsOfATextAreEncoded(t *testing.T) {
	place := func(written string) (string, error) {
		compiled, problems := template.Compile(written, options())
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return compiled.Render(template.World{Value: value, Encoder: brackets{}})
	}
	rendered, err := place("X {{ a.text }}{{ a.text | upcase | json }} {{ a.text | raw }} {% capture c %}Y{{ a.name }}{% endcapture %}{{ c }}{{ 'a' | upcase }}")
	if err != nil || rendered != `x <:Hello><json:"HELLO"> hello <:Yann LEE><upcase:A>` {
		t.Errorf("got %q, %v", rendered, err)
	}
	if _, err := place("{{ a.empty }}"); err == nil || err.Error() != "empty" {
		t.Errorf("got %v", err)
	}
	if _, err := place("{{ a.long }}" + strings.Repeat("x", 1000)); err != nil {
		t.Errorf("what the encoder adds counts: %v", err)
	}
}

func TestSecretsStandBetweenThePartsOfAText(t *testing.T) {
	var named []string
	withSecrets := options()
	withSecrets.Secret = func(name string) { named = append(named, name) }
	compiled, problems := template.Compile("A {{ secrets.KEY }}{{- a.text -}} {{secrets.KEY}} b{% raw %}{{ secrets.KEY }}{% endraw %}", withSecrets)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	parts, err := compiled.RenderParts(template.World{Value: value, Encoder: brackets{}})
	want := []template.Part{{Text: "a "}, {Secret: "KEY"}, {Text: "<:Hello>"}, {Secret: "KEY"}, {Text: " b{{ secrets.key }}"}}
	if diff := cmp.Diff(want, parts); diff != "" || err != nil || len(named) != 2 {
		t.Error(diff, err, named)
	}
	if beginning, whole := compiled.Beginning(); beginning != "A secret" || whole {
		t.Errorf("it begins with %q, %t", beginning, whole)
	}
	for _, written := range []string{"{{ secrets.KEY | upcase }}", "{% if true %}{{ secrets.KEY }}{% endif %}", "{{ secrets.KEY.size }}", "{% assign a = secrets.KEY %}"} {
		if _, problems := template.Compile(written, withSecrets); len(problems) == 0 {
			t.Errorf("%s is a text", written)
		}
	}
}
