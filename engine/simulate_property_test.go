package engine_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"foyer/engine"
	"foyer/engine/verify"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
	"foyer/vault"
)

// trial is a random document in a random office: tried first, run then.
type trial struct {
	*desk
	t        *rapid.T
	document inbox.JSON
	madeUp   bool // the contact, for the simulation
	trigger  string
	contact  inbox.ContactID
	before   inbox.Conversation // which is open already; empty where a new one opens
	first    string             // what the contact writes
	answers  []*string
}

// TestASimulationTellsWhatTheRunThenDoes tries few documents, each of which takes a desk; with FOYER_SOAK=1 thousands.
func TestASimulationTellsWhatTheRunThenDoes(t *testing.T) {
	t.Parallel()
	rounds, few, differs := 1, 40, false
	if soak() {
		rounds, few = 40, 1_000_000
	}
	for range rounds {
		rapid.Check(t, func(rt *rapid.T) {
			if few--; few < 0 && !differs { // once one differs all are tried, that it may be made smaller
				return
			}
			d := &trial{t: rt, desk: newTrialDesk(t)}
			defer d.end()
			d.staff()
			d.draw()
			in := d.meet()
			told := must(d.WorkflowSimulate(d.ctx(), d.owner, in))
			if diff := cmp.Diff(accountOf(told), d.play(told)); diff != "" {
				differs = true
				rt.Fatalf("(-simulation +run)\n%s\n%s", diff, d.document)
			}
		})
	}
}

// newTrialDesk opens a desk that its trial closes: there are many.
func newTrialDesk(t *testing.T) *desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "foyer.db")
	silent, clock := slog.New(slog.DiscardHandler), newClock()
	db := must(store.Open(t.Context(), store.Options{Path: path, Clock: clock.Now, Logger: silent}))
	d := &desk{T: t, db: db, path: path, clock: clock, Engine: engine.New(db, engine.Options{Clock: clock.Now, Logger: silent, Secrets: vault.New(db, testKey(t), clock.Now)})}
	d.owner = d.caller(d.hire("Olga", func(a *inbox.Agent) { a.Role, a.Presence = inbox.RoleOwner, inbox.PresenceOffline }))
	d.key = d.newKey(inbox.RoleManager)
	d.channel = d.newChannel("Website", 0)
	d.newChannel("Elsewhere", 0)
	return d
}

func (d *trial) end() {
	report, err := verify.Run(d.ctx(), d.db)
	if err != nil || len(report.Findings) > 0 {
		d.t.Errorf("verify: %v %v", err, report)
	}
	if err := d.db.Close(); err != nil {
		d.t.Errorf("close: %v", err)
	}
	_ = os.RemoveAll(filepath.Dir(d.path))
}

// staff draws agents, their load, teams, and what else documents name.
func (d *trial) staff() {
	var ids []inbox.AgentID
	for _, name := range []string{"Ana", "Ben", "Cyd"} {
		ids = append(ids, d.hire(name, being(rapid.SampledFrom([]inbox.Presence{inbox.PresenceOnline, inbox.PresenceOnline, inbox.PresenceOffline}).Draw(d.t, name)),
			func(a *inbox.Agent) {
				a.MaxOpen = rapid.SampledFrom([]*int32{new(int32(1)), nil, new(int32(2))}).Draw(d.t, name+" may have")
			}))
	}
	policy := engine.PolicyPatch{
		Strategy: new(rapid.SampledFrom([]inbox.AssignmentStrategy{inbox.StrategyRoundRobin, inbox.StrategyLeastOpen, inbox.StrategyLongestIdle, inbox.StrategyManual}).Draw(d.t, "strategy")),
		MaxOpen:  rapid.SampledFrom([]engine.Patch[int32]{{}, engine.SetTo(int32(1))}).Draw(d.t, "team may have"),
	}
	teams := []inbox.TeamID{d.team("Sales", policy, ids...), d.team("Support", engine.PolicyPatch{}, ids[0], ids[2]), d.team("Empty", engine.PolicyPatch{})}
	d.hours(teams[0], office())
	if rapid.Bool().Draw(d.t, "default team") {
		d.defaultTeam(teams[rapid.IntRange(0, 2).Draw(d.t, "which")])
	}
	for i, to := range rapid.SliceOfN(rapid.SampledFrom(ids), 0, 3).Draw(d.t, "busy") {
		d.give(d.opened(fmt.Sprint("other", i)), to)
	}
	d.field("plan", inbox.FieldText, "Free", "Gold")
	d.field("score", inbox.FieldNumber)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{LifecycleStages: []string{"Lead", "Customer"}}))
	for name, steps := range map[string]string{
		"Mark":  "  - { key: mark, tag: { add: [marked] } }\n  - { key: tell, send: { text: \"Marked {{ trigger.variables.v }}\" } }\n",
		"Query": "  - { key: ask_it, ask: { text: \"And {{ trigger.variables.v }}?\", timeout: PT2H, saveTo: { tag: true } }, exits: { timeout: end } }\n",
		"Pause": "  - { key: pause, wait: { for: PT90M } }\n  - { key: tell, send: { text: Still there } }\n",
		"Shut":  "  - { key: shut, close: { category: Shut } }\n",
		"Picky": "  - { key: tell, send: { text: Picky } }\n",
	} {
		when := ""
		if name == "Picky" {
			when = "when: { field: contact.tags, op: hasAny, value: [vip] }, "
		}
		d.named(name, "format: 1\ntrigger: { on: workflow, "+when+"variables: { v: TEXT } }\nsteps:\n"+steps)
	}
}

