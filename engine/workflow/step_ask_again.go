package workflow

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"

	"foyer/inbox"
)

// wanted is what a question says it wants when it is asked again.
type wanted struct {
	kind      string // the kind of answer, or one of those below
	low, high any    // the bounds, or nil if the sentence names none
}

// What is wanted besides a kind of answer.
const (
	wantedBetween = " between" // after a kind: one with both bounds
	wantedOther   = "other"    // another answer, since the field or a tag cannot hold this one
)

// newWanted returns what a question wants: its kind of answer, within its bounds.
func newWanted(doc askDocument) wanted {
	w := wanted{kind: doc.Answer}
	if doc.Min != nil && doc.Max != nil {
		w.low, w.high = shownBound(doc.Min), shownBound(doc.Max)
		if doc.Answer == answerNumber || doc.Answer == answerDate {
			w.kind += wantedBetween
		}
	}
	return w
}

func shownBound(written any) any {
	if n, ok := written.(float64); ok && !math.IsNaN(n) {
		return formatNumber(n)
	}
	return written
}

//go:embed step_ask_again.json
var sentencesText []byte

// sentences are what a question says first when it is asked again: by what it wants, then by language.
var sentences = sync.OnceValue(func() map[string]map[string]string {
	var parsed map[string]map[string]string
	if err := json.Unmarshal(sentencesText, &parsed); err != nil {
		panic(err) // a test reads the file
	}
	return parsed
})

// sentence says what is wanted, in the contact's language if the file has it, otherwise in English.
func (w wanted) sentence(env environment) string {
	base, _, _ := strings.Cut(inbox.LanguageKey(env.language()), "-") // de for de-AT
	said, ok := sentences()[w.kind][base]
	if !ok {
		said = sentences()[w.kind][phraseEnglish]
	}
	if w.low == nil {
		return said
	}
	return fmt.Sprintf(said, w.low, w.high)
}
