package resolvers

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// Load returns how much a team's members have and can take.
func (teamResolver) Load(ctx context.Context, t *inbox.Team) (*inbox.TeamLoad, error) {
	l := &scopeOf(ctx).loaders
	load, err := loader(l, &l.loadByTeam, (*store.Reader).TeamLoads).Load(ctx, t.ID)
	if load == nil && err == nil {
		load = &inbox.TeamLoad{Capacity: new(int32)} // for a team without members
	}
	return load, err
}

// OldestQueuedAt returns when the conversation that has waited longest in a team's queue began to wait, or nil if the queue
// is empty.
func (teamResolver) OldestQueuedAt(ctx context.Context, t *inbox.Team) (*inbox.Time, error) {
	l := &scopeOf(ctx).loaders
	return loader(l, &l.oldestQueuedByTeam, (*store.Reader).OldestQueued).Load(ctx, t.ID)
}
