package workflow_test

import (
	"fmt"
	"strings"
	"testing"

	"foyer/engine/workflow"
)

// reply returns what a question with these members saves when a contact who speaks a language answers it, or nil if the
// answer is not valid.
func reply(t *testing.T, ask, answer, language string) any {
	t.Helper()
	definition := mustCompile(t, steps(`{"key": "a", "ask": {"text": "?", `+ask+`, "retries": 0, "saveTo": {"variable": "v"}}}`))
	input := workflow.Input{Now: noon, Facts: fact("contact.language", language)}
	state, _ := workflow.Advance(definition, workflow.State{}, input)
	input.Outcome = answered(answer)
	state, _ = workflow.Advance(definition, state, input)
	return state.Variables["v"]
}

func TestAnswersInDigitsOfEveryScript(t *testing.T) {
	const number, rating, date, choice = `"answer": "number"`, `"answer": "rating"`, `"answer": "date"`, `"answer": "choice", "choices": ["a", "b", "c"]`
	for _, test := range []struct {
		ask, answer string
		want        any
	}{
		{number, "١٢٣", 123.0}, {number, "۱۲۳", 123.0}, {number, "१२३", 123.0}, {number, "১২৩", 123.0}, {number, "１２３", 123.0},
		{number, "๑๒๓", 123.0}, {number, "١٢٫٥", 12.5}, {number, "١٬٢٣٤٬٥٦٧٫٥", 1234567.5}, {number, "12️⃣", 12.0}, {number, "−5", -5.0},
		{number, "–5", -5.0}, {number, "－5", -5.0}, {number, "\u200f-٥\u200f", -5.0}, {number, "＋5", 5.0}, {number, "②", 2.0}, {number, "一", nil},
		{rating, "٤", 4.0}, {rating, "４", 4.0}, {rating, "५", 5.0}, {rating, "4️⃣", 4.0}, {rating, "④", 4.0}, {rating, "٦", nil},
		{date, "٣١/١٢/٢٠٢٦", "2026-12-31"}, {date, "۲۰۲۶-۱۲-۳۱", "2026-12-31"}, {date, "２０２６年１２月３１日", "2026-12-31"}, {date, "३१.१२.२०२६", "2026-12-31"},
		{choice, "٢", "b"}, {choice, "２", "b"}, {choice, "২", "b"}, {choice, "②", "b"}, {choice, "2️⃣", "b"}, {choice, "๒.", "b"}, {choice, "٤", nil},
	} {
		if got := reply(t, test.ask, test.answer, ""); got != test.want {
			t.Errorf("%s of %q: got %v, want %v", test.ask, test.answer, got, test.want)
		}
	}
}

func TestNumbersAsPeopleWriteThem(t *testing.T) {
	for _, test := range []struct {
		answer, language string
		want             any
	}{
		// clear whatever the language
		{"1.234,56", "", 1234.56}, {"1,234.56", "", 1234.56}, {"1.234.567", "", 1234567.0}, {"1,234,567", "", 1234567.0},
		{"12,34,567.5", "", 1234567.5}, {"1 234 567,5", "", 1234567.5}, {"1\u202f234,5", "", 1234.5}, {"1'234.50", "", 1234.5}, {"1’234’567", "", 1234567.0},
		{"12,5", "", 12.5}, {"12.50", "", 12.5}, {"0,125", "", 0.125}, {"1234,567", "", 1234.567}, {"-1.234,5", "", -1234.5},
		{"3)", "", 3.0}, {"#1", "", 1.0}, {"(3)", "", 3.0}, {"3.", "", 3.0}, {"No. 3", "", 3.0}, {"№ 3", "", 3.0},
		// clear by the language
		{"1.500", "", nil}, {"1.500", "de", 1500.0}, {"1.500", "de-AT", 1500.0}, {"1.500", "it", 1500.0}, {"1.500", "es", 1500.0}, {"1.500", "en", 1.5},
		{"1.500", "en-GB", 1.5}, {"1.500", "es-MX", 1.5}, {"1.500", "zh", 1.5}, {"1.500", "de-CH", 1.5}, {"1.500", "fr", nil}, {"1.500", "german", nil},
		{"1,500", "", nil}, {"1,500", "de", 1.5}, {"1,500", "fr", 1.5}, {"1,500", "ru", 1.5}, {"1,500", "en", 1500.0}, {"1,500", "en_US", 1500.0},
		{"1,500", "hi", 1500.0}, {"-1,500", "en", -1500.0}, {"0.500", "de", 0.5}, {"1,5", "en", 1.5},
		// none
		{"1.23.456", "de", nil}, {"1,2345,678", "", nil}, {"1.234,56,7", "", nil}, {"12 34", "", nil}, {"1..5", "", nil}, {"5/5", "", nil}, {"1e3", "", nil},
		{"Infinity", "", nil}, {"0x10", "", nil}, {"", "", nil}, {"--5", "", nil}, {"1.234,567.8", "", nil}, {strings.Repeat("9", 400), "", nil}, {"five", "en", nil},
	} {
		if got := reply(t, `"answer": "number"`, test.answer, test.language); got != test.want {
			t.Errorf("%q in %q: got %v, want %v", test.answer, test.language, got, test.want)
		}
	}
}

