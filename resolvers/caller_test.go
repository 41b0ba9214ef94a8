package resolvers_test

import (
	"errors"
	"strings"
	"testing"

	"foyer/engine"
	"foyer/inbox"
	"foyer/transport"
)

func TestAnonymousCallersMayOnlyLogIn(t *testing.T) {
	d := newDesk(t)
	change, err := d.engine.AgentCreate(t.Context(), d.owner.Caller, engine.AgentCreateInput{Name: "Ann", Email: "ann@example.com", Password: "correct horse", Role: inbox.RoleAgent})
	d.must(err)
	d.team("Sales", person{Caller: change.Agent.Caller()})
	for _, query := range []string{
		`{ viewer { __typename } }`,
		`{ __schema { types { name } } }`,
		`{ __type(name: "Query") { name } }`,
		`{ ...all } fragment all on Query { head }`,
		`{ ... { head } }`,
		`mutation { login(input: {email: "a", password: "b"}) { token } teamCreate(input: {name: "x"}) { team { id } } }`,
		`subscription { events { __typename } }`,
	} {
		if got := d.ask(person{}, query, nil).code(); got != "UNAUTHENTICATED" {
			t.Errorf("%s: got code %q", query, got)
		}
	}
	d.ask(person{}, `{ __typename }`, nil).ok()
	const login = `mutation($password: String!) { login(input: {email: "ANN@example.com", password: $password}) {
		token expiresAt agent { name teams { name members { name } queue { totalCount } } } userErrors { code field } } }`
	d.ask(person{}, login, variables{"password": "wrong"}).wantUserError("login", "INVALID", "")
	a := d.ask(person{}, login, variables{"password": "correct horse"}).ok()
	if got := a.text("login.agent.teams.0.members.0.name"); got != "Ann" {
		t.Errorf("the agent is %s", got)
	}
	ann := person{token: a.text("login.token")}
	if got := d.ask(ann, `{ viewer { ... on Agent { name } } }`, nil).ok().text("viewer.name"); got != "Ann" {
		t.Errorf("the token is %s's", got)
	}
}

func TestATokenThatIsNotKnownIsRefused(t *testing.T) {
	d := newDesk(t)
	form := strings.Repeat("A", 43)
	for token, want := range map[string]error{
		"x": transport.ErrUnauthenticated, "fs_nobody": transport.ErrUnauthenticated, "fk_nobody": transport.ErrUnauthenticated,
		form: transport.ErrUnauthenticated, "fx_" + form: transport.ErrUnauthenticated, "fs_" + form + "A": transport.ErrUnauthenticated,
		"fs_" + strings.Repeat("!", 43): transport.ErrUnauthenticated, "fs_fk_" + form: transport.ErrUnauthenticated,
		// These answers do not show whether there ever was such a token.
		"fs_" + form: transport.ErrEnded, "fk_" + form: transport.ErrEnded,
	} {
		if _, err := d.resolver.Authenticate(t.Context(), token); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", token, err, want)
		}
	}
}

func TestAChangedRoleCountsAtOnce(t *testing.T) {
	d := newDesk(t)
	ann := d.hire("Ann", inbox.RoleManager, inbox.VisibilityAssigned)
	ctx, err := d.resolver.Authenticate(t.Context(), ann.token)
	d.must(err)
	const query = `{ contacts { nodes { id } } }`
	d.askIn(ctx, d.executor, query, nil).ok()
	_, err = d.engine.AgentUpdate(t.Context(), d.owner.Caller, engine.AgentPatch{ID: ann.Actor.Agent(), Role: new(inbox.RoleAgent)})
	d.must(err)
	d.askIn(ctx, d.executor, query, nil).wantCode("FORBIDDEN")
	_, err = d.engine.AgentUpdate(t.Context(), d.owner.Caller, engine.AgentPatch{ID: ann.Actor.Agent(), Disabled: new(true)})
	d.must(err)
	if ctx.Err() == nil {
		t.Error("the session of a disabled agent goes on")
	}
}
