package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

func TestWhoSeesAConversationAndWhoDoesNot(t *testing.T) {
	d := newDesk(t)
	other := d.hire("Other")
	sees := map[string]inbox.Caller{}
	all, team, own := d.hire("All"), d.hire("Team", seeing(inbox.VisibilityTeam)), d.hire("Own", seeing(inbox.VisibilityAssigned))
	manager := d.hire("Manager", seeing(inbox.VisibilityAssigned), func(a *inbox.Agent) { a.Role = inbox.RoleManager })
	for name, id := range map[string]inbox.AgentID{"all": all, "team": team, "own": own, "manager": manager} {
		sees[name] = d.caller(id)
	}
	sees["key"] = d.newKey(inbox.RoleAgent)
	mine := d.team("Mine", by(inbox.StrategyManual), team)
	theirs := d.team("Theirs", by(inbox.StrategyManual), other)
	place := func(contact string, team inbox.TeamID, agent inbox.AgentID) inbox.ConversationID {
		id := d.opened(contact)
		if team != 0 {
			d.route(id, team)
		}
		if agent != 0 {
			d.give(id, agent)
		}
		return id
	}
	everybody := "all team manager key"
	conversations := map[string]struct {
		id   inbox.ConversationID
		seen string
	}{
		"with neither":                   {place("c1", 0, 0), everybody},
		"with my team":                   {place("c2", mine, 0), everybody},
		"with my team and somebody else": {place("c3", mine, other), everybody},
		"with another team":              {place("c4", theirs, 0), "all manager key"},
		"with another agent":             {place("c5", 0, other), "all manager key"},
		"with me, of another team":       {place("c6", theirs, team), everybody},
		"with the one who sees own":      {place("c7", 0, own), "all own manager key"},
	}
	for name, c := range conversations {
		for who, caller := range sees {
			t.Run(who+" "+name, func(t *testing.T) {
				visible := strings.Contains(" "+c.seen+" ", " "+who+" ")
				operations := map[string]func() error{
					"note": func() error {
						_, err := d.NoteAdd(d.ctx(), caller, engine.NoteAddInput{ConversationID: c.id, Text: "x"})
						return err
					},
					"read": func() error {
						_, err := d.ConversationRead(d.ctx(), caller, c.id, 0)
						return err
					},
					"wake": func() error {
						_, err := d.ConversationWake(d.ctx(), caller, c.id)
						return err
					},
					"contact": func() error {
						_, err := d.ContactUpdate(d.ctx(), caller, engine.ContactPatch{ID: d.conversation(c.id).ContactID})
						return err
					},
				}
				if !visible {
					operations["send"] = func() error {
						_, err := d.MessageSend(d.ctx(), caller, engine.MessageSendInput{ConversationID: c.id, Text: new("x")})
						return err
					}
					operations["assign"] = func() error {
						_, err := d.ConversationAssign(d.ctx(), caller, assignTo(c.id, all))
						return err
					}
					operations["unassign"] = func() error {
						_, err := d.ConversationUnassign(d.ctx(), caller, c.id)
						return err
					}
					operations["route"] = func() error {
						_, err := d.ConversationRoute(d.ctx(), caller, engine.RoutePatch{ConversationID: c.id, Priority: new(inbox.PriorityLow)})
						return err
					}
					operations["snooze"] = func() error {
						_, err := d.ConversationSnooze(d.ctx(), caller, engine.ConversationSnoozeInput{ConversationID: c.id, Until: new(inbox.At(d.clock.Now().Add(time.Hour)))})
						return err
					}
					operations["close"] = func() error {
						_, err := d.ConversationClose(d.ctx(), caller, engine.ConversationCloseInput{ConversationID: c.id})
						return err
					}
				}
				for operation, do := range operations {
					err := do()
					hidden := err != nil && strings.HasPrefix(err.Error(), string(inbox.CodeNotFound)+": conversationId") ||
						operation == "contact" && err != nil && strings.HasPrefix(err.Error(), string(inbox.CodeNotFound))
					if hidden == visible {
						t.Errorf("%s: got %v; visible: %t", operation, err, visible)
					}
				}
			})
		}
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	d := newDesk(t)
	target, boss := d.hire("Target"), d.owner.Actor.Agent()
	team := d.team("Support", engine.PolicyPatch{})
	contact := d.say("c1", "Hello").Contact.ID
	sent := d.send(d.key, d.conversation(1).ID, "Hi").Message.ID
	key := must(d.APIKeyCreate(d.ctx(), d.owner, engine.NewAPIKey{Name: "Strong", Role: inbox.RoleOwner})).Key.ID
	flow := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Flow",
		Definition: inbox.JSON(`{"format":1,"name":"Flow","trigger":{"on":"conversation.opened"},"steps":[{"key":"a","end":{}}]}`)})).ID
	must(d.WorkflowPublish(d.ctx(), d.owner, flow))
	callers := map[string]inbox.Caller{
		"agent":       d.caller(d.hire("Agent")),
		"manager":     d.caller(d.hire("Manager", func(a *inbox.Agent) { a.Role = inbox.RoleManager })),
		"owner":       d.owner,
		"agent key":   d.newKey(inbox.RoleAgent),
		"manager key": d.newKey(inbox.RoleManager),
	}
	password := "correct horse"
	n := 0
	name := func() string { n++; return fmt.Sprintf("Name %d", n) }
	const managing, people, owning, intake, anybody = "manager, owner, manager key", "manager, owner", "owner", "manager, owner, agent key, manager key", "agent, manager, owner, agent key, manager key"
	for operation, test := range map[string]struct {
		allowed string
		do      func(context.Context, inbox.Caller) error
	}{
		"receive": {intake, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.MessageReceive(ctx, c, d.message("c1", "x"))
			return err
		}},
		"receive batch": {intake, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.MessageReceiveBatch(ctx, c, nil)
			return err
		}},
		"report": {intake, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.MessageStatusReport(ctx, c, engine.MessageStatusReportInput{MessageID: sent, Status: inbox.StatusSent})
			return err
		}},
		"add contact": {anybody, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.ContactCreate(ctx, c, engine.ContactCreateInput{})
			return err
		}},
		"change contact": {anybody, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.ContactUpdate(ctx, c, engine.ContactPatch{ID: contact, FirstName: engine.SetTo(name())})
			return err
		}},
		"block": {managing, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.ContactUpdate(ctx, c, engine.ContactPatch{ID: contact, Blocked: new(false)})
			return err
		}},
		"add agent": {people, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.AgentCreate(ctx, c, engine.AgentCreateInput{Name: "N", Email: fmt.Sprintf("a%d@example.org", len(name())+n), Password: password, Role: inbox.RoleAgent})
			return err
		}},
		"add owner": {owning, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.AgentCreate(ctx, c, engine.AgentCreateInput{Name: "N", Email: fmt.Sprintf("o%d@example.org", len(name())+n), Password: password, Role: inbox.RoleOwner})
			return err
		}},
		"change agent": {people, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.AgentUpdate(ctx, c, engine.AgentPatch{ID: target, Name: new(name())})
			return err
		}},
		"change owner": {owning, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.AgentUpdate(ctx, c, engine.AgentPatch{ID: boss, Name: new(name())})
			return err
		}},
		"raise to owner": {owning, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.AgentUpdate(ctx, c, engine.AgentPatch{ID: target, Role: new(inbox.RoleOwner)})
			if err == nil {
				must(d.AgentUpdate(ctx, d.owner, engine.AgentPatch{ID: target, Role: new(inbox.RoleAgent)}))
			}
			return err
		}},
		"others' presence": {intake, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.PresenceSet(ctx, c, engine.PresenceSetInput{AgentID: &target, Presence: inbox.PresenceBusy})
			return err
		}},
		"add team": {managing, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.TeamCreate(ctx, c, engine.NewTeam{Name: name()})
			return err
		}},
		"change team": {managing, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.TeamUpdate(ctx, c, engine.TeamPatch{ID: team, Name: new(name())})
			return err
		}},
		"add channel": {managing, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.ChannelCreate(ctx, c, engine.ChannelCreateInput{Name: name(), Kind: inbox.ChannelAPI})
			return err
		}},
		"change channel": {managing, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.ChannelUpdate(ctx, c, engine.ChannelPatch{ID: d.channel, Name: new(name())})
			return err
		}},
		"workspace": {managing, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.WorkspaceUpdate(ctx, c, engine.WorkspacePatch{Name: new(name())})
			return err
		}},
		"add workflow": {managing, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.WorkflowCreate(ctx, c, engine.WorkflowCreateInput{Name: name(), Definition: inbox.JSON(
				`{"format":1,"name":"Flow","trigger":{"on":"conversation.opened"},"steps":[{"key":"a","end":{}}]}`)})
			return err
		}},
		"change workflow": {managing, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.WorkflowUpdate(ctx, c, engine.WorkflowPatch{ID: flow, Name: new(name())})
			return err
		}},
		"publish": {managing, func(ctx context.Context, c inbox.Caller) error { _, err := d.WorkflowPublish(ctx, c, flow); return err }},
		"stop": {managing, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.WorkflowStop(ctx, c, flow, false)
			return err
		}},
		"add key": {people, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.APIKeyCreate(ctx, c, engine.NewAPIKey{Name: name(), Role: inbox.RoleManager})
			return err
		}},
		"add owner's key": {owning, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.APIKeyCreate(ctx, c, engine.NewAPIKey{Name: name(), Role: inbox.RoleOwner})
			return err
		}},
		"revoke owner's key": {owning, func(ctx context.Context, c inbox.Caller) error {
			_, err := d.Accounts().RevokeKey(ctx, c, key)
			return err
		}},
	} {
		for who, caller := range callers {
			t.Run(operation+" as "+who, func(t *testing.T) {
				if strings.Contains(", "+test.allowed+", ", ", "+who+", ") {
					if err := test.do(t.Context(), caller); err != nil {
						t.Errorf("refused: %v", err)
					}
					return
				}
				d.unchanged(func() { refused(t, test.do(t.Context(), caller), inbox.CodeForbidden, "") })
			})
		}
	}
}

