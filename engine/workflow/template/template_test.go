package template_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/engine/workflow/template"
)

// world is what the texts of the tests read, by path.
var world = map[string]struct {
	value any
	kind  template.Kind
}{
	"a.text":    {"Hello", template.Text},
	"a.name":    {"ann LEE", template.Text},
	"a.long":    {strings.Repeat("é", 9000), template.Text},
	"a.empty":   {"", template.Text},
	"a.missing": {nil, template.Text},
	"a.number":  {42.0, template.Number},
	"a.price":   {4.35, template.Number},
	"a.zero":    {0.0, template.Number},
	"a.yes":     {true, template.Bool},
	"a.no":      {false, template.Bool},
	"a.tags":    {[]string{"vip", "new"}, template.List},
	"a.none":    {[]string{}, template.List},
	"a.many":    {slices.Repeat([]any{"x"}, 1000), template.List},
	"a.date":    {"2026-03-08", template.Date},
	"a.time":    {time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC), template.Time},
	"a.body": {map[string]any{"items": []any{
		map[string]any{"name": "Tea", "price": 3.5, "in_stock": true, "kind": "drink"},
		map[string]any{"name": "cake", "price": 12.25, "in_stock": false, "kind": "food"},
		map[string]any{"name": "Beer", "price": 4.0, "in_stock": true, "kind": "drink"},
	}, "id": "7"}, template.Unknown},
}

func options() template.Options {
	paths := []string{}
	for path := range world {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return template.Options{
		Reserved: func(name string) bool { return name == "a" },
		Resolve: func(path []string) (template.Variable, string) {
			if len(path) > 1 {
				if key, found := slices.BinarySearch(paths, path[0]+"."+path[1]); found {
					return template.Variable{Key: key, Kind: world[paths[key]].kind, Used: 2}, ""
				}
			}
			return template.Variable{}, fmt.Sprintf("there is no %s", strings.Join(path, "."))
		},
	}
}

func value(key int) any {
	paths := []string{}
	for path := range world {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return world[paths[key]].value
}

var vienna = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		panic(err)
	}
	return zone
}()

// render returns what a text renders to, or the problems of compiling it, or why it cannot be rendered.
func render(written string) string {
	compiled, problems := template.Compile(written, options())
	if len(problems) > 0 {
		return "problem: " + strings.Join(problems, "; ")
	}
	rendered, err := compiled.Render(template.World{Value: value, Now: time.Date(2026, 3, 1, 12, 0, 0, 0, vienna)})
	if err != nil {
		return "error: " + err.Error()
	}
	return rendered
}

func run(t *testing.T, tests [][2]string) {
	t.Helper()
	for _, test := range tests {
		t.Run(test[0], func(t *testing.T) {
			if got := render(test[0]); got != test[1] {
				t.Errorf("got  %q\nwant %q", got, test[1])
			}
		})
	}
}