// meet makes the contact, and names them in the simulation's input: an existing one, or one made up like them.
func (d *trial) meet() engine.WorkflowSimulateInput {
	tags := rapid.SampledFrom([][]string{nil, {"vip"}, {"vip", "b"}}).Draw(d.t, "tags")
	stage := rapid.SampledFrom([]*string{nil, new("Lead")}).Draw(d.t, "stage")
	fields := inbox.JSON(rapid.SampledFrom([]string{`{}`, `{"plan": "Gold", "score": 4.5}`}).Draw(d.t, "fields"))
	in := engine.WorkflowSimulateInput{Definition: d.document, Answers: d.answers, Message: &engine.SimulatedMessageInput{Text: &d.first}}
	d.contact = must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{FirstName: new("Eve"), Email: new("eve@example.org"), Tags: tags, LifecycleStage: stage,
		Fields: fields, Identities: []engine.ContactIdentityInput{{ChannelID: d.channel, ExternalID: "eve"}}})).Contact.ID
	if d.madeUp {
		in.Contact = &engine.SimulatedContactInput{ExternalID: new("eve"), ContactCreateInput: engine.ContactCreateInput{FirstName: new("Eve"),
			Email: new("eve@example.org"), Tags: tags, LifecycleStage: stage, Fields: fields}}
		return in
	}
	in.ContactID = &d.contact
	if rapid.Bool().Draw(d.t, "met before") {
		id := d.opened("eve")
		d.give(id, rapid.SampledFrom([]inbox.AgentID{2, 3, 4}).Draw(d.t, "owner"))
		if rapid.Bool().Draw(d.t, "snoozed") {
			d.snooze(id, time.Hour)
		}
		if d.trigger == "message.received" && rapid.Bool().Draw(d.t, "open") {
			d.route(id, 1)
			d.before = *d.conversation(id)
		} else {
			d.close(id)
		}
	}
	return in
}

// runAccount is what is compared of a simulation and of a run.
type runAccount struct {
	Status, Waits, Error string
	Steps, Sent          []string
	Team                 *inbox.TeamID
	Assignee             *inbox.AgentID
}

func accountOf(s *engine.WorkflowSimulation) runAccount {
	a := runAccount{Status: string(s.Status), Sent: s.Sent, Team: s.TeamID, Assignee: s.AssigneeID}
	if s.Error != nil {
		a.Error = *s.Error
	}
	all := s.Steps
	if s.Status == inbox.RunWaiting {
		last := len(all) - 1
		a.Waits, all = all[last].Key, all[:last]
	}
	a.Steps = recorded(all)
	return a
}

