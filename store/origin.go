package store

import (
	"context"

	"foyer/inbox"
)

// Origin says on whose account something reads or writes, and for what.
type Origin struct {
	Account Account
	// Operation names what is done: a field of a mutation, a kind of timer or task. Slow functions are logged and counted
	// by it, so that there must be few of them.
	Operation string
}

// Account is whose turn it is when several wait: all that one account asks for shares its turns. The zero value is the
// server itself, and whoever it does not know.
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

// workflowKind is the kind of a workflow's account: it is no actor.
const workflowKind = "WORKFLOW"

// AccountOfWorkflow returns the account of whoever calls a workflow's webhook.
func AccountOfWorkflow(id inbox.WorkflowID) Account {
	return Account{Kind: workflowKind, ID: int64(id)}
}

// String returns the id of the account as the API has it, such as agt_5, which is what it is called in logs and limits.
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

// WithOrigin returns a context whose Views and Updates are served in the turns of an account.
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