// The examples of each filter are those that Liquid documents, if it has some.
func TestFilters(t *testing.T) {
	run(t, [][2]string{
		{"{{ -17 | abs }} {{ '-19.86' | abs }}", "17 19.86"},
		{"{{ '/my/fancy/url' | append: '.html' }}", "/my/fancy/url.html"},
		{"{{ 4 | at_least: 5 }} {{ 4 | at_least: 3 }}", "5 4"},
		{"{{ 4 | at_most: 5 }} {{ 4 | at_most: 3 }}", "4 3"},
		{"{{ 'title' | capitalize }} {{ 'łódź' | capitalize }}", "Title Łódź"},
		{"{{ 1.2 | ceil }} {{ 2.0 | ceil }} {{ 183.357 | ceil }} {{ '3.5' | ceil }} {{ -1.2 | ceil }}", "2 2 184 4 -1"},
		{"{{ a.body.items | map: 'nothing' | compact | size }}", "0"},
		{"{{ 'apples, oranges' | split: ', ' | concat: a.tags | join: '+' }}", "apples+oranges+vip+new"},
		{"{{ a.missing | default: 2.99 }} {{ a.empty | default: 'x' }} {{ a.no | default: 'x' }} {{ a.text | default: 'x' }}", "2.99 x x Hello"},
		{"{{ a.no | default: true, allow_false: true }} {{ a.missing | default: 'x', allow_false: true }}", "false x"},
		{"{{ 16 | divided_by: 4 }} {{ 5 | divided_by: 3 }} {{ 20 | divided_by: 7 }} {{ 20 | divided_by: 7.0 }}", "4 1 2 2.857142857142857"},
		{"{{ 'Parker Moore' | downcase }}", "parker moore"},
		{`{{ "Have you read 'James & the Giant Peach'?" | escape }}`, "Have you read &#39;James &amp; the Giant Peach&#39;?"},
		{"{{ '1 < 2 & 3' | escape_once }} {{ '1 &lt; 2 &amp; 3' | escape_once }} {{ '&#39;&&x;&' | escape_once }}", "1 &lt; 2 &amp; 3 1 &lt; 2 &amp; 3 &#39;&amp;&x;&amp;"},
		{"{{ a.tags | first }} {{ a.tags | last }} {{ a.text | first }}", "vip new "},
		{"{{ 1.2 | floor }} {{ 2.0 | floor }} {{ 183.357 | floor }} {{ '3.5' | floor }} {{ -1.2 | floor }}", "1 2 183 3 -2"},
		{"{{ a.tags | join: ' and ' }} {{ a.tags | join }} {{ 'x' | join: '+' }}", "vip and new vip new x"},
		{"{{ a.body | json }}", `{"id":"7","items":[{"in_stock":true,"kind":"drink","name":"Tea","price":3.5},{"in_stock":false,"kind":"food","name":"cake","price":12.25},{"in_stock":true,"kind":"drink","name":"Beer","price":4}]}`},
		{`{{ "a \ b" | json }} {{ a.time | json }} {{ a.price | times: 100 | json }} {{ a.missing | json }}`, `"a \\ b" "2026-07-02T00:30:00+02:00" 435 null`},
		{"[{{ '  So much room! ' | lstrip }}] [{{ '  So much room! ' | rstrip }}] [{{ '  So much room! ' | strip }}]", "[So much room! ] [  So much room!] [So much room!]"},
		{"{{ a.body.items | map: 'name' | join: ', ' }}", "Tea, cake, Beer"},
		{"{{ 4 | minus: 2 }} {{ 16 | minus: 4 }} {{ 183.357 | minus: 12 }}", "2 12 171.357"},
		{"{{ 3 | modulo: 2 }} {{ 24 | modulo: 7 }} {{ 183.357 | modulo: 12 }} {{ -7 | modulo: 3 }}", "1 3 3.357 2"},
		{"{{ '\nHello\nthere\n' | newline_to_br }}", "<br />\nHello<br />\nthere<br />\n"},
		{"{{ 4 | plus: 2 }} {{ 183.357 | plus: 12 }} {{ 0.1 | plus: 0.2 }} {{ a.missing | plus: 1 }} {{ ' 12 ' | plus: 1 }}", "6 195.357 0.3 1 13"},
		{"{{ 'apples' | prepend: 'Some: ' }}", "Some: apples"},
		{"{{ 'rain, rain' | remove: 'rain' }}|{{ 'rain, rain' | remove_first: 'rain' }}|{{ 'rain, rain' | remove_last: 'rain' }}", ", |, rain|rain, "},
		{"{{ 'my my' | replace: 'my', 'your' }}|{{ 'my my' | replace_first: 'my', 'your' }}|{{ 'my my' | replace_last: 'my', 'your' }}", "your your|your my|my your"},
		{"{{ a.tags | reverse | join: ', ' }}", "new, vip"},
		{"{{ 1.2 | round }} {{ 2.7 | round }} {{ 183.357 | round: 2 }} {{ 2.5 | round }} {{ -2.5 | round }} {{ 2.675 | round: 2 }} {{ 1.005 | round: 2 }}", "1 3 183.36 3 -3 2.68 1.01"},
		{"{{ 'Ground control' | size }} {{ a.tags | size }} {{ a.text.size }} {{ a.tags.size }} {{ a.none.size }}", "14 2 5 2 0"},
		{"{{ 'Liquid' | slice: 0 }} {{ 'Liquid' | slice: 2 }} {{ 'Liquid' | slice: 2, 5 }} {{ 'Liquid' | slice: -3, 2 }} {{ 'Łódź' | slice: -2 }}", "L q quid ui d"},
		{"{{ 'John, Paul, George, Ringo' | split: ', ' | slice: 1, 2 | join }}[{{ 'a' | slice: 5, 2 }}]", "Paul George[]"},
		{"{{ 'zebra, octopus, giraffe, Sally Snake' | split: ', ' | sort | join: ', ' }}", "Sally Snake, giraffe, octopus, zebra"},
		{"{{ 'zebra, octopus, giraffe, Sally Snake' | split: ', ' | sort_natural | join: ', ' }}", "giraffe, octopus, Sally Snake, zebra"},
		{"{{ a.body.items | sort: 'price' | map: 'name' | join }} {{ a.body.items | sort_natural: 'name' | map: 'name' | join }}", "Tea Beer cake Beer cake Tea"},
		{"{{ 'Have <em>you</em> read <!-- this --><script>bad()</script>it?' | strip_html }} {{ '1 < 2' | strip_html }}", "Have you read it? 1 < 2"},
		{"{{ '\nHello\r\nthere\n' | strip_newlines }}", "Hellothere"},
		{"{{ a.body.items | sum: 'price' }} {{ '0.1 0.2' | split: ' ' | sum }} {{ a.none | sum }}", "19.75 0.3 0"},
		{"{{ 3 | times: 2 }} {{ 24 | times: 7 }} {{ 183.357 | times: 12 }} {{ 4.35 | times: 100 }} {{ a.price | times: 100 }} {{ '4.35' | times: 100 }}", "6 168 2200.284 435 435 435"},
		{"{{ 'Ground control to Major Tom.' | truncate: 20 }}|{{ 'Ground control to Major Tom.' | truncate: 25, ', and so on' }}|{{ 'Ground control to Major Tom.' | truncate: 20, '' }}",
			"Ground control to...|Ground control, and so on|Ground control to Ma"},
		{"{{ 'Ground control to Major Tom.' | truncatewords: 3 }}|{{ 'Ground control to Major Tom.' | truncatewords: 3, '--' }}", "Ground control to...|Ground control to--"},
		{"{{ 'ants, bugs, bees, bugs, ants' | split: ', ' | uniq | join: ', ' }} {{ a.body.items | uniq: 'kind' | size }}", "ants, bugs, bees 2"},
		{"{{ 'Parker Moore' | upcase }}", "PARKER MOORE"},
		{"{{ '%27Stop%21%27+said+Fred' | url_decode }} {{ 'john@liquid.com' | url_encode }} {{ 'Tetsuro Takara' | url_encode }}", "'Stop!' said Fred john%40liquid.com Tetsuro+Takara"},
		{"{{ a.body.items | where: 'in_stock' | map: 'name' | join }} {{ a.body.items | where: 'kind', 'food' | map: 'name' | join }}", "Tea Beer cake"},
		{"{{ 99999999999999999999 | plus: 1 }} {{ 1e3 }}", `problem: "1e3" cannot be read`},
		{"{{ 99999999999999999999 | plus: 1 }} {{ '1e3' | plus: 0 }} {{ 0.000001 | times: 1 }}", "100000000000000000000 1000 0.000001"},
		{"{{ 1 | divided_by: 3.0 | times: 3 }}", "1"},
	})
}

