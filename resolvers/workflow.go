package resolvers

import (
	"context"
	"strings"

	"foyer/engine"
	"foyer/engine/workflow"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Workflow returns a workflow by its id.
func (queryResolver) Workflow(ctx context.Context, id inbox.ID) (*inbox.Workflow, error) {
	return scopeOf(ctx).workflows().Load(ctx, id.Workflow())
}

// Workflows lists the workflows.
func (queryResolver) Workflows(ctx context.Context, filter *graph.WorkflowFilter, first int32, after *string) (*graph.WorkflowConnection, error) {
	var (
		statuses []inbox.WorkflowStatus
		search   string
	)
	if filter != nil {
		statuses = filter.Statuses.Value()
		search = inbox.Fold(strings.TrimSpace(textOf(filter.Search.Value())))
	}
	return listByID(ctx, first, after, func(r *store.Reader, after inbox.WorkflowID, limit int) ([]*inbox.Workflow, error) {
		found, err := r.WorkflowList(statuses, search, after, limit)
		return scopeOf(ctx).withoutDocuments(found), err
	}, func(w *inbox.Workflow) inbox.WorkflowID { return w.ID })
}

// textOf returns an optional text, or "" for nil.
func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// Problems returns what prevents the draft from being published. Like the draft, it is for managers.
func (workflowResolver) Problems(ctx context.Context, w *inbox.Workflow) ([]*workflow.Problem, error) {
	return problemsOf(ctx, w, engine.Problems)
}

// Warnings returns what may be a mistake in the draft. Like the draft, it is for managers; others get an empty list.
func (workflowResolver) Warnings(ctx context.Context, w *inbox.Workflow) ([]*workflow.Problem, error) {
	return problemsOf(ctx, w, engine.Warnings)
}

func problemsOf(ctx context.Context, w *inbox.Workflow, of func(*store.Reader, *inbox.Workflow) ([]workflow.Problem, error)) ([]*workflow.Problem, error) {
	return forManagers(ctx, func(r *store.Reader) ([]*workflow.Problem, error) {
		problems, err := of(r, w)
		found := make([]*workflow.Problem, len(problems)) // an empty list, not null
		for i := range problems {
			found[i] = &problems[i]
		}
		return found, err
	})
}

// Yaml returns the draft as YAML. Like the draft, it is for managers.
func (workflowResolver) Yaml(ctx context.Context, w *inbox.Workflow) (*string, error) {
	return forManagers(ctx, func(r *store.Reader) (*string, error) {
		yaml, err := engine.WorkflowYAML(r, w)
		return &yaml, err
	})
}

// Diagram returns the draft as a drawing. Like the draft, it is for managers.
func (workflowResolver) Diagram(ctx context.Context, w *inbox.Workflow) (*engine.WorkflowDiagram, error) {
	return forManagers(ctx, func(r *store.Reader) (*engine.WorkflowDiagram, error) { return engine.DiagramOf(r, w) })
}

// WebhookCreatedAt returns when a workflow got its secret URL, for managers.
func (workflowResolver) WebhookCreatedAt(ctx context.Context, w *inbox.Workflow) (*inbox.Time, error) {
	return forManagers(ctx, func(r *store.Reader) (*inbox.Time, error) { return r.WebhookCreatedAt(w.ID) })
}

// WorkflowCreate adds a draft.
func (m mutationResolver) WorkflowCreate(ctx context.Context, input engine.WorkflowCreateInput) (*graph.WorkflowPayload, error) {
	created, err := m.engine.WorkflowCreate(ctx, callerOf(ctx), input)
	return workflowPayload(ctx, created, err)
}

// WorkflowUpdate changes a draft.
func (m mutationResolver) WorkflowUpdate(ctx context.Context, input graph.WorkflowUpdateInput) (*graph.WorkflowPayload, error) {
	var bad uncleared
	draft := engine.WorkflowPatch{
		ID:          input.ID.Workflow(),
		Name:        required(&bad, "name", input.Name),
		Description: patch(input.Description),
		Definition:  input.Definition.Value(),
		IfUpdatedAt: input.IfUpdatedAt.Value(),
	}
	if input.Definition.IsSet() && draft.Definition == nil {
		bad.add("definition")
	}
	if bad != nil {
		return nil, bad
	}
	change, err := m.engine.WorkflowUpdate(ctx, callerOf(ctx), draft)
	if err != nil {
		return nil, err
	}
	payload, err := workflowPayload(ctx, change.Workflow, nil)
	payload.UserErrors = refused(change.Refused)
	return payload, err
}

// WorkflowPublish publishes a draft as the next version.
func (m mutationResolver) WorkflowPublish(ctx context.Context, input graph.WorkflowPublishInput) (*graph.WorkflowPayload, error) {
	published, err := m.engine.WorkflowPublish(ctx, callerOf(ctx), input.ID.Workflow())
	return workflowPayload(ctx, published, err)
}

// WorkflowWebhookRotate creates a new secret URL for a workflow.
func (m mutationResolver) WorkflowWebhookRotate(ctx context.Context, input graph.WorkflowWebhookRotateInput) (*graph.WorkflowPayload, error) {
	rotated, err := m.engine.WorkflowWebhookRotate(ctx, callerOf(ctx), input.ID.Workflow())
	return workflowPayload(ctx, rotated, err)
}

// WorkflowStop stops a workflow: it starts no more runs.
func (m mutationResolver) WorkflowStop(ctx context.Context, input graph.WorkflowStopInput) (*graph.WorkflowPayload, error) {
	stopped, err := m.engine.WorkflowStop(ctx, callerOf(ctx), input.ID.Workflow(), input.CancelRuns)
	return workflowPayload(ctx, stopped, err)
}

// WorkflowImport adds a draft from YAML, or changes one.
func (m mutationResolver) WorkflowImport(ctx context.Context, input engine.WorkflowImportInput) (*graph.WorkflowPayload, error) {
	imported, err := m.engine.WorkflowImport(ctx, callerOf(ctx), input)
	return workflowPayload(ctx, imported, err)
}

func workflowPayload(ctx context.Context, w *inbox.Workflow, err error) (*graph.WorkflowPayload, error) {
	if err != nil {
		return nil, err
	}
	scopeOf(ctx).workflows().Prime(w.ID, w)
	return &graph.WorkflowPayload{Workflow: w, WebhookPath: w.WebhookPath}, nil
}
