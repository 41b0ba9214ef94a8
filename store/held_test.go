package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/inbox"
)

// beginning opens a conversation with a message, and gives both.
func beginning(tx *Tx, externalID string) (*inbox.Conversation, *inbox.Message, error) {
	contact := &inbox.Contact{CreatedAt: 1}
	if err := tx.InsertContact(contact); err != nil {
		return nil, nil, err
	}
	v := &inbox.Conversation{Status: inbox.Open, Source: inbox.SourceContact, OpenedBy: inbox.ByContact(contact.ID),
		Priority: inbox.PriorityNormal, ContactID: contact.ID, OpenedAt: 1, LastActivityAt: 1}
	if err := tx.InsertConversation(v); err != nil {
		return nil, nil, err
	}
	m := &inbox.Message{ConversationID: &v.ID, ContactID: contact.ID, ChannelID: 1, Direction: inbox.Inbound, Author: v.OpenedBy,
		Attachments: []inbox.Attachment{}, Status: inbox.StatusReceived, ExternalID: &externalID, CreatedAt: 1}
	return v, m, tx.InsertMessage(m)
}

// withChannel opens a database that has one channel.
func withChannel(t *testing.T, change ...func(*Options)) *DB {
	t.Helper()
	db := openTest(t, change...)
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		return struct{}{}, tx.InsertChannel(&inbox.Channel{Name: "a", Kind: inbox.ChannelAPI, CreatedAt: 1}, "a")
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestWhatWaitsToBeStoredIsSeenByEveryRead(t *testing.T) {
	t.Parallel()
	db := withChannel(t)
	v, err := Update(t.Context(), db, func(tx *Tx) (*inbox.Conversation, error) {
		v, m, err := beginning(tx, "m1")
		if err != nil {
			return nil, err
		}
		if tx.held == nil {
			t.Error("nothing waits")
		}
		messages, err := tx.MessagesOf(v.ID, Range{Limit: 10})
		if err != nil {
			return nil, err
		}
		if diff := cmp.Diff([]*inbox.Message{m}, messages); diff != "" {
			t.Errorf("the function's messages (-want +got):\n%s", diff)
		}
		changed := *v
		changed.Priority, changed.LastMessageID = inbox.PriorityHigh, &m.ID
		return &changed, tx.UpdateConversation(v, &changed)
	})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := View(t.Context(), db, func(r *ReadTx) (*inbox.Conversation, error) { return r.Conversation(v.ID) })
	if diff := cmp.Diff(v, stored); diff != "" || err != nil {
		t.Errorf("stored %v (-want +got):\n%s", err, diff)
	}
}

func TestAConversationIsStoredAsItsFunctionLeavesIt(t *testing.T) {
	t.Parallel()
	var inserted, updated int
	db := withChannel(t, func(o *Options) {
		o.fault = func(text string) error {
			if strings.HasPrefix(text, `INSERT INTO conversations`) {
				inserted++
			}
			if strings.HasPrefix(text, `UPDATE conversations`) {
				updated++
			}
			return nil
		}
	})
	for round := range 3 {
		left, err := Update(t.Context(), db, func(tx *Tx) (*inbox.Conversation, error) {
			v, m, err := beginning(tx, string(rune('a'+round)))
			if err != nil {
				return nil, err
			}
			left := *v
			left.LastMessageID, left.InboundCount, left.WaitingSince = &m.ID, 1, new(inbox.Time(1))
			return &left, tx.UpdateConversation(v, &left)
		})
		if err != nil {
			t.Fatal(err)
		}
		stored, err := View(t.Context(), db, func(r *ReadTx) (*inbox.Conversation, error) { return r.Conversation(left.ID) })
		if diff := cmp.Diff(left, stored); diff != "" || err != nil {
			t.Errorf("stored %v (-want +got):\n%s", err, diff)
		}
	}
	if inserted != 3 || updated != 0 {
		t.Errorf("3 conversations were inserted %d times and updated %d times", inserted, updated)
	}
}

func TestAMessageThatTheChannelHasFailsItsFunctionHoweverLateItIsStored(t *testing.T) {
	t.Parallel()
	db := withChannel(t)
	for i, hide := range []bool{false, false, true} {
		_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
			if _, _, err := beginning(tx, "m1"); err != nil {
				return struct{}{}, err
			}
			err := tx.StoreHeld()
			if hide {
				err = nil
			}
			return struct{}{}, err
		})
		if IsUnique(err, "messages.channel_id", "messages.external_id") != (i > 0) {
			t.Errorf("%d: %v", i, err)
		}
	}
	n, err := View(t.Context(), db, func(r *ReadTx) (int, error) { return queryCount(&r.Reader, `SELECT COUNT(*) FROM conversations`) })
	if n != 1 || err != nil {
		t.Errorf("%d conversations, want 1: %v", n, err)
	}
}