func TestPresenceIsOnesOwn(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	types := d.during(func() {
		must(d.PresenceSet(d.ctx(), d.caller(ana), engine.PresenceSetInput{Presence: inbox.PresenceOnline}))
	})
	same(t, types, []string{"PRESENCE_CHANGED by AGENT"})
	d.unchanged(func() {
		must(d.PresenceSet(d.ctx(), d.caller(ana), engine.PresenceSetInput{Presence: inbox.PresenceOnline, AgentID: &ana}))
		_, err := d.PresenceSet(d.ctx(), d.key, engine.PresenceSetInput{Presence: inbox.PresenceOnline})
		refused(t, err, inbox.CodeRequired, "agentId")
		_, err = d.PresenceSet(d.ctx(), d.key, engine.PresenceSetInput{Presence: inbox.PresenceOnline, AgentID: new(inbox.AgentID(99))})
		refused(t, err, inbox.CodeNotFound, "agentId")
	})
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
	d.unchanged(func() {
		_, err := d.PresenceSet(d.ctx(), d.key, engine.PresenceSetInput{Presence: inbox.PresenceOnline, AgentID: &ana})
		refused(t, err, inbox.CodeInvalid, "agentId")
	})
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(false)}))
	if p := d.agent(ana).Presence; p != inbox.PresenceOffline {
		t.Errorf("an agent who was enabled again is %s", p)
	}
}

