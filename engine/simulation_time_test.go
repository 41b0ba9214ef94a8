package engine

import (
	"path/filepath"
	"testing"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

func TestWhatHappenedInASimulationKeepsItsTimeWhenTimePasses(t *testing.T) {
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "foyer.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	def, problems := workflow.Compile([]byte(`{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [
		{"key": "shut", "close": {}}, {"key": "pause", "wait": {"for": "PT1H"}}]}`), nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	began := inbox.At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	in := WorkflowSimulateInput{At: &began}
	_, err = store.Try(t.Context(), db, 0, func(tx *store.Tx) (struct{}, error) {
		s := newSimulation(New(db, Options{}), tx, def, in)
		if err := s.play(in, newContact{}); err != nil {
			return struct{}{}, err
		}
		c, err := tx.LastConversation(s.contact)
		if err == nil && (s.now != began.Add(time.Hour) || *c.ClosedAt != began) {
			t.Errorf("at %s it was closed at %s", s.now, *c.ClosedAt)
		}
		return struct{}{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}
