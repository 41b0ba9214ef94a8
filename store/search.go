package store

import (
	"strings"
	"time"
	"unicode"

	"foyer/inbox"
)

// maxSearchTerms is how many different words of a search are looked for: each takes time that grows with how often it was
// written.
const maxSearchTerms = 8

// searchRow is a change of the full-text index.
type searchRow struct {
	by           *job // the job it is from, once its function has succeeded
	doc          int64
	text         string
	conversation inbox.ConversationID
	contact      inbox.ContactID
}

// Index puts a document into the full-text index, in place of the one with its number. It is written at the end of the batch:
// no function of the same batch finds it.
func (tx *Tx) Index(doc int64, text string, conversation inbox.ConversationID, contact inbox.ContactID) {
	tx.search = append(tx.search, searchRow{doc: doc, text: text, conversation: conversation, contact: contact})
}

// storeSearch writes the batch's changes of the full-text index, once for all functions: in each function's savepoint FTS4
// would write out its pending terms again.
func (w *writer) storeSearch() error {
	newest := make(map[int64]int, len(w.search))
	for i, change := range w.search {
		newest[change.doc] = i
	}
	for i, change := range w.search {
		if newest[change.doc] != i {
			continue // changed again later
		}
		began := time.Now()
		_, err := w.conn.exec(`INSERT OR REPLACE INTO search (docid, text, conversation_id, contact_id) VALUES (?, ?, ?, ?)`,
			change.doc, change.text, int64(change.conversation), int64(change.contact))
		w.ran(change.by, time.Since(began))
		if err != nil {
			return err
		}
	}
	return nil
}

// MatchExpression returns the expression for MATCH that finds what a person typed: documents with every word, the last one as
// the beginning of a word. Only the first maxSearchTerms different words count. It is empty if there is no word: then there
// is nothing to look for.
func MatchExpression(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
	seen := make(map[string]bool, maxSearchTerms)
	var match strings.Builder
	for i, word := range words {
		folded := strings.ToLower(word)
		if seen[folded] || len(seen) == maxSearchTerms {
			continue // where a word is found whole, it is found as a beginning too
		}
		seen[folded] = true
		if match.Len() > 0 {
			match.WriteByte(' ')
		}
		match.WriteString(`"` + word)
		if i == len(words)-1 {
			match.WriteByte('*')
		}
		match.WriteByte('"')
	}
	return match.String()
}
