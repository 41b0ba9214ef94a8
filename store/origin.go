package store

import (
	"context"

	"foyer/inbox"
)

// Origin is the account that reads or writes, and its operation.
type Origin struct {
	Account Account
	// Operation is a field of a mutation, or a kind of timer or task. Slow functions are logged and counted by it, so there
	// must be few.
	Operation string
}

// Account is who reads and writes are served for, in turn: everything that one account asks for shares its turns. The zero
// value is the server itself and callers that it does not know.
type Account struct {
	Kind string
	ID   int64
}

// AccountOf returns the account of an actor.
func AccountOf(a inbox.ActorRef) Account {
	if a.Kind == inbox.ActorSystem {
		return Account{}
	}
	return Account{Kind: string(a.Kind), ID: a.ID}
}

// workflowKind is the kind of a workflow's account; a workflow is not an actor.
const workflowKind = "WORKFLOW"

// AccountOfWorkflow returns the account of the callers of a workflow's webhook.
func AccountOfWorkflow(id inbox.WorkflowID) Account {
	return Account{Kind: workflowKind, ID: int64(id)}
}

// String returns the id of the account as the API has it, such as agt_5; logs and limits use it.
func (a Account) String() string {
	switch a.Kind {
	case string(inbox.ActorAgent):
		return inbox.AgentID(a.ID).String()
	case string(inbox.ActorAPIKey):
		return inbox.APIKeyID(a.ID).String()
	case string(inbox.ActorContact):
		return inbox.ContactID(a.ID).String()
	case string(inbox.ActorWorkflowRun):
		return inbox.WorkflowRunID(a.ID).String()
	case workflowKind:
		return inbox.WorkflowID(a.ID).String()
	default:
		return "system"
	}
}

type originKey struct{}

// WithOrigin returns a context whose Views and Updates have an origin.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, &o)
}

// originOf returns the origin in the context, or the server's own if there is none.
func originOf(ctx context.Context) *Origin {
	if o, ok := ctx.Value(originKey{}).(*Origin); ok {
		return o
	}
	return &Origin{}
}
