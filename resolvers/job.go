package resolvers

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// shownFailures is how many failures of a job are shown.
const shownFailures = 100

type (
	jobChangedResolver struct{ *Resolver }
	jobFailureResolver struct{ *Resolver }
	jobResolver        struct{ *Resolver }
)

// Job resolves the fields of jobs.
func (r *Resolver) Job() graph.JobResolver { return jobResolver{r} }

// JobChanged resolves the fields of JobChanged.
func (r *Resolver) JobChanged() graph.JobChangedResolver { return jobChangedResolver{r} }

// JobFailure resolves the fields of what jobs have left as it was.
func (r *Resolver) JobFailure() graph.JobFailureResolver { return jobFailureResolver{r} }

// ConversationsChange starts a job.
func (m mutationResolver) ConversationsChange(ctx context.Context, input graph.ConversationsChangeInput) (*graph.JobPayload, error) {
	change := engine.ConversationsChange{Head: input.Head.Value(), IdempotencyKey: input.IdempotencyKey.Value()}
	ids, filter := input.Ids.Value(), input.Filter.Value()
	switch {
	case ids != nil && filter != nil:
		return nil, inbox.Errorf(inbox.CodeInvalid, "filter", "Give either ids or a filter, not both.")
	case filter != nil:
		change.Filter = new(conversationFilter(callerOf(ctx), filter))
	case ids == nil:
		return nil, inbox.Errorf(inbox.CodeRequired, "ids", "Say which conversations: give ids or a filter.")
	}
	for i, id := range ids {
		if id.Conversation() == 0 {
			return nil, inbox.NotFound(fmt.Sprintf("ids.%d", i), "conversation")
		}
	}
	change.IDs = distinct(idsOf(ids, inbox.ID.Conversation))
	var err error
	if change.Action, err = jobAction(input.Action); err != nil {
		return nil, err
	}
	return jobPayload(ctx, 1)(m.engine.ConversationsChange(ctx, callerOf(ctx), change))
}

// jobAction returns an action as the engine has it. Exactly one of its parts is given.
func jobAction(in *graph.ConversationAction) (engine.JobAction, error) {
	action := engine.JobAction{Assign: in.Assign.Value(), Snooze: in.Snooze.Value(), Close: in.Close.Value(), Tags: in.Tags.Value()}
	for name, flag := range map[string]struct {
		given graphql.Omittable[*bool]
		to    *bool
	}{"unassign": {in.Unassign, &action.Unassign}, "wake": {in.Wake, &action.Wake}, "seen": {in.Seen, &action.Seen}} {
		if value := flag.given.Value(); value != nil && !*value {
			return action, inbox.Errorf(inbox.CodeInvalid, "action."+name, "Say true, or choose another action.")
		} else if value != nil {
			*flag.to = true
		}
	}
	if route := in.Route.Value(); route != nil {
		var bad uncleared
		action.Route = &engine.RoutePatch{Team: patchID(route.TeamID, inbox.ID.Team), Priority: required(&bad, "action.route.priority", route.Priority)}
		if bad != nil {
			return action, bad
		}
	}
	return action, nil
}

// JobCancel ends a job.
func (m mutationResolver) JobCancel(ctx context.Context, input graph.JobCancelInput) (*graph.JobPayload, error) {
	return jobPayload(ctx, 0)(m.engine.JobCancel(ctx, callerOf(ctx), input.ID.Job()))
}

// JobUndo starts a job that takes back what another has changed.
func (m mutationResolver) JobUndo(ctx context.Context, input engine.JobUndoInput) (*graph.JobPayload, error) {
	return jobPayload(ctx, 1)(m.engine.JobUndo(ctx, callerOf(ctx), input))
}

// jobPayload returns what makes a payload of the outcome of a mutation that starts so many jobs.
func jobPayload(ctx context.Context, started int) func(*inbox.Job, error) (*graph.JobPayload, error) {
	return func(j *inbox.Job, err error) (*graph.JobPayload, error) {
		if err != nil {
			return nil, err
		}
		costOf(graphql.GetOperationContext(ctx)).add(started * int(j.Total) / itemsOfPoint)
		scopeOf(ctx).jobs().Prime(j.ID, j)
		return &graph.JobPayload{Job: j}, nil
	}
}

// Job returns a job by its id.
func (queryResolver) Job(ctx context.Context, id inbox.ID) (*inbox.Job, error) {
	return scopeOf(ctx).visibleJob(ctx, id.Job())
}

// visibleJob finds a job that the caller has started or, for managers, any.
func (s *scope) visibleJob(ctx context.Context, id inbox.JobID) (*inbox.Job, error) {
	return visibleBy(ctx, s.jobs(), id, func(j *inbox.Job) (bool, error) { return engine.SeesJob(s.caller, j), nil })
}

// Failed returns the first conversations that a job has left as they were.
func (jobResolver) Failed(ctx context.Context, j *inbox.Job) ([]*inbox.JobFailure, error) {
	if j.FailedCount == 0 && j.FinishedAt != nil {
		return []*inbox.JobFailure{}, nil
	}
	return read(ctx, func(r *store.Reader) ([]*inbox.JobFailure, error) { return r.JobFailures(j.ID, shownFailures) })
}

// Undoes returns the job that a job takes back.
func (jobResolver) Undoes(ctx context.Context, j *inbox.Job) (*inbox.Job, error) {
	if j.UndoesID == nil {
		return nil, nil
	}
	return scopeOf(ctx).visibleJob(ctx, *j.UndoesID)
}

// Conversation returns the conversation that a job has left as it was, if the caller sees it.
func (jobFailureResolver) Conversation(ctx context.Context, f *inbox.JobFailure) (*inbox.Conversation, error) {
	return scopeOf(ctx).visibleConversation(ctx, f.ConversationID)
}

// Job returns the job that got further or ended.
func (jobChangedResolver) Job(ctx context.Context, c *inbox.JobChanged) (*inbox.Job, error) {
	return scopeOf(ctx).jobs().Load(ctx, c.JobID)
}
