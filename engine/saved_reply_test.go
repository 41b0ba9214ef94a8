package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// in is a text of a saved reply.
func in(language, text string) inbox.SavedReplyText {
	return inbox.SavedReplyText{Language: language, Text: text}
}

// newReply adds a saved reply for everybody, or for a team.
func (d *desk) newReply(shortcut string, team *inbox.TeamID, texts ...inbox.SavedReplyText) *inbox.SavedReply {
	d.Helper()
	return must(d.SavedReplyCreate(d.ctx(), d.owner, engine.SavedReplyCreateInput{TeamID: team, Shortcut: shortcut, Title: "Title of " + shortcut, Texts: texts}))
}

// reply returns a saved reply as somebody reads it, or nil.
func (d *desk) reply(who inbox.Caller, id inbox.SavedReplyID) *inbox.SavedReply {
	d.Helper()
	return view(d, func(r *store.ReadTx) (*inbox.SavedReply, error) { return engine.SavedReply(&r.Reader, who, id) })
}

// rendered fills a saved reply in.
func (d *desk) rendered(who inbox.Caller, s *inbox.SavedReply, id inbox.ConversationID) *engine.RenderedReply {
	d.Helper()
	return view(d, func(r *store.ReadTx) (*engine.RenderedReply, error) {
		c, err := r.Conversation(id)
		if err != nil {
			return nil, err
		}
		return d.SavedReplyRender(&r.Reader, who, s, c)
	})
}

func TestASavedReplyIsFilledInForTheConversationAndItsWriter(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", by(inbox.StrategyManual), ana)
	must(d.ContactFieldCreate(d.ctx(), d.owner, engine.ContactFieldCreateInput{Name: "plan", Type: inbox.FieldText}))
	said := d.say("contact", "Where is it?")
	id := said.Conversation.ID
	d.route(id, team)
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: said.Contact.ID, FirstName: engine.SetTo("Ada"), Language: engine.SetTo("de-AT")}))
	for i, test := range []struct{ text, want, missing, problem string }{
		{"Hello", "Hello", "", ""},
		{"Hello {{ contact.first_name }}, I am {{ agent.name }} of {{ team.name }}", "Hello Ada, I am Ana of Support", "", ""},
		{"{{ message.text | upcase }} by {{ channel.name }}", "WHERE IS IT? by Website", "", ""},
		{"Dear {{ contact.last_name }}, {{ assignee.name | upcase }}", "Dear , ", "contact.last_name assignee.name", ""},
		{"Dear {{ contact.last_name | default: 'customer' }}", "Dear customer", "", ""},
		{"{% if contact.last_name %}Dear {{ contact.last_name }}{% else %}Hello{% endif %}", "Hello", "", ""},
		{"{{ contact.plan }}{{ contact.plan }}", "", "contact.plan", ""},
		{"{{ now | date: '%Y' }} {{ conversation.number }}", "2026 1", "", ""},
		{"{{ conversation.number | divided_by: contact.plan }}", "{{ conversation.number | divided_by: contact.plan }}", "", "cannot be filled in"},
	} {
		s := d.newReply(fmt.Sprint("reply-", i), nil, in("en", "English"), in("de", test.text))
		got := d.rendered(d.caller(ana), s, id)
		problem := ""
		if got.Problem != nil {
			problem = *got.Problem
		}
		if got.Text != test.want || strings.Join(got.Missing, " ") != test.missing || got.Language != "de" || !strings.Contains(problem, test.problem) || (problem == "") != (test.problem == "") {
			t.Errorf("%s: %q in %s, missing %v, %s", test.text, got.Text, got.Language, got.Missing, problem)
		}
	}
	s := d.newReply("key", nil, in("de", "I am {{ agent.name }}"))
	if got := d.rendered(d.key, s, id); got.Text != "I am " || !slices.Equal(got.Missing, []string{"agent.name"}) {
		t.Errorf("for a key: %q, missing %v", got.Text, got.Missing)
	}
}

