package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

const (
	// maxContactFields is how many custom fields a workspace has at most.
	maxContactFields = 100
	// maxOptions is how many options a field has at most.
	maxOptions = 100
	// clearedAtOnce is how many contacts one transaction takes the values of a deleted field from.
	clearedAtOnce = 200
)

// fieldName is the form of the name of a custom field in documents and requests: {{ contact.plan }}.
var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,49}$`)

// takenNames are names that custom fields cannot have: fields that all contacts have, and words with a meaning in
// texts.
func takenNames() []string {
	names := []string{"id", "owner", "blocked", "created_at", "fields", "identities", "size", "first", "last"}
	for _, f := range workflow.Fields() {
		if name, ok := strings.CutPrefix(f.Path, "contact."); ok {
			names = append(names, name)
		}
	}
	return names
}

// ContactFieldCreateInput is a new custom field of contacts.
type ContactFieldCreateInput struct {
	Name    string
	Label   *string // nil: the name
	Type    inbox.FieldType
	Options []string

	IdempotencyKey *string
}

// ContactFieldCreate adds a custom field. It fails with FORBIDDEN, REQUIRED, INVALID, TAKEN (the name),
// LIMIT_EXCEEDED, IDEMPOTENCY_MISMATCH and, repeated once the field is gone, NOT_FOUND.
func (e *Engine) ContactFieldCreate(ctx context.Context, caller inbox.Caller, in ContactFieldCreateInput) (*inbox.ContactField, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can create custom fields.")
	}
	f := &inbox.ContactField{Name: in.Name, Label: in.Name, Type: in.Type, Options: in.Options}
	if in.Label != nil {
		f.Label = strings.TrimSpace(*in.Label)
	}
	if err := firstError(checkFieldName(f.Name), e.limits.checkField(f)); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.ContactField, error) {
		return once(w, in.IdempotencyKey, "contactFieldCreate", in, func(first *firstResult) (*inbox.ContactField, error) {
			if first == nil {
				return w.createField(*f)
			}
			return find(w.flushed().ContactField, first.Field, "idempotencyKey", "field")
		}, func(f *inbox.ContactField) firstResult { return firstResult{Field: f.ID} })
	})
}

func (w *work) createField(f inbox.ContactField) (*inbox.ContactField, error) {
	fields, err := w.contactFields()
	if err != nil {
		return nil, err
	}
	if len(fields) >= maxContactFields {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "", "A workspace may have at most {limit} custom fields.", inbox.Named("limit", maxContactFields))
	}
	f.CreatedAt = w.now
	return &f, unlessTaken(w.flushed().InsertContactField(&f), "name", "Another field has this name.")
}

func checkFieldName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return inbox.Errorf(inbox.CodeRequired, "name", "This must not be empty.")
	case !fieldName.MatchString(name):
		return inbox.Errorf(inbox.CodeInvalid, "name",
			"A name consists of lower-case letters, digits and _, begins with a letter and has at most 50 characters, such as plan or shoe_size.")
	case slices.Contains(takenNames(), name):
		return inbox.Errorf(inbox.CodeTaken, "name", "Contacts already have something of this name. Choose another.")
	}
	return nil
}

// checkField checks what can be changed of a field.
func (l Limits) checkField(f *inbox.ContactField) error {
	if err := required("label", f.Label, l.Name); err != nil {
		return err
	}
	if len(f.Options) > 0 && f.Type != inbox.FieldText && f.Type != inbox.FieldList {
		return inbox.Errorf(inbox.CodeInvalid, "options", "Only fields of the types TEXT and LIST can have options.")
	}
	if len(f.Options) > maxOptions {
		return inbox.Errorf(inbox.CodeLimitExceeded, "options", "There may be at most {limit} of them.", inbox.Named("limit", maxOptions))
	}
	return l.distinct("options", f.Options)
}

// distinct checks that no name occurs twice in a list, ignoring letter case.
func (l Limits) distinct(field string, names []string) error {
	seen := make(map[string]bool, len(names))
	for i, name := range names {
		at := fmt.Sprintf("%s.%d", field, i)
		if err := required(at, name, l.Name); err != nil {
			return err
		}
		if seen[fold(name)] {
			return inbox.Errorf(inbox.CodeInvalid, at, "This is in the list twice. Remove one.")
		}
		seen[fold(name)] = true
	}
	return nil
}

// ContactFieldPatch is a change of a custom field. Its name cannot change: documents and callers use it.
type ContactFieldPatch struct {
	ID      inbox.ContactFieldID
	Label   *string
	Type    *inbox.FieldType
	Options []string // nil: unchanged; empty: anything can be written
}

// ContactFieldUpdate changes a custom field. Contacts keep their values; values that do not fit a new type read as
// empty. It fails with FORBIDDEN, NOT_FOUND, REQUIRED, INVALID, LIMIT_EXCEEDED and CONFLICT (the type, if published
// workflows use the field).
func (e *Engine) ContactFieldUpdate(ctx context.Context, caller inbox.Caller, in ContactFieldPatch) (*inbox.ContactField, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can change custom fields.")
	}
	return change(ctx, e, caller, func(w *work) (*inbox.ContactField, error) {
		f, err := find(w.flushed().ContactField, in.ID, "id", "field")
		if err != nil {
			return nil, err
		}
		if in.Type != nil && *in.Type != f.Type {
			if err := w.unnamedField(f, "type"); err != nil {
				return nil, err
			}
			f.Type = *in.Type
		}
		if in.Label != nil {
			f.Label = strings.TrimSpace(*in.Label)
		}
		if in.Options != nil {
			f.Options = in.Options
		}
		if err := e.limits.checkField(f); err != nil {
			return nil, err
		}
		return f, w.flushed().UpdateContactField(f)
	})
}

// ContactFieldDelete removes a custom field. The values that contacts have for it are no longer read, and are removed from
// the database soon after. It fails with FORBIDDEN, NOT_FOUND and CONFLICT (published workflows use it).
func (e *Engine) ContactFieldDelete(ctx context.Context, caller inbox.Caller, id inbox.ContactFieldID) (*inbox.ContactField, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can delete custom fields.")
	}
	return change(ctx, e, caller, func(w *work) (*inbox.ContactField, error) {
		f, err := find(w.flushed().ContactField, id, "id", "field")
		if err != nil {
			return nil, err
		}
		if err := w.unnamedField(f, "id"); err != nil {
			return nil, err
		}
		if err := w.flushed().DeleteContactField(f.ID); err != nil {
			return nil, err
		}
		w.setTimer(store.Timer{Kind: store.TimerField, SubjectID: int64(f.ID), Due: w.now})
		return f, nil
	})
}

// clearField removes the values of a deleted field from some contacts, and leaves the others to the next transaction.
func (w *work) clearField(id inbox.ContactFieldID) error {
	done, err := w.flushed().ClearContactField(id, clearedAtOnce)
	if err != nil || done {
		return err
	}
	w.setTimer(store.Timer{Kind: store.TimerField, SubjectID: int64(id), Due: w.now})
	return nil
}

// unnamedField fails if published workflows use the field. at is the part of the input that requires this.
func (w *work) unnamedField(f *inbox.ContactField, at string) error {
	return w.unnamed(at, "the field", func(names workflow.Names) bool { return names.NamesField(f.Name) })
}

// unnamed fails if published workflows use something.
func (w *work) unnamed(at, what string, is func(workflow.Names) bool) error {
	published, err := w.flushed().PublishedNames()
	if err != nil {
		return err
	}
	var using []string
	for _, p := range published {
		var names workflow.Names
		if err := json.Unmarshal([]byte(p.Names), &names); err != nil {
			return fmt.Errorf("decode the names in workflow %q: %w", p.Workflow, err)
		}
		if is(names) {
			using = append(using, fmt.Sprintf("%q", p.Workflow))
		}
	}
	if len(using) == 0 {
		return nil
	}
	return inbox.Errorf(inbox.CodeConflict, at, "Published workflows use {what}: {workflows}. Change or stop them first.",
		inbox.Named("what", what), inbox.Named("workflows", someOf(using)))
}
