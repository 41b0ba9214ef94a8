package engine_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/engine/workflow"
	"foyer/inbox"
)

// exitCase makes a run leave its step "a" by one exit. There are Ana, who may have one conversation and is online, her
// team Support, Nobody's team, which has no members, and the workflows Child and Asker.
type exitCase struct {
	step   string                               // the body of step a
	drive  func(d *desk, c *inbox.Conversation) // after the conversation was opened
	before func(d *desk)                        // before that
	log    string                               // the log of step a: its exit, and the reason if there is one
	check  func(d *desk, c *inbox.Conversation) // checks what else should be so; nil: nothing
}

func disableChannel(d *desk, _ *inbox.Conversation) {
	must(d.ChannelUpdate(d.ctx(), d.owner, engine.ChannelPatch{ID: d.channel, Disabled: new(true)}))
	d.later(time.Minute)
}

func fillAna(d *desk) { d.give(d.opened("other"), d.anybody("Ana")) }

// exits are the cases by kind and exit. A document has `pause` before step a if the case needs time to act.
func exits() map[string]map[string]exitCase {
	says := func(texts ...string) func(*desk, *inbox.Conversation) {
		return func(d *desk, c *inbox.Conversation) {
			for _, text := range texts {
				d.say("c1", text)
			}
		}
	}
	after := func(length time.Duration) func(*desk, *inbox.Conversation) {
		return func(d *desk, _ *inbox.Conversation) { d.later(length) }
	}
	closed := func(d *desk, c *inbox.Conversation) { same(d, d.conversation(c.ID).Status, inbox.Closed) }
	return map[string]map[string]exitCase{
		"send": {
			"next":    {step: `send: { text: Hi }`, log: "next"},
			"failure": {step: `send: { text: Hi }`, drive: disableChannel, log: "failure: The channel is disabled. Enable it or use another."},
		},
		"ask": {
			"next":    {step: `ask: { text: Rate us, answer: rating }`, drive: says("5"), log: "next"},
			"timeout": {step: `ask: { text: Rate us, answer: rating, timeout: PT1H }`, drive: after(2 * time.Hour), log: "timeout"},
			"invalid": {step: `ask: { text: Rate us, answer: rating, retries: 1 }`, drive: says("what", "what"), log: "invalid: The answer is not a rating from 1 to 5."},
			"failure": {step: `ask: { text: Rate us, answer: rating }`, drive: disableChannel, log: "failure: The channel is disabled. Enable it or use another."},
		},
		"branch": {
			"end":  {step: `branch: [ { when: { field: message.text, op: equals, value: hello }, go: end } ]`, log: "end"},
			"next": {step: `branch: [ { when: { field: message.text, op: equals, value: bye }, go: end } ]`, log: "next"},
		},
		"set": {
			"next":    {step: `set: { field: email, value: ann@example.org }`, log: "next"},
			"failure": {step: `set: { field: phone, value: "{{ message.text }}" }`, log: "failure: This is not a phone number with its country code, such as +436601234567."},
		},
		"tag":   {"next": {step: `tag: { add: [vip] }`, log: "next"}},
		"route": {"next": {step: `route: { team: Support, priority: HIGH }`, log: "next"}},
		"assign": {
			"next": {step: `assign: { by: workspace }`, log: "next", check: func(d *desk, c *inbox.Conversation) {
				same(d, d.assignee(c.ID), d.anybody("Ana"))
			}},
			"timeout": {step: `assign: { by: workspace, timeout: PT1H }`, before: fillAna, drive: after(2 * time.Hour), log: "timeout", check: func(d *desk, c *inbox.Conversation) {
				if d.conversation(c.ID).QueuedAt == nil {
					d.Error("it has lost its place in the queue")
				}
			}},
			"failure": {step: `assign: { by: team }`, log: "failure: The conversation has no team. Route it first."},
		},
		"unassign": {"next": {step: `unassign: {}`, log: "next"}},
		"open":     {"next": {step: `open: {}`, log: "next"}},
		"close":    {"next": {step: `close: { category: Done }`, log: "next", check: closed}},
		"snooze":   {"next": {step: `snooze: { for: PT1H }`, log: "next"}},
		"note":     {"next": {step: `note: { text: Hm }`, log: "next"}},
		"wait":     {"next": {step: `wait: { for: PT1H }`, drive: after(2 * time.Hour), log: "next"}},
		"hours": {
			"open":   {step: `hours: { team: Support }`, log: "open"},
			"closed": {step: `hours: { team: Support }`, before: func(d *desk) { d.clock.move(12 * time.Hour) }, log: "closed"},
		},
		"start": {
			"next": {step: `start: { workflow: Child, waitForEnd: true }`, log: "next"},
			"failure": {step: `start: { workflow: Asker, waitForEnd: true }`, log: "failure: The workflow it started ended as CANCELLED.",
				drive: func(d *desk, c *inbox.Conversation) {
					for _, r := range d.runs(c.ID) {
						if r.Status == inbox.RunWaiting && *r.CurrentStep == "ask" {
							must(d.WorkflowStop(d.ctx(), d.owner, r.WorkflowID, true))
						}
					}
				}},
		},
		"jump": {
			"next":      {step: `jump: { to: pause, max: 1 }`, drive: after(time.Minute), log: "pause"},
			"exhausted": {step: `jump: { to: pause, max: 1 }`, drive: func(d *desk, _ *inbox.Conversation) { d.later(time.Minute); d.later(time.Minute) }, log: "exhausted"},
		},
		"end": {"next": {step: `end: {}`}},
	}
}

