package engine_test

import (
	"sync"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// unread returns the first of what is unread to an agent in a conversation, as an id, or an empty text.
func (d *desk) unread(agent inbox.AgentID, id inbox.ConversationID) string {
	d.Helper()
	found := view(d, func(r *store.ReadTx) ([]*store.Unread, error) { return r.UnreadOf(agent, []inbox.ConversationID{id}) })
	listed := view(d, func(r *store.ReadTx) (*store.ConversationPage, error) {
		access := inbox.Access{Visibility: inbox.VisibilityAll, Agent: agent}
		return r.ConversationList(access, store.ConversationFilter{Unread: new(true)}, inbox.OrderNewest, store.ListRange{Limit: 100})
	})
	others := view(d, func(r *store.ReadTx) (int, error) {
		access := inbox.Access{Visibility: inbox.VisibilityAll, Agent: agent}
		return r.ConversationCount(access, store.ConversationFilter{Unread: new(false)}, 100)
	})
	all := view(d, func(r *store.ReadTx) (int, error) {
		return r.ConversationCount(inbox.SeesAll(), store.ConversationFilter{}, 100)
	})
	isListed := false
	for _, v := range listed.Conversations {
		isListed = isListed || v.ID == id
	}
	if isListed != (len(found) > 0) || len(listed.Conversations)+others != all {
		d.Errorf("listed as unread: %t, unread by itself: %d; %d and %d of %d are listed", isListed, len(found), len(listed.Conversations), others, all)
	}
	switch {
	case len(found) == 0:
		return ""
	case found[0].NoteFirst:
		return found[0].Note.String()
	default:
		return found[0].Message.String()
	}
}

func (d *desk) see(agent inbox.AgentID, id inbox.ConversationID, message inbox.MessageID) *engine.ConversationChange {
	d.Helper()
	return must(d.ConversationSeen(d.ctx(), d.caller(agent), engine.ConversationSeenInput{ConversationID: id, MessageID: &message}))
}

func (d *desk) mention(from inbox.Caller, id inbox.ConversationID, agents ...inbox.AgentID) *inbox.Note {
	d.Helper()
	return must(d.NoteAdd(d.ctx(), from, engine.NoteAddInput{ConversationID: id, Text: "Look", MentionIDs: agents})).Note
}

// unreadCase is a conversation of which Ana has something unread, or not.
type unreadCase struct {
	*desk
	ana, ben inbox.AgentID
	id       inbox.ConversationID
	first    *inbox.Message // of the contact
}

// says has the contact write, and returns the message's id.
func (c unreadCase) says() string { return c.say("c1", "And?").Message.ID.String() }

func TestUnreadIsWhatTheContactWroteOrWhoMentionedAnAgentSinceTheyLooked(t *testing.T) {
	t.Parallel()
	for behaviour, play := range map[string]func(c unreadCase) (want string){
		"nothing before the first look": func(c unreadCase) string { return "" },
		"what follows the first look": func(c unreadCase) string {
			c.see(c.ana, c.id, c.first.ID)
			next := c.says()
			c.says()
			return next
		},
		"nothing after a look at the newest": func(c unreadCase) string {
			c.see(c.ana, c.id, c.say("c1", "And?").Message.ID)
			c.see(c.ana, c.id, c.first.ID) // it does not go back
			return ""
		},
		"what a new assignee's contact waits with": func(c unreadCase) string {
			c.says()
			c.give(c.id, c.ana)
			return c.first.ID.String()
		},
		"only what the contact waits with": func(c unreadCase) string {
			c.send(c.caller(c.ben), c.id, "Yes?")
			next := c.says()
			c.give(c.id, c.ana)
			return next
		},
		"nothing to a new assignee whose contact waits for nothing": func(c unreadCase) string {
			c.send(c.caller(c.ben), c.id, "Yes?")
			c.give(c.id, c.ana)
			return ""
		},
		"what came while somebody else had it": func(c unreadCase) string {
			c.give(c.id, c.ana)
			c.see(c.ana, c.id, c.first.ID)
			c.give(c.id, c.ben)
			next := c.says()
			c.send(c.caller(c.ben), c.id, "Yes?")
			c.give(c.id, c.ana)
			return next
		},
		"nothing after an own message": func(c unreadCase) string {
			c.says()
			c.send(c.caller(c.ana), c.id, "Hello")
			return ""
		},
		"nothing by messages of others": func(c unreadCase) string {
			c.see(c.ana, c.id, c.first.ID)
			c.send(c.caller(c.ben), c.id, "Hello")
			c.send(c.key, c.id, "Hello")
			return ""
		},
		"a mention, before the first look too": func(c unreadCase) string {
			note := c.mention(c.caller(c.ben), c.id, c.ana)
			c.says()
			return note.ID.String()
		},
		"the message before the mention": func(c unreadCase) string {
			c.see(c.ana, c.id, c.first.ID)
			next := c.says()
			c.mention(c.owner, c.id, c.ana)
			return next
		},
		"no mention of others, and none of oneself": func(c unreadCase) string {
			c.mention(c.caller(c.ben), c.id, c.ben)
			c.mention(c.caller(c.ana), c.id, c.ana)
			return ""
		},
		"no mention that was seen": func(c unreadCase) string {
			c.mention(c.owner, c.id, c.ana)
			c.see(c.ana, c.id, c.first.ID)
			return ""
		},
		"the mention after the note that was seen": func(c unreadCase) string {
			seen := c.mention(c.owner, c.id, c.ana)
			next := c.mention(c.owner, c.id, c.ana)
			must(c.ConversationSeen(c.ctx(), c.caller(c.ana), engine.ConversationSeenInput{ConversationID: c.id, MessageID: &c.first.ID, NoteID: &seen.ID}))
			return next.ID.String()
		},
		"what came after the note that was seen": func(c unreadCase) string {
			note := c.mention(c.owner, c.id, c.ana)
			next := c.says()
			must(c.ConversationSeen(c.ctx(), c.caller(c.ana), engine.ConversationSeenInput{ConversationID: c.id, NoteID: &note.ID}))
			return next
		},
		"no mention that was deleted": func(c unreadCase) string {
			note := c.mention(c.owner, c.id, c.ana)
			must(store.Update(c.ctx(), c.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.DeleteMentions(note) }))
			if got := c.notified(c.ana); got != "" {
				c.Errorf("Ana is still notified of %s", got)
			}
			return ""
		},
		"nothing in a closed conversation": func(c unreadCase) string {
			c.give(c.id, c.ana)
			c.mention(c.owner, c.id, c.ana)
			c.close(c.id)
			c.mention(c.owner, c.id, c.ana)
			c.see(c.ana, c.id, c.first.ID)
			return ""
		},
		"what came while it was snoozed": func(c unreadCase) string {
			c.see(c.ana, c.id, c.first.ID)
			c.snooze(c.id, time.Hour)
			note := c.mention(c.owner, c.id, c.ana)
			c.says()
			return note.ID.String()
		},
	} {
		t.Run(behaviour, func(t *testing.T) {
			d := newDesk(t)
			d.clock.tick(time.Millisecond)
			first := d.say("c1", "Hello")
			d.say("c2", "Somebody else")
			c := unreadCase{desk: d, ana: d.hire("Ana"), ben: d.hire("Ben"), id: first.Conversation.ID, first: first.Message}
			if want, got := play(c), d.unread(c.ana, c.id); got != want {
				t.Errorf("the first unread is %q, want %q", got, want)
			}
			if got := d.unread(0, c.id); got != "" {
				t.Errorf("%q is unread to a key", got)
			}
		})
	}
}