// recorded returns the run log with its details, but for the ids of what a simulation makes none of.
func recorded(log []inbox.WorkflowRunStep) []string {
	list := []string{}
	for _, s := range log {
		detail := map[string]any{}
		_ = json.Unmarshal(s.Detail, &detail)
		delete(detail, "message")
		delete(detail, "run")
		line := fmt.Sprintf("%s %v %s", s.Key, s.At, must(json.Marshal(detail)))
		if s.Exit != nil {
			line += " -> " + *s.Exit
		}
		if s.Error != nil {
			line += ": " + *s.Error
		}
		list = append(list, line)
	}
	return list
}

// play publishes the document, lets the contact write and answer, and time pass, until the run has ended or waits for an
// answer that is not given.
func (d *trial) play(told *engine.WorkflowSimulation) runAccount {
	f := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Main", Definition: d.document}))
	must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
	began := d.say("eve", d.first).Conversation.ID
	answers, silent := d.answers, ""
	for {
		main := d.runsOf(f)[0]
		asking := d.asker()
		stopped := len(answers) == 0 && asking != "" && asking != silent && main.CurrentStep != nil &&
			(strings.HasPrefix(*main.CurrentStep, "ask") || strings.HasPrefix(*main.CurrentStep, "start"))
		if !main.Status.Active() || stopped {
			return d.account(main, began, told)
		}
		if asking != "" && asking != silent && len(answers) > 0 {
			answer := answers[0]
			if answers = answers[1:]; answer != nil {
				d.say("eve", *answer)
				continue
			}
			silent = asking
		}
		due := view(d.desk, func(r *store.ReadTx) ([]store.Timer, error) { return r.Timers(1) })
		if len(due) == 0 {
			d.t.Fatalf("the run waits for nothing: %+v", main)
		}
		d.later(max(0, due[0].Due.Std().Sub(d.clock.Now())))
	}
}

// asker returns which question is open; empty for none.
func (d *trial) asker() string {
	active := view(d.desk, func(r *store.ReadTx) ([]*inbox.WorkflowRun, error) { return r.ActiveRuns(d.contact) })
	for _, r := range active {
		if r.Status == inbox.RunWaiting && strings.HasPrefix(*r.CurrentStep, "ask") && !strings.Contains(string(r.State), `"queued":true`) {
			return fmt.Sprint(r.ID, " ", len(r.Steps), " ", string(r.State))
		}
	}
	return ""
}

// account leaves out the team and the assignee that the conversation had and that nothing has changed: a simulation tells of
// what would.
func (d *trial) account(main *inbox.WorkflowRun, began inbox.ConversationID, told *engine.WorkflowSimulation) runAccount {
	a := runAccount{Status: string(main.Status), Steps: recorded(main.Steps)}
	if main.CurrentStep != nil {
		a.Waits = *main.CurrentStep
	}
	if main.Error != nil {
		a.Error = *main.Error
	}
	for id := began; id <= *main.ConversationID; id++ {
		for _, text := range d.messages(id) {
			if said, ok := strings.CutPrefix(text, "WORKFLOW_RUN: "); ok {
				a.Sent = append(a.Sent, said)
			}
		}
	}
	c := d.conversation(*main.ConversationID)
	if a.Team = c.TeamID; told.TeamID == nil && c.ID == d.before.ID && cmp.Equal(c.TeamID, d.before.TeamID) {
		a.Team = nil
	}
	if a.Assignee = c.AssigneeID; told.AssigneeID == nil && c.ID == d.before.ID && cmp.Equal(c.AssigneeID, d.before.AssigneeID) {
		a.Assignee = nil
	}
	return a
}

