package workflow

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"foyer/inbox"
)

// phrase is what a contact reads: a text, or one for each of several languages.
type phrase struct {
	other     text            // for whom there is no text in their language
	languages map[string]text // by inbox.LanguageKey; nil where there is one text for all
}

// The languages of a phrase for whom it has no text: of the first of these that it has.
const (
	phraseDefault = "default"
	phraseEnglish = "en"
)

// languageField is what chooses among the texts of a phrase.
const languageField = "contact.language"

// phraseDocument is a phrase as it is written: "Hi", or {en: "Hi", de: "Hallo"}.
type phraseDocument struct {
	text      string
	languages map[string]string
}

// UnmarshalJSON reads either.
func (p *phraseDocument) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("{")) {
		return json.Unmarshal(data, &p.languages)
	}
	return json.Unmarshal(data, &p.text)
}

// blank reports whether it says nothing, in one language at least.
func (p phraseDocument) blank() bool {
	if p.languages == nil {
		return strings.TrimSpace(p.text) == ""
	}
	for _, written := range p.languages {
		if strings.TrimSpace(written) == "" {
			return true
		}
	}
	return false
}

// phrase compiles a phrase and reports what does not hold.
func (s *stepCompiler) phrase(at path, written phraseDocument) phrase {
	if written.languages == nil {
		return phrase{other: s.text(at, written.text)}
	}
	compiled := phrase{languages: make(map[string]text, len(written.languages))}
	for _, tag := range slices.Sorted(maps.Keys(written.languages)) {
		compiled.languages[inbox.LanguageKey(tag)] = s.text(at.to(tag), written.languages[tag])
	}
	other, ok := compiled.languages[phraseDefault]
	if !ok {
		other, ok = compiled.languages[phraseEnglish]
	}
	if !ok {
		s.add(at, "a text in several languages needs the key %q or %q, for everyone else", phraseDefault, phraseEnglish)
	}
	compiled.other = other
	s.needs[languageField] = struct{}{}
	return compiled
}

// render returns the text in the contact's language.
func (p phrase) render(env environment) (string, error) {
	if p.languages == nil {
		return p.other.render(env)
	}
	return p.in(env.language()).render(env)
}

// in returns the text for a language: its own (de-AT), else that of the one it belongs to (de), else the other.
func (p phrase) in(tag string) text {
	if chosen, ok := p.languages[tag]; ok && tag != phraseDefault {
		return chosen // as a rule: tags are kept in their canonical form
	}
	for tag = inbox.LanguageKey(tag); tag != "" && tag != phraseDefault; {
		if chosen, ok := p.languages[tag]; ok {
			return chosen
		}
		tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	}
	return p.other
}

// language returns the contact's language as it is kept; empty where it is not known.
func (e environment) language() string {
	tag, _ := e.facts.Contact["language"].(string)
	return tag
}