func TestTheSecondLookAtTheSameChangesNothing(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	first := d.say("c1", "Hello")
	id := first.Conversation.ID
	d.give(id, ana)
	read := d.during(func() {
		same(t, *d.see(ana, id, first.Message.ID).Conversation.AssigneeReadAt, first.Message.CreatedAt)
	})
	same(t, read, []string{"CONVERSATION_READ by AGENT"})
	d.unchanged(func() { d.see(ana, id, first.Message.ID) })
	same(t, d.during(func() { d.see(d.owner.Actor.Agent(), id, first.Message.ID) }), []string(nil)) // it is not theirs
	other := d.say("c2", "Other")
	d.unchanged(func() {
		_, err := d.ConversationRead(d.ctx(), d.caller(ana), id, first.Message.ID)
		same(t, err, nil)
		_, err = d.ConversationSeen(d.ctx(), d.key, engine.ConversationSeenInput{ConversationID: id, MessageID: &first.Message.ID})
		refused(t, err, inbox.CodeForbidden, "")
		_, err = d.ConversationSeen(d.ctx(), d.caller(ana), engine.ConversationSeenInput{ConversationID: id})
		refused(t, err, inbox.CodeRequired, "messageId")
		_, err = d.ConversationSeen(d.ctx(), d.caller(ana), engine.ConversationSeenInput{ConversationID: id, MessageID: &other.Message.ID})
		refused(t, err, inbox.CodeNotFound, "messageId")
	})
}

func TestTwoDevicesThatSeeWhileMessagesArriveLeaveUnreadWhatNeitherHasSeen(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	var messages []inbox.MessageID
	for range 20 {
		messages = append(messages, d.say("c1", "Hello").Message.ID)
	}
	id := d.opened("c1")
	caller := d.caller(ana)
	var devices sync.WaitGroup
	for device := range 2 {
		devices.Go(func() {
			for at := device; at < len(messages); at += 2 {
				_, err := d.ConversationSeen(d.ctx(), caller, engine.ConversationSeenInput{ConversationID: id, MessageID: &messages[at]})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	devices.Go(func() { d.say("c1", "One more") })
	devices.Wait()
	if got, want := d.unread(ana, id), (messages[len(messages)-1] + 1).String(); got != want {
		t.Errorf("the first unread is %s, want %s", got, want)
	}
}
