package workflow_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"foyer/engine/workflow"
)

func TestValuesAreEncodedForTheirPlace(t *testing.T) {
	t.Parallel()
	const evil = `../admin/delete?all=1#`
	form := `"method": "POST", "url": "https://x.y", "headers": {"Content-Type": "application/x-www-form-urlencoded"}, `
	markup := `"method": "POST", "url": "https://x.y", "headers": {"content-type": "application/soap+xml; charset=utf-8"}, `
	typed := `"method": "POST", "url": "https://x.y", "headers": {"Content-Type": "application/vnd.x+json"}, `
	post := `"method": "POST", "url": "https://x.y", `
	for _, test := range []struct {
		name, step, value string
		url, header, body string // what is sent; empty: not compared
		fails             string
	}{
		{name: "in the path", step: `"url": "https://x.y/people/{{ contact.first_name }}/orders"`, value: evil,
			url: "https://x.y/people/..%2Fadmin%2Fdelete%3Fall%3D1%23/orders"},
		{name: "in part of a segment", step: `"url": "https://x.y/a-{{ contact.first_name }}.json?b"`, value: "ü;=&% ", url: "https://x.y/a-%C3%BC%3B%3D%26%25%20.json?b"},
		{name: "in the query", step: `"url": "https://x.y?q={{ contact.first_name }}&r=1"`, value: "a&admin=1#/..", url: "https://x.y?q=a%26admin%3D1%23%2F..&r=1"},
		{name: "encoded already", step: `"url": "https://x.y/{{ contact.first_name | url_encode }}?q={{ contact.first_name | upcase | url_encode }}"`, value: "a b/c",
			url: "https://x.y/a+b%2Fc?q=A+B%2FC"},
		{name: "raw in the path", step: `"url": "https://x.y/{{ contact.first_name | raw }}/{{ contact.first_name }}"`, value: "a/b?c=d", url: "https://x.y/a/b?c=d/a%2Fb%3Fc%3Dd"},
		{name: "raw behind another filter", step: `"url": "https://x.y/{{- contact.first_name | downcase | raw -}} "`, value: "A/B", url: "https://x.y/a/b"},
		{name: "raw that leads into a fragment", step: `"url": "https://x.y/{{ contact.first_name | raw }}/{{ contact.first_name }}"`, value: "a#", fails: "after `#`"},
		{name: "trimmed", step: `"url": "https://x.y/ {{- contact.first_name -}} /b"`, value: "a/", url: "https://x.y/a%2F/b"},
		{name: "assigned", step: `"url": "https://x.y/{% assign a = contact.first_name | append: '/' %}{{ a }}"`, value: "..", url: "https://x.y/..%2F"},
		{name: "compared", step: `"url": "https://x.y/{% if contact.first_name == 'a/b' %}{{ contact.first_name }}{% else %}no{% endif %}"`, value: "a/b", url: "https://x.y/a%2Fb"},
		{name: "with noncharacters in it", step: `"url": "https://x.y/{{ contact.first_name }}/{{ contact.first_name | raw }}"`, value: "a\uFDD0/\uFDD1",
			url: "https://x.y/a%EF%B7%90%2F%EF%B7%91/a%EF%B7%90/%EF%B7%91"},
		{name: "what the author has written stays", step: `"url": "https://x.y/../käse%2Fbrot/a b/{{ contact.first_name }}"`, value: "a/b",
			url: "https://x.y/../k%C3%A4se%2Fbrot/a%20b/a%2Fb"},
		{name: "two dots", step: `"url": "https://x.y/people/{{ contact.first_name }}/delete"`, value: "..", fails: "a segment `.` or `..`"},
		{name: "one dot at the end", step: `"url": "https://x.y/people/{{ contact.first_name }}"`, value: ".", fails: "a segment `.` or `..`"},
		{name: "dots before the query", step: `"url": "https://x.y/people/.{{ contact.first_name }}?a=b"`, value: ".", fails: "a segment `.` or `..`"},
		{name: "dots that are encoded", step: `"url": "https://x.y/people/%2e{{ contact.first_name | url_encode }}/a"`, value: ".", fails: "a segment `.` or `..`"},
		{name: "a dot and nothing", step: `"url": "https://x.y/people/.{{ contact.first_name }}/a"`, value: "", fails: "a segment `.` or `..`"},
		{name: "dots with more", step: `"url": "https://x.y/people/..{{ contact.first_name }}/a"`, value: "a", url: "https://x.y/people/..a/a"},
		{name: "dots that the value says are encoded", step: `"url": "https://x.y/{{ contact.first_name }}/a"`, value: "%2e%2e", url: "https://x.y/%252e%252e/a"},
		{name: "in the fragment", step: `"url": "https://x.y/#{{ contact.first_name }}"`, value: "a", fails: "after `#`"},
		{name: "a label of the host", step: `"url": "https://{{ contact.first_name }}.x.y:80{{ contact.first_name }}/"`, value: "80", url: "https://80.x.y:8080/"},
		{name: "another host", step: `"url": "https://x.y{{ contact.first_name }}/a"`, value: ".evil.com", fails: "only the letters a to z"},
		{name: "another user", step: `"url": "https://x.y{{ contact.first_name }}"`, value: "@evil.com", fails: "only the letters a to z"},
		{name: "no host", step: `"url": "https://{{ contact.first_name }}.x.y"`, value: "", fails: "only the letters a to z"},
		{name: "another host, raw", step: `"url": "https://{{ contact.first_name | raw }}/a"`, value: "x.y", url: "https://x.y/a"},
		{name: "before the host", step: `"url": "https:{{ contact.first_name }}//x.y"`, value: "//evil.com/", fails: "a value before its host"},
		{name: "the whole address", step: `"url": "{{ contact.first_name }}/a/{{ contact.first_name }}"`, value: "https://x.y/b?c=", url: "https://x.y/b?c=/a/https%3A%2F%2Fx.y%2Fb%3Fc%3D"},
		{name: "behind a secret", step: `"url": "{{ secrets.HOOK }}/{{ contact.first_name }}"`, value: evil, url: "https://hooks.y/..%2Fadmin%2Fdelete%3Fall%3D1%23"},
		{name: "dots behind a secret", step: `"url": "{{ secrets.HOOK }}/{{ contact.first_name }}"`, value: "..", fails: "a segment `.` or `..`"},

		{name: "in a header", step: `"url": "https://x.y", "headers": {"X": "a {{ contact.first_name }} ü"}`, value: "J\u00fcrgen\r\nB: c\x7f\t", header: "a J%C3%BCrgen  B: c   ü"},
		{name: "raw in a header", step: `"url": "https://x.y", "headers": {"X": "{{ contact.first_name | raw }}"}`, value: "Jürgen", header: "Jürgen"},
		{name: "raw that ends a header", step: `"url": "https://x.y", "headers": {"X": "{{ contact.first_name | raw }}"}`, value: "a\r\nB: c", fails: "a control character"},

		{name: "in a string of JSON", step: post + `"body": "{\"a\": \"{{ contact.first_name }}\"}"`, value: `x", "admin": true, "b": "` + "\n\\", body: `{"a": "x\", \"admin\": true, \"b\": \"\n\\"}`},
		{name: "in a string of JSON, encoded already", step: post + `"body": "[\"{{ contact.first_name | json }}\"]"`, value: `", true, "`, body: `["\"\\\", true, \\\"\""]`},
		{name: "outside of a string", step: post + `"body": "{\"a\": {{ contact.first_name }}}"`, value: `1, "admin": true`, body: `{"a": "1, \"admin\": true"}`},
		{name: "a number", step: post + `"body": "[\"\\\"\", {{ contact.first_name }}]"`, value: `-1.5`, body: `["\"", -1.5]`},
		{name: "nothing", step: post + `"body": "[{{ contact.first_name }}]"`, value: "", body: `[null]`},
		{name: "with the filter json", step: post + `"body": "[{{ contact.first_name | json }}]"`, value: `"`, body: `["\""]`},
		{name: "raw in JSON", step: post + `"body": "{\"a\": {{ contact.first_name | raw }}, \"b\": \"{{ contact.first_name }}\"}"`, value: `["x"]`, body: `{"a": ["x"], "b": "[\"x\"]"}`},
		{name: "in JSON by its header", step: typed + `"body": "{{ contact.first_name }}"`, value: `{"a": 1}`, body: `"{\"a\": 1}"`},
		{name: "in a form", step: form + `"body": "a={{ contact.first_name }}&b={{ contact.first_name | url_encode }}"`, value: "1&admin=1 ", body: "a=1%26admin%3D1+&b=1%26admin%3D1+"},
		{name: "in markup", step: markup + `"body": "<a b='{{ contact.first_name }}'>{{ contact.first_name | escape }}</a>"`, value: `'"<&`, body: `<a b='&#39;&#34;&lt;&amp;'>&#39;&#34;&lt;&amp;</a>`},
		{name: "in a text", step: post + `"body": "Hello {{ contact.first_name }}"`, value: `<"\`, body: `Hello <"\`},
		{name: "a text of its own", step: post + `"body": "{{ contact.first_name }}"`, value: `{"a": 1}`, body: `{"a": 1}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			definition := mustCompile(t, steps(`{"key": "a", "http": {`+test.step+`}}`))
			state, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon, Facts: fact("contact.first_name", test.value)})
			effect, sent := result.Effect.(workflow.HTTP)
			if test.fails != "" {
				if sent || len(result.Steps) == 0 || result.Steps[0].Exit != workflow.ExitFailure || !strings.Contains(result.Steps[0].Error, test.fails) {
					t.Errorf("got %+v, %+v", result, state)
				}
				return
			}
			if !sent {
				t.Fatalf("got %+v", result.Steps)
			}
			got, err := effect.Fill(map[string]string{"HOOK": "https://hooks.y"})
			if err != nil {
				t.Fatal(err)
			}
			if test.url != "" && got.URL != test.url {
				t.Errorf("got %s", got.URL)
			}
			if test.header != "" && got.Headers[0].Value != test.header {
				t.Errorf("got %q", got.Headers[0].Value)
			}
			if test.body != "" && got.Body != test.body {
				t.Errorf("got %s", got.Body)
			}
		})
	}
}

// Whatever a contact writes, the receiver reads exactly that, and everything else as the author has written it.
func TestAValueNeverLeavesItsPlace(t *testing.T) {
	t.Parallel()
	definition := mustCompile(t, steps(`{"key": "a", "http": {"method": "POST",
		"url": "https://x.y/käse/{{ contact.first_name }}/end?q={{ contact.first_name }}&r=1",
		"headers": {"X": "{{ contact.first_name }}"}, "body": "{\"a\": \"{{ contact.first_name }}\", \"b\": {{ contact.first_name | json }}}"}}`))
	value := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("./\\?#%&=@:;{}[]\"'<>| \r\n\x00\uFDD0\uFDD1\u2028é🏴a"))))
	rapid.Check(t, func(t *rapid.T) {
		name := value.Draw(t, "name")
		_, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon, Facts: fact("contact.first_name", name)})
		effect, sent := result.Effect.(workflow.HTTP)
		if refused := name == "." || name == ".."; refused || !sent {
			if refused == sent {
				t.Fatalf("%q: sent is %t", name, sent)
			}
			return
		}
		read := strings.ToValidUTF8(name, "\uFFFD")
		filled, err := effect.Fill(nil)
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), filled.Method, filled.URL, strings.NewReader(filled.Body))
		if err != nil {
			t.Fatal(err)
		}
		segments := strings.Split(request.URL.EscapedPath(), "/")
		if len(segments) != 4 || segments[1] != "k%C3%A4se" || segments[3] != "end" || request.Host != "x.y" || request.URL.Fragment != "" {
			t.Fatalf("%q: %s", name, request.URL)
		}
		if segment, err := url.PathUnescape(segments[2]); err != nil || segment != read {
			t.Fatalf("%q: the path has %q", name, segment)
		}
		if query := request.URL.Query(); len(query) != 2 || query.Get("q") != read || query.Get("r") != "1" {
			t.Fatalf("%q: the query is %v", name, query)
		}
		if strings.ContainsFunc(filled.Headers[0].Value, func(c rune) bool { return c < ' ' || c > '~' }) {
			t.Fatalf("%q: the header is %q", name, filled.Headers[0].Value)
		}
		var body map[string]string
		if err := json.Unmarshal([]byte(filled.Body), &body); err != nil || len(body) != 2 || body["a"] != read || body["b"] != read {
			t.Fatalf("%q: the body is %s", name, filled.Body)
		}
	})
}
