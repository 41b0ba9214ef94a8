package e2e_test

import "time"

// state is everything that can be read at one moment.
type state struct {
	conversations []conversation
	agents        []agent
	contacts      []contact
	contents      map[string]contents // by conversation
	queues        map[string]int      // by team
	counts        inboxCounts
}

type inboxCounts struct {
	Open, Unassigned, Snoozed int
	ByTeam                    []struct {
		Team         reference
		Open, Queued int
	}
}

// contents is what is in a conversation.
type contents struct {
	Messages struct{ Nodes []message }
	Notes    struct{ Nodes []reference }
	Runs     []struct{ ID, Status string }
}

// settled reads everything, and again if something happened meanwhile: snoozes end, and runs go on by themselves. It
// also returns the head.
func (s *server) settled() (state, string) {
	s.Helper()
	late := time.Now().Add(patience)
	for {
		head := s.key.head()
		all := s.state()
		if s.key.head() == head {
			return all, head
		}
		if time.Now().After(late) {
			s.Fatal("it does not come to rest")
		}
	}
}

// state reads everything.
func (s *server) state() state {
	s.Helper()
	all := state{
		conversations: everything[conversation](s.key, "conversations", "", conversationFields),
		agents:        everything[agent](s.key, "agents", "", "id presence openConversations"),
		contacts:      everything[contact](s.key, "contacts", "", "id tags blocked lifecycleStage"),
		contents:      map[string]contents{}, queues: map[string]int{},
	}
	for _, v := range all.conversations {
		var of struct{ Conversation contents }
		s.key.read(`query($id: ID!) { conversation(id: $id) { messages(last: 100) { nodes { id text status } }
			notes(last: 100) { nodes { id } } runs { id status } } }`, object{"id": v.ID}, &of)
		all.contents[v.ID] = of.Conversation
	}
	for _, team := range everything[reference](s.key, "teams", "", "id") {
		all.queues[team.ID] = s.teamQueue(team.ID)
	}
	var of struct{ InboxCounts inboxCounts }
	s.key.read(`{ inboxCounts { open unassigned snoozed byTeam { team { id } open queued } } }`, nil, &of)
	all.counts = of.InboxCounts
	return all
}

// agrees expects that everything that can be read is what the stream says.
func (f *fold) agrees(all state) {
	f.Helper()
	if len(all.conversations) != len(f.conversations) {
		f.Errorf("there are %d conversations, by the log %d", len(all.conversations), len(f.conversations))
	}
	messages, notes := 0, 0
	for _, v := range all.conversations {
		f.agree(v)
		f.agreesOn(all.contents[v.ID])
		messages, notes = messages+v.InboundCount+v.OutboundCount, notes+len(all.contents[v.ID].Notes.Nodes)
	}
	if messages != len(f.texts) || notes != len(f.notes) {
		f.Errorf("conversations have %d messages and %d notes, by the log %d and %d", messages, notes, len(f.texts), len(f.notes))
	}
	f.agreesInNumbers(all)
	for _, a := range all.agents {
		presence := f.presence[a.ID]
		if presence == "" {
			presence = "OFFLINE"
		}
		if a.Presence != presence || a.OpenConversations != f.held[a.ID] {
			f.Errorf("%s is %s with %d, by the log %s with %d", a.ID, a.Presence, a.OpenConversations, presence, f.held[a.ID])
		}
	}
	for _, c := range all.contacts {
		got := text(object{"tags": c.Tags, "blocked": c.Blocked, "lifecycleStage": c.LifecycleStage})
		if want := text(f.contacts[c.ID]); got != want {
			f.Errorf("%s is %s, by the log %s", c.ID, got, want)
		}
	}
}

// agreesOn compares the messages of a conversation, and the states of its runs.
func (f *fold) agreesOn(of contents) {
	f.Helper()
	for _, m := range of.Messages.Nodes {
		if f.texts[m.ID] != m.Text || f.statuses[m.ID] != m.Status {
			f.Errorf("%s is %q and %s, by the log %q and %s", m.ID, m.Text, m.Status, f.texts[m.ID], f.statuses[m.ID])
		}
	}
	for _, run := range of.Runs {
		if f.runs[run.ID] != run.Status {
			f.Errorf("%s is %s, by the log %s", run.ID, run.Status, f.runs[run.ID])
		}
	}
}

// agreesInNumbers compares the counts.
func (f *fold) agreesInNumbers(all state) {
	f.Helper()
	type team struct{ open, queued int }
	teams := map[string]team{}
	var open, unassigned, snoozed int
	for _, c := range f.conversations {
		if c.status != "OPEN" {
			continue
		}
		of := teams[c.team]
		of.open++
		open++
		if c.assignee == "" {
			unassigned++
		}
		if c.snoozed {
			snoozed++
		}
		if c.queued {
			of.queued++
		}
		teams[c.team] = of
	}
	if got := all.counts; got.Open != open || got.Unassigned != unassigned || got.Snoozed != snoozed {
		f.Errorf("counted are %s, by the log %d open, %d unassigned, %d snoozed", text(got), open, unassigned, snoozed)
	}
	counted := map[string]team{}
	for _, got := range all.counts.ByTeam {
		counted[got.Team.ID] = team{got.Open, got.Queued}
	}
	for id, queued := range all.queues {
		if teams[id] != counted[id] || teams[id].queued != queued {
			f.Errorf("%s has %+v, %d in its queue, by the log %+v", id, counted[id], queued, teams[id])
		}
	}
}