func TestTimesShowInTheZoneOfTheWorld(t *testing.T) {
	run(t, [][2]string{
		{"{{ a.time }}", "2026-07-02T00:30:00+02:00"},
		{"{{ a.time | date: '%d.%m. %H:%M %Z' }}", "02.07. 00:30 CEST"},
		{"{{ a.time | date: '%d.%m. %H:%M %Z', 'America/New_York' }}", "01.07. 18:30 EDT"},
		{"{{ a.time | date: '%H:%M', 'UTC' }}", "22:30"},
		{"{{ a.date | date: '%A, %-d %B %Y %H:%M' }}", "Sunday, 8 March 2026 00:00"},
		{"{{ a.date | date: '%F %H', 'America/Havana' }}", "2026-03-08 00"}, // a day without a midnight there
		{"{{ '2026-12-31' | date: '%j' }} {{ '2026-07-01T22:30:00Z' | date: '%F %R' }}", "365 2026-07-02 00:30"},
		{"{{ 'now' | date: '%F %R' }} {{ 'today' | date: '%a' }}", "2026-03-01 12:00 Sun"},
		{"[{{ a.missing | date: '%Y' }}]", "[]"},
		{"{{ a.text | date: '%Y' }}", `error: filter "date": it takes a time or a date`},
		{"{% if a.time > '2026-07-01T22:29:00Z' and a.time == '2026-07-01T18:30:00-04:00' %}yes{% endif %}", "yes"},
	})
}

