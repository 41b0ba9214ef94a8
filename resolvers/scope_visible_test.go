package resolvers_test

import (
	"fmt"
	"slices"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

// seenConversation is a conversation with one of everything that can be reached through it.
type seenConversation struct {
	name, contactName string
	id                inbox.ConversationID
	number            int64
	nodes             []string // ids that are visible with it
	contact           inbox.ContactID
	run               string
}

// office is a desk with conversations in different places, and people who see different ones.
type office struct {
	*desk
	all, team, own, key person
	sales, support      inbox.TeamID
	workflow            inbox.WorkflowID
	conversations       []seenConversation
	loose               inbox.MessageID // of a blocked contact, in no conversation
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{desk: newDesk(t)}
	o.all = o.hire("Alma", inbox.RoleAgent, inbox.VisibilityAll)
	o.team = o.hire("Tom", inbox.RoleAgent, inbox.VisibilityTeam)
	o.own = o.hire("Oscar", inbox.RoleAgent, inbox.VisibilityAssigned)
	o.key = o.newKey("integration", inbox.RoleAgent)
	o.sales = o.desk.team("Sales", o.team)
	o.support = o.desk.team("Support", o.all)
	o.workflow = o.publish("Greeter", `{"format":1,"name":"Greeter","trigger":{"on":"conversation.opened"},
		"steps":[{"key":"greet","note":{"text":"New."}}]}`)
	o.add("sales", &o.sales, nil)
	o.add("support", &o.support, nil)
	o.add("free", nil, nil)
	o.add("Tom's", &o.support, &o.team)
	o.add("Oscar's", &o.support, &o.own)
	blocked := o.receive("blocked", "hello")
	_, err := o.engine.ConversationClose(t.Context(), o.owner.Caller, engine.ConversationCloseInput{ConversationID: blocked.Conversation.ID})
	o.must(err)
	_, err = o.engine.ContactUpdate(t.Context(), o.owner.Caller, engine.ContactPatch{ID: blocked.Contact.ID, Blocked: new(true)})
	o.must(err)
	o.loose = o.receive("blocked", "still here").Message.ID
	return o
}

func (d *desk) newKey(name string, role inbox.Role) person {
	d.Helper()
	created, err := d.engine.APIKeyCreate(d.Context(), d.owner.Caller, engine.NewAPIKey{Name: name, Role: role})
	d.must(err)
	return person{inbox.Caller{Actor: inbox.ByAPIKey(created.Key.ID), Role: role, Visibility: inbox.VisibilityAll}, created.Secret}
}

func (d *desk) publish(name, document string) inbox.WorkflowID {
	d.Helper()
	w, err := d.engine.WorkflowCreate(d.Context(), d.owner.Caller, engine.WorkflowCreateInput{Name: name, Definition: inbox.JSON(document)})
	d.must(err)
	_, err = d.engine.WorkflowPublish(d.Context(), d.owner.Caller, w.ID)
	d.must(err)
	return w.ID
}

// add opens a conversation, which a workflow run and a decision belong to, and puts it where it should be.
func (o *office) add(name string, team *inbox.TeamID, assignee *person) {
	o.Helper()
	ctx := o.Context()
	received := o.receive(name, "hello from "+name)
	id := received.Conversation.ID
	note, err := o.engine.NoteAdd(ctx, o.owner.Caller, engine.NoteAddInput{ConversationID: id, Text: "Look at this."})
	o.must(err)
	// A policy decides only for a team; if there should be none, the team is removed again.
	decider := o.support
	if team != nil {
		decider = *team
	}
	_, err = o.engine.ConversationRoute(ctx, o.owner.Caller, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(decider)})
	o.must(err)
	change, err := o.engine.ConversationAssign(ctx, o.owner.Caller, engine.ConversationAssignInput{ConversationID: id})
	o.must(err)
	if team == nil {
		_, err = o.engine.ConversationRoute(ctx, o.owner.Caller, engine.RoutePatch{ConversationID: id, Team: engine.Patch[inbox.TeamID]{Set: true}})
		o.must(err)
	}
	if assignee != nil {
		agent := assignee.Actor.Agent()
		_, err = o.engine.ConversationAssign(ctx, o.owner.Caller, engine.ConversationAssignInput{ConversationID: id, AgentID: &agent})
		o.must(err)
	}
	run := o.ask(o.owner, `query($id: ID!) { conversation(id: $id) { runs { id } } }`, variables{"id": id.String()}).ok().text("conversation.runs.0.id")
	o.conversations = append(o.conversations, seenConversation{name: name, contactName: name, id: id, number: received.Conversation.Number,
		contact: received.Contact.ID, run: run,
		nodes: []string{id.String(), received.Message.ID.String(), note.Note.ID.String(), received.Contact.ID.String(),
			change.Decision.ID.String(), run}})
}

