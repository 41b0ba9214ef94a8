package engine_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// drafts returns an agent's drafts, the newest first.
func (d *desk) drafts(agent inbox.AgentID) []*inbox.Draft {
	d.Helper()
	return view(d, func(r *store.ReadTx) ([]*inbox.Draft, error) { return d.Drafts(&r.Reader, agent) })
}

// draft stores a reply that the agent has written so far.
func (d *desk) draft(agent inbox.AgentID, c inbox.ConversationID, text string) *inbox.Draft {
	d.Helper()
	set := must(d.DraftSet(d.ctx(), d.caller(agent), engine.DraftPatch{ConversationID: c, Kind: inbox.DraftReply, Text: text}))
	if set.Refused != nil {
		d.Fatal(set.Refused)
	}
	return set.Draft
}

func TestADraftIsReplacedOnlyIfItIsTheOneThatTheDeviceKnows(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	none := engine.Patch[inbox.Time]{Set: true}
	type patchOf func(newest inbox.Time) engine.Patch[inbox.Time]
	always := func(inbox.Time) engine.Patch[inbox.Time] { return engine.Patch[inbox.Time]{} }
	ifNone := func(inbox.Time) engine.Patch[inbox.Time] { return none }
	ifNewest := func(at inbox.Time) engine.Patch[inbox.Time] { return engine.SetTo(at) }
	ifOlder := func(at inbox.Time) engine.Patch[inbox.Time] { return engine.SetTo(at - 1) }
	for i, test := range []struct {
		name, stored, text string
		known              patchOf
		want               string // the text afterwards
		conflict           bool
	}{
		{"the first", "", "new", always, "new", false},
		{"the first, knowing of none", "", "new", ifNone, "new", false},
		{"the first, knowing of one", "", "new", ifNewest, "", true},
		{"another, whatever there is", "old", "new", always, "new", false},
		{"another, knowing of none", "old", "new", ifNone, "old", true},
		{"another, knowing the newest", "old", "new", ifNewest, "new", false},
		{"another, knowing an older one", "old", "new", ifOlder, "old", true},
		{"the same text, knowing an older one", "old", "old", ifOlder, "old", false},
		{"nothing, whatever there is", "old", "", always, "", false},
		{"nothing visible", "old", " \n\t", always, "", false},
		{"nothing, knowing the newest", "old", "", ifNewest, "", false},
		{"nothing, knowing an older one", "old", "", ifOlder, "old", true},
		{"nothing, knowing of none", "old", "", ifNone, "old", true},
		{"nothing where there is nothing", "", "", ifOlder, "", false},
	} {
		c := d.opened(fmt.Sprint("contact-", i))
		before := inbox.At(d.clock.Now())
		if test.stored != "" {
			before = d.draft(ana, c, test.stored).UpdatedAt
		}
		set := must(d.DraftSet(d.ctx(), d.caller(ana), engine.DraftPatch{ConversationID: c, Kind: inbox.DraftReply, Text: test.text, IfUpdatedAt: test.known(before)}))
		text := ""
		if set.Draft != nil {
			text = set.Draft.Text
			if set.Draft.Text != test.stored && test.stored != "" && set.Draft.UpdatedAt <= before {
				t.Errorf("%s: changed at %s, which is not after %s", test.name, set.Draft.UpdatedAt, before)
			}
		}
		if text != test.want || (set.Refused != nil) != test.conflict {
			t.Errorf("%s: got %q, refused with %v", test.name, text, set.Refused)
		}
		if test.conflict && set.Refused.Code != inbox.CodeConflict {
			t.Errorf("%s: refused with %v", test.name, set.Refused)
		}
		stored := ""
		for _, draft := range d.drafts(ana) {
			if draft.ConversationID == c {
				stored = draft.Text
			}
		}
		if stored != test.want {
			t.Errorf("%s: the draft is %q, want %q", test.name, stored, test.want)
		}
	}
}

func TestOneOfTwoDevicesThatWriteTheSameDraftAtOnceWins(t *testing.T) {
	d := newDesk(t)
	ana, c := d.hire("Ana"), d.opened("contact")
	known := d.draft(ana, c, "both know this")
	for round := range 20 {
		var won atomic.Int32
		var devices sync.WaitGroup
		for device := range 4 {
			devices.Go(func() {
				set, err := d.DraftSet(d.ctx(), d.caller(ana), engine.DraftPatch{ConversationID: c, Kind: inbox.DraftReply,
					Text: fmt.Sprintf("device %d in round %d", device, round), IfUpdatedAt: engine.SetTo(known.UpdatedAt)})
				switch {
				case err != nil:
					t.Error(err)
				case set.Refused == nil:
					won.Add(1)
				case set.Draft.UpdatedAt <= known.UpdatedAt:
					t.Errorf("refused, and shown %q", set.Draft.Text)
				}
			})
		}
		devices.Wait()
		now := d.drafts(ana)[0]
		if won.Load() != 1 || now.UpdatedAt <= known.UpdatedAt {
			t.Fatalf("%d devices won; the draft is %q of %s, after %s", won.Load(), now.Text, now.UpdatedAt, known.UpdatedAt)
		}
		known = now
	}
}