func TestRatingsAsPeopleWriteThem(t *testing.T) {
	for _, test := range []struct {
		ask, answer string
		want        any
	}{
		{`"answer": "rating"`, "5/5", 5.0}, {`"answer": "rating"`, "4 / 5", 4.0}, {`"answer": "rating"`, "٤/٥", 4.0}, {`"answer": "rating"`, "4⁄5", 4.0},
		{`"answer": "rating"`, "8/10", nil}, {`"answer": "rating"`, "5/", nil}, {`"answer": "rating"`, "6/5", nil}, {`"answer": "rating", "max": 10`, "8/10", 8.0},
		{`"answer": "rating"`, "5)", 5.0}, {`"answer": "rating"`, "#5", 5.0}, {`"answer": "rating"`, "5.", 5.0}, {`"answer": "rating"`, "⭐ ⭐ ⭐", 3.0},
		{`"answer": "rating"`, "⭐️⭐️", 2.0}, {`"answer": "rating"`, "🌟", 1.0}, {`"answer": "rating"`, "4.0", 4.0}, {`"answer": "rating"`, "4.5", nil}, {`"answer": "rating"`, "", nil},
	} {
		if got := reply(t, test.ask, test.answer, "en"); got != test.want {
			t.Errorf("%s of %q: got %v, want %v", test.ask, test.answer, got, test.want)
		}
	}
}

func TestDatesAsPeopleWriteThem(t *testing.T) {
	const day = "2026-12-31"
	for _, test := range []struct {
		answer, language string
		want             any
	}{
		{"31. Dezember 2026", "de", day}, {"31. Dezember 2026", "", day}, {"31 December 2026", "en", day}, {"December 31, 2026", "en-US", day},
		{"Dec 31st 2026", "en", day}, {"the 31st of December, 2026", "en", day}, {"31 dic. 2026", "es", day}, {"31 de diciembre de 2026", "es", day},
		{"31 dicembre 2026", "it", day}, {"31 décembre 2026", "fr", day}, {"31 DÉC. 2026", "fr", day}, {"31 de\u0301cembre 2026", "fr", day}, {"2026年12月31日", "zh", day},
		{"2026 年 12 月 31 日", "zh", day}, {"1er mars 2026", "fr", "2026-03-01"}, {"1º marzo 2026", "it", "2026-03-01"}, {"3. März 2026", "de", "2026-03-03"},
		{"3. Jänner 2026", "de-AT", "2026-01-03"}, {"29 Feb 2028", "en", "2028-02-29"}, {"29 Feb 2026", "en", nil}, {"31 Foo 2026", "en", nil},
		{"31 December", "en", nil}, {"December 2026", "en", nil}, {"31 December 26", "en", nil}, {"31 Dec Jan 2026", "en", nil}, {"2026 2026 31 Dec", "en", nil},
		{"03/04/2026", "", nil}, {"03/04/2026", "en", nil}, {"03/04/2026", "en-US", "2026-03-04"}, {"03/04/2026", "en-GB", "2026-04-03"}, {"03/04/2026", "de", "2026-04-03"},
		{"03-04-2026", "nl", "2026-04-03"}, {"03/04/2026", "fr-CA", "2026-04-03"}, {"03/04/2026", "en-CA", nil}, {"03/04/2026", "zh", nil}, {"03/04/2026", "german", nil},
		{"31/12/2026", "en-US", day}, {"12/31/2026", "de", day}, {"3.4.2026", "en-US", "2026-04-03"}, {"0000-01-01", "", nil}, {"2026-13-01", "", nil}, {"−5", "", nil},
	} {
		if got := reply(t, `"answer": "date"`, test.answer, test.language); got != test.want {
			t.Errorf("%q in %q: got %v, want %v", test.answer, test.language, got, test.want)
		}
	}
}

func TestChoicesAsPeopleSayThem(t *testing.T) {
	const choices = `"answer": "choice", "choices": ["Yes!", {"value": "no", "text": {"en": "No, I can’t", "iw": "לא"}}, "👍🏽 Good", "❤️", "C#", "C", "Wi-Fi"]`
	for _, test := range []struct {
		answer, language string
		want             any
	}{
		{"yes", "en", "Yes!"}, {"YES.", "en", "Yes!"}, {"yes…", "en", "Yes!"}, {" Yes !", "en", "Yes!"}, {"\u200fYes\u200f", "en", "Yes!"}, {"¡Yes!", "en", "Yes!"},
		{"no, i can't", "en", "no"}, {"No, I can‘t.", "en", "no"}, {"לא", "he", "no"}, {"לא\u200f.", "he-IL", "no"}, {"לא", "iw", "no"}, {"לא", "en", nil},
		{"👍 good", "en", "👍🏽 Good"}, {"👍🏿 Good", "en", "👍🏽 Good"}, {"❤", "en", "❤️"}, {"c#", "en", "C#"}, {"c", "en", "C"}, {"Wi-Fi?", "en", "Wi-Fi"},
		{"1", "en", "Yes!"}, {"2)", "en", "no"}, {"#3", "en", "👍🏽 Good"}, {"(4)", "en", "❤️"}, {"5.", "en", "C#"}, {"No. 7", "en", "Wi-Fi"},
		{"8", "en", nil}, {"0", "en", nil}, {"-1", "en", nil}, {"1.5", "en", nil}, {"maybe", "en", nil}, {"", "en", nil}, {".", "en", nil}, {"1/7", "en", nil},
	} {
		if got := reply(t, choices, test.answer, test.language); got != test.want {
			t.Errorf("%q in %q: got %v, want %v", test.answer, test.language, got, test.want)
		}
	}
}

