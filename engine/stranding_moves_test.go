package engine_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// move is one thing that happens: what, and to whom, by numbers that are taken modulo how many there are.
type move struct{ kind, a, b, c int }

func (m move) String() string {
	return fmt.Sprintf("%s(%d, %d, %d)", moves[m.kind].name, m.a, m.b, m.c)
}

func randomMoves(seed uint64, n int) []move {
	r := rand.New(rand.NewPCG(seed, 11))
	var often []int
	for kind, m := range moves {
		for range m.often {
			often = append(often, kind)
		}
	}
	list := make([]move, n)
	for i := range list {
		list[i] = move{often[r.IntN(len(often))], r.IntN(840), r.IntN(840), r.IntN(840)}
	}
	return list
}

// pick returns one of a list.
func pick[T any](n int, of ...T) T { return of[n%len(of)] }

// maybe returns none half of the time.
func maybe[T any](n int, of ...T) *T {
	if n%2 == 0 {
		return nil
	}
	return new(of[n/2%len(of)])
}

var skills, languages = []string{"billing", "sales"}, []string{"de", "de-AT", "fr"}

// subset returns some of a list, which may be none.
func subset(n int, of []string) []string {
	some := []string{}
	for i, v := range of {
		if n>>i&1 == 1 {
			some = append(some, v)
		}
	}
	return some
}

