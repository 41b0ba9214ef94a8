package engine_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/engine"
	"foyer/engine/rehearsal"
	"foyer/engine/workflow"
	"foyer/gallery"
	"foyer/inbox"
	"foyer/store"
	"foyer/vault"
)

// performance is one workflow of the gallery in circumstances in which it is simulated, rehearsed and run.
type performance struct {
	workflow, when string
	contact        engine.ContactCreateInput
	returning      bool // had a conversation before
	owned          bool // by Bo
	text           string
	answers        []*string
	absent         bool // no agent is online
	later          time.Duration
	crm            reply // the answer of the customer database
}

// staffed are the agents of each team.
const staffed = "Bo"

func performances() []performance {
	ann := engine.ContactCreateInput{FirstName: new("Ann"), Email: new("ann@example.com")}
	with := func(change func(*engine.ContactCreateInput)) engine.ContactCreateInput {
		in := ann
		change(&in)
		return in
	}
	tagged := with(func(in *engine.ContactCreateInput) { in.Tags = []string{"vip"} })
	french := with(func(in *engine.ContactCreateInput) { in.Language = new("fr-CA") })
	german := with(func(in *engine.ContactCreateInput) { in.Language = new("de") })
	nameless := engine.ContactCreateInput{}
	say := func(texts ...string) (answers []*string) {
		for _, text := range texts {
			answers = append(answers, &text)
		}
		return answers
	}
	silence := []*string{nil}
	const night = 12 * time.Hour
	return []performance{
		{workflow: "inbound-menu", when: "by number, the second time", contact: ann, answers: say("what?", "2")},
		{workflow: "inbound-menu", when: "in German", contact: german, answers: say("etwas kaufen")},
		{workflow: "inbound-menu", when: "twice no answer", contact: ann, answers: say("?", "??")},
		{workflow: "inbound-menu", when: "silence, nobody there", contact: nameless, answers: silence, absent: true},
		{workflow: "business-hours", when: "open", contact: ann},
		{workflow: "business-hours", when: "closed, address known", contact: ann, later: night},
		{workflow: "business-hours", when: "closed, address asked", contact: nameless, later: night, answers: say("eve@example.com")},
		{workflow: "business-hours", when: "closed, nobody there", contact: nameless, later: night, answers: silence, absent: true},
		{workflow: "escalation", when: "nobody answers", contact: ann},
		{workflow: "language", when: "known", contact: french},
		{workflow: "language", when: "asked", contact: nameless, answers: say("Deutsch")},
		{workflow: "language", when: "not told", contact: nameless, answers: silence},
		{workflow: "lead-enrichment", when: "large", contact: ann, crm: reply{body: `{"company": {"name": "Acme", "seats": 250}, "plan": "team"}`}},
		{workflow: "lead-enrichment", when: "small", contact: nameless, answers: say("ann@example.com"), crm: reply{body: `{"plan": "solo"}`}},
		{workflow: "lead-enrichment", when: "unknown there", contact: ann, crm: reply{status: 404}},
		{workflow: "lead-enrichment", when: "out of order", contact: ann, crm: reply{status: 400}},
		{workflow: "returning-contact", when: "the owner is there", contact: ann, returning: true, owned: true},
		{workflow: "returning-contact", when: "without an owner", contact: ann, returning: true},
		{workflow: "returning-contact", when: "new", contact: ann},
		{workflow: "unassign-after-close", when: "returning", contact: ann, returning: true},
		{workflow: "vip", when: "somebody is there", contact: tagged},
		{workflow: "vip", when: "nobody is there", contact: tagged, absent: true},
		{workflow: "banking", when: "by words", contact: ann, text: "I topped up and nothing happened"},
		{workflow: "banking", when: "by the menu", contact: nameless, text: "Hello", answers: say("6")},
		{workflow: "banking", when: "silence, nobody there", contact: nameless, text: "Hello", answers: silence, absent: true},
	}
}

// TestTheGalleryRunsAsItsSimulationTellsWhateverContactsSay tries a few performances, each of which needs a desk; with
// FOYER_SOAK=1 hundreds.
func TestTheGalleryRunsAsItsSimulationTellsWhateverContactsSay(t *testing.T) {
	t.Parallel()
	few, differs := 20, false
	if soak() {
		few = 1_000
	}
	rapid.Check(t, func(rt *rapid.T) {
		if few--; few < 0 && !differs { // once one differs all are tried, so that rapid can make it smaller
			return
		}
		p := drawPerformance(rt)
		if !t.Run(p.workflow, p.play) {
			differs = true
			rt.Fatalf("%+v", p)
		}
	})
}

