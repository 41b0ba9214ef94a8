package engine_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// closing is the action that closes.
func closing() engine.JobAction {
	return engine.JobAction{Close: &engine.ConversationCloseInput{Category: new("Done")}}
}

func TestAJobDoesWithEachConversationWhatTheMutationForOneDoes(t *testing.T) {
	t.Parallel()
	const ana, ben = inbox.AgentID(2), inbox.AgentID(3)
	later := inbox.At(newClock().Now().Add(time.Hour))
	for name, action := range map[string]engine.JobAction{
		"assign to an agent":                 {Assign: &engine.ConversationAssignInput{AgentID: new(ben)}},
		"assign beyond capacity":             {Assign: &engine.ConversationAssignInput{AgentID: new(ana)}},
		"assign over capacity":               {Assign: &engine.ConversationAssignInput{AgentID: new(ana), OverCapacity: true}},
		"assign what is unassigned":          {Assign: &engine.ConversationAssignInput{AgentID: new(ben), OnlyIfUnassigned: true}},
		"assign by policy":                   {Assign: &engine.ConversationAssignInput{}},
		"unassign":                           {Unassign: true},
		"route to a team":                    {Route: &engine.RoutePatch{Team: engine.SetTo(inbox.TeamID(2))}},
		"route to no team, with priority":    {Route: &engine.RoutePatch{Team: engine.Patch[inbox.TeamID]{Set: true}, Priority: new(inbox.PriorityHigh)}},
		"snooze until a time":                {Snooze: &engine.ConversationSnoozeInput{Until: &later}},
		"snooze until a team opens":          {Snooze: &engine.ConversationSnoozeInput{UntilTeamOpens: new(true)}},
		"wake":                               {Wake: true},
		"close":                              closing(),
		"seen":                               {Seen: true},
		"tags":                               {Tags: &engine.TagsAction{AddTags: []string{"vip"}, RemoveTags: []string{"new"}}},
		"close, and a workflow then does it": {Close: &engine.ConversationCloseInput{Category: new("followed"), Summary: new("Yes.")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			build := func() (*desk, []inbox.ConversationID) {
				d := newDeskHere(t)
				d.hire("Ana", capped(2))
				d.hire("Ben")
				support, sales := d.team("Support", limit(2), ana, ben), d.team("Sales", limit(1), ben)
				d.publish("{format: 1, name: Thanks, trigger: {on: conversation.closed}, steps: [{key: a, note: {text: Bye}}]}")
				ids := d.many(8)
				for i, id := range ids {
					if i%2 == 0 {
						d.route(id, []inbox.TeamID{support, sales}[i/4])
					}
				}
				d.give(ids[0], ana)
				d.give(ids[1], ben)
				d.assign(ids[2])
				d.snooze(ids[3], 2*time.Hour)
				d.snooze(ids[0], 2*time.Hour)
				d.close(ids[5])
				must(d.NoteAdd(d.ctx(), d.key, engine.NoteAddInput{ConversationID: ids[0], Text: "Look", MentionIDs: []inbox.AgentID{1}}))
				return d, ids
			}
			got, ids := build()
			id := got.start(got.owner, action, ids...)
			got.finish(id)
			want, _ := build()
			refused, failures := make(map[inbox.ConversationID]inbox.Code), got.failures(id)
			for _, c := range ids {
				if failures[c] == inbox.CodeConflict && (action.Assign == nil || !action.Assign.OnlyIfUnassigned) {
					refused[c] = inbox.CodeConflict // it has changed because of what the job did with another
					continue
				}
				err := want.singly(want.owner, action, c)
				if code := codeOf(t, err); code != "" {
					refused[c] = code
				}
			}
			if !maps.Equal(failures, refused) {
				t.Errorf("the job fails with %v, single mutations with %v", failures, refused)
			}
			sameTables(t, got, want)
		})
	}
}

func TestAConversationThatSomebodyHasChangedSinceTheHeadIsLeft(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(10), ana)
	ids := d.many(7)
	head := view(d, func(r *store.ReadTx) (inbox.Cursor, error) { return r.Head() })
	d.give(ids[0], ana)
	d.route(ids[1], team)
	d.close(ids[2])
	must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: ids[3], Priority: new(inbox.PriorityHigh)}))
	d.say("contact4", "Are you there?")
	d.snooze(ids[5], time.Hour)
	j := must(d.ConversationsChange(d.ctx(), d.owner, engine.ConversationsChange{IDs: ids, Head: &head, Action: closing()}))
	d.finish(j.ID)
	same(t, d.failures(j.ID), map[inbox.ConversationID]inbox.Code{
		ids[0]: inbox.CodeConflict, ids[1]: inbox.CodeConflict, ids[2]: inbox.CodeConflict,
	})
	d.assertCounts(j.ID, "4 done, 3 failed, 0 left")
	if d.assignee(ids[0]) != ana || !d.conversation(ids[0]).IsOpen() {
		t.Error("what somebody had changed was changed")
	}
}