// moves are what can happen, and how often it does.
var moves = []struct {
	name  string
	often int
	do    func(x *shift, m move) error
}{
	{"arrives", 18, func(x *shift, m move) error {
		in := x.message(fmt.Sprint("c", m.a%24), pick(m.b, "for one", "for one", "for two", "for three", "for anybody", "for a biller", "for my agent",
			"for a speaker", "for whoever", "for anybody who speaks", "for my agent anywhere", "for nobody yet"))
		in.Contact.Language = maybe(m.c, languages...)
		_, err := x.MessageReceive(x.ctx(), x.key, in)
		return err
	}},
	{"closes", 2, func(x *shift, m move) error {
		_, err := x.ConversationClose(x.ctx(), x.owner, engine.ConversationCloseInput{ConversationID: x.conversationAt(m.a)})
		return err
	}},
	{"closes one with an agent", 4, func(x *shift, m move) error {
		_, err := x.ConversationClose(x.ctx(), x.owner, engine.ConversationCloseInput{ConversationID: x.assignedAt(m.a)})
		return err
	}},
	{"is online or not", 10, func(x *shift, m move) error {
		_, err := x.PresenceSet(x.ctx(), x.owner, engine.PresenceSetInput{AgentID: &x.agents[m.a%len(x.agents)],
			Presence: pick(m.b, inbox.PresenceOnline, inbox.PresenceOnline, inbox.PresenceBusy, inbox.PresenceOffline)})
		return err
	}},
	{"all go home", 1, func(x *shift, m move) error {
		for _, id := range x.agents {
			if _, err := x.PresenceSet(x.ctx(), x.owner, engine.PresenceSetInput{AgentID: &id, Presence: inbox.PresenceOffline}); err != nil {
				return err
			}
		}
		return nil
	}},
	{"is online or not for a while", 2, func(x *shift, m move) error {
		_, err := x.PresenceSet(x.ctx(), x.owner, engine.PresenceSetInput{AgentID: &x.agents[m.a%len(x.agents)],
			Presence: pick(m.b, inbox.PresenceOnline, inbox.PresenceBusy, inbox.PresenceOffline), Until: new(x.now.now.Add(time.Duration(1+m.c%20) * time.Minute))})
		return err
	}},
	{"opens or closes the laptop", 5, func(x *shift, m move) error {
		id := x.agents[m.a%len(x.agents)]
		if disconnect := x.connected[id]; disconnect != nil {
			delete(x.connected, id)
			disconnect()
		} else if x.agent(id).DisabledAt == nil {
			x.connected[id] = x.connect(id)
		}
		return nil
	}},
	{"assigns by policy", 2, func(x *shift, m move) error {
		_, err := x.ConversationAssign(x.ctx(), x.owner, engine.ConversationAssignInput{ConversationID: x.conversationAt(m.a)})
		return err
	}},
	{"assigns by hand", 2, func(x *shift, m move) error {
		_, err := x.ConversationAssign(x.ctx(), x.owner, engine.ConversationAssignInput{ConversationID: x.conversationAt(m.a),
			AgentID: &x.agents[m.b%len(x.agents)], OverCapacity: m.c%2 == 0, OnlyIfUnassigned: m.c%3 == 0})
		return err
	}},
	{"unassigns", 1, func(x *shift, m move) error {
		_, err := x.ConversationUnassign(x.ctx(), x.owner, x.conversationAt(m.a))
		return err
	}},
	{"routes", 3, func(x *shift, m move) error {
		in := engine.RoutePatch{ConversationID: x.conversationAt(m.a), Team: engine.SetTo(x.teams[m.b%len(x.teams)]),
			Priority: maybe(m.c, inbox.PriorityLow, inbox.PriorityNormal, inbox.PriorityHigh, inbox.PriorityUrgent)}
		if m.b%5 == 0 {
			in.Team = engine.Patch[inbox.TeamID]{Set: m.b%2 == 0}
		}
		_, err := x.ConversationRoute(x.ctx(), x.owner, in)
		return err
	}},
	{"snoozes", 2, func(x *shift, m move) error {
		in := engine.ConversationSnoozeInput{ConversationID: x.conversationAt(m.a), Until: new(x.now.now.Add(time.Duration(1+m.b%30) * time.Minute))}
		if m.c%3 == 0 {
			in.Until, in.UntilTeamOpens = nil, new(true)
		}
		_, err := x.ConversationSnooze(x.ctx(), x.owner, in)
		return err
	}},
	{"wakes", 1, func(x *shift, m move) error {
		_, err := x.ConversationWake(x.ctx(), x.owner, x.conversationAt(m.a))
		return err
	}},
	{"answers", 1, func(x *shift, m move) error {
		agent := x.agents[m.b%len(x.agents)]
		_, err := x.MessageSend(x.ctx(), x.caller(agent), engine.MessageSendInput{ConversationID: x.conversationAt(m.a), Text: new("Yes")})
		return err
	}},
	{"may have more or less", 2, func(x *shift, m move) error {
		_, err := x.AgentUpdate(x.ctx(), x.owner, engine.AgentPatch{ID: x.agents[m.a%len(x.agents)],
			MaxOpen: engine.Patch[int32]{Set: true, Value: maybe(m.b, int32(1), 2, 3)}})
		return err
	}},
	{"learns and forgets", 2, func(x *shift, m move) error {
		in := engine.AgentPatch{ID: x.agents[m.a%len(x.agents)]}
		if m.c%2 == 0 {
			in.Skills = subset(m.b, skills)
		} else {
			in.Languages = subset(m.b, languages)
		}
		_, err := x.AgentUpdate(x.ctx(), x.owner, in)
		return err
	}},
	{"leaves the company or is back", 2, func(x *shift, m move) error {
		_, err := x.AgentUpdate(x.ctx(), x.owner, engine.AgentPatch{ID: x.agents[m.a%len(x.agents)], Disabled: new(m.b%3 == 0)})
		return err
	}},
	{"joins or leaves", 2, func(x *shift, m move) error {
		in := engine.TeamPatch{ID: x.teams[m.a%len(x.teams)], AddMemberIDs: []inbox.AgentID{x.agents[m.b%len(x.agents)]}}
		if m.c%2 == 0 {
			in.AddMemberIDs, in.RemoveMemberIDs = nil, in.AddMemberIDs
		}
		_, err := x.TeamUpdate(x.ctx(), x.owner, in)
		return err
	}},
	{"has another policy", 4, func(x *shift, m move) error {
		_, err := x.TeamUpdate(x.ctx(), x.owner, engine.TeamPatch{ID: x.teams[m.a%len(x.teams)], Policy: policyPart(m.b, m.c)})
		return err
	}},
	{"has other hours", 2, func(x *shift, m move) error {
		hours := engine.Patch[inbox.Hours]{Set: true}
		if m.b%3 > 0 {
			every := []string{pick(m.c, "09:00-09:30", "09:20-17:00", "10:00-23:00", "09:00-11:00", "00:00-24:00")}
			hours.Value = &inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Mon: every, Tue: every, Wed: every, Thu: every, Fri: every, Sat: every, Sun: every}}
		}
		_, err := x.TeamUpdate(x.ctx(), x.owner, engine.TeamPatch{ID: x.teams[m.a%len(x.teams)], Hours: hours})
		return err
	}},
	{"speaks another language", 3, func(x *shift, m move) error {
		_, err := x.ContactUpdate(x.ctx(), x.owner, engine.ContactPatch{ID: x.contactAt(m.a),
			Language: engine.Patch[string]{Set: true, Value: maybe(m.b, languages...)}})
		return err
	}},
	{"has another owner", 4, func(x *shift, m move) error {
		_, err := x.ContactUpdate(x.ctx(), x.owner, engine.ContactPatch{ID: x.contactAt(m.a),
			Owner: engine.Patch[inbox.AgentID]{Set: true, Value: maybe(m.b, x.agents...)}})
		return err
	}},
	{"is blocked or not", 1, func(x *shift, m move) error {
		_, err := x.ContactUpdate(x.ctx(), x.owner, engine.ContactPatch{ID: inbox.ContactID(1 + m.a%24), Blocked: new(m.b%3 == 0)})
		return err
	}},
	{"time passes", 4, func(x *shift, m move) error {
		x.clock.move(pick(m.a, time.Second, time.Second, time.Minute, time.Minute, 3*time.Minute, 11*time.Minute, time.Hour, 22*time.Hour))
		return nil
	}},
	{"timers fire", 4, func(x *shift, m move) error {
		x.FireDue(x.ctx())
		return nil
	}},
}