// anybody returns an agent by name.
func (d *desk) anybody(name string) inbox.AgentID {
	d.Helper()
	for id := inbox.AgentID(1); ; id++ {
		if a := d.agent(id); a == nil || a.Name == name {
			return id
		}
	}
}

func TestEveryStepLeavesByEachOfItsExits(t *testing.T) {
	for kind, cases := range exits() {
		for exit, c := range cases {
			t.Run(kind+" "+exit, func(t *testing.T) {
				d := newDesk(t)
				ana := d.hire("Ana", capped(1))
				d.hours(d.team("Support", engine.PolicyPatch{}, ana), office())
				d.named("Child", "format: 1\ntrigger: { on: workflow }\nsteps: [ { key: a, note: { text: Child } } ]\n")
				d.named("Asker", "format: 1\ntrigger: { on: workflow }\nsteps: [ { key: ask, ask: { text: Well? } } ]\n")
				if c.before != nil {
					c.before(d)
				}
				pause := ""
				if strings.Contains(c.step, "pause") || strings.Contains(c.log, "channel") {
					pause = "  - { key: pause, wait: { for: PT1M } }\n"
				}
				after := "\n  - { key: done, note: { text: Done } }\n"
				if kind == "end" {
					after = "\n"
				}
				f := d.publish("format: 1\nname: " + kind + "\ntrigger: { on: conversation.opened }\nsteps:\n" + pause + "  - { key: a, " + c.step + timeoutExit(kind) + " }" + after)
				in := d.say("c1", "Hello").Conversation
				if c.drive != nil {
					c.drive(d, in)
				}
				run := d.runsOf(f)[len(d.runsOf(f))-1]
				log := steps(run)
				if at := slices.IndexFunc(log, func(line string) bool { return line == strings.TrimSpace("a "+c.log) }); at < 0 {
					t.Errorf("it went %q, want %q", log, "a "+c.log)
				}
				if c.check != nil {
					c.check(d, in)
				}
			})
		}
	}
}

// timeoutExit is where the timeout of an assignment leads: if it is left out, the run ends.
func timeoutExit(kind string) string {
	if kind == "assign" {
		return ", exits: { timeout: done }"
	}
	return ""
}