func TestTheHeadOfAJobMustBeAPlaceInTheLog(t *testing.T) {
	d := newDesk(t)
	ids := d.many(1)
	newest := view(d, func(r *store.ReadTx) (inbox.Cursor, error) { return r.Head() })
	for name, head := range map[string]inbox.Cursor{
		"no cursor": "yesterday", "one of another database": "000001abcdef.0000000000000001",
		"one that is yet to come": newest[:len(newest)-16] + "0000000000999999",
	} {
		_, err := d.ConversationsChange(d.ctx(), d.owner, engine.ConversationsChange{IDs: ids, Head: &head, Action: closing()})
		t.Log(name)
		refused(t, err, inbox.CodeInvalid, "head")
	}
	old := d.db.CursorAt(1)
	j := must(d.ConversationsChange(d.ctx(), d.owner, engine.ConversationsChange{IDs: ids, Head: &old, Action: closing()}))
	d.finish(j.ID)
	same(t, d.failures(j.ID), map[inbox.ConversationID]inbox.Code{ids[0]: inbox.CodeConflict})
}

func TestAFilterIsResolvedOnceAsWhoStartsTheJobSeesIt(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", seeing(inbox.VisibilityTeam))
	support, sales := d.team("Support", limit(10), ana), d.team("Sales", limit(10))
	ids := d.many(4)
	d.route(ids[1], support)
	d.route(ids[2], sales)
	d.close(ids[3])
	j := must(d.ConversationsChange(d.ctx(), d.caller(ana), engine.ConversationsChange{
		Filter: &store.ConversationFilter{Status: new(inbox.Open)}, Action: closing()}))
	late := d.opened("late")
	d.finish(j.ID)
	d.assertCounts(j.ID, "2 done, 0 failed, 0 left") // neither the other team's nor the late one
	if !d.conversation(ids[2]).IsOpen() || !d.conversation(late).IsOpen() {
		t.Error("a conversation that did not belong to the job was closed")
	}
	_, err := d.ConversationsChange(d.ctx(), d.caller(ana), engine.ConversationsChange{
		Filter: &store.ConversationFilter{TeamIDs: []inbox.TeamID{sales}}, Action: closing()})
	refused(t, err, inbox.CodeNotFound, "filter")
}

func TestWhatTheStarterDoesNotSeeWhenItsTurnComesIsNotFound(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", seeing(inbox.VisibilityTeam))
	support, sales := d.team("Support", limit(10), ana), d.team("Sales", limit(10))
	ids := d.many(60)
	for _, id := range ids {
		d.route(id, support)
	}
	j := d.start(d.caller(ana), closing(), append([]inbox.ConversationID{999_999}, ids...)...)
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: sales, AddMemberIDs: []inbox.AgentID{ana}}))
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: support, RemoveMemberIDs: []inbox.AgentID{ana}}))
	d.finish(j)
	d.assertCounts(j, "0 done, 61 failed, 0 left")
	for id, code := range d.failures(j) {
		if code != inbox.CodeNotFound {
			t.Errorf("%s is %s, want NOT_FOUND", id, code)
		}
	}
}

func TestAJobEndsWhenItsStarterMayDoNothingAnyMore(t *testing.T) {
	d := newDesk(t)
	ids := d.many(4)
	ana := d.hire("Ana")
	key := d.newKey(inbox.RoleAgent)
	by := map[string]inbox.JobID{"agent": d.start(d.caller(ana), closing(), ids[:2]...), "key": d.start(key, closing(), ids[2:]...)}
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
	must(d.Accounts().RevokeKey(d.ctx(), d.owner, inbox.APIKeyID(key.Actor.ID)))
	for name, id := range by {
		if j := d.finish(id); j.CancelledAt == nil {
			t.Errorf("the job of the %s was not cancelled", name)
		}
		d.assertCounts(id, "0 done, 0 failed, 2 left")
	}
}

