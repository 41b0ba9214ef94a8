package inbox_test

import (
	"errors"
	"testing"

	"foyer/inbox"
)

func TestAMessageStatusOnlyRises(t *testing.T) {
	const advance, stay, refuse = "advances", "stays", "refused"
	q, s, d, r, f := inbox.StatusQueued, inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead, inbox.StatusFailed
	for _, c := range []struct {
		from, to inbox.MessageStatus
		want     string
	}{
		{q, q, stay}, {q, s, advance}, {q, d, advance}, {q, r, advance}, {q, f, advance},
		{s, q, stay}, {s, s, stay}, {s, d, advance}, {s, r, advance}, {s, f, advance},
		{d, q, stay}, {d, s, stay}, {d, d, stay}, {d, r, advance}, {d, f, refuse},
		{r, q, stay}, {r, s, stay}, {r, d, stay}, {r, r, stay}, {r, f, refuse},
		{f, q, refuse}, {f, s, refuse}, {f, d, refuse}, {f, r, refuse}, {f, f, stay},
		{q, inbox.StatusReceived, refuse}, {s, inbox.StatusReceived, refuse},
	} {
		m := inbox.Message{Direction: inbox.Outbound, Status: c.from}
		advances, err := m.MayBecome(c.to)
		got := stay
		if err != nil {
			got = refuse
		} else if advances {
			got = advance
		}
		if got != c.want {
			t.Errorf("%s reported %s: %s, not %s", c.from, c.to, got, c.want)
		}
	}
	inbound := inbox.Message{Direction: inbox.Inbound, Status: inbox.StatusReceived}
	var refused *inbox.Error
	if _, err := inbound.MayBecome(r); !errors.As(err, &refused) || refused.Code != inbox.CodeInvalid {
		t.Errorf("an inbound message takes reports: %v", err)
	}
}

func TestWhoSeesWhichConversation(t *testing.T) {
	all := inbox.SeesAll()
	team := inbox.Access{Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{10, 11}}
	assigned := inbox.Access{Visibility: inbox.VisibilityAssigned, Agent: 1, Teams: []inbox.TeamID{10}}
	nobody := inbox.Access{Visibility: inbox.VisibilityAssigned}
	for _, c := range []struct {
		name                       string
		where                      inbox.Scope
		byTeam, byAssigned, byNone bool
	}{
		{"nobody's", inbox.Scope{}, true, false, false},
		{"own team's, unassigned", inbox.Scope{Team: 10}, true, false, false},
		{"own team's, another's", inbox.Scope{Team: 11, Assignee: 2}, true, false, false},
		{"another team's", inbox.Scope{Team: 12}, false, false, false},
		{"another team's, own", inbox.Scope{Team: 12, Assignee: 1}, true, true, false},
		{"no team's, own", inbox.Scope{Assignee: 1}, true, true, false},
		{"no team's, another's", inbox.Scope{Assignee: 2}, false, false, false},
	} {
		for access, want := range map[*inbox.Access]bool{&all: true, &team: c.byTeam, &assigned: c.byAssigned, &nobody: c.byNone} {
			if got := access.Sees(c.where); got != want {
				t.Errorf("%s, visibility %s, agent %d: seen %t", c.name, access.Visibility, access.Agent, got)
			}
		}
	}
}

func TestAContactAlwaysHasADisplayName(t *testing.T) {
	text := func(s string) *string { return &s }
	for want, c := range map[string]inbox.Contact{
		"Ada Lovelace":   {FirstName: text("Ada"), LastName: text("Lovelace"), Email: text("a@example.com")},
		"Ada":            {FirstName: text("Ada"), LastName: text("")},
		"a@example.com":  {Email: text("a@example.com"), Phone: text("+4312345")},
		"+4312345":       {Phone: text("+4312345"), FirstIdentity: text("x")},
		"telegram-12345": {FirstIdentity: text("telegram-12345")},
		"con_5":          {ID: 5},
	} {
		if got := c.DisplayName(); got != want {
			t.Errorf("%q should be %q", got, want)
		}
	}
}