func drawPerformance(t *rapid.T) performance {
	text := rapid.SampledFrom([]string{"Hello", "I topped up and nothing happened", "My card is lost", "?"})
	answer := rapid.SampledFrom([]*string{nil, new("1"), new("2"), new("6"), new("what?"), new("Deutsch"), new("eve@example.com"), new("etwas kaufen")})
	p := performance{
		workflow: rapid.SampledFrom(must(gallery.List())).Draw(t, "workflow").Name, text: text.Draw(t, "text"),
		answers: rapid.SliceOfN(answer, 12, 12).Draw(t, "answers"), // more than there are questions
		absent:  rapid.Bool().Draw(t, "absent"), returning: rapid.Bool().Draw(t, "returning"), owned: rapid.Bool().Draw(t, "owned"),
		later: rapid.SampledFrom([]time.Duration{0, 12 * time.Hour, 5 * 24 * time.Hour}).Draw(t, "later"),
		crm:   rapid.SampledFrom([]reply{{body: `{"company": {"seats": 250}, "plan": "team"}`}, {body: `{"plan": "solo"}`}, {status: 404}, {body: "?"}}).Draw(t, "crm"),
		contact: engine.ContactCreateInput{
			FirstName: rapid.SampledFrom([]*string{nil, new("Ann")}).Draw(t, "name"),
			Email:     rapid.SampledFrom([]*string{nil, new("ann@example.com")}).Draw(t, "email"),
			Language:  rapid.SampledFrom([]*string{nil, new("fr-CA"), new("de")}).Draw(t, "language"),
			Tags:      rapid.SampledFrom([][]string{nil, {"vip"}}).Draw(t, "tags"),
		},
	}
	p.owned = p.owned && !p.absent // a rehearsal's owner is always online
	switch p.workflow {            // the circumstances that its trigger requires
	case "vip":
		p.contact.Tags = []string{"vip"}
	case "unassign-after-close":
		p.returning = true
	}
	return p
}

// played is what became of a conversation.
type played struct {
	Path           []string // without the reasons of failures: a request that is not sent has others
	Sent           []string
	Team, Assignee string
	Status         inbox.WorkflowRunStatus
}

func TestEveryWorkflowOfTheGalleryRunsAsItsSimulationTells(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, p := range performances() {
		tried[p.workflow] = true
		t.Run(p.workflow+", "+p.when, func(t *testing.T) { p.play(t) })
	}
	for _, e := range must(gallery.List()) {
		if !tried[e.Name] {
			t.Errorf("%s is not tried", e.Name)
		}
	}
}

func (p performance) play(t *testing.T) {
	t.Helper()
	o := newOutside(t, func(received) reply { return p.crm })
	bo, contact := p.furnish(o)
	document := strings.ReplaceAll(string(must(gallery.YAML(p.workflow))), "https://crm.example.com", o.server.URL)
	o.publish(document)
	var id inbox.ConversationID
	if assigned := p.workflow == "escalation"; assigned {
		id = o.opened("c1")
		o.give(id, bo) // its run begins here, and its simulation is of this conversation
	}
	now := o.clock.Now()
	simulated := must(o.simulate(o.owner, document, engine.WorkflowSimulateInput{ContactID: &contact,
		Message: &engine.SimulatedMessageInput{Text: &p.text}, Answers: p.answers, Outside: engine.Outside{Respond: p.respond}}))
	if id == 0 {
		id = o.say("c1", p.text).Conversation.ID
	}
	ran := p.perform(o, id)
	same(t, ran, p.rehearse(o, document, now))
	told := played{Path: pathOf(simulated.Steps), Sent: simulated.Sent, Status: simulated.Status}
	if simulated.TeamID != nil {
		told.Team = o.teamName(*simulated.TeamID)
	}
	if simulated.AssigneeID != nil {
		told.Assignee = o.agent(*simulated.AssigneeID).Name
	}
	same(t, ran, told)
}

