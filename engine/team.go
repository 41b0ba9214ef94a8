package engine

import (
	"context"
	"reflect"

	"foyer/inbox"
)

// TeamChange is a team after a change.
type TeamChange struct {
	Team   *inbox.Team
	Cursor inbox.Cursor
}

func (w *work) changedTeam(t *inbox.Team) *TeamChange {
	change := &TeamChange{Team: t}
	w.tx.FillCursor(&change.Cursor)
	return change
}

// NewTeam is a new team.
type NewTeam struct {
	Name      string
	MemberIDs []inbox.AgentID
	Policy    *PolicyPatch
	Hours     *inbox.Hours // nil: always

	IdempotencyKey *string
}

// TeamCreate adds a team. It fails with FORBIDDEN, REQUIRED, LIMIT_EXCEEDED, INVALID, TAKEN (the name), NOT_FOUND (a
// member) and IDEMPOTENCY_MISMATCH.
func (e *Engine) TeamCreate(ctx context.Context, caller inbox.Caller, in NewTeam) (*TeamChange, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can create teams.")
	}
	if err := firstError(checkName(&in.Name, e.limits.Name), in.Policy.check(e.limits), checkHours(in.Hours)); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*TeamChange, error) {
		return once(w, in.IdempotencyKey, "teamCreate", in, func(first *firstResult) (*TeamChange, error) {
			if first != nil {
				t, err := w.team(first.Team)
				return &TeamChange{Team: t, Cursor: *first.Cursor}, err
			}
			return w.createTeam(in)
		}, func(c *TeamChange) firstResult { return firstResult{Team: c.Team.ID, Cursor: &c.Cursor} })
	})
}

func (w *work) createTeam(in NewTeam) (*TeamChange, error) {
	policy, err := in.Policy.over(inbox.DefaultPolicy())
	if err != nil {
		return nil, err
	}
	t := &inbox.Team{Name: in.Name, Policy: policy, Hours: in.Hours, CreatedAt: w.now}
	if err := teamNameTaken(w.flushed().InsertTeam(t, fold(t.Name))); err != nil {
		return nil, err
	}
	added, err := w.changeMembers(in.MemberIDs, "memberIds", t.ID, w.flushed().AddMember)
	if err != nil {
		return nil, err
	}
	w.tx.Append(&inbox.TeamChanged{EventMeta: w.meta(), TeamID: t.ID, Policy: t.Policy, Added: added})
	return w.changedTeam(t), nil
}

func teamNameTaken(err error) error { return unlessTaken(err, "name", "Another team has this name.") }

// TeamPatch is a change of a team.
type TeamPatch struct {
	ID              inbox.TeamID
	Name            *string
	AddMemberIDs    []inbox.AgentID
	RemoveMemberIDs []inbox.AgentID
	Policy          *PolicyPatch
	Hours           Patch[inbox.Hours]
}

// TeamUpdate changes a team and lets its queue drain to new members and raised capacity. Agents who leave keep their
// conversations. It fails with FORBIDDEN, NOT_FOUND, REQUIRED, LIMIT_EXCEEDED, INVALID and TAKEN (the name).
func (e *Engine) TeamUpdate(ctx context.Context, caller inbox.Caller, in TeamPatch) (*TeamChange, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can change teams.")
	}
	if err := firstError(checkNewName(&in.Name, e.limits.Name), in.Policy.check(e.limits), checkHours(in.Hours.Value)); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*TeamChange, error) {
		t, err := find(w.team, in.ID, "id", "team")
		if err != nil {
			return nil, err
		}
		before := *t
		set(&t.Name, in.Name)
		if t.Policy, err = in.Policy.over(t.Policy); err != nil {
			return nil, err
		}
		moved := applyHours(t, in.Hours)
		added, err := w.changeMembers(in.AddMemberIDs, "addMemberIds", t.ID, w.flushed().AddMember)
		if err != nil {
			return nil, err
		}
		removed, err := w.changeMembers(in.RemoveMemberIDs, "removeMemberIds", t.ID, w.flushed().RemoveMember)
		if err != nil {
			return nil, err
		}
		if t.Name == before.Name && reflect.DeepEqual(t.Policy, before.Policy) && !moved && len(added)+len(removed) == 0 {
			return w.changedTeam(t), nil
		}
		if err := teamNameTaken(w.flushed().UpdateTeam(t, fold(t.Name))); err != nil {
			return nil, err
		}
		w.tx.Append(&inbox.TeamChanged{EventMeta: w.meta(), TeamID: t.ID, Policy: t.Policy, Added: added, Removed: removed})
		if t.Policy.HeadStarts != before.Policy.HeadStarts {
			if err := w.flushed().MoveInQueue(t.ID, t.Policy.HeadStarts); err != nil {
				return nil, err
			}
		}
		if err := w.lookAtTeam(&before, t, moved); err != nil {
			return nil, err
		}
		because := cause{trigger: inbox.TriggerCapacity}
		if len(added) > 0 {
			because = cause{inbox.TriggerJoined, added[0]}
		}
		return w.changedTeam(t), w.drainAll(&t.ID, because)
	})
}

// changeMembers adds agents to a team or removes them, and returns those whose membership changed. It fails with
// NOT_FOUND.
func (w *work) changeMembers(ids []inbox.AgentID, field string, team inbox.TeamID,
	change func(inbox.TeamID, inbox.AgentID) (bool, error)) ([]inbox.AgentID, error) {
	var changed []inbox.AgentID
	for _, id := range unique(ids) {
		a, err := find(w.read.Agent, id, field, "agent")
		if err != nil {
			return nil, err
		}
		did, err := change(team, id)
		if err != nil {
			return nil, err
		}
		if did {
			changed = append(changed, id)
			w.announceAgent(a, true)
		}
	}
	return changed, nil
}
