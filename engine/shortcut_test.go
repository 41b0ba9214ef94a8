package engine_test

import (
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

const escalation = `
format: 1
name: Escalate
trigger:
  on: shortcut
  title: Escalate
  when: { field: conversation.priority, op: notEquals, value: URGENT }
  form:
    - { name: reason, label: Why?, required: true, values: [late, lost] }
    - { name: hours, type: NUMBER, default: 24 }
    - { name: parts, type: LIST, values: [box, lid] }
    - { name: remark }
settings: { exitOnAgentAction: false }
steps:
  - { key: raise, route: { priority: URGENT } }
  - { key: tell, note: { text: "{{ trigger.form.reason }} {{ trigger.form.hours }} {{ trigger.form.parts | join: '+' }} {{ trigger.form.remark | default: 'none' }} by {{ trigger.agent_name }} {{ trigger.agent_email }} {{ trigger.agent }}" } }
  - { key: wait, wait: { for: PT1H } }
`

// press starts a shortcut. An empty form is left out.
func (d *desk) press(who inbox.Caller, f *inbox.Workflow, id inbox.ConversationID, form string) (*engine.ShortcutStart, error) {
	in := engine.ShortcutRunInput{WorkflowID: f.ID, ConversationID: id}
	if form != "" {
		in.Form = inbox.JSON(form)
	}
	return d.ShortcutRun(d.ctx(), who, in)
}

// buttons returns the titles of the shortcuts of a conversation.
func (d *desk) buttons(who inbox.Caller, id inbox.ConversationID) []string {
	d.Helper()
	list := view(d, func(r *store.ReadTx) ([]*engine.Shortcut, error) {
		c, err := r.Conversation(id)
		if err != nil {
			return nil, err
		}
		return d.Shortcuts(&r.Reader, who, c)
	})
	var titles []string
	for _, s := range list {
		titles = append(titles, s.Title)
	}
	return titles
}

func TestAnAgentStartsAWorkflowByItsShortcut(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	f := d.publish(escalation)
	id := d.opened("c1")
	same(t, d.buttons(d.caller(ana), id), []string{"Escalate"})
	before := d.db.HeadNumber()
	started := must(d.press(d.caller(ana), f, id, `{"reason": "late", "parts": ["box", "lid"]}`))
	same(t, d.notes(id), []string{"late 24 box+lid none by Ana ana@example.org " + ana.String()})
	same(t, []any{started.Run.Status, started.Run.ConversationID, d.conversation(id).Priority}, []any{inbox.RunWaiting, &id, inbox.PriorityUrgent})
	var told []string
	for _, e := range d.events(before) {
		if run, ok := e.(*inbox.WorkflowRunChanged); ok {
			told = append(told, string(run.RunStatus)+" by "+string(e.Meta().Actor.Kind))
		}
	}
	same(t, told, []string{"RUNNING by AGENT", "WAITING by WORKFLOW_RUN"})
	if len(started.Cursor) == 0 {
		t.Error("there is no cursor")
	}
	same(t, len(d.buttons(d.caller(ana), id)), 0) // the condition no longer holds
}

func TestAFormIsCheckedFieldByField(t *testing.T) {
	d := newDesk(t)
	f := d.publish(escalation)
	id := d.opened("c1")
	d.unchanged(func() {
		for _, c := range []struct{ form, want string }{
			{``, "reason"}, {`{}`, "reason"}, {`{"reason": null}`, "reason"}, {`{"reason": "bored"}`, "reason"},
			{`{"reason": "late", "hours": "many", "parts": ["cup"], "colour": 1}`, "hours parts colour"},
			{`{"reason": "late", "remark": "` + strings.Repeat("x", 10_001) + `"}`, "remark"},
		} {
			_, err := d.press(d.owner, f, id, c.form)
			var at []string
			for _, problem := range engine.FormErrors(err) {
				want := inbox.CodeInvalid
				if c.form == `` || c.form == `{}` || c.form == `{"reason": null}` || problem.Message == "Why? must not be empty." {
					want = inbox.CodeRequired
				}
				if problem.Code != want || problem.Field[0] != "form" || problem.Message == "" {
					t.Errorf("%v", problem)
				}
				at = append(at, strings.Join(problem.Field[1:], "."))
			}
			same(t, strings.Join(at, " "), c.want)
		}
		for _, form := range []string{`[]`, `null`, `"late"`} {
			_, err := d.press(d.owner, f, id, form)
			refused(t, err, inbox.CodeInvalid, "form")
		}
	})
}

func TestAShortcutThatCannotStartSaysWhy(t *testing.T) {
	d := newDesk(t)
	f, other := d.publish(escalation), d.telling("message.received", "x", "")
	once := d.publish("format: 1\nname: Once\ntrigger: { on: shortcut, title: Once, oncePerContact: true }\nsteps: [ { key: a, tag: { add: [once] } } ]\n")
	id, closed := d.opened("c1"), d.opened("c2")
	d.close(closed)
	unseen := d.caller(d.hire("Ana", seeing(inbox.VisibilityAssigned)))
	const form = `{"reason": "late"}`
	must(d.press(d.key, once, id, ``)) // a key may call it; there is no agent then
	must(d.press(d.owner, f, id, form))
	must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Priority: new(inbox.PriorityLow)}))
	d.unchanged(func() {
		for _, c := range []struct {
			who  inbox.Caller
			f    inbox.WorkflowID
			in   inbox.ConversationID
			code inbox.Code
			at   string
		}{
			{unseen, f.ID, id, inbox.CodeNotFound, "conversationId"},
			{d.owner, f.ID, 99, inbox.CodeNotFound, "conversationId"},
			{d.owner, 99, id, inbox.CodeNotFound, "workflowId"},
			{d.owner, f.ID, closed, inbox.CodeClosed, "conversationId"},
			{d.owner, other.ID, id, inbox.CodeInvalid, "workflowId"},
			{d.owner, f.ID, id, inbox.CodeConflict, "workflowId"},    // it is running
			{d.owner, once.ID, id, inbox.CodeConflict, "workflowId"}, // it has run
		} {
			_, err := d.ShortcutRun(d.ctx(), c.who, engine.ShortcutRunInput{WorkflowID: c.f, ConversationID: c.in, Form: inbox.JSON(form)})
			if len(engine.FormErrors(err)) == 0 {
				refused(t, err, c.code, c.at)
			} else {
				_, err = d.ShortcutRun(d.ctx(), c.who, engine.ShortcutRunInput{WorkflowID: c.f, ConversationID: c.in})
				refused(t, err, c.code, c.at)
			}
		}
	})
	d.later(time.Hour)
	must(d.press(d.owner, f, id, form))
	d.later(time.Hour)
	_, err := d.press(d.owner, f, id, form) // it is urgent
	refused(t, err, inbox.CodeConflict, "workflowId")
	must(d.WorkflowStop(d.ctx(), d.owner, f.ID, false))
	_, err = d.press(d.owner, f, id, form)
	refused(t, err, inbox.CodeInvalid, "workflowId")
	same(t, d.buttons(d.owner, closed), []string(nil))
}

func TestAShortcutsRunGivesWayToItsAgentWhereItDoesNotSayOtherwise(t *testing.T) {
	d := newDesk(t)
	f := d.publish("format: 1\nname: Slow\ntrigger: { on: shortcut, title: Slow }\nsteps: [ { key: a, wait: { for: PT1H } } ]\n")
	id := d.opened("c1")
	started := must(d.press(d.owner, f, id, ""))
	same(t, started.Run.Status, inbox.RunWaiting) // starting a shortcut is not a takeover
	d.send(d.owner, id, "I am here")
	same(t, d.run(id).Status, inbox.RunTakenOver)
}