func TestTheVariablesOfSavedRepliesAreCheckedWhenTheyAreWrittenAndMayGoLater(t *testing.T) {
	d := newDesk(t)
	for text, want := range map[string]string{
		"{{ contact.nickname }}": "contact.nickname",
		"{{ secrets.TOKEN }}":    "no variable",
		"{{ vars.x }}":           "no variable",
		"{{ trigger.form }}":     "no variable",
		"{{ contact }}":          "needs a dot",
		"{{ agent.email }":       "",
		"{{ agent.password }}":   "agent.password",
		"{% if contact.email %}": "",
	} {
		_, err := d.SavedReplyCreate(d.ctx(), d.owner, engine.SavedReplyCreateInput{Shortcut: "a", Title: "A", Texts: []inbox.SavedReplyText{in("en", "Fine"), in("de", text)}})
		invalid, ok := errors.AsType[*engine.InvalidDocumentError](err)
		if !ok || invalid.Field != "texts" || !slices.Equal(invalid.Problems[0].Path, []string{"1", "text"}) || !strings.Contains(invalid.Problems[0].Message, want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	field := must(d.ContactFieldCreate(d.ctx(), d.owner, engine.ContactFieldCreateInput{Name: "plan", Type: inbox.FieldText}))
	s := d.newReply("plan", nil, in("en", "You have {{ contact.plan }}."))
	must(d.ContactFieldDelete(d.ctx(), d.owner, field.ID))
	if got := d.rendered(d.owner, s, d.opened("contact")); got.Text != "You have ." || !slices.Equal(got.Missing, []string{"contact.plan"}) || got.Problem != nil {
		t.Errorf("without the field: %q, missing %v", got.Text, got.Missing)
	}
}

func TestWhoReadsAndWhoWritesSavedReplies(t *testing.T) {
	d := newDesk(t)
	member, other := d.hire("Member", seeing(inbox.VisibilityAssigned)), d.hire("Other", seeing(inbox.VisibilityTeam))
	all := d.hire("All")
	team := d.team("Support", by(inbox.StrategyManual), member)
	key := d.newKey(inbox.RoleAgent)
	callers := map[string]inbox.Caller{"member": d.caller(member), "other": d.caller(other), "all": d.caller(all), "owner": d.owner, "manager's key": d.key, "agent's key": key}
	replies := map[string]*inbox.SavedReply{"everybody's": d.newReply("e", nil, in("en", "Hi")), "the team's": d.newReply("t", &team, in("en", "Hi"))}
	const unseen, seen, written = "NOT_FOUND", "FORBIDDEN", ""
	for who, may := range map[string]map[string]string{
		"member":        {"everybody's": seen, "the team's": written},
		"other":         {"everybody's": seen, "the team's": unseen},
		"all":           {"everybody's": seen, "the team's": seen},
		"owner":         {"everybody's": written, "the team's": written},
		"manager's key": {"everybody's": written, "the team's": written},
		"agent's key":   {"everybody's": seen, "the team's": seen},
	} {
		caller := callers[who]
		listed := view(d, func(r *store.ReadTx) ([]*inbox.SavedReply, error) {
			return r.SavedReplyList(engine.ReplyReaderOf(caller), nil, nil, 0, 100)
		})
		for whose, want := range may {
			s := replies[whose]
			isListed := slices.ContainsFunc(listed, func(l *inbox.SavedReply) bool { return l.ID == s.ID })
			if reads := d.reply(caller, s.ID) != nil; reads != (want != unseen) || reads != isListed {
				t.Errorf("%s reads %s reply: %t, in the list: %t", who, whose, reads, isListed)
			}
			_, err := d.SavedReplyUpdate(d.ctx(), caller, engine.SavedReplyPatch{ID: s.ID, Title: new("By " + who)})
			_, created := d.SavedReplyCreate(d.ctx(), caller, engine.SavedReplyCreateInput{TeamID: s.TeamID, Shortcut: fmt.Sprint(caller.Actor.Kind, caller.Actor.ID, whose[0:1]), Title: "T", Texts: []inbox.SavedReplyText{in("en", "Hi")}})
			if got := refusalOf(err); got != want {
				t.Errorf("%s changes %s reply: %q, want %q", who, whose, got, want)
			}
			if got := refusalOf(created); (got == "") != (want == written) {
				t.Errorf("%s adds %s reply: %q", who, whose, got)
			}
		}
	}
	_, err := d.SavedReplyUpdate(d.ctx(), d.caller(member), engine.SavedReplyPatch{ID: replies["the team's"].ID, Team: engine.Patch[inbox.TeamID]{Set: true}})
	refused(t, err, inbox.CodeForbidden, "")
	_, err = d.SavedReplyDelete(d.ctx(), d.caller(other), replies["the team's"].ID)
	refused(t, err, inbox.CodeNotFound, "id")
	must(d.SavedReplyDelete(d.ctx(), d.caller(member), replies["the team's"].ID))
}

// refusalOf returns the code of an error that the caller can act on, or "" for none.
func refusalOf(err error) string {
	if own, ok := errors.AsType[*inbox.Error](err); ok {
		return string(own.Code)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestShortcutsAreUniqueInATeamAndSearchFindsWordsInEverything(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support", by(inbox.StrategyManual))
	first := d.newReply("/Grüße", nil, in("de", "Schöne Grüße aus Linz"), in("en", "Kind regards"))
	if first.Shortcut != "Grüße" {
		t.Errorf("the shortcut is %q", first.Shortcut)
	}
	d.newReply("grüße", &team, in("de", "Servus"))
	create := func(in engine.SavedReplyCreateInput) error {
		_, err := d.SavedReplyCreate(d.ctx(), d.owner, in)
		return err
	}
	texts := []inbox.SavedReplyText{in("en", "Hi")}
	refused(t, create(engine.SavedReplyCreateInput{Shortcut: "GRÜSSE", Title: "T", Texts: texts}), inbox.CodeTaken, "shortcut")
	refused(t, create(engine.SavedReplyCreateInput{Shortcut: "two words", Title: "T", Texts: texts}), inbox.CodeInvalid, "shortcut")
	refused(t, create(engine.SavedReplyCreateInput{Shortcut: "/", Title: "T", Texts: texts}), inbox.CodeRequired, "shortcut")
	refused(t, create(engine.SavedReplyCreateInput{Shortcut: "a", Title: " ", Texts: texts}), inbox.CodeRequired, "title")
	refused(t, create(engine.SavedReplyCreateInput{Shortcut: "a", Title: "T"}), inbox.CodeRequired, "texts")
	refused(t, create(engine.SavedReplyCreateInput{Shortcut: "a", Title: "T", Texts: []inbox.SavedReplyText{in("no language", "Hi")}}), inbox.CodeInvalid, "texts.0.language")
	refused(t, create(engine.SavedReplyCreateInput{Shortcut: "a", Title: "T", Texts: []inbox.SavedReplyText{in("he", "Hi"), in("iw", "Hi")}}), inbox.CodeInvalid, "texts.1.language")
	refused(t, create(engine.SavedReplyCreateInput{Shortcut: "a", Title: "T", Texts: []inbox.SavedReplyText{in("en", " ")}}), inbox.CodeRequired, "texts.0.text")
	long := strings.Repeat("a", 9000)
	refused(t, create(engine.SavedReplyCreateInput{Shortcut: "a", Title: "T", Texts: []inbox.SavedReplyText{in("en", long), in("de", long), in("fr", long)}}), inbox.CodeLimitExceeded, "texts")
	refused(t, create(engine.SavedReplyCreateInput{TeamID: new(inbox.TeamID(99)), Shortcut: "a", Title: "T", Texts: texts}), inbox.CodeNotFound, "teamId")
	for search, want := range map[string]int{"": 2, "GRÜSSE": 2, "linz regards": 1, "title of": 2, "servus": 1, "kind linz servus": 0, "100%": 0} {
		found := view(d, func(r *store.ReadTx) ([]*inbox.SavedReply, error) {
			return r.SavedReplyList(engine.ReplyReaderOf(d.owner), nil, engine.ReplyWords(search), 0, 100)
		})
		if len(found) != want {
			t.Errorf("%q finds %d, want %d", search, len(found), want)
		}
	}
	changed := must(d.SavedReplyUpdate(d.ctx(), d.owner, engine.SavedReplyPatch{ID: first.ID, Texts: []inbox.SavedReplyText{in("de", "Neu")}, IfUpdatedAt: &first.UpdatedAt}))
	again := must(d.SavedReplyUpdate(d.ctx(), d.owner, engine.SavedReplyPatch{ID: first.ID, Title: new("Lost"), IfUpdatedAt: &first.UpdatedAt}))
	if changed.Reply.UpdatedAt <= first.UpdatedAt || again.Refused == nil || again.Reply.Title == "Lost" {
		t.Errorf("changed at %s, then %v", changed.Reply.UpdatedAt, again.Refused)
	}
}

func TestTheUsesOfASavedReplyAreCountedWithWhatIsWritten(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", seeing(inbox.VisibilityTeam))
	team := d.team("Other", by(inbox.StrategyManual))
	id := d.opened("contact")
	s, hidden := d.newReply("a", nil, in("en", "Hi")), d.newReply("b", &team, in("en", "Hi"))
	key := "once"
	for range 2 { // repeated, it counts once
		must(d.MessageSend(d.ctx(), d.caller(ana), engine.MessageSendInput{ConversationID: id, Text: new("Hi"), SavedReplyID: &s.ID, IdempotencyKey: &key}))
	}
	d.clock.move(time.Minute)
	must(d.NoteAdd(d.ctx(), d.caller(ana), engine.NoteAddInput{ConversationID: id, Text: "Hi", SavedReplyID: &s.ID}))
	for _, ignored := range []inbox.SavedReplyID{hidden.ID, 99, 0} {
		must(d.MessageSend(d.ctx(), d.caller(ana), engine.MessageSendInput{ConversationID: id, Text: new("Hi"), SavedReplyID: &ignored}))
	}
	if got := d.reply(d.owner, s.ID); got.Uses != 2 || got.UsedAt == nil || got.UsedAt.Std() != d.clock.Now() || got.UpdatedAt != s.UpdatedAt {
		t.Errorf("used %d times, last %v, changed at %s", got.Uses, got.UsedAt, got.UpdatedAt)
	}
	if got := d.reply(d.owner, hidden.ID); got.Uses != 0 {
		t.Errorf("one that Ana does not read was used %d times", got.Uses)
	}
}
