package engine

import (
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

func TestASignalIsSentOnceTheUseCaseIsCommitted(t *testing.T) {
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "foyer.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	var heard []inbox.Signal
	committed := false
	e := New(db, Options{OnSignal: func(s inbox.Signal) {
		records, ok := db.Tail(0)
		committed = ok && len(records) == 1
		heard = append(heard, s)
	}})
	item := &inbox.ConversationActivity{ConversationID: 7}
	send := func(fails error) error {
		_, err := change(t.Context(), e, system(), func(w *work) (struct{}, error) {
			w.signal(item)
			w.signal(item, 1, 2)
			w.tx.Append(&inbox.ContactChanged{EventMeta: w.meta(), ContactID: 5})
			return struct{}{}, fails
		})
		return err
	}
	undone := errors.New("undone")
	if err := send(undone); !errors.Is(err, undone) || len(heard) != 0 {
		t.Fatalf("got %v; heard %v", err, heard)
	}
	if err := send(nil); err != nil {
		t.Fatal(err)
	}
	if len(heard) != 1 || heard[0].Item != item || len(heard[0].To) != 2 || !committed {
		t.Errorf("heard %v; committed: %t", heard, committed)
	}
}
