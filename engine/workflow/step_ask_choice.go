package workflow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"foyer/engine/workflow/template"
	"foyer/inbox"
)

// choiceDocument is a choice in a document: a text, or {value, text} if the text that is shown is not the value that is
// saved.
type choiceDocument struct {
	Value string         `json:"value"`
	Text  phraseDocument `json:"text"`
}

// UnmarshalJSON reads a text or an object.
func (c *choiceDocument) UnmarshalJSON(data []byte) error {
	type plain choiceDocument
	err := textOr((*plain)(c), &c.Value, data)
	if c.Text.text == "" && c.Text.languages == nil {
		c.Text.text = c.Value
	}
	return err
}

// choice is an answer that a question offers.
type choice struct {
	value string
	text  phrase
}

// choices compiles the choices and reports their problems.
func (s *stepCompiler) choices(at path, doc askDocument) []choice {
	if doc.Answer != answerChoice {
		if doc.Choices != nil {
			s.add(at.to("choices"), "choices can be used with the answer %q only", answerChoice)
		}
		return nil
	}
	if len(doc.Choices) == 0 {
		s.add(at, "a question with the answer `choice` needs `choices`")
	}
	var choices []choice
	seen, spoken := map[string]int{}, map[string]int{}
	for i, written := range doc.Choices {
		place := at.to("choices", i)
		folded := fold(strings.TrimSpace(written.Value))
		if folded == "" || written.Text.blank() {
			s.add(place, "write the text of the choice: it is empty")
		}
		if !template.Plain(written.Value) {
			s.add(place, "the value of a choice cannot contain Liquid; write {value, text}, of which the text can")
		}
		if first, twice := seen[folded]; twice {
			s.add(place, "this choice is the same as choice %d", first+1)
		} else if first, twice := spoken[inbox.FoldSpoken(written.Value)]; twice {
			s.forbid(place, "this choice is the same as choice %d", first+1)
		}
		seen[folded], spoken[inbox.FoldSpoken(written.Value)] = i, i
		shown := place
		if _, object := s.source.lookup(place).(map[string]any); object {
			shown = place.to("text")
		}
		choices = append(choices, choice{value: written.Value, text: s.phrase(shown, written.Text)})
	}
	s.checkShown(at, choices)
	return choices
}

// choose returns the value of the choice that an answer means: by its text in the contact's language, by its value, or
// by its number.
func choose(choices []choice, written string, env environment) (any, bool) {
	said := inbox.FoldSpoken(written)
	for _, c := range choices {
		shown, err := c.text.render(env)
		if err == nil && inbox.FoldSpoken(shown) == said {
			return c.value, true
		}
	}
	for _, c := range choices {
		if inbox.FoldSpoken(c.value) == said {
			return c.value, true
		}
	}
	bare := bareNumber(written)
	if bare != strings.TrimSpace(written) && bare != "" {
		return choose(choices, bare, env)
	}
	number, err := strconv.Atoi(bare)
	if err != nil || number < 1 || number > len(choices) {
		return nil, false
	}
	return choices[number-1].value, true
}

// checkShown reports choices that show the same text in a language, since an answer would always mean the first.
func (s *stepCompiler) checkShown(at path, choices []choice) {
	for _, tag := range shownLanguages(choices) {
		seen := map[string]int{}
		for i, c := range choices {
			shown := c.text.in(tag)
			if !shown.isConstant() || shown.constant == "" {
				continue
			}
			said := inbox.FoldSpoken(shown.constant)
			if first, twice := seen[said]; twice && inbox.FoldSpoken(choices[first].value) != inbox.FoldSpoken(c.value) {
				s.forbid(at.to("choices", i), "this choice shows the same text as choice %d", first+1)
				return
			} else if !twice {
				seen[said] = i
			}
		}
	}
}

// shownLanguages returns the languages of the choices' texts, sorted, and "", which has no text of its own.
func shownLanguages(choices []choice) []string {
	tags := []string{""}
	for _, c := range choices {
		tags = append(tags, sortedKeys(c.text.languages)...)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// Message returns the question as a text for channels without buttons, followed by its numbered choices.
func (a Ask) Message() string {
	var b strings.Builder
	b.WriteString(a.Text)
	for i, shown := range a.Choices {
		fmt.Fprintf(&b, "\n%d. %s", i+1, shown)
	}
	return b.String()
}