// draw draws the document and the answers.
func (d *trial) draw() {
	d.madeUp = rapid.Bool().Draw(d.t, "made up")
	d.trigger = rapid.SampledFrom([]string{"conversation.opened", "message.received"}).Draw(d.t, "trigger")
	d.first = rapid.SampledFrom([]string{"Hello", "5", "vip"}).Draw(d.t, "message")
	d.answers = rapid.SliceOfN(rapid.SampledFrom([]*string{nil, new("1"), new("Gold"), new("x"), new("gold")}), 0, 6).Draw(d.t, "answers")
	count := rapid.SampledFrom([]int{6, 7, 8, 9, 10, 4, 2, 1}).Draw(d.t, "steps")
	keys := make([]string, count)
	kinds := make([]string, count)
	for i := range keys {
		kinds[i] = rapid.SampledFrom(trialKinds).Draw(d.t, "kind")
		keys[i] = fmt.Sprintf("%s_%d", kinds[i], i)
	}
	steps := make([]map[string]any, 0, count+2)
	steps = append(steps, map[string]any{"key": "declare", "set": map[string]any{"variable": "v", "value": "x"}},
		map[string]any{"key": "begin", "route": map[string]any{"team": rapid.SampledFrom([]any{"Sales", "Support", "Empty", nil}).Draw(d.t, "first team")}})
	for i, kind := range kinds {
		step := d.step(kind, func() string {
			if to := rapid.IntRange(i+1, count).Draw(d.t, "to"); to < count {
				return keys[to]
			}
			return rapid.SampledFrom([]string{"tell", "tell", "tell", "end"}).Draw(d.t, "last")
		}, slices.Concat([]string{"declare"}, keys[:i]))
		step["key"] = keys[i]
		steps = append(steps, step)
	}
	steps = append(steps, map[string]any{"key": "tell", "note": map[string]any{"text": strings.Join(trialTexts, " | ")}})
	d.document = must(json.Marshal(map[string]any{"format": 1, "trigger": map[string]any{"on": d.trigger}, "steps": steps}))
}

var trialKinds = []string{"send", "ask", "branch", "var", "field", "stage", "tag", "route", "assign", "one", "owner", "unassign", "open", "close",
	"snooze", "note", "wait", "hours", "jump", "start", "assign", "route", "assign", "note", "unassign", "note"}

// trialForms names the kinds of step of which trialKinds has several forms.
var trialForms = map[string]string{"var": "set", "field": "set", "stage": "set", "one": "assign", "owner": "assign"}

func TestTrialsTryEveryKindOfStep(t *testing.T) {
	tried := map[string]bool{
		"end":  true, // nothing would lead to the steps behind it; exits lead to the end
		"http": true, // a simulation sends no requests, so it cannot say what the run then does
	}
	for _, kind := range trialKinds {
		if of, ok := trialForms[kind]; ok {
			kind = of
		}
		tried[kind] = true
	}
	kinds := workflow.StepKinds()
	for _, kind := range kinds {
		if !tried[kind] {
			t.Errorf("no trial has a step of the kind %s", kind)
		}
	}
	if len(kinds) == 0 {
		t.Error("there are no kinds of step")
	}
}

var trialTexts = []string{
	"{{ contact.display_name }} {{ contact.email }} {{ contact.tags | join }} {{ contact.lifecycle_stage }} {{ contact.plan }} {{ contact.score }} {{ contact.is_returning }}",
	"{{ team.name }} {{ team.available_agents }} {{ team.queue_length }} {{ team.is_open }}", "{{ assignee.name }} {{ assignee.presence }}",
	"{{ conversation.priority }} {{ conversation.source }} {{ conversation.category }} {{ conversation.closed_source }} {{ conversation.waiting_since }} {{ conversation.opened_at }}",
	"{{ message.text }} {{ conversation.last_inbound_text }} {{ conversation.last_outbound_text }}", "{{ vars.v }} {{ now }} {{ channel.name }}",
}

func (d *trial) text() string {
	return rapid.SampledFrom(append([]string{"Hi", "{{ vars.v | times: 2 }}"}, trialTexts...)).Draw(d.t, "text")
}

