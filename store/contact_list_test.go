package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
)

// contactsAmong stores n contacts. The oldest has the tag "old" and the name Ada, all others have the tag "new".
func contactsAmong(t *testing.T, db *DB, n int) {
	t.Helper()
	index(t, db, func(tx *Tx) {
		for i := range n {
			c := &inbox.Contact{FirstName: new("Ben"), Tags: []string{"new"}, FirstIdentity: new(fmt.Sprint(i))}
			if i == 0 {
				c.FirstName, c.Tags, c.Email, c.LifecycleStage = new("Ada"), []string{"old"}, new("ada@example.com"), new("lead")
			}
			if err := tx.InsertContact(c); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestAContactPageLooksAtABoundedNumber(t *testing.T) {
	db := openTest(t)
	contactsAmong(t, db, scanLimit+10)
	for name, c := range map[string]struct {
		filter ContactFilter
		pages  []int // the number of contacts on each page
		count  int
	}{
		"a tag that one has":            {ContactFilter{Tags: []string{"old"}}, []int{0, 1}, 10_001},
		"blocked":                       {ContactFilter{Blocked: new(true)}, []int{0, 0}, 10_001},
		"a name that one has":           {ContactFilter{Search: "ada"}, []int{1}, 1},
		"a name that all but one have":  {ContactFilter{Search: "ben", Tags: []string{"old"}}, []int{0, 0}, 10_001},
		"a tag and an email":            {ContactFilter{Tags: []string{"old"}, Emails: []string{"ada@example.com"}}, []int{1}, 1},
		"a tag and a stage":             {ContactFilter{Tags: []string{"new"}, LifecycleStages: []string{"lead"}}, []int{0}, 0},
		"a name that says nothing":      {ContactFilter{Search: "!?"}, []int{0}, 0},
		"a tag of the newest, in order": {ContactFilter{Tags: []string{"new"}, Search: "ben"}, []int{26, 26}, 10_001},
	} {
		var pages []int
		before := inbox.ContactID(0)
		for range c.pages {
			page, err := View(t.Context(), db, func(r *ReadTx) (*ContactPage, error) { return r.ContactList(c.filter, before, 26) })
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, len(page.Contacts))
			if !slices.IsSortedFunc(page.Contacts, func(a, b *inbox.Contact) int { return int(b.ID - a.ID) }) {
				t.Errorf("%s: a page is out of order", name)
			}
			before = page.More
			if len(page.Contacts) == 26 {
				before = page.Contacts[25].ID
			}
			if before == 0 {
				break
			}
		}
		if !slices.Equal(pages, c.pages) {
			t.Errorf("%s: pages of %v, want %v", name, pages, c.pages)
		}
		count, err := View(t.Context(), db, func(r *ReadTx) (int, error) { return r.ContactCount(c.filter, 10_001) })
		if err != nil || count != c.count {
			t.Errorf("%s: counts %d, %v, want %d", name, count, err, c.count)
		}
	}
}

func TestContactsAreFoundByTheIndexThatNarrowsMost(t *testing.T) {
	db := openTest(t)
	for want, f := range map[string]ContactFilter{
		"INDEX contacts_email": {Emails: []string{"a@example.com"}, Tags: []string{"x"}},
		"INDEX contacts_phone": {Phones: []string{"+1"}, Blocked: new(true)},
		"contacts_stage":       {LifecycleStages: []string{"lead"}, Tags: []string{"x"}},
		"VIRTUAL TABLE":        {Search: "ada", Emails: []string{"a@example.com"}},
	} {
		sql, args := f.candidates(7, 26)
		lines, err := View(t.Context(), db, func(r *ReadTx) ([]string, error) {
			return query(&r.Reader, func(from row) (string, error) {
				var id, parent, unused int64
				var detail string
				return detail, from.Scan(&id, &parent, &unused, &detail)
			}, `EXPLAIN QUERY PLAN `+sql, args...)
		})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, want) }) {
			t.Errorf("%v, not %s", lines, want)
		}
	}
}

func TestASearchHasABoundedNumberOfWordsAndEachOnce(t *testing.T) {
	for text, want := range map[string]string{
		"a b c d e f g h i j": `"a" "b" "c" "d" "e" "f" "g" "h"`,
		"one One ONE two":     `"one" "two*"`,
		"two one two":         `"two" "one"`,
		"one":                 `"one*"`,
	} {
		if got := MatchExpression(text); got != want {
			t.Errorf("%q became %s, want %s", text, got, want)
		}
	}
}

func TestASearchIsLookedUpOnceHoweverManyScansThereAre(t *testing.T) {
	teams := make([]inbox.TeamID, 100)
	for i := range teams {
		teams[i] = inbox.TeamID(i + 1)
	}
	f := ConversationFilter{TeamIDs: teams, Search: "one two"}
	for _, s := range walksOf(inbox.OrderLongestWaiting) {
		sql, _ := f.walkSQL(inbox.Access{Visibility: inbox.VisibilityAll}, s, span{}, f.residual(inbox.SeesAll(), s), 26)
		if n := strings.Count(sql, "MATCH"); n != 1 {
			t.Errorf("it is looked up %d times", n)
		}
	}
}
