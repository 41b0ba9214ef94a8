package engine

import (
	"context"
	"strconv"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// RenderedReply is a saved reply for a conversation.
type RenderedReply struct {
	Text     string
	Language string
	Missing  []string // the paths of the variables of which nothing is shown
	Problem  *string  // why the variables could not be filled in: the text is as it was written
	FileIDs  []inbox.FileID
}

// SavedReplyRender fills a saved reply in for a conversation, as of the snapshot, in the text for the contact's language. Both
// must be visible to the caller.
func (e *Engine) SavedReplyRender(r *store.Reader, caller inbox.Caller, s *inbox.SavedReply, c *inbox.Conversation) (*RenderedReply, error) {
	w := newWorld(e, r, e.now())
	contact, err := w.contact(c.ContactID)
	if err != nil {
		return nil, err
	}
	chosen := s.TextFor(contact.Language)
	rendered := &RenderedReply{Text: chosen.Text, Language: chosen.Language, Missing: []string{}, FileIDs: s.FileIDs}
	fields, err := w.contactFields()
	if err != nil {
		return nil, err
	}
	find := customFields(fields)
	compiled, problems := workflow.CompileReply(chosen.Text, func(name string) (workflow.CustomField, bool) {
		field, known := find(name)
		if !known { // it has been deleted since the reply was written: nobody has a value
			field = workflow.CustomField{Key: name, Type: workflow.TypeText}
		}
		return field, true
	})
	if len(problems) > 0 {
		rendered.Problem = &problems[0]
		return rendered, nil
	}
	facts, err := w.facts(compiled.Needs(), c.ContactID, c, nil)
	if err != nil {
		return nil, err
	}
	now, err := w.localNow(compiled.Needs())
	if err != nil {
		return nil, err
	}
	var agent map[string]any
	if compiled.Needs().Group("agent") {
		if agent, err = w.writerFacts(caller); err != nil {
			return nil, err
		}
	}
	text, missing, err := compiled.Render(facts, agent, now)
	if err != nil {
		rendered.Problem = new(err.Error())
		return rendered, nil //nolint:nilerr // what is wrong with the text is part of the answer
	}
	rendered.Text, rendered.Missing = text, append(rendered.Missing, missing...)
	return rendered, nil
}

// writerFacts returns what texts read of the agent who writes: nothing, for an API key.
func (w world) writerFacts(caller inbox.Caller) (map[string]any, error) {
	id := caller.Actor.Agent()
	if id == 0 {
		return nil, nil
	}
	a, err := w.read.Agent(id)
	if err != nil || a == nil {
		return nil, err
	}
	return map[string]any{"name": a.Name, "email": a.Email}, nil
}

// checkReplyTexts checks the variables in the texts of a saved reply, outside of the transaction that stores it: compiling takes
// time. It fails with an *InvalidDocumentError, which has all problems.
func (e *Engine) checkReplyTexts(ctx context.Context, texts []inbox.SavedReplyText) error {
	fields, err := store.View(ctx, e.db, func(r *store.ReadTx) ([]*inbox.ContactField, error) { return r.ContactFields() })
	if err != nil {
		return err
	}
	invalid := &InvalidDocumentError{Field: "texts"}
	for i, t := range texts {
		_, problems := workflow.CompileReply(t.Text, customFields(fields))
		for _, problem := range problems {
			invalid.Problems = append(invalid.Problems, workflow.Problem{Path: []string{strconv.Itoa(i), "text"}, Message: problem})
		}
	}
	if len(invalid.Problems) > 0 {
		return invalid
	}
	return nil
}

// customFields returns the function that finds one of the custom fields by its name, ignoring letter case.
func customFields(fields []*inbox.ContactField) func(name string) (workflow.CustomField, bool) {
	return func(name string) (workflow.CustomField, bool) {
		for _, f := range fields {
			if f.Name == fold(name) {
				return workflow.CustomField{Key: f.Name, Type: workflow.FieldType(f.Type), Options: f.Options}, true
			}
		}
		return workflow.CustomField{}, false
	}
}