// step draws a step of a kind. To draws a later step, and earlier are the others.
func (d *trial) step(kind string, to func() string, earlier []string) map[string]any {
	type object = map[string]any
	pick := func(label string, from ...any) any { return rapid.SampledFrom(from).Draw(d.t, label) }
	exits := func(step object, names ...string) object {
		led := object{}
		for _, name := range names {
			led[name] = to()
		}
		step["exits"] = led
		return step
	}
	switch kind {
	case "send":
		return exits(object{"send": pick("send", object{"text": d.text()}, object{"text": d.text(), "channel": "Elsewhere"}, object{"text": "Hi", "channel": "Website"})}, "failure")
	case "ask":
		ask := object{"text": d.text(), "retries": pick("retries", 0, 1), "timeout": "PT1H", "saveTo": pick("save to", object{"variable": "v"}, object{"tag": true}, object{"field": "plan"}, object{"field": "email"})}
		if rapid.Bool().Draw(d.t, "choice") {
			ask["answer"], ask["choices"], ask["saveTo"] = "choice", []string{"Free", "Gold"}, pick("save choice to", object{"variable": "v"}, object{"field": "plan"})
		}
		return exits(object{"ask": ask}, "timeout", "invalid", "failure")
	case "branch":
		return object{"branch": []object{{"when": pick("when", trialConditions...), "go": to()}}}
	case "var":
		return object{"set": object{"variable": "v", "value": d.text()}}
	case "field":
		return exits(object{"set": pick("set", object{"field": "first_name", "value": nil}, object{"field": "email", "value": "{{ message.text }}"},
			object{"field": "plan", "value": "{{ message.text }}"}, object{"field": "score", "value": "{{ vars.v }}"}, object{"field": "score", "value": 7})}, "failure")
	case "stage":
		return object{"set": object{"lifecycle": pick("stage", "Customer", nil)}}
	case "tag":
		return object{"tag": pick("tag", object{"add": []string{"vip"}}, object{"add": []string{"c"}, "remove": []string{"VIP"}})}
	case "route":
		return object{"route": pick("route", object{"team": "Sales"}, object{"team": "Support", "priority": "HIGH"}, object{"team": "Sales"}, object{"team": "Empty"}, object{"team": nil}, object{"priority": "LOW"})}
	case "assign":
		return exits(object{"assign": pick("assign", object{"by": "workspace", "timeout": "PT1H"}, object{"by": "team", "timeout": "PT1H"}, object{"by": "team", "timeout": "PT1H", "policy": object{"maxOpen": 1}},
			object{"by": "workspace", "timeout": "PT30M"}, object{"by": "team", "timeout": "PT3H", "policy": object{"onlineOnly": false}})}, "timeout", "failure")
	case "one":
		return exits(object{"assign": object{"agent": pick("agent", "Ana", "Ben", "Olga")}}, "failure")
	case "owner":
		return exits(object{"assign": object{"by": "owner"}}, "failure")
	case "close":
		return exits(object{"close": object{"category": d.text()}}, "failure")
	case "snooze", "wait":
		return object{kind: object{"for": pick("for", "PT1H", "PT30M", "PT8H")}}
	case "note":
		return object{"note": object{"text": strings.Join(trialTexts, " | "), "mention": []string{"Ana"}}}
	case "hours":
		return exits(object{"hours": pick("hours", object{}, object{"team": "Sales"}, object{"team": "Empty"})}, "open")
	case "jump":
		return object{"jump": object{"to": rapid.SampledFrom(earlier).Draw(d.t, "back to"), "max": 1}}
	case "start":
		return exits(object{"start": object{"workflow": pick("workflow", "Mark", "Query", "Pause", "Shut", "Picky"), "variables": object{"v": d.text()},
			"waitForEnd": rapid.Bool().Draw(d.t, "wait for end")}}, "failure")
	case "unassign", "open":
		return object{kind: object{}}
	default:
		d.t.Fatalf("no step of the kind %s is drawn", kind)
		return nil
	}
}

var trialConditions = []any{
	map[string]any{"field": "contact.tags", "op": "hasAny", "value": []string{"vip", "marked"}},
	map[string]any{"field": "contact.plan", "op": "equals", "value": "Gold"},
	map[string]any{"field": "contact.lifecycle_stage", "op": "exists"},
	map[string]any{"field": "contact.is_returning", "op": "equals", "value": true},
	map[string]any{"field": "vars.v", "op": "equals", "value": "Gold"},
	map[string]any{"field": "team.available_agents", "op": "greater", "value": 0},
	map[string]any{"field": "team.queue_length", "op": "greater", "value": 0},
	map[string]any{"field": "team.is_open", "op": "equals", "value": true},
	map[string]any{"field": "conversation.assignee", "op": "exists"},
	map[string]any{"field": "message.text", "op": "equals", "value": "1"},
}