func TestTags(t *testing.T) {
	run(t, [][2]string{
		{"a {{- a.text -}} b\n{%- if a.yes %} c {%- endif -%} d", "aHellob c" + "d"},
		{"{% assign n = a.name | upcase %}{{ n }} {{ n.size }}{% assign n = n | size %} {{ n }}", "ANN LEE 7 7"},
		{"{% capture line %}<{{ a.text }}>{% endcapture %}{{ line }}{{ line | size }}", "<Hello>7"},
		{"x{% comment %} {{ nothing | at: all }} {% comment %}{% endcomment %} it's {% endcomment %}y{% # it's nothing %}z", "xyz"},
		{"{% raw %}{{ a.text }} {% if %}{% endraw %}!", "{{ a.text }} {% if %}!"},
		{"x {%- raw -%} y {%- endraw -%} z", "xyz"},
		{"{{ '}}' }}{{ \"%}\" }}{{ 'it\"s' }}", `}}%}it"s`},
		{"{{\n  a.text\n  | upcase\n}}", "HELLO"},
		{"{% for tag in a.tags %}{{ forloop.index }}/{{ forloop.length }} {{ tag }}{% unless forloop.last %}, {% endunless %}{% endfor %}", "1/2 vip, 2/2 new"},
		{"{% for tag in a.tags reversed %}{{ tag }}{{ forloop.first }}{{ forloop.rindex0 }}{% endfor %}", "newtrue1vipfalse0"},
		{"{% for tag in a.none %}x{% else %}none{% endfor %}{% for tag in a.missing_list %}{% endfor %}", "problem: there is no a.missing_list"},
		{"{% for tag in a.none %}x{% else %}none{% endfor %}", "none"},
		{"{% for item in a.body.items limit: 2 offset: 1 %}{{ item.name }} {{ item.price }};{% endfor %}", "cake 12.25;Beer 4;"},
		{"{% for item in a.body.items %}{% if item.name == 'cake' %}{% continue %}{% endif %}{{ item.name }}{% endfor %}", "TeaBeer"},
		{"{% for item in a.body.items %}{% if item.name == 'cake' %}{% break %}{% endif %}{{ item.name }}{% endfor %}!", "Tea!"},
		{"{% for i in (1..3) %}{{ i }}{% for j in (i..3) %}.{{ j }}{{ forloop.index }}{% endfor %}{{ forloop.index }} {% endfor %}", "1.11.22.331 2.21.322 3.313 "},
		{"{% for i in (3..1) %}x{% endfor %}", ""},
		{"{% for c in a.body.id %}<{{ c }}>{% endfor %}", "<7>"},
		{"{% assign total = 0 %}{% for item in a.body.items %}{% assign total = total | plus: item.price %}{% endfor %}{{ total }}", "19.75"},
		{"{{ a.body.items[1].name }} {{ a.body.items[-1]['name'] }} {{ a.tags[0] }}{{ a.tags[7] }} {{ a.body.items.first.name }}", "cake Beer vip Tea"},
		{"{% unless a.missing %}no{% else %}yes{% endunless %}{% unless a.yes %}no{% else %}yes{% endunless %}", "noyes"},
		{"{% if a.missing %}1{% elsif a.number > 41.5 %}2{% else %}3{% endif %}", "2"},
		{"{% if a.empty == empty %}e{% endif %}{% if a.missing == nil %}n{% endif %}{% if a.missing == blank %}b{% endif %}{% if a.tags != empty %}t{% endif %}", "enbt"},
		{"{% if a.tags contains 'vip' and a.text contains 'ell' %}yes{% endif %}{% if a.tags contains 'v' %}no{% endif %}", "yes"},
		{"{% if a.no or a.missing or a.yes %}yes{% endif %}{% if a.yes and a.no %}no{% endif %}", "yes"},
		{"{% if a.number == 42 %}a{% endif %}{% if '42' == a.number %}b{% endif %}{% if a.number <= 42 %}c{% endif %}{% if a.text <> 'x' %}d{% endif %}{% if a.text < 'J' %}e{% endif %}", "acde"},
		{"{% case a.text %}{% when 'x', 'Hello' %}1{% when 'Hello' %}2{% else %}3{% endcase %}", "1"},
		{"{% case a.number %} {% when 1 or 42 %}1{% else %}3{% endcase %}", "1"},
		{"{% case a.missing %}{% when 'x' %}x{% else %}else{% endcase %}", "else"},
		{"{ {a} } }} %} {", "{ {a} } }} %} {"},
		{"\xff{{ a.text }}", "\uFFFDHello"},
	})
}

