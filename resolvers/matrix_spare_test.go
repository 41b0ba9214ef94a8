package resolvers_test

import (
	"fmt"
	"maps"

	"foyer/engine"
	"foyer/inbox"
)

// What the rows of the matrix ask about and with.

func named(m *matrix, prefix string) string { return fmt.Sprintf("%s %d", prefix, m.next()) }

// withFile is the input of what takes a text and a file into a conversation.
func withFile(_ *matrix, s *scene, _ asker) variables {
	return object{"conversationId": s.ids["Conversation"], "text": "Hi", "attachments": []object{{"fileId": s.ids["File"]}}}
}

func inConversation(more object) func(*matrix, *scene, asker) variables {
	return func(_ *matrix, s *scene, _ asker) variables {
		in := object{"conversationId": s.ids["Conversation"]}
		maps.Copy(in, more)
		return in
	}
}

func (m *matrix) message(s *scene, external string) object {
	return object{"channelId": m.channel.String(), "contact": object{"externalId": s.external}, "message": object{"text": "Hi", "externalId": external}}
}

const document = `{"format":1,"name":"%s","trigger":{"on":"conversation.opened","when":{"field":"message.text","op":"equals","value":"never"}},"steps":[{"key":"a","end":{}}]}`

func (m *matrix) draft() string {
	m.Helper()
	name := named(m, "Draft")
	w, err := m.engine.WorkflowCreate(m.Context(), m.owner.Caller, engine.WorkflowCreateInput{Name: name, Definition: inbox.JSON(fmt.Sprintf(document, name))})
	m.must(err)
	return w.ID.String()
}

func (m *matrix) spareField() string {
	m.Helper()
	f, err := m.engine.ContactFieldCreate(m.Context(), m.owner.Caller, engine.ContactFieldCreateInput{Name: fmt.Sprintf("spare_%d", m.next()), Type: inbox.FieldText})
	m.must(err)
	return f.ID.String()
}

// reply is the input of a new saved reply.
func (m *matrix) reply(s *scene, team *inbox.TeamID) variables {
	in := object{"shortcut": fmt.Sprintf("reply-%d", m.next()), "title": "Reply", "texts": []object{{"language": "en", "text": "Hi"}},
		"fileIds": []string{s.ids["File"]}}
	if team != nil {
		in["teamId"] = team.String()
	}
	return in
}

func (m *matrix) spareReply(team *inbox.TeamID) string {
	m.Helper()
	s, err := m.engine.SavedReplyCreate(m.Context(), m.owner.Caller, engine.SavedReplyCreateInput{TeamID: team,
		Shortcut: fmt.Sprintf("spare-%d", m.next()), Title: "Spare", Texts: []inbox.SavedReplyText{{Language: "en", Text: "Hi"}}})
	m.must(err)
	return s.ID.String()
}

// inSales is the right of managers and of those who are in the team Sales.
func inSales(*matrix) right {
	return func(a asker) bool { return a.manages || a.name == "an agent who sees their teams'" }
}

func (m *matrix) spareKey(role inbox.Role) string {
	return inbox.APIKeyID(m.newKey(named(m, "spare"), role).Actor.ID).String()
}

func (m *matrix) spareAgent(role inbox.Role) string {
	return m.hire(fmt.Sprintf("Spare%d", m.next()), role, inbox.VisibilityAll).Actor.Agent().String()
}

// spareView returns a view of an agent's or, if there is no agent, of the owner's.
func (m *matrix) spareView(of asker, shared bool) string {
	m.Helper()
	caller := m.owner.Caller
	if of.Actor.Agent() != 0 {
		caller = of.Caller
	}
	v, err := m.engine.SavedViewCreate(m.Context(), caller, engine.NewSavedView{Name: named(m, "View"), Filter: inbox.JSON(`{"mine":true}`), Order: inbox.OrderNewest, Shared: shared})
	m.must(err)
	return v.ID.String()
}

// notFoundForPeople is the outcome for a view of another: a key may not even try.
func notFoundForPeople(a asker) string {
	if a.key {
		return ""
	}
	return "NOT_FOUND id"
}

// definition returns a document as a client sends it.
func definition(name string) object {
	return object{"format": 1, "name": name, "trigger": object{"on": "conversation.closed"}, "steps": []object{{"key": "a", "end": object{}}}}
}

// job starts a job of somebody, which nobody does.
func (m *matrix) job(who asker, s *scene) string {
	m.Helper()
	starter := who.Caller
	if who.out {
		starter = m.owner.Caller
	}
	j, err := m.engine.ConversationsChange(m.Context(), starter, engine.ConversationsChange{IDs: []inbox.ConversationID{inbox.ID(s.ids["Conversation"]).Conversation()},
		Action: engine.JobAction{Tags: &engine.TagsAction{AddTags: []string{named(m, "tag")}}}})
	m.must(err)
	return j.ID.String()
}

// doneJob does a job of somebody.
func (m *matrix) doneJob(who asker, s *scene) string {
	m.Helper()
	id := m.job(who, s)
	m.engine.DoJobs(m.Context())
	return id
}

// jobOfOthers is what becomes of a request about somebody else's job: for whom it is not, it does not exist.
func jobOfOthers(a asker) string {
	if a.manages {
		return ""
	}
	return "NOT_FOUND id"
}