// policyPart changes one part of a policy.
func policyPart(part, n int) *engine.PolicyPatch {
	switch part % 11 {
	case 0:
		return &engine.PolicyPatch{Strategy: new(pick(n, inbox.StrategyRoundRobin, inbox.StrategyLeastOpen, inbox.StrategyLongestIdle, inbox.StrategyManual))}
	case 1:
		return &engine.PolicyPatch{OnlineOnly: new(n%3 > 0)}
	case 2:
		return &engine.PolicyPatch{MaxOpen: engine.Patch[int32]{Set: true, Value: maybe(n, int32(1), 2, 3)}}
	case 3:
		return &engine.PolicyPatch{RequireSkills: subset(n%5, skills)}
	case 4:
		return &engine.PolicyPatch{MatchLanguage: new(n%2 == 0)}
	case 5, 6:
		sticky := &engine.PolicyPatch{Sticky: new(pick(n, inbox.StickyOff, inbox.StickyPrefer, inbox.StickyRequireUntil, inbox.StickyRequireUntil))}
		if *sticky.Sticky == inbox.StickyRequireUntil {
			sticky.StickyWait = engine.SetTo(inbox.Duration(pick(n/4, 120, 600, 7200)))
		}
		return sticky
	case 9:
		return &engine.PolicyPatch{ReassignWhenOffline: engine.Patch[inbox.Duration]{Set: true, Value: maybe(n, inbox.Duration(60), 600)}}
	case 10:
		return &engine.PolicyPatch{ReassignWhenNoReply: engine.Patch[inbox.Duration]{Set: true, Value: maybe(n, inbox.Duration(60), 600)}}
	case 7:
		return &engine.PolicyPatch{KeepOwner: new(n%3 > 0)}
	default:
		return &engine.PolicyPatch{HeadStarts: &engine.HeadStartsInput{High: new(inbox.Duration(pick(n, 0, 600, 14400))), Low: new(inbox.Duration(-600))}}
	}
}
