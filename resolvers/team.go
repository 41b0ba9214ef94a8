package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Teams lists the teams.
func (queryResolver) Teams(ctx context.Context, first int32, after *string) (*graph.TeamConnection, error) {
	return listByID(ctx, first, after, (*store.Reader).TeamList, func(t *inbox.Team) inbox.TeamID { return t.ID })
}

// Members returns a team's agents.
func (teamResolver) Members(ctx context.Context, t *inbox.Team) ([]*inbox.Agent, error) {
	s := scopeOf(ctx)
	ids, err := s.members().Load(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	return all(ctx, s.agents(), ids)
}

// Queue lists the conversations in a team's queue. The caller sees either all or none of them: all are in the scope of the
// team, without an assignee.
func (teamResolver) Queue(ctx context.Context, t *inbox.Team, first int32, after *string) (*graph.ConversationConnection, error) {
	size, err := pageSize("first", first)
	if err != nil {
		return nil, err
	}
	from, err := decodePlace("after", inbox.OrderQueue, after)
	if err != nil {
		return nil, err
	}
	s := scopeOf(ctx)
	access, err := s.access()
	if err != nil {
		return nil, err
	}
	if !access.Sees(inbox.Scope{Team: t.ID}) {
		return &graph.ConversationConnection{PageInfo: graph.PageInfo{HasPreviousPage: after != nil}, TotalCount: counted(0)}, nil
	}
	found, err := read(ctx, func(r *store.Reader) ([]*inbox.Conversation, error) { return r.QueueList(t.ID, from, size+1) })
	if err != nil {
		return nil, err
	}
	more := len(found) > size
	found = found[:min(size, len(found))]
	s.prime(ctx, found)
	c := connection(found, func(i int) string {
		return encodePlace(inbox.OrderQueue, store.ListPlace{Key: int64(*found[i].QueueKey), ID: found[i].ID})
	})
	c.PageInfo.HasPreviousPage, c.PageInfo.HasNextPage = after != nil, more
	c.TotalCount = counted(int(t.QueueLength))
	return c, nil
}

// IsOpen reports whether a team is open now.
func (r teamResolver) IsOpen(_ context.Context, t *inbox.Team) (bool, error) {
	o, err := r.engine.Opening(t)
	return o.Open, err
}

// OpensAt returns when a team next opens.
func (r teamResolver) OpensAt(_ context.Context, t *inbox.Team) (*inbox.Time, error) {
	if o, err := r.engine.Opening(t); err != nil || !o.Open {
		return o.Next, err
	}
	return nil, nil
}

// ClosesAt returns when a team next closes.
func (r teamResolver) ClosesAt(_ context.Context, t *inbox.Team) (*inbox.Time, error) {
	if o, err := r.engine.Opening(t); err != nil || o.Open {
		return o.Next, err
	}
	return nil, nil
}

// Team returns the team of the counts.
func (teamCountResolver) Team(ctx context.Context, c *inbox.TeamCount) (*inbox.Team, error) {
	return scopeOf(ctx).teams().Load(ctx, c.TeamID)
}

// TeamCreate adds a team.
func (m mutationResolver) TeamCreate(ctx context.Context, input graph.TeamCreateInput) (*graph.TeamPayload, error) {
	var bad uncleared
	team := engine.NewTeam{
		Name:      input.Name,
		MemberIDs: idsOf(input.MemberIds.Value(), inbox.ID.Agent),
		Policy:    policyPatch(&bad, input.Policy.Value()),
		Hours:     input.Hours.Value(),

		IdempotencyKey: input.IdempotencyKey.Value(),
	}
	if bad != nil {
		return nil, bad
	}
	change, err := m.engine.TeamCreate(ctx, callerOf(ctx), team)
	return teamPayload(ctx, change, err)
}

// TeamUpdate changes a team.
func (m mutationResolver) TeamUpdate(ctx context.Context, input graph.TeamUpdateInput) (*graph.TeamPayload, error) {
	var bad uncleared
	team := engine.TeamPatch{
		ID:              input.ID.Team(),
		Name:            required(&bad, "name", input.Name),
		AddMemberIDs:    idsOf(requiredList(&bad, "addMemberIds", input.AddMemberIds), inbox.ID.Agent),
		RemoveMemberIDs: idsOf(requiredList(&bad, "removeMemberIds", input.RemoveMemberIds), inbox.ID.Agent),
		Policy:          policyPatch(&bad, required(&bad, "policy", input.Policy)),
		Hours:           patch(input.Hours),
	}
	if bad != nil {
		return nil, bad
	}
	change, err := m.engine.TeamUpdate(ctx, callerOf(ctx), team)
	return teamPayload(ctx, change, err)
}

func policyPatch(bad *uncleared, input *graph.AssignmentPolicyInput) *engine.PolicyPatch {
	if input == nil {
		return nil
	}
	return &engine.PolicyPatch{
		Strategy:            required(bad, "policy.strategy", input.Strategy),
		OnlineOnly:          required(bad, "policy.onlineOnly", input.OnlineOnly),
		MaxOpen:             patch(input.MaxOpen),
		RequireSkills:       clearedList(input.RequireSkills),
		MatchLanguage:       required(bad, "policy.matchLanguage", input.MatchLanguage),
		Sticky:              required(bad, "policy.sticky", input.Sticky),
		StickyWait:          patch(input.StickyWait),
		KeepOwner:           required(bad, "policy.keepOwner", input.KeepOwner),
		ReassignWhenOffline: patch(input.ReassignWhenOffline),
		ReassignWhenNoReply: patch(input.ReassignWhenNoReply),
		OutsideHours:        required(bad, "policy.outsideHours", input.OutsideHours),
		HeadStarts:          required(bad, "policy.headStarts", input.HeadStarts),
	}
}

func teamPayload(ctx context.Context, change *engine.TeamChange, err error) (*graph.TeamPayload, error) {
	if err != nil {
		return nil, err
	}
	team, err := reread(ctx, scopeOf(ctx).teams(), "team", change.Team.ID)
	return &graph.TeamPayload{Team: team, Cursor: position(change.Cursor)}, err
}