func TestBadAdministrationChangesNothing(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, ana)
	d.team("Sales", engine.PolicyPatch{})
	d.newChannel("Chat", 0)
	zero, long := int32(0), strings.Repeat("x", 201)
	contact := d.say("c1", "Hello").Contact.ID
	agent := engine.AgentCreateInput{Name: "N", Email: "n@example.org", Password: "correct horse", Role: inbox.RoleAgent}
	with := func(change func(*engine.AgentCreateInput)) func() error {
		return func() error {
			in := agent
			change(&in)
			_, err := d.AgentCreate(d.ctx(), d.owner, in)
			return err
		}
	}
	patchTeam := func(p engine.TeamPatch) func() error {
		return func() error { p.ID = team; _, err := d.TeamUpdate(d.ctx(), d.owner, p); return err }
	}
	patchContact := func(p engine.ContactPatch) func() error {
		return func() error { p.ID = contact; _, err := d.ContactUpdate(d.ctx(), d.owner, p); return err }
	}
	workspace := func(p engine.WorkspacePatch) func() error {
		return func() error { _, err := d.WorkspaceUpdate(d.ctx(), d.owner, p); return err }
	}
	create := func(in engine.ContactCreateInput) func() error {
		return func() error { _, err := d.ContactCreate(d.ctx(), d.owner, in); return err }
	}
	for name, test := range map[string]struct {
		do    func() error
		code  inbox.Code
		field string
	}{
		"agent without a name":   {with(func(in *engine.AgentCreateInput) { in.Name = "" }), inbox.CodeRequired, "name"},
		"agent with a long name": {with(func(in *engine.AgentCreateInput) { in.Name = long }), inbox.CodeLimitExceeded, "name"},
		"agent without email":    {with(func(in *engine.AgentCreateInput) { in.Email = " " }), inbox.CodeRequired, "email"},
		"agent with a bad email": {with(func(in *engine.AgentCreateInput) { in.Email = "n" }), inbox.CodeInvalid, "email"},
		"agent with a taken email": {with(func(in *engine.AgentCreateInput) { in.Email = "ANA@example.org" }), inbox.CodeTaken,
			"email"},
		"agent with a short password": {with(func(in *engine.AgentCreateInput) { in.Password = "1234567" }), inbox.CodeInvalid, "password"},
		"agent without room":          {with(func(in *engine.AgentCreateInput) { in.MaxOpen = &zero }), inbox.CodeInvalid, "maxOpen"},
		"the last owner": {func() error {
			_, err := d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: d.owner.Actor.Agent(), Disabled: new(true)})
			return err
		}, inbox.CodeConflict, "id"},
		"the last owner's role": {func() error {
			_, err := d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: d.owner.Actor.Agent(), Role: new(inbox.RoleManager)})
			return err
		}, inbox.CodeConflict, "id"},
		"unknown agent": {func() error {
			_, err := d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: 99})
			return err
		}, inbox.CodeNotFound, "id"},
		"taken team":            {func() error { _, err := d.TeamCreate(d.ctx(), d.owner, engine.NewTeam{Name: " SUPPORT"}); return err }, inbox.CodeTaken, "name"},
		"team without a name":   {patchTeam(engine.TeamPatch{Name: new(" ")}), inbox.CodeRequired, "name"},
		"team with a taken one": {patchTeam(engine.TeamPatch{Name: new("sales")}), inbox.CodeTaken, "name"},
		"unknown member":        {patchTeam(engine.TeamPatch{AddMemberIDs: []inbox.AgentID{99}}), inbox.CodeNotFound, "addMemberIds"},
		"team without room":     {patchTeam(engine.TeamPatch{Policy: &engine.PolicyPatch{MaxOpen: engine.SetTo(zero)}}), inbox.CodeInvalid, "policy.maxOpen"},
		"taken channel": {func() error {
			_, err := d.ChannelUpdate(d.ctx(), d.owner, engine.ChannelPatch{ID: d.channel, Name: new("CHAT")})
			return err
		}, inbox.CodeTaken, "name"},
		"unknown channel":        {func() error { _, err := d.ChannelUpdate(d.ctx(), d.owner, engine.ChannelPatch{ID: 99}); return err }, inbox.CodeNotFound, "id"},
		"bad email":              {patchContact(engine.ContactPatch{Email: engine.SetTo("x")}), inbox.CodeInvalid, "email"},
		"unknown stage":          {patchContact(engine.ContactPatch{LifecycleStage: engine.SetTo("x")}), inbox.CodeInvalid, "lifecycleStage"},
		"empty tag":              {patchContact(engine.ContactPatch{AddTags: []string{" "}}), inbox.CodeRequired, "addTags.0"},
		"long tag":               {patchContact(engine.ContactPatch{AddTags: []string{long}}), inbox.CodeLimitExceeded, "addTags.0"},
		"too many tags":          {patchContact(engine.ContactPatch{AddTags: numbered(101)}), inbox.CodeLimitExceeded, "addTags"},
		"unknown owner":          {patchContact(engine.ContactPatch{Owner: engine.SetTo(inbox.AgentID(99))}), inbox.CodeNotFound, "ownerId"},
		"taken identity":         {create(engine.ContactCreateInput{Identities: []engine.ContactIdentityInput{{ChannelID: d.channel, ExternalID: "c1"}}}), inbox.CodeTaken, "identities.0.externalId"},
		"identity of no channel": {create(engine.ContactCreateInput{Identities: []engine.ContactIdentityInput{{ChannelID: 99, ExternalID: "c1"}}}), inbox.CodeNotFound, "identities.0.channelId"},
		"identity without an id": {create(engine.ContactCreateInput{Identities: []engine.ContactIdentityInput{{ChannelID: d.channel}}}), inbox.CodeRequired, "identities.0.externalId"},
		"time zone":              {workspace(engine.WorkspacePatch{TimeZone: new("Vienna")}), inbox.CodeInvalid, "timeZone"},
		"unknown default team":   {workspace(engine.WorkspacePatch{DefaultTeam: engine.SetTo(inbox.TeamID(99))}), inbox.CodeNotFound, "defaultTeamId"},
		"empty stage":            {workspace(engine.WorkspacePatch{LifecycleStages: []string{"a", ""}}), inbox.CodeRequired, "lifecycleStages.1"},
		"key without a name": {func() error {
			_, err := d.APIKeyCreate(d.ctx(), d.owner, engine.NewAPIKey{Name: "", Role: inbox.RoleAgent})
			return err
		}, inbox.CodeRequired, "name"},
		"unknown key":      {func() error { _, err := d.Accounts().RevokeKey(d.ctx(), d.owner, 99); return err }, inbox.CodeNotFound, "id"},
		"unknown workflow": {func() error { _, err := d.WorkflowPublish(d.ctx(), d.owner, 99); return err }, inbox.CodeNotFound, "id"},
	} {
		t.Run(name, func(t *testing.T) {
			d.unchanged(func() { refused(t, test.do(), test.code, test.field) })
		})
	}
}

