package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/inbox"
)

func allEvents(t testing.TB, db *DB) []inbox.EventRecord {
	t.Helper()
	events, err := View(context.Background(), db, func(r *ReadTx) ([]inbox.EventRecord, error) { return r.Events(0, 1e6) })
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func subjectsOfLog(t testing.TB, db *DB) []int64 {
	t.Helper()
	var subjects []int64
	for _, event := range allEvents(t, db) {
		subjects = append(subjects, event.Subject.ID)
	}
	return subjects
}

func TestEventNumbersRiseInTheOrderOfCommits(t *testing.T) {
	db := openTest(t)
	var mu sync.Mutex
	var order []int64
	var callers sync.WaitGroup
	for caller := range 8 {
		callers.Go(func() {
			for i := range 25 {
				_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
					for range i % 4 {
						event := contactChanged(int64(caller))
						tx.Append(event)
						tx.AfterCommit(func() {
							mu.Lock()
							defer mu.Unlock()
							order = append(order, event.Number)
							if event.Cursor != db.CursorAt(event.Number) {
								t.Errorf("event %d has the cursor %s", event.Number, event.Cursor)
							}
						})
					}
					if i%5 == 0 {
						return struct{}{}, errRefused
					}
					return struct{}{}, nil
				})
				if err != nil && !errors.Is(err, errRefused) {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
	if !slices.IsSorted(order) {
		t.Errorf("numbers in the order of commits: %v", order)
	}
	var logged []int64
	for _, event := range allEvents(t, db) {
		logged = append(logged, event.Number)
	}
	if diff := cmp.Diff(order, logged); diff != "" {
		t.Errorf("the log differs from what was committed (-committed +logged):\n%s", diff)
	}
	if db.HeadNumber() != logged[len(logged)-1] {
		t.Errorf("the head is %d", db.HeadNumber())
	}
}

func TestAnEventComesBackAsItWasAppended(t *testing.T) {
	db := openTest(t)
	team := inbox.TeamID(3)
	appended := []inbox.Event{
		&inbox.ConversationRouted{
			ConversationMeta: inbox.ConversationMeta{
				EventMeta:      inbox.EventMeta{At: 17, Actor: inbox.ByAgent(4)},
				ConversationID: 5,
				After:          inbox.Scope{Team: 3, Assignee: 9},
			},
			TeamID: &team, Priority: inbox.PriorityHigh, PreviousPriority: inbox.PriorityNormal,
		},
		contactChanged(8),
	}
	if _, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		tx.Append(appended...)
		return struct{}{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	for i, record := range allEvents(t, db) {
		event, err := record.Event()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(appended[i], event); diff != "" {
			t.Errorf("event %d (-appended +read):\n%s", i, diff)
		}
	}
}

func TestTheEventsOfASubjectAreReadFromEitherEnd(t *testing.T) {
	db := openTest(t)
	for _, contact := range []int64{1, 2, 1, 1, 2, 1} {
		if _, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
			tx.Append(contactChanged(contact))
			return struct{}{}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		after, before int64
		limit         int
		newest        bool
		want          []int64
	}{
		{0, 0, 10, false, []int64{1, 3, 4, 6}},
		{0, 0, 2, true, []int64{6, 4}},
		{1, 6, 10, false, []int64{3, 4}},
		{3, 0, 1, false, []int64{4}},
		{0, 4, 1, true, []int64{3}},
	} {
		got, err := View(t.Context(), db, func(r *ReadTx) ([]inbox.EventRecord, error) {
			return r.EventsOf(inbox.Subject{Kind: inbox.SubjectContact, ID: 1}, c.after, c.before, c.limit, c.newest)
		})
		if err != nil {
			t.Fatal(err)
		}
		var numbers []int64
		for _, event := range got {
			numbers = append(numbers, event.Number)
		}
		if !slices.Equal(numbers, c.want) {
			t.Errorf("%+v: got %v", c, numbers)
		}
	}
	revisions, err := View(t.Context(), db, func(r *ReadTx) (map[int64]inbox.Cursor, error) {
		return r.Revisions(inbox.SubjectContact, []int64{1, 2, 3})
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[int64]inbox.Cursor{1: db.CursorAt(6), 2: db.CursorAt(5)}
	if diff := cmp.Diff(want, revisions); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
}

func TestRevisionsReadOneEntryOfTheIndexPerSubject(t *testing.T) {
	db := openTest(t)
	plan, err := View(t.Context(), db, func(r *ReadTx) ([]string, error) {
		return query(&r.Reader, func(from row) (string, error) {
			var id, parent, unused int64
			var detail string
			return detail, from.Scan(&id, &parent, &unused, &detail)
		}, `EXPLAIN QUERY PLAN `+revisionsSQL, "CONTACT", "[1]")
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(plan, "SEARCH e USING COVERING INDEX events_subject (subject_kind=? AND subject_id=?)") {
		t.Errorf("the plan is %q", plan)
	}
}

func TestFollowersAreWokenByCommitsOfEvents(t *testing.T) {
	db := openTest(t)
	woken := db.Committed()
	if woken != db.Committed() {
		t.Error("two who wait for the same commit wait for different channels")
	}
	if _, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) { return struct{}{}, addTimer(tx, 1) }); err != nil {
		t.Fatal(err)
	}
	select {
	case <-woken:
		t.Error("a commit without events woke")
	default:
	}
	if err := add(t.Context(), db, 2); err != nil {
		t.Fatal(err)
	}
	<-woken
	if db.HeadNumber() != 1 {
		t.Errorf("a woken reader sees the head %d", db.HeadNumber())
	}
}

func parse(t *testing.T, db *DB, c inbox.Cursor) (int64, error) {
	t.Helper()
	view, err := db.BeginView(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	return view.ParseCursor(c)
}

func head(t *testing.T, db *DB) inbox.Cursor {
	t.Helper()
	c, err := View(t.Context(), db, func(r *ReadTx) (inbox.Cursor, error) { return r.Head() })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCursorsSurviveRestartsButNotARestoredBackup(t *testing.T) {
	dir := t.TempDir()
	open := func(name string) *DB { return openTest(t, func(o *Options) { o.Path = filepath.Join(dir, name) }) }
	addTo := func(db *DB, subjects ...int64) {
		for _, subject := range subjects {
			if err := add(t.Context(), db, subject); err != nil {
				t.Fatal(err)
			}
		}
	}
	valid := func(db *DB, c inbox.Cursor, want int64) {
		t.Helper()
		if got, err := parse(t, db, c); err != nil || got != want {
			t.Errorf("%s is read as %d, %v, not %d", c, got, err, want)
		}
	}

	first := open("a.db")
	empty := head(t, first)
	addTo(first, 1, 2, 3)
	early := first.CursorAt(2)
	valid(first, empty, 0)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	second := open("a.db")
	valid(second, early, 2)
	valid(second, head(t, second), 3)
	if head(t, second) <= second.CursorAt(3) {
		t.Error("a later cursor does not sort after an earlier one")
	}
	if second.CursorAt(2) != early {
		t.Errorf("event 2 was %s and is %s", early, second.CursorAt(2))
	}
	addTo(second, 4)
	backup := filepath.Join(dir, "b.db")
	if err := Backup(t.Context(), second.options.Path, backup, nil); err != nil {
		t.Fatal(err)
	}
	shared := second.CursorAt(4)
	addTo(second, 5, 6)
	lost := second.CursorAt(5)

	restored := open("b.db")
	addTo(restored, 70, 80, 90)
	for _, c := range []inbox.Cursor{empty, early, shared} {
		if _, err := parse(t, restored, c); err != nil {
			t.Errorf("%s, older than the backup: %v", c, err)
		}
	}
	if _, err := parse(t, restored, lost); !errors.Is(err, ErrCursorExpired) {
		t.Errorf("%s, newer than the backup: %v", lost, err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	third := open("a.db") // its epoch has the same count as that of the restored one
	addTo(third, 7)
	if _, err := parse(t, restored, third.CursorAt(7)); !errors.Is(err, ErrCursorExpired) {
		t.Errorf("a cursor of the other history: %v", err)
	}
	valid(third, lost, 5)
}

func TestACursorBeyondTheHeadHasExpired(t *testing.T) {
	db := openTest(t)
	if err := add(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := parse(t, db, db.CursorAt(2)); !errors.Is(err, ErrCursorExpired) {
		t.Errorf("got %v", err)
	}
}

func TestNumbersAreNotUsedAgainAfterEventsWereRemoved(t *testing.T) {
	db := openTest(t)
	for i := range 3 {
		if err := add(t.Context(), db, int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := openTest(t, func(o *Options) { o.Path = db.options.Path })
	if _, err := Update(t.Context(), again, func(tx *Tx) (int64, error) { return tx.exec(`DELETE FROM events`) }); err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	last := openTest(t, func(o *Options) { o.Path = db.options.Path })
	if err := add(t.Context(), last, 9); err != nil {
		t.Fatal(err)
	}
	if got := allEvents(t, last)[0].Number; got != 4 {
		t.Errorf("the next event has number %d", got)
	}
}

func FuzzOnlyCursorsOfTheLogAreParsed(f *testing.F) {
	log := epochs{{"000001aaaaaa", 1}, {"000002bbbbbb", 11}, {"000003cccccc", 11}, {"000004dddddd", 21}}
	const newest = 25
	for number := range int64(30) {
		f.Add(string(log.cursor(number)))
	}
	f.Add("000002bbbbbb.0000000000000011")
	f.Add("000002bbbbbb.+000000000000001")
	f.Add("000009zzzzzz.0000000000000001")
	f.Fuzz(func(t *testing.T, text string) {
		number, err := log.parse(inbox.Cursor(text), newest)
		if err != nil {
			if !errors.Is(err, ErrCursorInvalid) && !errors.Is(err, ErrCursorExpired) || number != 0 {
				t.Errorf("%q is read as %d, %v", text, number, err)
			}
			return
		}
		if number < 0 || number > newest {
			t.Errorf("%q is read as %d", text, number)
		}
		if want := fmt.Sprintf("%.12s.%016d", text, number); text != want {
			t.Errorf("%q is another spelling of %q", text, want)
		}
	})
}

func TestACursorIsReadBackAsItsNumber(t *testing.T) {
	log := epochs{{"000001aaaaaa", 1}, {"000002bbbbbb", 11}, {"000003cccccc", 11}, {"000004dddddd", 21}}
	var last inbox.Cursor
	for number := range int64(30) {
		c := log.cursor(number)
		if got, err := log.parse(c, 29); err != nil || got != number {
			t.Errorf("%s of %d is read as %d, %v", c, number, got, err)
		}
		if c <= last {
			t.Errorf("%s does not sort after %s", c, last)
		}
		last = c
	}
}

func TestABackupIsWholeAndNeverReplacesAFile(t *testing.T) {
	db := openTest(t)
	if err := add(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "it's 100% a #copy?.db")
	if err := Backup(t.Context(), db.options.Path, path, nil); err != nil {
		t.Fatal(err)
	}
	if err := Backup(t.Context(), db.options.Path, path, nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second backup into the same file: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has the permissions %v, %v", info.Mode(), err)
	}
	copied := openTest(t, func(o *Options) { o.Path = path })
	if got := stored(t, copied); !slices.Equal(got, []int64{1}) {
		t.Errorf("the copy has %v", got)
	}
}
