package e2e_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// mixTime is how long all clients work.
func mixTime() time.Duration {
	if soaking() {
		return 20 * time.Second
	}
	return 5 * time.Second
}

func TestEverythingAtOnceLeavesTheLogAndTheTablesInAgreement(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	m := &mix{ids: map[string][]string{}, succeeded: map[string]int{}, refused: map[string]int{}}
	start := s.key.head()
	everybody := s.key.follow(start, nil)
	m.furnished = s.furnish(crew{name: "Sales", agents: []string{"ana", "ben"}, maxOpen: 4}, crew{name: "Support", agents: []string{"bea", "vera"}, maxOpen: 3})
	m.give("team", m.Teams["Sales"], m.Teams["Support"])
	m.give("channel", m.channel())
	for _, id := range m.Agents {
		m.give("agent", id)
	}
	s.key.do("workspaceUpdate", object{"defaultTeamId": m.Teams["Support"], "lifecycleStages": []string{"lead", "won"}}, "")
	s.key.newField(object{"name": "score", "type": "NUMBER"})
	m.give("shortcut", s.key.newShortcut("Remind", object{"title": "Remind", "form": []object{{"name": "about"}}},
		object{"key": "wait", "wait": object{"for": "PT1S"}}, object{"key": "tell", "note": object{"text": "{{ trigger.form.about }}"}}))
	hook := s.key.do("workflowCreate", object{"name": "Hook", "definition": object{"format": 1, "steps": []object{{"key": "open", "open": object{}}},
		"trigger": object{"on": "webhook", "contact": object{"id": "id"}}}}, "workflow { id }").Workflow.ID
	s.key.do("workflowPublish", object{"id": hook}, "")
	m.give("hook", hook)
	vera := m.agent("vera") // sees what her team does
	view := vera.follow("", nil)
	callers := []*caller{s.owner, s.key, s.key, s.makeKey("AGENT"), m.agent("ana"), vera}
	if missing := s.unmixed(m.operations()); len(missing) > 0 {
		t.Errorf("nobody does %v", missing)
	}

	m.run(seeded(t), callers)
	for _, o := range m.operations() {
		if m.succeeded[o.name] == 0 {
			t.Errorf("%s never succeeded; it was refused %d times", o.name, m.refused[o.name])
		}
	}
	t.Logf("succeeded: %v, refused: %v", m.succeeded, m.refused)

	all, head := s.settled()
	events := everybody.through(head)
	foldOf(t, events).agrees(all)
	sameEvents(t, "the log, replayed", s.key.follow(start, nil).through(head), events)
	view.shows(vera)
}

// unmixed returns the mutations of the schema that are not among the operations. logout and sessionEnd are left out: they
// would end the client itself.
func (s *server) unmixed(operations []operation) []string {
	s.Helper()
	var schema struct {
		Schema struct{ MutationType struct{ Fields []reference } } `json:"__schema"`
	}
	s.key.read(`{ __schema { mutationType { fields { name } } } }`, nil, &schema)
	var missing []string
	for _, field := range schema.Schema.MutationType.Fields {
		if field.Name != "logout" && field.Name != "sessionEnd" && !slices.ContainsFunc(operations, func(o operation) bool { return o.name == field.Name }) {
			missing = append(missing, field.Name)
		}
	}
	return missing
}

// mix is many clients that together call every mutation.
type mix struct {
	*furnished
	mu                 sync.Mutex
	ids                map[string][]string // of existing objects, by kind
	succeeded, refused map[string]int      // by mutation
	next               int
	failures           []error
}

// operation is a mutation and how to make up an input for it. If the input is nil, there is nothing to do now.
type operation struct {
	name   string
	weight int
	input  func(r *rand.Rand) object
	fields string
}

func (m *mix) give(kind string, ids ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ids[kind] = append(m.ids[kind], ids...)
}

// one returns an id of a kind, or one that belongs to nothing if there is none.
func (m *mix) one(r *rand.Rand, kind string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.ids[kind]) == 0 {
		return "none"
	}
	return m.ids[kind][r.IntN(len(m.ids[kind]))]
}

