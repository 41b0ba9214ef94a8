package template_test

import (
	"strings"
	"testing"

	"foyer/engine/workflow/template"
)

func TestPathsAreRenamedWhereTheyAreVariables(t *testing.T) {
	for written, want := range map[string]string{
		"contact.plan":       "contact.plan",
		"{{ contact.plan }}": "{{ contact.size }}",
		"{{-contact.plan-}} {{ contact.plan.size | plus: contact.plan }}":        "{{-contact.size-}} {{ contact.plan.size | plus: contact.size }}",
		"{% if contact.plan == 'contact.plan' %}{{ x.contact.plan }}{% endif %}": "{% if contact.size == 'contact.plan' %}{{ x.contact.plan }}{% endif %}",
		"{% raw %}{{ contact.plan }}{% endraw %}{{ contact.plan }}":              "{% raw %}{{ contact.plan }}{% endraw %}{{ contact.size }}",
		"{% comment %}{{ contact.plan }}{% endcomment %}{{contact.plan}}":        "{% comment %}{{ contact.plan }}{% endcomment %}{{contact.size}}",
		"{{ contact.plan }} {{ contact.plan":                                     "{{ contact.size }} {{ contact.plan",
		"{{ contact.planned }} {{-}} {{}} {{ contact. }}":                        "{{ contact.planned }} {{-}} {{}} {{ contact. }}",
	} {
		got := template.Rename(written, func(path string) string {
			if path == "contact.plan" {
				return "contact.size"
			}
			return path
		})
		if got != want {
			t.Errorf("%s becomes %s, want %s", written, got, want)
		}
	}
}

func TestRenamingNothingChangesNothing(t *testing.T) {
	for _, part := range []string{"{", "}", "%", "-", "a", ".", "'", " ", "raw", "{{", "}}", "{%", "%}", "comment"} {
		for _, other := range []string{"{{-", "{%-", "-}}", "{% raw %}", "{% comment %}x", "é\xff"} {
			written := strings.Repeat(other+part, 3)
			if got := template.Rename(written, func(path string) string { return path }); got != written {
				t.Errorf("%q becomes %q", written, got)
			}
		}
	}
}