func TestProblems(t *testing.T) {
	run(t, [][2]string{
		{"{{ a.text", "problem: {{ … }} and {% … %} must be closed"},
		{"{% raw %}", "problem: {% raw %} needs {% endraw %}"},
		{"{% comment %}{% comment %}{% endcomment %}", "problem: {% comment %} needs {% endcomment %}"},
		{"{% if a.text %}", "problem: {% endif %} is missing"},
		{"{% for x in a.tags %}", "problem: {% endfor %} is missing"},
		{"{% endif %}", "problem: {% endif %} belongs to no tag before it"},
		{"{% include 'x' %}", `problem: the tag "include" cannot be used; use assign, capture, case, comment, for, if, raw and unless`},
		{"{% 1 %}", "problem: {% 1 %} is not a tag"},
		{"{% break %}", "problem: the tag break can be used only inside for"},
		{"{% assign = 1 %}", "problem: write assign like {% assign name = value %}"},
		{"{% assign a = 1 %}", `problem: the tag assign cannot change "a"`},
		{"{% for a in a.tags %}{% endfor %}", `problem: the tag for cannot change "a"`},
		{"{% for x of a.tags %}{% endfor %}", "problem: write for like {% for item in list %}"},
		{"{% for x in a.number %}{% endfor %}", `problem: the tag for needs a list, and "x in a.number" is not one`},
		{"{% for x in a.tags %}{{ x }}{% endfor %}{{ x }}", "problem: there is no x"},
		{"{{ a.text a.text }}", `problem: "a.text a.text" cannot be read`},
		{"{{ }}", "problem: a value or a condition is missing"},
		{"{% if %}{% endif %}", "problem: a value or a condition is missing"},
		{"{{ 'a }}", `problem: "'a" cannot be read`},
		{"{{ a.text | }}", `problem: there is no filter ""`},
		{"{{ a.text | shout }}", `problem: there is no filter "shout"`},
		{"{{ a.text | replace: 'x' }}", `problem: the filter "replace" takes 2 arguments`},
		{"{{ a.text | truncate: 1, 2, 3 }}", `problem: the filter "truncate" takes 0 to 2 arguments`},
		{"{{ a.text[0] }}", `problem: "a.text" is not a list, so [ ] cannot be used with it`},
		{"{% if a.yes and a.no or a.yes %}{% endif %}", "problem: \"a.yes and a.no or a.yes\" has `and` and `or` in one condition, which can be read in two ways; use one `if` inside another"},
		{strings.Repeat("{% if a.yes %}", 33) + strings.Repeat("{% endif %}", 33), "problem: tags are nested more than 32 levels deep"},
		{strings.Repeat("{% if a.yes %}", 32) + "x" + strings.Repeat("{% endif %}", 32), "x"},
		{"{{ a" + strings.Repeat("[a.body.items", 60) + strings.Repeat("]", 60) + " }}", `problem: "a` + strings.Repeat("[a.body.items", 7) + `[a.body.…" cannot be read; there is no a`},
		// what a filter cannot take, as far as it is known
		{"{{ 'x' | floor }}", `problem: the filter "floor": it takes a number`},
		{"{{ a.yes | plus: 1 }}", `problem: the filter "plus": it takes a number`},
		{"{{ a.number | plus: a.tags }}", `problem: the filter "plus": it takes a number`},
		{"{{ a.number | plus: 'x' }}", `problem: the filter "plus": it takes a number`},
		{"{{ a.time | times: 2 }}", `problem: the filter "times": it takes a number`},
		{"{{ a.number | modulo: 0 }}", `problem: the filter "modulo": division by zero`},
		{"{{ a.number | divided_by: 0.0 }}", `problem: the filter "divided_by": division by zero`},
		{"{{ a.number | date: '%Y' }}", `problem: the filter "date": it takes a time or a date`},
		{"{{ a.tags | date: '%Y' }}", `problem: the filter "date": it takes a time or a date`},
		{"{{ 'a' | date: '%Y' }}", `problem: the filter "date": it takes a time or a date`},
		{"{{ '2026-02-30' | date: '%Y' }}", `problem: the filter "date": it takes a time or a date`},
		{"{{ a.time | date: '%Q' }}", `problem: the filter "date": there is no %Q in formats`},
		{"{{ a.time | date: '%Y', 'Europe/Wien' }}", `problem: the filter "date": there is no time zone "Europe/Wien"; write one like Europe/Vienna`},
		{"{{ a.text | truncate: -1 }}", `problem: the filter "truncate": the length must be a number from 0 to 10000`},
		{"{{ a.number | round: 400 }}", `problem: the filter "round": the places must be a number from 0 to 9`},
		{"{{ a.text | sort }}", `problem: the filter "sort": it takes a list`},
		{"{{ a.text | size | join | plus: 1 | upcase | reverse }}", `problem: the filter "reverse": it takes a list`},
		{"{{ a.text | raw | upcase }}", `problem: the filter "raw" must be the last one, and in an output`},
	})
}