// viewers returns who sees which conversations.
func (o *office) viewers() map[string]struct {
	person
	sees []string
} {
	everything := []string{"sales", "support", "free", "Tom's", "Oscar's"}
	type viewer = struct {
		person
		sees []string
	}
	return map[string]viewer{
		"owner":    {o.owner, everything},
		"key":      {o.key, everything},
		"ALL":      {o.all, everything},
		"TEAM":     {o.team, []string{"sales", "free", "Tom's"}},
		"ASSIGNED": {o.own, []string{"Oscar's"}},
	}
}

func TestWhatIsNotVisibleIsNull(t *testing.T) {
	o := newOffice(t)
	for name, viewer := range o.viewers() {
		for _, c := range o.conversations {
			want := slices.Contains(viewer.sees, c.name)
			check := func(what string, got any) {
				t.Helper()
				if (got != nil) != want {
					t.Errorf("%s: %s of %s: got %v, want visible: %v", name, what, c.name, got, want)
				}
			}
			a := o.ask(viewer.person, `query($id: ID!, $number: Int!, $contact: ID!, $run: ID!, $channel: ID!, $external: String!) {
				conversation(id: $id) { id }
				conversationByNumber(number: $number) { id }
				contact(id: $contact) { id openConversation { id } conversations { totalCount nodes { id } } }
				contactByIdentity(channelId: $channel, externalId: $external) { id }
				workflowRun(id: $run) { id conversation { id } contact { id } }
			}`, variables{"id": c.id.String(), "number": c.number, "contact": c.contact.String(), "run": c.run,
				"channel": o.channel.String(), "external": c.contactName}).ok()
			for _, field := range []string{"conversation", "conversationByNumber", "contact", "contactByIdentity", "workflowRun"} {
				check(field, a.at(field))
			}
			for _, id := range c.nodes {
				check("node "+id, o.ask(viewer.person, `query($id: ID!) { node(id: $id) { id } }`, variables{"id": id}).ok().at("node"))
			}
		}
		seesAll := len(viewer.sees) == len(o.conversations)
		loose := o.ask(viewer.person, `query($id: ID!) { node(id: $id) { id } }`, variables{"id": o.loose.String()}).ok().at("node")
		if (loose != nil) != seesAll {
			t.Errorf("%s: got %v for a message in no conversation, want visible: %v", name, loose, seesAll)
		}
	}
}

func TestListsAndCountsHoldWhatIsVisible(t *testing.T) {
	o := newOffice(t)
	for name, viewer := range o.viewers() {
		var ids, runs, allRuns []string
		for _, c := range o.conversations {
			allRuns = append(allRuns, c.run)
			if slices.Contains(viewer.sees, c.name) {
				ids, runs = append(ids, c.id.String()), append(runs, c.run)
			}
		}
		slices.Sort(ids)
		slices.Sort(runs)
		a := o.ask(viewer.person, `query($sales: ID!, $support: ID!, $workflow: ID!) {
			activity: conversations(filter: {status: OPEN}) { totalCount nodes { id } }
			waiting: conversations(filter: {status: OPEN}, orderBy: LONGEST_WAITING) { nodes { id } }
			newest: conversations(filter: {status: OPEN}, orderBy: NEWEST) { nodes { id } }
			waits: conversations(filter: {status: OPEN, waiting: true}) { totalCount nodes { id } }
			inboxCounts { open unassigned mine snoozed byTeam { team { name } open } }
			sales: node(id: $sales) { ... on Team { queueLength queue { totalCount nodes { id } } } }
			support: node(id: $support) { ... on Team { queue { totalCount nodes { id } } } }
			workflow(id: $workflow) { runs { nodes { id } } }
		}`, variables{"sales": o.sales.String(), "support": o.support.String(), "workflow": o.workflow.String()}).ok()
		for _, list := range []string{"activity", "waiting", "newest", "waits"} {
			got := a.each(list+".nodes", "id")
			slices.Sort(got)
			if !slices.Equal(got, ids) {
				t.Errorf("%s: %s has %v, want %v", name, list, got, ids)
			}
		}
		for _, count := range []string{"activity.totalCount", "waits.totalCount", "inboxCounts.open"} {
			if got := a.at(count); got != float64(len(ids)) {
				t.Errorf("%s: %s is %v, want %d", name, count, got, len(ids))
			}
		}
		gotRuns := slices.DeleteFunc(a.each("workflow.runs.nodes", "id"), // without the run of the contact who was blocked
			func(id string) bool { return !slices.Contains(allRuns, id) })
		slices.Sort(gotRuns)
		if !slices.Equal(gotRuns, runs) {
			t.Errorf("%s: runs are %v, want %v", name, gotRuns, runs)
		}
		for team, waiting := range map[string]string{"sales": "sales", "support": "support"} {
			want := 0
			if slices.Contains(viewer.sees, waiting) {
				want = 1
			}
			if got := a.at(team + ".queue.nodes").([]any); len(got) != want || a.at(team+".queue.totalCount") != float64(want) {
				t.Errorf("%s: the queue of %s has %v (%v), want %d", name, team, got, a.at(team+".queue.totalCount"), want)
			}
		}
	}
}

