package engine_test

import (
	"fmt"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

const (
	clicked = "format: 1\nname: Clicked\ntrigger: { on: shortcut, title: Click, form: [ { name: why, type: TEXT } ] }\nsteps: [ { key: n, note: { text: \"{{ trigger.form.why }}\" } } ]\n"
	drafted = "format: 1\nname: %s\ntrigger: { on: conversation.closed }\nsteps: [ { key: n, note: { text: Hi } } ]\n"
)

// TestWhatAManagerAddsTwiceWithOneKeyIsThereOnce adds each kind of object as a double click does: the second call returns
// what the first one made, and changes nothing. Each call returns a description of its answer.
func TestWhatAManagerAddsTwiceWithOneKeyIsThereOnce(t *testing.T) {
	d := newDesk(t)
	for name, add := range map[string]func(key *string, name string) (result string, err error){
		"agentCreate": func(key *string, name string) (string, error) {
			got, err := d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: name, Email: name + "@example.com", Password: "correct horse battery", Role: inbox.RoleAgent, IdempotencyKey: key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.Agent.ID, got.Agent.Name, got.Cursor), nil
		},
		"teamCreate": func(key *string, name string) (string, error) {
			got, err := d.TeamCreate(d.ctx(), d.owner, engine.NewTeam{Name: name, Policy: new(limit(3)), IdempotencyKey: key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.Team.ID, got.Team.Name, got.Cursor), nil
		},
		"channelCreate": func(key *string, name string) (string, error) {
			got, err := d.ChannelCreate(d.ctx(), d.owner, engine.ChannelCreateInput{Name: name, Kind: inbox.ChannelAPI, IdempotencyKey: key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.ID, got.Name), nil
		},
		"contactFieldCreate": func(key *string, name string) (string, error) {
			got, err := d.ContactFieldCreate(d.ctx(), d.owner, engine.ContactFieldCreateInput{Name: "plan_" + name, Type: inbox.FieldText, IdempotencyKey: key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.ID, got.Name), nil
		},
		"apiKeyCreate": func(key *string, name string) (string, error) {
			got, err := d.APIKeyCreate(d.ctx(), d.owner, engine.NewAPIKey{Name: name, Role: inbox.RoleAgent, IdempotencyKey: key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.Key.ID, got.Key.Name), nil
		},
		"workflowCreate": func(key *string, name string) (string, error) {
			got, err := d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: name, Definition: definition(t, clicked), IdempotencyKey: key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.ID, got.Name), nil
		},
		"workflowImport": func(key *string, name string) (string, error) {
			got, err := d.WorkflowImport(d.ctx(), d.owner, engine.WorkflowImportInput{YAML: fmt.Sprintf(drafted, "imported_"+name), IdempotencyKey: key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.ID, got.Name, got.UpdatedAt), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			key := name + " key"
			first := must(add(&key, "first"))
			d.clock.move(time.Hour)
			d.unchanged(func() {
				same(t, must(add(&key, "first")), first)
				_, err := add(&key, "second")
				refused(t, err, inbox.CodeIdempotencyMismatch, "idempotencyKey")
			})
			if other := must(add(new(key+" 2"), "second")); other == first {
				t.Errorf("another key answers the same: %s", other)
			}
			must(add(nil, "third"))
		})
	}
}

func TestARepeatShowsNoSecretAndKeepsNothingOfAPassword(t *testing.T) {
	d := newDesk(t)
	in := engine.NewAPIKey{Name: "Shop", Role: inbox.RoleAgent, IdempotencyKey: new("key")}
	made, again := must(d.APIKeyCreate(d.ctx(), d.owner, in)), must(d.APIKeyCreate(d.ctx(), d.owner, in))
	if again.Key.ID != made.Key.ID || made.Secret == "" || again.Secret != "" {
		t.Errorf("made %+v, then answered %+v", made, again)
	}
	hire := engine.AgentCreateInput{Name: "Ana", Email: "ana@example.com", Password: "correct horse battery", Role: inbox.RoleAgent, IdempotencyKey: new("ana")}
	ana := must(d.AgentCreate(d.ctx(), d.owner, hire))
	hire.Password = "another horse battery"
	if repeated := must(d.AgentCreate(d.ctx(), d.owner, hire)); repeated.Agent.ID != ana.Agent.ID {
		t.Errorf("another agent: %+v", repeated.Agent)
	}
}

func TestAFieldThatIsGoneIsNotAddedAgainByItsKey(t *testing.T) {
	d := newDesk(t)
	in := engine.ContactFieldCreateInput{Name: "plan", Type: inbox.FieldText, IdempotencyKey: new("key")}
	f := must(d.ContactFieldCreate(d.ctx(), d.owner, in))
	must(d.ContactFieldDelete(d.ctx(), d.owner, f.ID))
	_, err := d.ContactFieldCreate(d.ctx(), d.owner, in)
	refused(t, err, inbox.CodeNotFound, "idempotencyKey")
}

func TestAShortcutClickedTwiceRunsOnce(t *testing.T) {
	d := newDesk(t)
	f := d.publish(clicked)
	id := d.opened("c1")
	agent := d.caller(d.hire("Ana", seeing(inbox.VisibilityAssigned)))
	d.give(id, agent.Actor.Agent())
	in := engine.ShortcutRunInput{WorkflowID: f.ID, ConversationID: id, Form: inbox.JSON(`{"why":"once"}`), IdempotencyKey: new("click")}
	first := must(d.ShortcutRun(d.ctx(), agent, in))
	d.unchanged(func() {
		again := must(d.ShortcutRun(d.ctx(), agent, in))
		same(t, []any{again.Run.ID, again.Run.Status, again.Cursor}, []any{first.Run.ID, inbox.RunCompleted, first.Cursor})
		other := in
		other.Form = inbox.JSON(`{"why":"twice"}`)
		_, err := d.ShortcutRun(d.ctx(), agent, other)
		refused(t, err, inbox.CodeIdempotencyMismatch, "idempotencyKey")
	})
	d.close(id)
	d.unchanged(func() { must(d.ShortcutRun(d.ctx(), agent, in)) }) // the call still has an answer, although nothing can be started there any more
	without := in
	without.IdempotencyKey = new("after the close")
	_, err := d.ShortcutRun(d.ctx(), agent, without)
	refused(t, err, inbox.CodeClosed, "conversationId")
	hidden := d.opened("c2")
	d.give(hidden, d.owner.Actor.Agent())
	in.ConversationID, in.IdempotencyKey = hidden, new("unseen")
	must(d.ShortcutRun(d.ctx(), d.owner, in))
	_, err = d.ShortcutRun(d.ctx(), agent, in)
	refused(t, err, inbox.CodeNotFound, "conversationId")
}