// Texts that were accepted before filters were checked still compile, and fail when they are rendered.
func TestLenientTextsFailWhereTheyAreRendered(t *testing.T) {
	lenient := options()
	lenient.Lenient = true
	for written, want := range map[string]string{
		"{{ a.yes | plus: 1 }}":                                        `filter "plus": it takes a number`,
		"{{ a.number | modulo: 0 }}":                                   `filter "modulo": division by zero`,
		"{{ a.number | date: '%Y' }}":                                  `filter "date": it takes a time or a date`,
		"{% if a.yes and a.no or a.yes %}{{ 'x' | floor }}{% endif %}": `filter "floor": it takes a number`,
	} {
		compiled, problems := template.Compile(written, lenient)
		if len(problems) > 0 {
			t.Errorf("%s: %v", written, problems)
			continue
		}
		if _, err := compiled.Render(template.World{Value: value}); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", written, err, want)
		}
	}
}

func TestRenderingIsBounded(t *testing.T) {
	const (
		long   = "more than 10000 characters or 1000 items"
		costly = "it takes too much work"
		output = "the result is longer than 10000 characters"
	)
	nested := func(n int, body string) string {
		return strings.Repeat("{% for i in a.many %}", n) + body + strings.Repeat("{% endfor %}", n)
	}
	for _, test := range []struct{ name, text, want string }{
		{"a loop in a loop", nested(2, ""), costly},
		{"five loops", nested(5, "{{ i }}"), costly},
		{"a loop that writes much", nested(1, "{{ a.long }}"), output},
		{"a loop that captures much", nested(1, "{% capture x %}{{ a.long }}{% endcapture %}"), costly},
		{"a capture that grows", `{% assign x = "x" %}` + nested(1, "{% capture x %}{{ x }}{{ x }}{% endcapture %}"), output},
		{"a text that grows", `{% assign x = "x" %}` + nested(1, "{% assign x = x | append: x %}"), `filter "append": ` + long},
		{"a list that grows", `{% assign x = a.tags %}` + nested(1, "{% assign x = x | concat: x %}"), `filter "concat": ` + long},
		{"a number that grows", `{% assign x = 3 %}` + nested(1, "{% assign x = x | times: x %}"), `filter "times": the result is out of range`},
		{"a fraction that grows", `{% assign x = 1.7 %}` + nested(1, "{% assign x = x | divided_by: 1.7 | plus: 1 %}") + "{{ x | floor }}", ""},
		{"sorting long texts", `{% assign x = a.many %}{% for i in a.many limit: 50 %}{% assign x = x | map: "y" %}{% endfor %}{% assign y = "" | split: "," %}` +
			`{% for i in a.many limit: 9 %}{% assign l = a.long | split: "~" %}{% assign y = y | concat: l %}{% endfor %}` + nested(1, "{% assign z = y | sort %}"), `filter "sort": ` + costly},
		{"tests of long texts", nested(1, "{% if "+strings.Repeat("a.long contains 'x' or ", 300)+"a.no %}{% endif %}"), costly},
		{"ranges that nobody goes through", nested(1, "{% for j in (1..999) %}{% break %}{% endfor %}{% for j in (1..999) %}{% break %}{% endfor %}"), costly},
		{"loops over nothing", nested(1, strings.Repeat("{% for j in a.none %}{% endfor %}", 30)), costly},
		{"a range", "{% for i in (1..1001) %}{% endfor %}", long},
		{"a large range", "{% for i in (1..99999999999) %}{% endfor %}", "a range goes from one whole number to another"},
		{"multiplying", "{{ a.number " + strings.Repeat("| times: 9999999999 ", 50) + "}}", `filter "times": the result is out of range`},
		{"many outputs", strings.Repeat("{{ a.missing }}", 600), ""},
		{"just enough", "{{ a.long }}" + strings.Repeat("x", 1000), ""},
		{"a little too much", "{{ a.long }}" + strings.Repeat("x", 1001), output},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := render(test.text)
			if test.want != "" && got != "error: "+test.want || test.want == "" && strings.HasPrefix(got, "error") {
				t.Errorf("got %.200q, want %q", got, test.want)
			}
		})
	}
}

