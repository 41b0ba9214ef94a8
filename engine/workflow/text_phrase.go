package workflow

import (
	"strings"

	"foyer/inbox"
)

// phrase is a text that a contact reads, in one or in several languages.
type phrase struct {
	other     text            // for contacts whose language has no text
	languages map[string]text // by inbox.LanguageKey; nil if there is one text for all
}

// The languages that stand in for one that a phrase does not have: the first of these that it has.
const (
	phraseDefault = "default"
	phraseEnglish = "en"
)

// languageField is the field that selects the language of a phrase.
const languageField = "contact.language"

// phraseDocument is a phrase in a document: "Hi", or {en: "Hi", de: "Hallo"}.
type phraseDocument struct {
	text      string
	languages map[string]string
}

// UnmarshalJSON reads a text or an object.
func (p *phraseDocument) UnmarshalJSON(data []byte) error {
	return textOr(&p.languages, &p.text, data)
}

// blank reports whether the phrase is blank in any language.
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

// phrase compiles a phrase and reports its problems.
func (s *stepCompiler) phrase(at path, written phraseDocument) phrase {
	if written.languages == nil {
		return phrase{other: s.text(at, written.text)}
	}
	compiled := phrase{languages: make(map[string]text, len(written.languages))}
	for _, tag := range sortedKeys(written.languages) {
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

// in returns the text for a language: its own (de-AT), else that of the wider language (de), else the text for all
// others.
func (p phrase) in(tag string) text {
	if chosen, ok := p.languages[tag]; ok && tag != phraseDefault {
		return chosen // the usual case, since contacts have canonical tags
	}
	for tag = inbox.LanguageKey(tag); tag != "" && tag != phraseDefault; {
		if chosen, ok := p.languages[tag]; ok {
			return chosen
		}
		tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	}
	return p.other
}

// language returns the contact's language, or "" if it is not known.
func (e environment) language() string {
	tag, _ := e.facts.Contact["language"].(string)
	return tag
}
