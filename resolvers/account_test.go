package resolvers_test

import (
	"fmt"
	"strings"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

func TestManagersListAPIKeys(t *testing.T) {
	d := newDesk(t)
	for i := range 3 {
		key, err := d.engine.APIKeyCreate(t.Context(), d.owner.Caller, engine.NewAPIKey{Name: fmt.Sprint("key ", i), Role: inbox.RoleAgent})
		d.must(err)
		if i == 1 {
			_, err = d.engine.Accounts().RevokeKey(t.Context(), d.owner.Caller, key.Key.ID)
			d.must(err)
		}
	}
	const query = `query($after: String) { apiKeys(first: 2, after: $after) { nodes { name details { revokedAt } } pageInfo { hasNextPage endCursor } } }`
	a := d.ask(d.owner, query, nil).ok()
	if got := strings.Join(a.each("apiKeys.nodes", "name"), ", "); got != "key 0, key 1" || a.at("apiKeys.pageInfo.hasNextPage") != true {
		t.Errorf("got %v", a.Data)
	}
	if a.at("apiKeys.nodes.0.details.revokedAt") != nil || a.at("apiKeys.nodes.1.details.revokedAt") == nil {
		t.Errorf("got %v", a.Data)
	}
	a = d.ask(d.owner, query, variables{"after": a.text("apiKeys.pageInfo.endCursor")}).ok()
	if got := strings.Join(a.each("apiKeys.nodes", "name"), ", "); got != "key 2" || a.at("apiKeys.pageInfo.hasNextPage") != false {
		t.Errorf("got %v", a.Data)
	}
	d.ask(d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll), query, nil).wantCode("FORBIDDEN")
}

func TestAgentsChangeTheirPasswordsAndLogOut(t *testing.T) {
	d := newDesk(t)
	id := d.ask(d.owner, `mutation { agentCreate(input: {name: "Ann", email: "ann@example.com", password: "correct horse"}) { agent { id } } }`, nil).
		ok().text("agentCreate.agent.id")
	login := func(password string) person {
		a := d.ask(person{}, `mutation($p: String!) { login(input: {email: "ann@example.com", password: $p}) { token } }`, variables{"p": password})
		return person{token: a.ok().text("login.token")}
	}
	const change = `mutation($input: AgentUpdateInput!) { agentUpdate(input: $input) { agent { name } cursor userErrors { code field } } }`
	ann, elsewhere := login("correct horse"), login("correct horse")
	ask := func(who person, password, current any) answer {
		return d.ask(who, change, variables{"input": variables{"id": id, "password": password, "currentPassword": current}})
	}
	ask(ann, "better battery", nil).wantUserError("agentUpdate", "REQUIRED", "currentPassword")
	ask(ann, "better battery", "a guess").wantUserError("agentUpdate", "INVALID", "currentPassword")
	ask(ann, nil, "correct horse").wantUserError("agentUpdate", "INVALID", "password")
	if a := ask(ann, "better battery", "correct horse").ok(); a.text("agentUpdate.agent.name") != "Ann" || a.text("agentUpdate.cursor") == "" {
		t.Errorf("got %v", a.Data)
	}
	const who = `{ viewer { ... on Agent { name } } }`
	d.ask(ann, who, nil).ok()
	if _, err := d.resolver.Authenticate(t.Context(), elsewhere.token); err == nil {
		t.Error("another session goes on")
	}
	elsewhere = login("better battery")

	const logout = `mutation($input: LogoutInput!) { logout(input: $input) { userErrors { code } } }`
	d.ask(ann, logout, variables{"input": variables{}}).ok()
	if _, err := d.resolver.Authenticate(t.Context(), ann.token); err == nil {
		t.Error("the session goes on")
	}
	d.ask(elsewhere, who, nil).ok()
	ask(d.owner, "another battery", nil).ok()
	if _, err := d.resolver.Authenticate(t.Context(), elsewhere.token); err == nil {
		t.Error("a session goes on although a manager has changed the password")
	}
	login("another battery")

	key, err := d.engine.APIKeyCreate(t.Context(), d.owner.Caller, engine.NewAPIKey{Name: "key", Role: inbox.RoleAgent})
	d.must(err)
	d.ask(person{token: key.Secret}, logout, variables{"input": variables{}}).wantUserError("logout", "INVALID", "")
}
