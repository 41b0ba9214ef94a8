package verify

import (
	"slices"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

// until lets the first agent's presence end at 8, with a timer that is due then, or none.
func until(t *tables, then *inbox.Presence, due inbox.Time) {
	t.agents[0].PresenceUntil, t.agents[0].PresenceThen = new(inbox.Time(8)), then
	if due != 0 {
		t.timers = append(t.timers, store.Timer{Kind: store.TimerPresence, SubjectID: int64(t.agents[0].ID), Due: due})
	}
}

func TestEachComparisonWithTheTablesFires(t *testing.T) {
	open := func(t *tables, id inbox.ConversationID) *inbox.Conversation {
		for _, c := range t.open {
			if c.ID == id {
				return c
			}
		}
		panic("no such conversation")
	}
	for name, test := range map[string]struct {
		change func(m *model, t *tables)
		want   string
	}{
		"nothing":                   {func(*model, *tables) {}, ""},
		"seen what is not there":    {func(_ *model, t *tables) { t.attention.seen = []store.Seen{{Conversation: 3, Agent: ben}} }, "agt_2 has seen of cnv_3 what is not there"},
		"mentions of nobody":        {func(_ *model, t *tables) { t.attention.mentions = []inbox.NoteID{4} }, "not_4 mentions others"},
		"a watcher too many":        {func(_ *model, t *tables) { t.attention.watched = []inbox.ConversationID{3} }, "cnv_3 is watched by another number"},
		"a notification of nothing": {func(_ *model, t *tables) { t.attention.notifications = []inbox.NotificationID{5} }, "ntf_5 is of a message"},
		"one more conversation":     {func(m *model, t *tables) { delete(m.conversations, 3); m.agents[ana].open = 1 }, "cnv_3 is open in the tables"},
		"one conversation less":     {func(m *model, _ *tables) { m.conversations[9] = &conversation{} }, "cnv_9 is open in the log"},
		"one closed less":           {func(_ *model, t *tables) { t.closed-- }, "0 conversations are closed in the tables, 1 in the log"},
		"another contact":           {func(_ *model, t *tables) { open(t, 2).ContactID = 9 }, "contact is con_9"},
		"another priority":          {func(_ *model, t *tables) { open(t, 2).Priority = inbox.PriorityLow }, "priority is LOW"},
		"another team":              {func(m *model, _ *tables) { m.conversations[3].scope.Team = 2 }, "team is tea_1 in the tables, tea_2"},
		"another assignee":          {func(m *model, _ *tables) { m.conversations[3].scope.Assignee = ben }, "assignee is agt_1 in the tables, agt_2"},
		"answered":                  {func(_ *model, t *tables) { open(t, 2).WaitingSince = nil }, "waitingSince"},
		"never answered":            {func(_ *model, t *tables) { open(t, 3).AnsweredAt = nil }, "answered is false"},
		"a message less":            {func(_ *model, t *tables) { open(t, 2).InboundCount = 0 }, "inboundCount is 0"},
		"a sent message less":       {func(_ *model, t *tables) { open(t, 3).OutboundCount = 0 }, "outboundCount is 0"},
		"another place":             {func(_ *model, t *tables) { *open(t, 2).QueueKey++; open(t, 2).QueuedAt = new(inbox.Time(1)) }, "its key in the queue"},
		"not queued":                {func(m *model, _ *tables) { m.conversations[2].queued = false }, "queued is true in the tables, false"},
		"lost on the way":           {func(m *model, _ *tables) { m.conversations[3].moving = true }, "was routed out of a queue and was not queued again"},
		"a wrong count":             {func(_ *model, t *tables) { t.counts[inbox.Scope{Team: 7}] = store.Counts{Open: 1} }, "The inbox of tea_7 and no assignee"},
		"a wrong queue length":      {func(_ *model, t *tables) { t.teams[0].QueueLength = 2 }, "is 2 in the tables, 1 by its conversations"},
		"a busy agent":              {func(m *model, _ *tables) { m.agents[ben].open = 1 }, "agt_2 has 0 open conversations in the tables, 1"},
		"another presence":          {func(m *model, _ *tables) { m.agents[ben].presence = inbox.PresenceBusy }, "agt_2 is ONLINE"},
		"disabled":                  {func(m *model, _ *tables) { m.agents[ben].disabled = true }, "disabled: false"},
		"kept by who is disabled": {func(m *model, t *tables) {
			at := slices.IndexFunc(t.agents, func(a *inbox.Agent) bool { return a.ID == ana })
			m.agents[ana].disabled, t.agents[at].DisabledAt = true, new(inbox.Time(1))
		}, "cnv_3 is assigned to agt_1, who is disabled"},
		"not yet taken from who is disabled": {func(m *model, t *tables) {
			at := slices.IndexFunc(t.agents, func(a *inbox.Agent) bool { return a.ID == ana })
			m.agents[ana].disabled, t.agents[at].DisabledAt = true, new(inbox.Time(1))
			t.timers = append(t.timers, store.Timer{Kind: store.TimerRetire, SubjectID: int64(ana)})
		}, ""},
		"a history that ends earlier":    {func(_ *model, t *tables) { t.presences[0].At = 4 }, "by the history of their presence, ONLINE since"},
		"a history with another end":     {func(_ *model, t *tables) { t.presences[0].Presence = inbox.PresenceBusy }, "by the history of their presence, BUSY"},
		"no history":                     {func(_ *model, t *tables) { t.presences = t.presences[1:] }, "has no history of presence"},
		"present and away":               {func(_ *model, t *tables) { t.agents[0].FormerPresence = new(inbox.PresenceBusy) }, "would bring back BUSY"},
		"until a time, and then nothing": {func(_ *model, t *tables) { until(t, nil, 8) }, "what follows is not known"},
		"until a time without a timer":   {func(_ *model, t *tables) { until(t, new(inbox.PresenceBusy), 0) }, "their timer is due at"},
		"a timer of a presence that stays": {func(_ *model, t *tables) {
			t.timers = append(t.timers, store.Timer{Kind: store.TimerPresence, SubjectID: int64(ana), Due: 8})
		}, "their timer is due at"},
		"a timer to go away while connected": {func(_ *model, t *tables) {
			t.connections = append(t.connections, &store.Connection{AgentID: ana, Node: "main"})
			t.timers = append(t.timers, store.Timer{Kind: store.TimerAway, SubjectID: int64(ana), Due: 8})
		}, "a timer is set to make them go away"},
		"a timer to go away": {func(_ *model, t *tables) {
			t.timers = append(t.timers, store.Timer{Kind: store.TimerAway, SubjectID: int64(ana), Due: 8})
		}, ""},
		"kept by who does not answer": {func(m *model, t *tables) {
			m.teams[support].policy.ReassignWhenNoReply, t.teams[0].Policy.ReassignWhenNoReply = new(inbox.Duration(60)), new(inbox.Duration(60))
			m.conversations[3].waitingSince, open(t, 3).WaitingSince = 1, new(inbox.Time(1))
		}, "cnv_3 is to be taken from agt_1 some time, and no timer will"},
		"not yet taken from who does not answer": {func(m *model, t *tables) {
			m.teams[support].policy.ReassignWhenNoReply, t.teams[0].Policy.ReassignWhenNoReply = new(inbox.Duration(60)), new(inbox.Duration(60))
			m.conversations[3].waitingSince, open(t, 3).WaitingSince = 1, new(inbox.Time(1))
			t.timers = append(t.timers, store.Timer{Kind: store.TimerAttend, SubjectID: 3})
		}, ""},
		"kept by who is away": {func(m *model, t *tables) {
			m.teams[support].policy.ReassignWhenOffline, t.teams[0].Policy.ReassignWhenOffline = new(inbox.Duration(60)), new(inbox.Duration(60))
			at := slices.IndexFunc(t.agents, func(a *inbox.Agent) bool { return a.ID == ana })
			m.agents[ana].presence, t.agents[at].Presence, t.presences[at].Presence = inbox.PresenceOffline, inbox.PresenceOffline, inbox.PresenceOffline
		}, "cnv_3 is to be taken from agt_1 some time, and no timer will"},
		"another limit":            {func(m *model, _ *tables) { m.agents[ben].maxOpen = new(int32(1)) }, "at most any number"},
		"an agent more":            {func(m *model, _ *tables) { m.agents[9] = &agent{} }, "There are 2 agents in the tables, 3"},
		"another policy":           {func(m *model, _ *tables) { m.teams[support].policy.OnlineOnly = false }, "The policy of tea_1"},
		"a team more":              {func(m *model, _ *tables) { m.teams[9] = &team{} }, "There are 1 teams in the tables, 2"},
		"a member more":            {func(m *model, _ *tables) { m.teams[support].members[9] = true }, "There are 2 memberships in the tables, 3"},
		"another member":           {func(_ *model, t *tables) { t.members[0].AgentID = 9 }, "agt_9 is in tea_1 by the tables"},
		"a run that goes on":       {func(m *model, _ *tables) { m.runs[run] = inbox.RunRunning }, "run_1 is WAITING in the tables, RUNNING"},
		"a run that has ended":     {func(m *model, _ *tables) { m.runs[9] = inbox.RunWaiting }, "run_9 is WAITING by the log, and has ended"},
		"a run after the close":    {func(_ *model, t *tables) { t.runs[0].ConversationID = new(inbox.ConversationID(1)) }, "waits in cnv_1, which is closed"},
		"a run without a timer":    {func(_ *model, t *tables) { t.timers = t.timers[:1] }, "has no timer to go on"},
		"a snooze without a timer": {func(_ *model, t *tables) { t.timers = t.timers[1:] }, "cnv_4 is snoozed until"},
		"a snooze that is early":   {func(_ *model, t *tables) { t.timers[0].Due = 1 }, "cnv_4 is snoozed until"},
		"a request that is lost":   {func(_ *model, t *tables) { t.runs[0].State = inbox.JSON(`{"task": 3}`) }, "run_1 waits for task 3, which does not exist"},
		"a request for nobody": {func(_ *model, t *tables) {
			t.tasks = []*store.Task{{ID: 3, Lane: "a", Kind: store.TaskHTTP, SubjectID: int64(run)}}
		}, "Task 3 is for run_1, which does not wait for it"},
		"a request on its way": {func(_ *model, t *tables) {
			t.runs[0].State = inbox.JSON(`{"task": 3}`)
			t.tasks = []*store.Task{{ID: 3, Lane: "a", Kind: store.TaskHTTP, SubjectID: int64(run)}}
			t.lanes = []store.Lane{{Key: "a"}}
		}, ""},
		"an idle lane":            {func(_ *model, t *tables) { t.lanes = []store.Lane{{Key: "a"}} }, `The lane "a" has no tasks`},
		"a webhook without a URL": {func(_ *model, t *tables) { t.unreachable = []inbox.WorkflowID{4} }, "wfl_4 is published for webhooks and has no URL"},
		"a timer for nothing": {func(_ *model, t *tables) {
			t.timers = append(t.timers, store.Timer{Kind: store.TimerWake, SubjectID: 1})
		}, "A timer WAKE is set for 1"},
		"a trigger event without a timer": {func(_ *model, t *tables) {
			t.triggerEvents = []*store.TriggerEvent{{ID: 7}}
		}, "Trigger event 7 has workflows to look at, and no timer to do so"},
		"a trigger event with its timer": {func(_ *model, t *tables) {
			t.triggerEvents = []*store.TriggerEvent{{ID: 7}}
			t.timers = append(t.timers, store.Timer{Kind: store.TimerTrigger, SubjectID: 7})
		}, ""},
		"a workflow may care yet": {func(m *model, t *tables) {
			t.defaultTeam = new(support)
			m.conversations[10] = &conversation{contact: 10, priority: inbox.PriorityNormal}
			t.open = append(t.open, &inbox.Conversation{ID: 10, Status: inbox.Open, ContactID: 10, Priority: inbox.PriorityNormal})
			t.counts[inbox.Scope{}] = store.Counts{Open: 1}
			t.triggerEvents = []*store.TriggerEvent{{ID: 7, ConversationID: new(inbox.ConversationID(10))}}
			t.timers = append(t.timers, store.Timer{Kind: store.TimerTrigger, SubjectID: 7})
		}, ""},
		"nobody cares": {func(m *model, t *tables) {
			t.defaultTeam = new(support)
			m.conversations[10] = &conversation{contact: 10, priority: inbox.PriorityNormal}
			t.open = append(t.open, &inbox.Conversation{ID: 10, Status: inbox.Open, ContactID: 10, Priority: inbox.PriorityNormal})
			t.counts[inbox.Scope{}] = store.Counts{Open: 1}
		}, "has no team, agent or run, although there is a default team"},
		"somebody is free": {func(_ *model, t *tables) { t.winners = map[inbox.ConversationID]inbox.AgentID{2: ben} }, "cnv_2 waits in the queue of tea_1 while it could be assigned to agt_2"},
		"somebody gets it when the team opens again": {func(_ *model, t *tables) {
			t.winners = map[inbox.ConversationID]inbox.AgentID{2: ben}
			t.timers = append(t.timers, store.Timer{Kind: store.TimerOpening, SubjectID: int64(support), Due: 1_000_000})
		}, "cnv_2 waits in the queue of tea_1 while it could be assigned to agt_2"},
		"somebody is about to get it, as the team opens": {func(_ *model, t *tables) {
			t.winners = map[inbox.ConversationID]inbox.AgentID{2: ben}
			t.timers = append(t.timers, store.Timer{Kind: store.TimerOpening, SubjectID: int64(support), Due: 1000})
		}, ""},
		"waits for its owner forever": {func(_ *model, t *tables) { open(t, 2).QueueOwner = new(ben) }, "cnv_2 waits for agt_2 alone, and has no timer to end that"},
		"waits for its owner": {func(_ *model, t *tables) {
			open(t, 2).QueueOwner = new(ben)
			t.timers = append(t.timers, store.Timer{Kind: store.TimerAttend, SubjectID: 2, Due: 1_000_000})
		}, ""},
		"waits for its owner nowhere": {func(_ *model, t *tables) {
			open(t, 3).QueueOwner = new(ben)
			t.timers = append(t.timers, store.Timer{Kind: store.TimerAttend, SubjectID: 3, Due: 1_000_000})
		}, "cnv_3 waits for agt_2 alone, and is not queued"},
		"somebody is about to get it": {func(_ *model, t *tables) {
			t.winners = map[inbox.ConversationID]inbox.AgentID{2: ben}
			t.timers = append(t.timers, store.Timer{Kind: store.TimerDrain, SubjectID: int64(support)})
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := ended().fold()
			if len(m.findings) > 0 {
				t.Fatalf("found %q before", m.findings)
			}
			stored := tablesOf(m)
			test.change(m, &stored)
			m.compare(stored)
			finds(t, m, test.want)
		})
	}
}