// fresh returns a name that is not used yet.
func (m *mix) fresh(what string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next++
	return fmt.Sprintf("%s %d", what, m.next)
}

func either[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// operations returns all mutations. They leave alone the agents, keys and channels that the clients themselves need.
func (m *mix) operations() []operation {
	conversation := func(parts func(r *rand.Rand) object) func(*rand.Rand) object {
		return func(r *rand.Rand) object {
			return with(object{"conversationId": m.one(r, "conversation")}, parts(r))
		}
	}
	message := func(r *rand.Rand) object {
		return with(m.incoming(fmt.Sprint("contact-", r.IntN(40)), fmt.Sprint("m-", r.IntN(2000)), "Hello"), object{"channelId": m.one(r, "channel")})
	}
	nothing := func(*rand.Rand) object { return object{} }
	return []operation{
		{"messageReceive", 30, message, "message { id } contact { id } conversation { id }"},
		{"messageReceiveBatch", 3, func(r *rand.Rand) object {
			return object{"messages": list(5, func(int) object { return message(r) })}
		}, "results { message { id } contact { id } conversation { id } userErrors { code } }"},
		{"messageSend", 15, conversation(func(r *rand.Rand) object {
			return object{"text": "Yes", "idempotencyKey": fmt.Sprint("k-", r.IntN(500))}
		}), "message { id }"},
		{"messageStatusReport", 10, func(r *rand.Rand) object {
			return object{"messageId": m.one(r, "sent"), "status": either(r, "SENT", "DELIVERED", "READ", "FAILED"), "failureReason": "Gone"}
		}, ""},
		{"noteAdd", 5, conversation(func(r *rand.Rand) object {
			return object{"text": "Hm", "mentionIds": []string{m.one(r, "agent")}}
		}), "note { id }"},
		{"noteUpdate", 3, func(r *rand.Rand) object {
			return object{"id": m.one(r, "note"), "text": either(r, "Hm", "Hm, well"), "mentionIds": []string{m.one(r, "agent")}}
		}, ""},
		{"noteDelete", 2, func(r *rand.Rand) object { return object{"id": m.one(r, "note")} }, ""},
		{"conversationsChange", 2, func(r *rand.Rand) object {
			return object{"ids": slices.Compact(slices.Sorted(slices.Values(list(6, func(int) string { return m.one(r, "conversation") })))), "action": either(r,
				object{"route": object{"teamId": m.one(r, "team")}}, object{"unassign": true}, object{"assign": object{}}, object{"seen": true},
				object{"tags": object{"addTags": []string{"many"}}})}
		}, "job { id }"},
		{"jobCancel", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "job")} }, ""},
		{"jobUndo", 2, func(r *rand.Rand) object { return object{"id": m.one(r, "job")} }, "job { id }"},
		{"savedViewCreate", 1, func(r *rand.Rand) object {
			return object{"name": m.fresh("view"), "filter": object{"teamIds": []string{m.one(r, "team")}}}
		}, "savedView { id }"},
		{"savedViewUpdate", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "savedView"), "name": m.fresh("view")} }, ""},
		{"savedViewDelete", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "savedView")} }, ""},
		{"activitySet", 3, conversation(func(r *rand.Rand) object { return object{"activity": either(r, "VIEWING", "TYPING", "NONE")} }), ""},
		{"conversationSeen", 8, func(r *rand.Rand) object {
			conversation, message, _ := strings.Cut(m.one(r, "message"), " ")
			return object{"conversationId": conversation, "messageId": message}
		}, ""},
		{"viewerUpdate", 1, func(*rand.Rand) object { return object{"signature": "Regards"} }, ""},
		{"preferencesSet", 1, func(*rand.Rand) object { return object{"namespace": "console", "value": object{"dense": true}} }, ""},
		{"conversationWatch", 3, conversation(nothing), ""},
		{"conversationUnwatch", 2, conversation(nothing), ""},
		{"notificationsRead", 3, func(r *rand.Rand) object {
			return either(r, object{"all": true}, object{"conversationId": m.one(r, "conversation")})
		}, ""},
		{"draftSet", 5, conversation(func(r *rand.Rand) object {
			return object{"kind": either(r, "REPLY", "NOTE"), "text": either(r, "Hm", "Hm, well", "")}
		}), ""},
		{"savedReplyCreate", 1, func(r *rand.Rand) object {
			return object{"teamId": either[any](r, m.one(r, "team"), nil), "shortcut": strings.ReplaceAll(m.fresh("reply"), " ", "-"), "title": "Reply",
				"texts": []object{{"language": "en", "text": "Hello {{ contact.first_name }}"}}}
		}, "savedReply { id }"},
		{"savedReplyUpdate", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "savedReply"), "title": "Changed"} }, ""},
		{"savedReplyDelete", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "savedReply")} }, ""},
		{"contactCreate", 2, func(*rand.Rand) object {
			return object{"firstName": "New", "identities": []object{{"channelId": m.channel(), "externalId": m.fresh("made")}}}
		}, "contact { id }"},
		{"contactUpdate", 8, func(r *rand.Rand) object {
			return object{"id": m.one(r, "contact"), "blocked": r.IntN(8) == 0, "addTags": []string{fmt.Sprint("tag", r.IntN(9))},
				"removeTags": []string{fmt.Sprint("tag", r.IntN(9))}, "lifecycleStage": either[any](r, "lead", "won", nil),
				"fields": object{"score": either[any](r, r.IntN(100), nil)}}
		}, ""},
		{"contactFieldCreate", 1, func(*rand.Rand) object {
			return object{"name": strings.ReplaceAll(m.fresh("field"), " ", "_"), "type": "TEXT"}
		}, "contactField { id }"},
		{"contactFieldUpdate", 1, func(r *rand.Rand) object {
			return object{"id": m.one(r, "field"), "type": either(r, "TEXT", "LIST")}
		}, ""},
		{"contactFieldDelete", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "field")} }, ""},
		{"shortcutRun", 3, conversation(func(r *rand.Rand) object {
			return object{"workflowId": m.one(r, "shortcut"), "form": object{"about": "this"}}
		}), ""},
		{"conversationOpen", 4, func(r *rand.Rand) object {
			return object{"contactId": m.one(r, "contact"), "teamId": m.one(r, "team"), "channelId": m.channel()}
		}, "conversation { id }"},
		{"conversationAssign", 10, conversation(func(r *rand.Rand) object {
			if r.IntN(2) == 0 {
				return object{"onlyIfUnassigned": r.IntN(2) == 0}
			}
			return object{"agentId": m.one(r, "agent")}
		}), ""},
		{"conversationUnassign", 3, conversation(nothing), ""},
		{"conversationRoute", 6, conversation(func(r *rand.Rand) object {
			return object{"teamId": either[any](r, m.one(r, "team"), m.one(r, "team"), nil), "priority": either(r, "LOW", "NORMAL", "HIGH", "URGENT")}
		}), ""},
		{"conversationSnooze", 4, conversation(func(r *rand.Rand) object {
			return object{"until": time.Now().Add(time.Duration(r.IntN(1500)) * time.Millisecond).UTC().Format(time.RFC3339Nano)}
		}), ""},
		{"conversationWake", 3, conversation(nothing), ""},
		{"conversationRead", 10, func(r *rand.Rand) object {
			conversation, message, _ := strings.Cut(m.one(r, "message"), " ")
			return object{"conversationId": conversation, "messageId": message}
		}, ""},
		{"conversationClose", 10, conversation(func(r *rand.Rand) object { return object{"category": either[any](r, "Done", nil)} }), ""},
		{"presenceSet", 8, func(r *rand.Rand) object {
			return object{"agentId": m.one(r, "agent"), "presence": either(r, "ONLINE", "ONLINE", "BUSY", "OFFLINE")}
		}, ""},
		{"login", 1, func(r *rand.Rand) object {
			return object{"email": emailOf(either(r, "ben", "bea")), "password": agentPassword}
		}, ""},
		{"apiKeyCreate", 1, func(*rand.Rand) object { return object{"name": "Made", "role": "AGENT"} }, "apiKey { id }"},
		{"apiKeyRevoke", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "apiKey")} }, ""},
		{"agentCreate", 1, func(*rand.Rand) object {
			name := m.fresh("agent")
			return object{"name": name, "email": strings.ReplaceAll(name, " ", "") + "@made.localhost", "password": agentPassword}
		}, "agent { id }"},
		{"agentUpdate", 3, func(r *rand.Rand) object {
			return object{"id": m.one(r, "made agent"), "maxOpen": either[any](r, 1, 5, nil), "disabled": r.IntN(4) == 0,
				"visibility": either(r, "ALL", "TEAM", "ASSIGNED")}
		}, ""},
		{"teamCreate", 1, func(r *rand.Rand) object {
			return object{"name": m.fresh("team"), "memberIds": []string{m.one(r, "made agent")},
				"policy": object{"strategy": either(r, "LEAST_OPEN", "LONGEST_IDLE", "MANUAL", "ROUND_ROBIN"), "onlineOnly": r.IntN(2) == 0}}
		}, "team { id }"},
		{"teamUpdate", 3, func(r *rand.Rand) object {
			return object{"id": m.one(r, "team"), either(r, "addMemberIds", "removeMemberIds"): []string{m.one(r, "made agent")},
				"policy": object{"maxOpen": either[any](r, 2, 3, 4, nil)}}
		}, ""},
		{"channelCreate", 1, func(*rand.Rand) object {
			return object{"name": m.fresh("channel"), "kind": "API", "graceAfterClose": "PT1M"}
		}, "channel { id }"},
		{"channelUpdate", 1, func(r *rand.Rand) object {
			return object{"id": m.one(r, "made channel"), "disabled": r.IntN(2) == 0}
		}, ""},
		{"workspaceUpdate", 1, func(r *rand.Rand) object {
			return object{"defaultTeamId": m.one(r, "team"), "timeZone": "Europe/Vienna"}
		}, ""},
		{"workflowCreate", 1, func(*rand.Rand) object {
			return object{"name": m.fresh("workflow"), "definition": inbound(
				object{"key": "mark", "tag": object{"add": []string{"seen"}}},
				object{"key": "say", "send": object{"text": "Hello {{ contact.first_name | default: 'there' }}"}})}
		}, "workflow { id }"},
		{"workflowUpdate", 1, func(r *rand.Rand) object {
			return object{"id": m.one(r, "workflow"), "definition": inbound(
				object{"key": "wait", "assign": object{"by": "workspace", "timeout": "PT1S"}, "exits": object{"timeout": "tell"}},
				object{"key": "tell", "note": object{"text": "{{ now }}"}})}
		}, ""},
		{"workflowPublish", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "workflow")} }, ""},
		{"workflowStop", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "workflow"), "cancelRuns": r.IntN(2) == 0} }, ""},
		{"workflowImport", 1, func(r *rand.Rand) object {
			return object{"yaml": fmt.Sprintf("format: 1\nname: Imported %d\ntrigger: { on: workflow }\nsteps:\n  - key: say\n    note: { text: Hello }\n", r.IntN(3))}
		}, ""},
		{"workflowSimulate", 1, func(r *rand.Rand) object {
			return object{"contactId": m.one(r, "contact"), "message": object{"text": "Hello"}, "definition": inbound(
				object{"key": "hand_over", "assign": object{"by": "workspace"}})}
		}, ""},
		{"workflowWebhookRotate", 1, func(r *rand.Rand) object { return object{"id": m.one(r, "hook")} }, ""},
		{"secretSet", 1, func(r *rand.Rand) object { return object{"name": fmt.Sprint("S", r.IntN(3)), "value": "long enough"} }, ""},
		{"secretDelete", 1, func(r *rand.Rand) object { return object{"name": fmt.Sprint("S", r.IntN(3))} }, ""},
	}
}

