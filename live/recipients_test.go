package live

import (
	"testing"

	"foyer/inbox"
)

func TestAnEventConcernsThoseWhoSeeItsConversationBeforeOrAfterIt(t *testing.T) {
	const bob = ann + 1
	accesses := []inbox.Access{inbox.SeesAll(), inTeam(), assigned(),
		{Visibility: inbox.VisibilityTeam, Agent: bob}, {Visibility: inbox.VisibilityTeam, Agent: bob, Teams: []inbox.TeamID{sales, support}}}
	members := make([]*Member, len(accesses))
	r := newRecipients()
	for i, access := range accesses {
		members[i] = &Member{visibility: newVisibilityFilter(access, Filter{})}
		r.add(members[i])
	}
	var scopes []inbox.Scope
	for _, team := range []inbox.TeamID{0, sales, support} {
		for _, assignee := range []inbox.AgentID{0, ann, bob} {
			scopes = append(scopes, at(team, assignee))
		}
	}
	for _, before := range scopes {
		for _, after := range scopes {
			event := &slot{entry: &entry{event: routed(1, before, after)}, wanted: true}
			for i, access := range accesses {
				if got, want := r.has(event, members[i]), access.Sees(before) || access.Sees(after); got != want {
					t.Errorf("from %v to %v concerns %v: %t, want %t", before, after, access, got, want)
				}
			}
		}
	}
}
