package resolvers

import (
	"context"

	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// WorkflowRuns lists runs across workflows.
func (queryResolver) WorkflowRuns(ctx context.Context, filter *graph.WorkflowRunFilter, first int32, after *string) (*graph.WorkflowRunConnection, error) {
	if !scopeOf(ctx).caller.Manages() {
		return nil, requestError(codeForbidden, "Only managers list runs across workflows.")
	}
	return listRuns(ctx, runFilter(filter), first, after)
}

func runFilter(filter *graph.WorkflowRunFilter) (narrow store.RunFilter) {
	if filter == nil {
		return narrow
	}
	narrow.Status = filter.Status.Value()
	narrow.StartedAfter, narrow.StartedBefore = filter.StartedAfter.Value(), filter.StartedBefore.Value()
	if id := filter.ContactID.Value(); id != nil {
		narrow.ContactID = new(id.Contact())
	}
	if id := filter.ConversationID.Value(); id != nil {
		narrow.ConversationID = new(id.Conversation())
	}
	narrow.WorkflowIDs = distinct(idsOf(filter.WorkflowIds.Value(), inbox.ID.Workflow))
	return narrow
}

// Runs lists the runs of a workflow that the caller sees.
func (workflowResolver) Runs(ctx context.Context, w *inbox.Workflow, status *inbox.WorkflowRunStatus, first int32, after *string) (*graph.WorkflowRunConnection, error) {
	return listRuns(ctx, store.RunFilter{WorkflowIDs: []inbox.WorkflowID{w.ID}, Status: status}, first, after)
}

// listRuns returns a page of the runs that pass a filter and that the caller sees. The page may be shorter than requested
// although there are more runs: its end cursor is where the list goes on.
func listRuns(ctx context.Context, f store.RunFilter, first int32, after *string) (*graph.WorkflowRunConnection, error) {
	size, err := pageSize("first", first)
	if err != nil {
		return nil, err
	}
	before, err := decodeNumber("after", after)
	if err != nil {
		return nil, err
	}
	s := scopeOf(ctx)
	access, err := s.access()
	if err != nil {
		return nil, err
	}
	page, err := read(ctx, func(r *store.Reader) (*store.RunPage, error) {
		return r.RunList(access, f, inbox.WorkflowRunID(before), max(size, 1))
	})
	if err != nil {
		return nil, err
	}
	more := ""
	if page.More != 0 {
		more = numberCursor(int64(page.More))
	}
	runs := s.withoutInside(page.Runs)
	return search(size, after, runs, func(i int) string { return numberCursor(int64(runs[i].ID)) }, more), nil
}