func TestOnlyWhoSeesEverythingListsContacts(t *testing.T) {
	o := newOffice(t)
	for name, viewer := range o.viewers() {
		want := "FORBIDDEN"
		if len(viewer.sees) == len(o.conversations) {
			want = ""
		}
		a := o.ask(viewer.person, `{ contacts { totalCount nodes { id } } }`, nil)
		if a.wantCode(want); want == "" && a.at("contacts.totalCount") != float64(6) {
			t.Errorf("%s: %v contacts, want 6", name, a.at("contacts.totalCount"))
		}
	}
}

func TestAContactShowsOnlyVisibleConversations(t *testing.T) {
	o := newOffice(t)
	// Oscar sees the contact through a closed conversation of his; the open one is not his.
	var c seenConversation
	for _, c = range o.conversations {
		if c.name == "Oscar's" {
			break
		}
	}
	_, err := o.engine.ConversationClose(t.Context(), o.owner.Caller, engine.ConversationCloseInput{ConversationID: c.id})
	o.must(err)
	open := o.receive(c.contactName, "me again").Conversation.ID
	const query = `query($id: ID!) { contact(id: $id) { openConversation { id } conversations { totalCount nodes { id } } } }`
	a := o.ask(o.own, query, variables{"id": c.contact.String()}).ok()
	if got := a.at("contact.openConversation"); got != nil {
		t.Errorf("Oscar sees %v", got)
	}
	if got := a.each("contact.conversations.nodes", "id"); !slices.Equal(got, []string{c.id.String()}) || a.at("contact.conversations.totalCount") != float64(1) {
		t.Errorf("Oscar sees %v", got)
	}
	a = o.ask(o.all, query, variables{"id": c.contact.String()}).ok()
	if got := a.each("contact.conversations.nodes", "id"); !slices.Equal(got, []string{open.String(), c.id.String()}) {
		t.Errorf("Alma sees %v", got)
	}
}

func TestOnlyManagersReadDocumentsAndTheInsideOfRuns(t *testing.T) {
	o := newOffice(t)
	for name, viewer := range o.viewers() {
		manager := name == "owner"
		seen := o.conversations[slices.IndexFunc(o.conversations, func(c seenConversation) bool { return c.name == viewer.sees[0] })]
		a := o.ask(viewer.person, `query($workflow: ID!, $run: ID!, $conversation: ID!) {
			workflow(id: $workflow) { name definition publishedDefinition problems { message } }
			workflows { nodes { definition } }
			workflowRun(id: $run) { version variables error steps { key } workflow { definition } }
			conversation(id: $conversation) { runs { variables steps { key } } }
		}`, variables{"workflow": o.workflow.String(), "run": seen.run, "conversation": seen.id.String()}).ok()
		for _, path := range []string{"workflow.definition", "workflow.publishedDefinition", "workflows.nodes.0.definition",
			"workflowRun.variables", "workflowRun.steps", "workflowRun.workflow.definition",
			"conversation.runs.0.variables", "conversation.runs.0.steps"} {
			if got := a.at(path); (got != nil) != manager {
				t.Errorf("%s: %s is %v, want visible: %v", name, path, got, manager)
			}
		}
		if got := fmt.Sprint(a.at("workflow.problems")); got != "[]" {
			t.Errorf("%s: problems are %v", name, got)
		}
	}
}