func numbered(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint(i)
	}
	return list
}

func TestContactsAreChangedFieldByField(t *testing.T) {
	d := newDesk(t)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{LifecycleStages: []string{"Lead"}}))
	id := must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{FirstName: new("Zoë"), Tags: []string{"b", "a", "b"}})).Contact.ID
	patch := engine.ContactPatch{ID: id, FirstName: engine.Patch[string]{Set: true}, Email: engine.SetTo("Z@example.org"),
		AddTags: []string{"c"}, RemoveTags: []string{"a"}, LifecycleStage: engine.SetTo("Lead")}
	got := must(d.ContactUpdate(d.ctx(), d.owner, patch)).Contact
	if got.FirstName != nil || *got.Email != "z@example.org" || strings.Join(got.Tags, " ") != "b c" || *got.LifecycleStage != "Lead" {
		t.Errorf("got %+v", got)
	}
	same(t, d.contact(id), got)
	event := d.events(d.db.HeadNumber() - 1)[0].(*inbox.ContactChanged)
	var fields []string
	for _, c := range event.Changes {
		fields = append(fields, fmt.Sprintf("%s %s %s", c.Field, c.From, c.To))
	}
	same(t, fields, []string{"firstName  ", "email  ", `lifecycleStage null "Lead"`, `tags ["a","b"] ["b","c"]`})
	d.unchanged(func() { must(d.ContactUpdate(d.ctx(), d.owner, patch)) })
}