func TestChoicesThatShowTheSameTextAreAProblem(t *testing.T) {
	const same = `step "a": steps.0.ask.choices.1: This choice shows the same text as choice 1.`
	for choices, want := range map[string]string{
		`{"value": "a", "text": "Yes"}, {"value": "b", "text": "yes!"}`:                                  same,
		`{"value": "a", "text": "👍🏽"}, {"value": "b", "text": "👍"}`:                                      same,
		`{"value": "a", "text": "can’t"}, {"value": "b", "text": "can't"}`:                               same,
		`{"value": "a", "text": {"en": "x", "de": "z"}}, {"value": "b", "text": {"en": "y", "de": "Z"}}`: same,
		`{"value": "a", "text": {"en": "x", "de": "z"}}, {"value": "b", "text": "z"}`:                    same,
		`"Yes", "Yes!"`: `step "a": steps.0.ask.choices.1: This choice is the same as choice 1.`,
		`{"value": "a", "text": {"en": "x", "de": "z"}}, {"value": "b", "text": {"en": "z", "de": "x"}}`: "",
		`{"value": "a", "text": "{{ contact.email }}"}, {"value": "b", "text": "{{ contact.email }}"}`:   "",
		`"C", "C#", "C++"`: "",
	} {
		_, problems := workflow.Compile([]byte(steps(`{"key": "a", "ask": {"text": "?", "answer": "choice", "choices": [`+choices+`]}}`)), office{})
		if got := strings.Join(lines(problems), "\n"); got != want {
			t.Errorf("%s: got %s", choices, got)
		}
	}
}

func TestAQuestionThatIsAskedAgainSaysWhy(t *testing.T) {
	for _, test := range []struct{ ask, answer, language, want string }{
		{`"answer": "number"`, "five", "en", "Please answer with a number in digits, such as 12.5.\n?"},
		{`"answer": "number", "min": 1, "max": 2.5`, "5", "de-AT", "Bitte antworten Sie mit einer Zahl von 1 bis 2.5.\n?"},
		{`"answer": "rating"`, "6", "it", "Rispondi con un numero intero da 1 a 5.\n?"},
		{`"answer": "rating", "max": 10`, "11", "fr", "Veuillez répondre par un nombre entier de 1 à 10.\n?"},
		{`"answer": "date"`, "03/04/2026", "es", ""},
		{`"answer": "date"`, "soon", "es-MX", "Responde con una fecha, por ejemplo 31.12.2026.\n?"},
		{`"answer": "date", "min": "2026-01-01", "max": "2026-12-31"`, "2027-01-01", "zh", "请用 2026-01-01 到 2026-12-31 之间的日期回答，按此格式书写。\n?"},
		{`"answer": "choice", "choices": ["a", "b"]`, "c", "pl", "Please answer with one of the choices or its number.\n?"},
		{`"answer": "text", "min": 3`, "ab", "en", "Please answer with a text of 3 to 10000 characters.\n?"},
		{`"answer": "email"`, "n/a", "", "Please answer with an email address, such as name@example.com.\n?"},
		{`"answer": "number", "retryText": "Again!"`, "five", "en", "Again!"},
	} {
		definition := mustCompile(t, steps(`{"key": "a", "ask": {"text": "?", `+test.ask+`}}`))
		input := workflow.Input{Now: noon, Facts: fact("contact.language", test.language)}
		state, _ := workflow.Advance(definition, workflow.State{}, input)
		input.Outcome = answered(test.answer)
		state, result := workflow.Advance(definition, state, input)
		again, _ := result.Effect.(workflow.Ask)
		if again.Text != test.want {
			t.Errorf("%s of %q: got %q, want %q", test.ask, test.answer, again.Text, test.want)
		}
		if test.want != "" && (state.Detail["reason"] == nil || state.Detail["text"] != test.want) {
			t.Errorf("%s: the log says %v", test.ask, state.Detail)
		}
	}
	long := mustCompile(t, steps(`{"key": "a", "ask": {"answer": "number", "text": "`+strings.Repeat("x", 9_990)+`"}}`))
	state, _ := workflow.Advance(long, workflow.State{}, workflow.Input{Now: noon})
	_, result := workflow.Advance(long, state, workflow.Input{Now: noon, Outcome: answered("x")})
	if again, ok := result.Effect.(workflow.Ask); !ok || len(again.Text) != 9_990 {
		t.Errorf("a question as long as can be: %s", fmt.Sprint(result)[:100])
	}
}
