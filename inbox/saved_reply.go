package inbox

import "strings"

// SavedReply is a text that agents insert into what they write, in one or several languages.
type SavedReply struct {
	ID        SavedReplyID
	TeamID    *TeamID // nil: for everybody
	Shortcut  string  // what agents type to find it, without a slash in front
	Title     string
	Texts     []SavedReplyText // at least one; the first is for whoever speaks none of the languages
	FileIDs   []FileID         `db:"files"`
	Uses      int32
	UsedAt    *Time
	CreatedAt Time
	UpdatedAt Time // every change has a later one than the last
}

// SavedReplyText is the text of a saved reply in a language.
type SavedReplyText struct {
	Language string `json:"language"` // BCP 47
	Text     string `json:"text"`
}

// TextFor returns the text for somebody who speaks a language, or nil if that is not known: the one in the language itself,
// otherwise in what is left of its tag without its last parts (de for de-AT), otherwise in another form of the same language
// (de-DE), otherwise the first.
func (r *SavedReply) TextFor(language *string) SavedReplyText {
	if language == nil {
		return r.Texts[0]
	}
	key := LanguageKey(*language)
	for tag, more := key, true; more; {
		for _, t := range r.Texts {
			if LanguageKey(t.Language) == tag {
				return t
			}
		}
		end := strings.LastIndexByte(tag, '-')
		if more = end > 0; more {
			tag = tag[:end]
		}
	}
	base, _, _ := strings.Cut(key, "-")
	for _, t := range r.Texts {
		if strings.HasPrefix(LanguageKey(t.Language), base+"-") {
			return t
		}
	}
	return r.Texts[0]
}