func TestAnAgentHasOneReplyAndOneNoteInAConversationAndNobodyElseHasThem(t *testing.T) {
	d := newDesk(t)
	ana, ben, c := d.hire("Ana"), d.hire("Ben"), d.opened("contact")
	d.draft(ana, c, "Ana's reply")
	d.draft(ben, c, "Ben's reply")
	must(d.DraftSet(d.ctx(), d.caller(ana), engine.DraftPatch{ConversationID: c, Kind: inbox.DraftNote, Text: "Ana's note"}))
	var texts []string
	for _, draft := range d.drafts(ana) {
		texts = append(texts, draft.Text)
	}
	if got := strings.Join(texts, ", "); got != "Ana's note, Ana's reply" {
		t.Errorf("Ana has %s", got)
	}
	if got := d.drafts(ben); len(got) != 1 || got[0].Text != "Ben's reply" {
		t.Errorf("Ben has %v", got)
	}
	_, err := d.DraftSet(d.ctx(), d.key, engine.DraftPatch{ConversationID: c, Kind: inbox.DraftReply, Text: "Hi"})
	refused(t, err, inbox.CodeForbidden, "")
	_, err = d.DraftSet(d.ctx(), d.caller(ana), engine.DraftPatch{ConversationID: c, Kind: inbox.DraftReply, Text: strings.Repeat("ä", 10_001)})
	refused(t, err, inbox.CodeLimitExceeded, "text")
}

func TestADraftOutOfSightStaysAndCanOnlyBeRemoved(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", seeing(inbox.VisibilityAssigned)), d.hire("Ben")
	c := d.opened("contact")
	_, err := d.DraftSet(d.ctx(), d.caller(ana), engine.DraftPatch{ConversationID: c, Kind: inbox.DraftReply, Text: "Hi"})
	refused(t, err, inbox.CodeNotFound, "conversationId")
	_, err = d.DraftSet(d.ctx(), d.caller(ana), engine.DraftPatch{ConversationID: c, Kind: inbox.DraftReply})
	refused(t, err, inbox.CodeNotFound, "conversationId")
	d.give(c, ana)
	d.draft(ana, c, "Hi")
	d.give(c, ben)
	if got := d.drafts(ana); len(got) != 1 || got[0].Text != "Hi" {
		t.Errorf("Ana has %v", got)
	}
	_, err = d.DraftSet(d.ctx(), d.caller(ana), engine.DraftPatch{ConversationID: c, Kind: inbox.DraftReply, Text: "Hi there"})
	refused(t, err, inbox.CodeNotFound, "conversationId")
	d.draft(ana, c, "")
	if got := d.drafts(ana); len(got) != 0 {
		t.Errorf("Ana has %v", got)
	}
}

func TestADraftLapses30DaysAfterItsLastChangeAndAnAgentHas200AtMost(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	c := make([]inbox.ConversationID, 201)
	for i := range c {
		c[i] = d.opened(fmt.Sprint("contact-", i))
	}
	for _, id := range c[:200] {
		d.draft(ana, id, "Hi")
	}
	_, err := d.DraftSet(d.ctx(), d.caller(ana), engine.DraftPatch{ConversationID: c[200], Kind: inbox.DraftReply, Text: "Hi"})
	refused(t, err, inbox.CodeLimitExceeded, "")
	if !strings.Contains(err.Error(), "200") {
		t.Errorf("the error does not say how many: %v", err)
	}
	d.draft(ben, c[200], "Each agent has their own.")
	d.clock.move(20 * 24 * time.Hour)
	d.draft(ana, c[0], "Hi again")
	d.clock.move(11 * 24 * time.Hour)
	if got := d.drafts(ana); len(got) != 1 || got[0].ConversationID != c[0] {
		t.Errorf("%d drafts are left", len(got))
	}
	if err := d.Housekeep(d.ctx()); err != nil {
		t.Fatal(err)
	}
	stored := view(d, func(r *store.ReadTx) ([]*inbox.Draft, error) { return r.Drafts(ana, 0) })
	if len(stored) != 1 {
		t.Errorf("%d drafts of Ana's are stored, want 1", len(stored))
	}
}
