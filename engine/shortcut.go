package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// Shortcut is a workflow that agents can start from a conversation.
type Shortcut struct {
	WorkflowID inbox.WorkflowID
	Title      string
	Form       []*ShortcutField
}

// ShortcutField is one field of a shortcut's form.
type ShortcutField struct {
	Name     string
	Label    string
	Type     inbox.FieldType
	Required bool
	Default  inbox.JSON // nil: none
	Values   []string   // what can be chosen; nil: anything
}

// Shortcuts returns the shortcuts whose condition holds in a conversation, oldest workflow first, or none for a closed
// one. A condition that reads the form reads its defaults.
func (e *Engine) Shortcuts(r *store.Reader, caller inbox.Caller, c *inbox.Conversation) ([]*Shortcut, error) {
	if !c.IsOpen() {
		return nil, nil
	}
	versions, err := r.VersionsTriggeredBy(workflow.TriggerShortcut)
	if err != nil {
		return nil, err
	}
	w := newWorld(e, r, e.now())
	var found []*Shortcut
	for _, v := range versions {
		def, err := e.definition(r, v.ID)
		if err != nil {
			return nil, err
		}
		form, _ := def.Shortcut().Read(nil)
		holds, err := w.matches(v.WorkflowID, def, c.ContactID, c, shortcutData(caller, form))
		if err != nil {
			return nil, err
		}
		if !holds {
			continue
		}
		shown, err := shortcutOf(v.WorkflowID, def.Shortcut())
		if err != nil {
			return nil, err
		}
		found = append(found, shown)
	}
	return found, nil
}

func shortcutOf(id inbox.WorkflowID, s *workflow.Shortcut) (*Shortcut, error) {
	shown := &Shortcut{WorkflowID: id, Title: s.Title}
	for _, f := range s.Form {
		field := &ShortcutField{Name: f.Name, Label: f.Label, Type: inbox.FieldType(f.Type), Required: f.Required, Values: f.Values}
		if f.Default != nil {
			text, err := json.Marshal(f.Default)
			if err != nil {
				return nil, fmt.Errorf("encode the default of %q: %w", f.Name, err)
			}
			field.Default = text
		}
		shown.Form = append(shown.Form, field)
	}
	return shown, nil
}

// shortcutData is trigger.* of the run.
func shortcutData(caller inbox.Caller, form map[string]any) map[string]any {
	data := map[string]any{"form": form}
	if agent := caller.Actor.Agent(); agent != 0 {
		data["agent"] = agent.String()
	}
	return data
}

// InvalidFormError is the error for a form that does not meet its shortcut's requirements.
type InvalidFormError struct{ Problems []workflow.FormProblem }

// Error returns the first problem.
func (e *InvalidFormError) Error() string { return "invalid form: " + e.Problems[0].Message }

// ShortcutRunInput starts a shortcut.
type ShortcutRunInput struct {
	WorkflowID     inbox.WorkflowID
	ConversationID inbox.ConversationID
	Form           inbox.JSON // an object by the names of the fields; nil: empty
	IdempotencyKey *string
}

// ShortcutStart is a shortcut that has started.
type ShortcutStart struct {
	Run          *inbox.WorkflowRun
	Conversation *inbox.Conversation
	Cursor       inbox.Cursor
}

// ShortcutRun starts a workflow from a conversation that the caller sees. It fails with NOT_FOUND, CLOSED, INVALID (it is
// not a published shortcut, or the form), CONFLICT (its condition does not hold, the contact has an active run of it, it
// runs once per contact and has), IDEMPOTENCY_MISMATCH and *InvalidFormError.
func (e *Engine) ShortcutRun(ctx context.Context, caller inbox.Caller, in ShortcutRunInput) (*ShortcutStart, error) {
	filled := map[string]any{}
	if in.Form != nil && (json.Unmarshal(in.Form, &filled) != nil || filled == nil) {
		return nil, inbox.Errorf(inbox.CodeInvalid, "form", "This is not an object with the names of fields as its keys.")
	}
	return change(ctx, e, caller, func(w *work) (*ShortcutStart, error) {
		return once(w, in.IdempotencyKey, "shortcutRun", in, func(first *firstResult) (*ShortcutStart, error) {
			c, err := w.visible(in.ConversationID, "conversationId")
			if err != nil {
				return nil, err
			}
			if first == nil {
				return w.runShortcut(in.WorkflowID, c, filled)
			}
			r, err := w.run(first.Run)
			if err != nil {
				return nil, err
			}
			return &ShortcutStart{Run: &r.WorkflowRun, Conversation: &c.Conversation, Cursor: *first.Cursor}, nil
		}, func(s *ShortcutStart) firstResult { return firstResult{Run: s.Run.ID, Cursor: &s.Cursor} })
	})
}