// furnish sets the desk up for the performance, and returns the agent and the contact.
func (p *performance) furnish(o *outside) (inbox.AgentID, inbox.ContactID) {
	must(o.Secrets().Set(o.ctx(), o.owner, vault.SetInput{Name: "CRM_KEY", Value: "a long secret"}))
	bo := o.hire(staffed)
	if p.absent {
		o.presence(bo, inbox.PresenceOffline)
	}
	for _, e := range must(gallery.List()) {
		if e.Name == p.workflow {
			for _, team := range e.Teams {
				o.team(team, engine.PolicyPatch{}, bo)
			}
		}
	}
	o.clock.move(p.later)
	p.contact.Identities = []engine.ContactIdentityInput{{ChannelID: o.channel, ExternalID: "c1"}}
	contact := must(o.ContactCreate(o.ctx(), o.owner, p.contact)).Contact.ID
	if p.returning {
		o.close(o.opened("c1"))
	}
	if p.owned {
		must(o.ContactUpdate(o.ctx(), o.owner, engine.ContactPatch{ID: contact, Owner: engine.SetTo(bo)}))
	}
	if p.text == "" {
		p.text = "Hello"
	}
	return bo, contact
}

// perform lets the run of a conversation go on to its end.
func (p performance) perform(o *outside, id inbox.ConversationID) played {
	answers, silent := p.answers, ""
	for range 100 {
		r := o.run(id)
		if !r.Status.Active() {
			break
		}
		if tasks := o.tasks(); len(tasks) > 0 {
			o.perform(1)
			continue
		}
		if strings.HasPrefix(*r.CurrentStep, "ask") && string(r.State) != silent && len(answers) > 0 {
			answer := answers[0]
			if answers = answers[1:]; answer != nil {
				o.say("c1", *answer)
				continue
			}
			silent = string(r.State)
		}
		due := view(o.desk, func(r *store.ReadTx) ([]store.Timer, error) { return r.Timers(1) })
		o.later(max(0, due[0].Due.Std().Sub(o.clock.Now())))
	}
	r, c := o.run(id), o.conversation(id)
	became := played{Path: pathOf(r.Steps), Status: r.Status}
	for _, m := range o.messages(id) {
		if text, ours := strings.CutPrefix(m, "WORKFLOW_RUN: "); ours {
			became.Sent = append(became.Sent, text)
		}
	}
	if c.TeamID != nil {
		became.Team = o.teamName(*c.TeamID)
	}
	if c.AssigneeID != nil {
		became.Assignee = o.agent(*c.AssigneeID).Name
	}
	return became
}

// rehearse plays it without a server, as foyer workflow simulate does.
func (p performance) rehearse(o *outside, document string, now time.Time) played {
	o.Helper()
	facts := map[string]any{"display_name": "c1", "is_returning": p.returning, "tags": p.contact.Tags}
	for name, value := range map[string]*string{"first_name": p.contact.FirstName, "email": p.contact.Email, "language": p.contact.Language} {
		if value != nil {
			facts[name] = *value
		}
	}
	setting := rehearsal.Setting{Contact: facts, Agent: staffed}
	if p.absent {
		setting.Agent = ""
	}
	if p.owned {
		setting.Owner = staffed
	}
	workspace := must(rehearsal.Open(o.ctx(), setting))
	defer func() {
		if err := workspace.Close(); err != nil {
			o.Error(err)
		}
	}()
	def, problems := workflow.Compile(definition(o.T, document), workspace)
	if len(problems) > 0 {
		o.Fatal(problems)
	}
	got := must(workspace.Run(o.ctx(), def, rehearsal.Scene{Message: p.text, Answers: p.answers, Now: now, Respond: p.respond}))
	return played{Path: pathOf(got.Steps), Sent: got.Sent, Team: got.Team, Assignee: got.Assignee, Status: got.Status}
}

// respond is the answer of the customer database to requests that are not sent.
func (p performance) respond(workflow.HTTP) workflow.Outcome {
	return workflow.Outcome{Response: &workflow.Response{Status: max(p.crm.status, 200), Body: p.crm.body}}
}

func pathOf(steps []inbox.WorkflowRunStep) []string {
	path := make([]string, len(steps))
	for i, s := range steps {
		path[i] = s.Key
		if s.Exit != nil {
			path[i] += " " + *s.Exit
		}
	}
	return path
}

func (d *desk) teamName(id inbox.TeamID) string {
	return view(d, func(r *store.ReadTx) (*inbox.Team, error) { return r.Team(id) }).Name
}