func TestFiltersAreFound(t *testing.T) {
	names := template.Filters()
	if !slices.IsSorted(names) {
		t.Error("they are not sorted, and so not found")
	}
	for name := range strings.FieldsSeq(`abs append at_least at_most capitalize ceil compact concat date default divided_by downcase
		escape escape_once first floor join json last lstrip map minus modulo newline_to_br plus prepend raw remove remove_first
		remove_last replace replace_first replace_last reverse round rstrip size slice sort sort_natural split strip strip_html
		strip_newlines sum times truncate truncatewords uniq upcase url_decode url_encode where`) {
		if !slices.Contains(names, name) {
			t.Errorf("there is no %s", name)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"{{ a.text | default: 'x' | truncate: 3, '…' }}", "{% for x in a.body.items limit: 2 %}{{ x.price | times: 3 }}{% else %}{% endfor %}",
		"{% case a.text %}{% when 1, 2 %}{% else %}{% endcase %}", "{%- raw -%}{{{%- endraw -%}", "{% comment %}{% endcomment %}",
		"{% capture x %}{{ a.tags | sort | join: x }}{% endcapture %}{{ x }}", "{% if a.yes and a.no or 1 <= 2.5 %}{% elsif 'x' %}{% endif %}",
		"{{ a.date | date: '%F', 'UTC' }}{{ (1..3) | json }}{{ a.body.items[a.number]['x'].y }}", "{{ '\"' }}{{-}}{%%}", "{{ a.number | round: 2 | raw }}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, written string) {
		for _, lenient := range []bool{false, true} {
			with := options()
			with.Lenient = lenient
			compiled, problems := template.Compile(written, with)
			if (compiled == nil) != (len(problems) > 0) {
				t.Fatalf("%v, with %v", compiled, problems)
			}
			if compiled == nil {
				continue
			}
			rendered, err := compiled.Render(template.World{Value: value, Now: time.Unix(0, 0)})
			if err == nil && len([]rune(rendered)) > template.MaxText {
				t.Fatalf("%d characters", len(rendered))
			}
		}
	})
}

func BenchmarkRender(b *testing.B) {
	compiled, problems := template.Compile("Hi {{ a.name | default: 'there' }}, what is this about?", options())
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := compiled.Render(template.World{Value: func(int) any { return "Ann" }}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestOutputsThatShowNothingSayWhichVariablesTheyRead(t *testing.T) {
	t.Parallel()
	values := []any{nil, "", "Ada", []string{}}
	resolve := func(path []string) (template.Variable, string) {
		return template.Variable{Key: map[string]int{"none": 0, "void": 1, "name": 2, "items": 3}[path[0]], Used: 1}, ""
	}
	for written, want := range map[string]string{
		"{{ none }}{{ void }}{{ name }}{{ items }}": "[0] [1] [3]",
		"{{ none | upcase }}":                       "[0]",
		"{{ none | default: name }}":                "",
		"{{ none | default: void }}":                "[0 1]",
		"{% if none %}{{ void }}{% endif %}":        "",
		"{% capture c %}{{ none }}{% endcapture %}": "[0]",
		"{{ none }}{{ 'text' }}{{ '' }}":            "[0]",
	} {
		compiled, problems := template.Compile(written, template.Options{Resolve: resolve, Reserved: func(string) bool { return false }})
		if len(problems) > 0 {
			t.Errorf("%s: %v", written, problems)
			continue
		}
		var missing []string
		_, err := compiled.RenderParts(template.World{Value: func(key int) any { return values[key] }, Missing: func(keys []int) { missing = append(missing, fmt.Sprint(keys)) }})
		if got := strings.Join(missing, " "); err != nil || got != want {
			t.Errorf("%s: missing %s, want %s; %v", written, got, want, err)
		}
	}
}