func TestEveryKindOfStepHasItsCases(t *testing.T) {
	t.Parallel()
	var schema struct {
		Defs map[string]struct {
			Properties map[string]json.RawMessage `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(workflow.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	kinds := slices.Sorted(maps.Keys(schema.Defs["step"].Properties))
	cases := exits()
	for _, kind := range kinds {
		if slices.Contains([]string{"key", "next", "exits", "else", "http"}, kind) { // http has tests of its own
			continue
		}
		if cases[kind] == nil {
			t.Errorf("the step %s has no cases", kind)
		}
	}
}

func TestAContactHasTheOneRunAfterTheRunOfAnEarlierVersion(t *testing.T) {
	d := newDesk(t)
	const document = `{"format": 1, "trigger": {"on": "message.received"%s}, "steps": [{"key": "a", "wait": {"for": "PT1H"}}]}`
	f := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Once", Definition: inbox.JSON(fmt.Sprintf(document, ""))}))
	must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
	d.say("c1", "One") // a run of the first version, which may run more than once
	must(d.WorkflowUpdate(d.ctx(), d.owner, engine.WorkflowPatch{ID: f.ID, Definition: inbox.JSON(fmt.Sprintf(document, `, "oncePerContact": true`))}))
	must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
	d.say("c1", "Two") // that run is active: nothing starts, and nothing counts
	same(t, len(d.runsOf(f)), 1)
	d.later(time.Hour)
	d.say("c1", "Three")
	d.later(time.Hour)
	d.say("c1", "Four")
	same(t, len(d.runsOf(f)), 2)
}

func TestARunExecutesAtMostAThousandSteps(t *testing.T) {
	d := newDesk(t)
	var document strings.Builder
	document.WriteString("format: 1\nname: Round\ntrigger: { on: conversation.opened }\nsteps:\n")
	for i := range 98 {
		fmt.Fprintf(&document, "  - { key: s%d, set: { variable: x, value: %d } }\n", i, i)
	}
	document.WriteString("  - { key: again, jump: { to: s0, max: 10 } }\n")
	d.publish(document.String())
	id := d.opened("c1")
	d.FireDue(d.ctx())
	run := d.run(id)
	if run.Status != inbox.RunFailed || run.Error == nil || !strings.Contains(*run.Error, "1000") || len(run.Steps) > 1000 {
		t.Errorf("the run is %s after %d steps: %v", run.Status, len(run.Steps), run.Error)
	}
}

func TestALongTransactionLeavesTheRestToTheNext(t *testing.T) {
	d := newDesk(t)
	slow := engine.New(d.db, engine.Options{Clock: func() time.Time {
		d.clock.move(time.Millisecond)
		return d.clock.Now()
	}})
	var document strings.Builder
	document.WriteString("format: 1\nname: Slow\ntrigger: { on: conversation.opened }\nsteps:\n")
	for i := range 20 {
		fmt.Fprintf(&document, "  - { key: s%d, note: { text: x } }\n", i)
	}
	d.publish(document.String())
	id := must(slow.MessageReceive(d.ctx(), d.key, d.message("c1", "Hello"))).Conversation.ID
	if r := d.run(id); r.Status != inbox.RunRunning || len(r.Steps) < 10 || len(r.Steps) > 16 {
		t.Errorf("the run is %s after %d steps", r.Status, len(r.Steps))
	}
	d.later(time.Second)
	same(t, len(d.run(id).Steps), 20)
}

func TestAStageInUseStays(t *testing.T) {
	d := newDesk(t)
	stages := func(names ...string) error {
		_, err := d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{LifecycleStages: names})
		return err
	}
	if err := stages("Lead", "Customer", "Lost", "Won"); err != nil {
		t.Fatal(err)
	}
	c := d.say("c1", "Hello").Contact.ID
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: c, LifecycleStage: engine.SetTo("Customer")}))
	w := d.named("Stages", `
format: 1
trigger: { on: contact.lifecycle_changed, when: { field: trigger.to, op: equals, value: Lost } }
steps: [ { key: a, set: { lifecycle: Lead } } ]
`)
	d.unchanged(func() {
		for _, left := range [][]string{{"Lead", "Lost"}, {"Lead", "Customer"}, {"Customer", "Lost"}, {}} {
			refused(t, stages(left...), inbox.CodeConflict, "lifecycleStages")
		}
		refused(t, stages("Lead", "lead"), inbox.CodeInvalid, "lifecycleStages.1")
		err := stages("Lead", "Customer")
		if err == nil || !strings.Contains(err.Error(), `"Stages"`) {
			t.Errorf("%v does not name the workflow", err)
		}
	})
	if err := stages("New", "Lost", "Customer", "Lead"); err != nil { // Won, which nothing uses, is removed
		t.Error(err)
	}
	must(d.WorkflowStop(d.ctx(), d.owner, w.ID, true))
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: c, LifecycleStage: engine.Patch[string]{Set: true}}))
	if err := stages("New"); err != nil {
		t.Error(err)
	}
}

func TestEveryKindOfAnswerIsAskedForAndTakenInTheContactsLanguage(t *testing.T) {
	for _, c := range []struct{ answer, none, given, kept string }{
		{"text, min: 3", "ab", " Hallo ", "Hallo"},
		{"choice, choices: [ { value: billing, text: { en: Billing, de: Rechnung } } ]", "Billings", "rechnung", "billing"},
		{"number", "viele", "2,5", "2.5"},
		{"date", "morgen", "31.01.2026", "2026-01-31"},
		{"email", "ann at example", "Ann@Example.org", "ann@example.org"},
		{"phone", "keine", "0664 1234567", "+436641234567"},
		{"url", "keine", "example.org", "https://example.org"},
		{"rating", "sehr gut", "⭐⭐⭐⭐", "4"},
		{"location", "daheim", "48.2, 16.37", "48.2,16.37"},
	} {
		t.Run(c.answer, func(t *testing.T) {
			d := newDesk(t)
			d.publish(fmt.Sprintf(`
format: 1
name: Asking
trigger: { on: conversation.opened }
steps:
  - { key: a, ask: { text: { en: "Well?", de: "Nun?" }, retryText: { en: "Again?", de: "Nochmal?" }, answer: %s, saveTo: { variable: v } } }
  - { key: b, send: { text: { en: "Noted: {{ vars.v }}", de: "Notiert: {{ vars.v }}" } } }
`, c.answer))
			in := d.message("c1", "Servus")
			in.Contact.Language, in.Contact.Country = new("de-AT"), new("AT")
			id := must(d.MessageReceive(d.ctx(), d.key, in)).Conversation.ID
			d.say("c1", c.none)
			d.say("c1", c.given)
			choices := ""
			if strings.HasPrefix(c.answer, "choice") {
				choices = "\n1. Rechnung"
			}
			same(t, d.messages(id), []string{
				"CONTACT: Servus", "WORKFLOW_RUN: Nun?" + choices, "CONTACT: " + c.none, "WORKFLOW_RUN: Nochmal?" + choices,
				"CONTACT: " + c.given, "WORKFLOW_RUN: Notiert: " + c.kept,
			})
		})
	}
}

func TestAQuestionIsPutInTheContactsLanguage(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Languages
trigger: { on: conversation.opened }
steps:
  - key: ask
    ask:
      text: { en: "What is it about?", de: "Worum geht es?" }
      answer: choice
      choices: [ { value: billing, text: { en: Billing, de: Rechnung } }, { value: other, text: { default: Something else, de: Anderes } } ]
      retryText: { default: Please choose., de: Bitte wählen. }
      saveTo: { variable: topic }
  - key: bye
    send: { text: { default: "Thanks, {{ vars.topic }}", de-AT: "Baba, {{ vars.topic }}" } }
`)
	for language, want := range map[string][]string{
		"de-AT": {"Worum geht es?\n1. Rechnung\n2. Anderes", "Bitte wählen.\n1. Rechnung\n2. Anderes", "Baba, billing"},
		"de":    {"Worum geht es?\n1. Rechnung\n2. Anderes", "Bitte wählen.\n1. Rechnung\n2. Anderes", "Thanks, billing"},
		"fr":    {"What is it about?\n1. Billing\n2. Something else", "Please choose.\n1. Billing\n2. Something else", "Thanks, billing"},
	} {
		in := d.message(language, "Hello")
		in.Contact.Language = &language
		id := must(d.MessageReceive(d.ctx(), d.key, in)).Conversation.ID
		d.say(language, "What?")
		d.say(language, "1")
		var got []string
		for _, text := range d.messages(id) {
			if sent, ok := strings.CutPrefix(text, "WORKFLOW_RUN: "); ok {
				got = append(got, sent)
			}
		}
		same(t, got, want)
	}
}