func (w *work) runShortcut(id inbox.WorkflowID, c *conversation, filled map[string]any) (*ShortcutStart, error) {
	if !c.IsOpen() {
		return nil, closedError("conversationId")
	}
	version, def, err := w.shortcut(id)
	if err != nil {
		return nil, err
	}
	form, problems := def.Shortcut().Read(filled)
	if len(problems) > 0 {
		return nil, &InvalidFormError{problems}
	}
	if err := w.touch(); err != nil {
		return nil, err
	}
	r, err := w.startShortcut(version, c, shortcutData(w.caller, form))
	if err != nil {
		return nil, err
	}
	started := &ShortcutStart{Run: &r.WorkflowRun, Conversation: &c.Conversation}
	w.tx.FillCursor(&started.Cursor)
	return started, nil
}

// shortcut returns the published version of a workflow that agents start.
func (w *work) shortcut(id inbox.WorkflowID) (store.Version, *workflow.Definition, error) {
	if _, err := find(w.flushed().Workflow, id, "workflowId", "workflow"); err != nil {
		return store.Version{}, nil, err
	}
	versions, err := w.read.VersionsTriggeredBy(workflow.TriggerShortcut)
	if err != nil {
		return store.Version{}, nil, err
	}
	at := slices.IndexFunc(versions, func(v store.Version) bool { return v.WorkflowID == id })
	if at < 0 {
		return store.Version{}, nil, inbox.Errorf(inbox.CodeInvalid, "workflowId", "The workflow is not published with the trigger shortcut.")
	}
	def, err := w.definition(versions[at].ID)
	return versions[at], def, err
}

// startShortcut starts the run, or returns what prevents it from starting.
func (w *work) startShortcut(v store.Version, c *conversation, data map[string]any) (*run, error) {
	r, err := w.start(v, triggerEvent{trigger: workflow.TriggerShortcut, contact: c.ContactID, conversation: c, cause: w.actor, data: data, depth: 1})
	if err != nil || r != nil {
		return r, err
	}
	reason, err := w.whyNot(v, c.ContactID)
	if err != nil {
		return nil, err
	}
	return nil, inbox.Errorf(inbox.CodeConflict, "workflowId", webhookMessages[reason])
}

// announceStart returns who has started a run: the agent, if it is a shortcut's.
func (r *run) announceStart(o triggerEvent) {
	if o.trigger != workflow.TriggerShortcut {
		return
	}
	event := &inbox.WorkflowRunChanged{RunID: r.ID, RunStatus: inbox.RunRunning, ConversationMeta: o.conversation.about(o.conversation.Scope())}
	event.Actor = o.cause
	r.w.tx.Append(event)
}

// FormErrors returns the problems of a form, each with its place in the input, or nil if the error is another.
func FormErrors(err error) []*inbox.Error {
	invalid, ok := errors.AsType[*InvalidFormError](err)
	if !ok {
		return nil
	}
	problems := make([]*inbox.Error, len(invalid.Problems))
	for i, p := range invalid.Problems {
		problems[i] = &inbox.Error{Code: inbox.CodeInvalid, Message: p.Message, Field: []string{"form"}}
		if p.Field != "" {
			problems[i].Field = append(problems[i].Field, p.Field)
		}
		if p.Missing {
			problems[i].Code = inbox.CodeRequired
		}
	}
	return problems
}