// run runs the operations for a while, and then until each mutation has succeeded.
func (m *mix) run(seed uint64, callers []*caller) {
	m.server.Helper()
	operations := m.operations()
	var draw []operation
	for _, o := range operations {
		for range o.weight {
			draw = append(draw, o)
		}
	}
	enough, late := time.Now().Add(mixTime()), time.Now().Add(patience)
	var working sync.WaitGroup
	for i, c := range callers {
		for j := range 2 {
			r := rand.New(rand.NewPCG(seed, uint64(i*10+j)))
			working.Go(func() {
				for now := time.Now(); now.Before(enough) || now.Before(late) && !m.complete(operations); now = time.Now() {
					if !m.step(c, draw[r.IntN(len(draw))], r) {
						return
					}
				}
			})
		}
	}
	working.Wait()
	for _, err := range m.failures {
		m.server.Error(err)
	}
}

// complete reports whether each mutation has succeeded.
func (m *mix) complete(operations []operation) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !slices.ContainsFunc(operations, func(o operation) bool { return m.succeeded[o.name] == 0 })
}

// step runs one operation. It may be refused because of the current state; otherwise it must succeed.
func (m *mix) step(c *caller, o operation, r *rand.Rand) bool {
	got, err := c.try(o.name, o.input(r), o.fields)
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err == nil:
		m.succeeded[o.name]++
	case refusals(err) != nil:
		m.refused[o.name]++
		return true
	default:
		m.failures = append(m.failures, err)
		return false
	}
	m.keep(o.name, got)
	for _, part := range got.Results {
		m.keep("messageReceive", part)
	}
	return true
}