func TestACancelledJobGoesNoFurther(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	ids := d.many(3)
	id := d.start(d.caller(ana), closing(), ids...)
	_, err := d.JobCancel(d.ctx(), d.caller(ben), id)
	refused(t, err, inbox.CodeNotFound, "id")
	if j := must(d.JobCancel(d.ctx(), d.owner, id)); j.CancelledAt == nil || j.FinishedAt == nil {
		t.Errorf("the job is not cancelled: %+v", j)
	}
	d.finish(id)
	d.assertCounts(id, "0 done, 0 failed, 3 left")
	done := d.start(d.caller(ana), closing(), ids...)
	d.finish(done)
	if j := must(d.JobCancel(d.ctx(), d.caller(ana), done)); j.CancelledAt != nil {
		t.Error("a job that had finished was cancelled")
	}
}

func TestAnAccountHasOneJobAtATimeAndAFewThatWait(t *testing.T) {
	d := newDesk(t)
	ids := d.many(1)
	ana := d.caller(d.hire("Ana"))
	wake := engine.JobAction{Wake: true}
	for range 20 {
		d.start(ana, wake, ids...)
	}
	_, err := d.ConversationsChange(d.ctx(), ana, engine.ConversationsChange{IDs: ids, Action: wake})
	refused(t, err, inbox.CodeLimitExceeded, "")
	other := d.start(d.owner, wake, ids...)
	if due := view(d, func(r *store.ReadTx) ([]*inbox.Job, error) { return r.JobsToDo() }); len(due) != 2 || due[1].ID != other {
		t.Errorf("%d jobs are due, want one of each account", len(due))
	}
	d.finish(other)
	d.start(ana, wake, ids...)
}

func TestARepeatedStartReturnsTheFirstJob(t *testing.T) {
	d := newDesk(t)
	ids := d.many(2)
	in := engine.ConversationsChange{IDs: ids, Action: closing(), IdempotencyKey: new("k")}
	first := must(d.ConversationsChange(d.ctx(), d.owner, in))
	d.finish(first.ID)
	if again := must(d.ConversationsChange(d.ctx(), d.owner, in)); again.ID != first.ID || again.Done != 2 {
		t.Errorf("the repeated call returns %+v", again)
	}
	in.IDs = ids[:1]
	_, err := d.ConversationsChange(d.ctx(), d.owner, in)
	refused(t, err, inbox.CodeIdempotencyMismatch, "idempotencyKey")
}

func TestAnActionThatFitsNoConversationStartsNoJob(t *testing.T) {
	d := newDesk(t)
	ids := d.many(1)
	gone := d.hire("Gone")
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: gone, Disabled: new(true)}))
	past := inbox.At(d.clock.Now())
	for field, action := range map[string]engine.JobAction{
		"action.route":          {Route: &engine.RoutePatch{}},
		"action.tags":           {Tags: &engine.TagsAction{AddTags: []string{}}},
		"action.assign.agentId": {Assign: &engine.ConversationAssignInput{AgentID: &gone}},
		"action.route.teamId":   {Route: &engine.RoutePatch{Team: engine.SetTo(inbox.TeamID(99))}},
		"action.snooze.until":   {Snooze: &engine.ConversationSnoozeInput{}},
		"action.close.category": {Close: &engine.ConversationCloseInput{Category: new(fmt.Sprintf("%0200d", 0))}},
		"action.tags.addTags.0": {Tags: &engine.TagsAction{AddTags: []string{" "}}},
	} {
		_, err := d.ConversationsChange(d.ctx(), d.owner, engine.ConversationsChange{IDs: ids, Action: action})
		own, ok := errors.AsType[*inbox.Error](err)
		if !ok {
			t.Errorf("%s: got %v", field, err)
			continue
		}
		refused(t, err, own.Code, field)
	}
	_, err := d.ConversationsChange(d.ctx(), d.key, engine.ConversationsChange{IDs: ids, Action: engine.JobAction{
		Assign: &engine.ConversationAssignInput{OverCapacity: true}}})
	refused(t, err, inbox.CodeForbidden, "")
	_, err = d.ConversationsChange(d.ctx(), d.owner, engine.ConversationsChange{IDs: ids, Action: engine.JobAction{
		Snooze: &engine.ConversationSnoozeInput{Until: &past}}})
	refused(t, err, inbox.CodeInvalid, "action.snooze.until")
	if n := len(d.dump()["jobs"]); n != 0 {
		t.Errorf("%d jobs were started", n)
	}
}
