package workflow_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow"
)

// request returns the request that a document of one step asks for.
func request(t *testing.T, body string, facts workflow.Facts) (workflow.HTTP, workflow.State) {
	t.Helper()
	definition := mustCompile(t, steps(`{"key": "a", "http": {`+body+`}}`))
	state, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon, Facts: facts})
	effect, ok := result.Effect.(workflow.HTTP)
	if !ok {
		t.Fatalf("got %+v", result)
	}
	var stored workflow.HTTP
	if err := json.Unmarshal(must(json.Marshal(effect)), &stored); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(effect, stored); diff != "" {
		t.Errorf("what is stored differs: %s", diff)
	}
	return stored, state
}

func TestSecretsGoToTheirPlacesOnlyWhenARequestIsFilled(t *testing.T) {
	secrets := map[string]string{"TOKEN": `a/b "c"`, "HOOK": "https://hooks.example.com/T0/x", "BREAK": "a\nb"}
	mine := fact("contact.first_name", `{{ secrets.TOKEN }}`) // what a contact writes stands for nothing
	for _, test := range []struct {
		name, body string
		want       workflow.Request
		logged     map[string]any
		fails      string
	}{
		{
			name: "inside an address, percent-encoded", body: `"url": "https://x.y/{{secrets.TOKEN}}/send?k={{ secrets.TOKEN }} "`,
			want:   workflow.Request{Method: "GET", URL: "https://x.y/a%2Fb%20%22c%22/send?k=a%2Fb%20%22c%22"},
			logged: map[string]any{"method": "GET", "url": "https://x.y/{{ secrets.TOKEN }}/send?k={{ secrets.TOKEN }}"},
		},
		{
			name: "as the beginning of an address, as it is", body: `"url": "{{ secrets.HOOK }}/{{ contact.first_name | url_encode }}"`,
			want:   workflow.Request{Method: "GET", URL: "https://hooks.example.com/T0/x/%7B%7B+secrets.TOKEN+%7D%7D"},
			logged: map[string]any{"method": "GET", "url": "{{ secrets.HOOK }}/%7B%7B+secrets.TOKEN+%7D%7D"},
		},
		{
			name: "in JSON, as JSON", body: `"url": "https://x.y", "method": "POST", "headers": {"A": "Bearer {{ secrets.TOKEN }}"}, "body": {"k": "<{{ secrets.TOKEN }}>", "n": "{{ contact.first_name }}", "l": [1, null]}`,
			want: workflow.Request{Method: "POST", URL: "https://x.y", Headers: []workflow.FilledHeader{{"A", `Bearer a/b "c"`}},
				Body: `{"k":"<a/b \"c\">","l":[1,null],"n":"{{ secrets.TOKEN }}"}`},
			logged: map[string]any{"method": "POST", "url": "https://x.y", "headers": []any{"A"}, "body": `{"k":"<{{ secrets.TOKEN }}>","l":[1,null],"n":"{{ secrets.TOKEN }}"}`},
		},
		{
			name: "in a text, as it is", body: `"url": "https://x.y", "method": "PUT", "body": "k={{ secrets.TOKEN }}"`,
			want:   workflow.Request{Method: "PUT", URL: "https://x.y", Body: `k=a/b "c"`},
			logged: map[string]any{"method": "PUT", "url": "https://x.y", "body": "k={{ secrets.TOKEN }}"},
		},
		{name: "never where there is none", body: `"url": "https://x.y/{{ secrets.GONE }}"`, fails: `there is no secret "GONE"`},
		{name: "never where it breaks a header", body: `"url": "https://x.y", "headers": {"A": "{{ secrets.BREAK }}"}`, fails: `after its secrets are filled in, the header "A" has a control character`},
		{name: "never where it is no address", body: `"url": "{{ secrets.TOKEN }}"`, fails: "after its secrets are filled in, the address must be an absolute http or https URL of at most 2000 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			effect, state := request(t, test.body, mine)
			got, err := effect.Fill(secrets)
			if test.fails != "" {
				if err == nil || err.Error() != test.fails {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.logged, state.Detail); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARequestNamesItsSecretsOnce(t *testing.T) {
	effect, _ := request(t, `"url": "https://x.y/{{ secrets.B }}", "method": "POST", "headers": {"A": "{{ secrets.A }}{{ secrets.B }}"}, "body": ["{{ secrets.C }}"]`, workflow.Facts{})
	if got := strings.Join(effect.Secrets(), " "); got != "A B C" {
		t.Error(got)
	}
}

func TestAVersionKeepsTheSecretsItWasPublishedWith(t *testing.T) {
	document := steps(`{"key": "a", "http": {"url": "https://x.y/{{ secrets.GONE_SINCE }}"}}`)
	names := mustCompile(t, document).Names()
	if _, err := workflow.Load([]byte(document), names); err != nil {
		t.Error(err)
	}
	if _, err := workflow.Load([]byte(document), nil); err == nil {
		t.Error("a secret that it was not published with is known")
	}
}

func TestASecretGoesToAHostThatNoValueChooses(t *testing.T) {
	t.Parallel()
	for address, fixed := range map[string]bool{
		"https://x.y/{{ vars.a }}":                               true,
		"https://x.y?a={{ vars.a }}":                             true,
		"https://x.y":                                            true,
		"https://{{ secrets.X }}.y/{{ vars.a }}":                 true,
		"{{ secrets.X }}":                                        true,
		"{{ secrets.X }}/a?to=https://{{ vars.a }}":              true,
		"{{ vars.a }}":                                           false,
		"https://x.y{{ vars.a }}":                                false,
		"https://x.y:{{ vars.a }}/":                              false,
		"https://{{ vars.a }}.x.y/":                              false,
		"https://{% if vars.a %}x{% endif %}.y/":                 false,
		"{{ secrets.X }}{{ vars.a }}":                            false,
		"{{ vars.a }}://x.y/":                                    false,
		"http{{ vars.a }}://x.y/":                                false,
		"https://x.y{{ vars.a }}/{{ secrets.X }}":                false,
		"https://{{ vars.a }}/?to=https://x.y/{{ secrets.X }}/y": false,
	} {
		for _, header := range []string{`{"A": "{{ secrets.X }}"}`, `{"A": "a"}`} {
			document := steps(`{"key": "v", "set": {"variable": "a", "value": "b"}}, {"key": "a", "http": {"url": "` + address + `", "headers": ` + header + `}}`)
			_, problems := workflow.Compile([]byte(document), office{})
			refused := strings.Contains(fmt.Sprint(problems), "Write out the host")
			if secret := strings.Contains(address+header, "secrets."); refused != (secret && !fixed) {
				t.Errorf("%s with %s: %v", address, header, problems)
			}
		}
	}
}