// keep remembers the ids of what an operation created.
func (m *mix) keep(mutation string, got payload) {
	add := func(kind, id string) {
		if id != "" && !slices.Contains(m.ids[kind], id) {
			m.ids[kind] = append(m.ids[kind], id)
		}
	}
	if got.Message != nil && mutation == "messageSend" {
		add("sent", got.Message.ID)
	}
	if got.Message != nil && got.Conversation != nil {
		add("message", got.Conversation.ID+" "+got.Message.ID)
	}
	if got.Conversation != nil {
		add("conversation", got.Conversation.ID)
	}
	if got.Contact != nil {
		add("contact", got.Contact.ID)
	}
	if got.Agent != nil {
		add("agent", got.Agent.ID)
		add("made agent", got.Agent.ID)
	}
	if got.Workflow != nil && len(m.ids["workflow"]) < 3 { // more would start for every conversation
		add("workflow", got.Workflow.ID)
	}
	if got.Job != nil {
		add("job", got.Job.ID)
	}
	for kind, made := range map[string]*reference{"team": got.Team, "apiKey": got.APIKey, "channel": got.Channel, "made channel": got.Channel, "field": got.ContactField,
		"savedReply": got.SavedReply, "savedView": got.SavedView, "note": got.Note} {
		add(kind, idOf(made))
	}
}

// shows expects that a stream whose viewer does not see everything has shown each conversation that they see now, and
// has hidden those that it had shown and they no longer see. While the two differ, what the viewer sees is read again:
// runs that go on by themselves may have changed it.
func (s *stream) shows(viewer *caller) {
	s.Helper()
	for late := time.Now().Add(patience); ; {
		changed := s.news.next()
		seen := map[string]bool{}
		for _, v := range everything[reference](viewer, "conversations", "", "id") {
			seen[v.ID] = true
		}
		shown := inSight(s.all())
		if maps.Equal(shown, seen) {
			return
		}
		if time.Now().After(late) {
			s.Fatalf("the stream shows %v, its viewer sees %v", shown, seen)
		}
		select {
		case <-changed:
		case <-s.done:
			s.Fatalf("the stream ended: %v", s.err)
		case <-time.After(time.Second): // what its viewer sees may change without an item
		}
	}
}

// inSight returns the conversations that a stream has shown and not hidden.
func inSight(items []item) map[string]bool {
	shown := map[string]bool{}
	for _, i := range items {
		switch {
		case i.Type == "ConversationHidden":
			delete(shown, i.ConversationID)
		case i.Conversation != nil:
			shown[i.Conversation.ID] = true
		}
	}
	return shown
}
