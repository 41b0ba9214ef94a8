package account_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestWhatMayBeAPassword(t *testing.T) {
	d := newDesk(t)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{Name: new("Zephyr Quince Umbrellas")}))
	create := func(password string) error {
		_, err := d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: "Gwendolyn Plumtree", Email: "gwen.plumtree@quixotic.example",
			Password: password, Role: inbox.RoleAgent})
		return err
	}
	for behaviour, password := range map[string]string{
		"short":                       "x7!Kq2#",
		"eight bytes, four letters":   "жжщю",
		"common":                      "password1",
		"common, in disguise":         "P@ssw0rd!",
		"a row of keys":               "qwertzuiop",
		"a sequence":                  "123456789012",
		"one letter":                  strings.Repeat("a", 200),
		"one word again and again":    strings.Repeat("password", 25),
		"the email":                   "GWEN.plumtree@quixotic.example",
		"its local part":              "gwen.plumtree",
		"the name":                    "gwendolyn plumtree",
		"the workspace":               "zephyr quince umbrellas",
		"the product":                 "foyerfoyer",
		"the email, a little changed": "gwen.plumtree1",
	} {
		t.Log(behaviour)
		d.unchanged(func() { refused(t, create(password), inbox.CodeInvalid, "password") })
	}
	for i, password := range []string{"correct horse", "x7!Kq2#p", strings.Repeat("x7!Kq2#p", 25), "Käse im Wald, um acht"} {
		id := must(d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: "N", Email: fmt.Sprintf("%d@example.org", i),
			Password: password, Role: inbox.RoleAgent})).Agent.ID
		must(d.Login(d.ctx(), d.agent(id).Email, password))
	}
}

func TestAPasswordIsTheSameHoweverItIsTyped(t *testing.T) {
	d := newDesk(t)
	const composed, decomposed = "K\u00e4se im Wald", "Ka\u0308se im Wald"
	for set, email := range map[string]string{composed: "a@example.org", decomposed: "b@example.org"} {
		must(d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: "N", Email: email, Password: set, Role: inbox.RoleAgent}))
		must(d.Login(d.ctx(), email, composed))
		must(d.Login(d.ctx(), email, decomposed))
	}

	// A password that was stored as typed, as earlier versions did, is still typed like that.
	old := d.hire("Old", inbox.RoleAgent)
	hash := must(argon2id.CreateHash(decomposed, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}))
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (bool, error) { return tx.SetPassword(old, hash, nil) }))
	must(d.Login(d.ctx(), "old@example.org", decomposed))
	_, err := d.Login(d.ctx(), "old@example.org", composed)
	refused(t, err, inbox.CodeInvalid, "")
}

func TestWhoSetsTooManyPasswordsHasToWait(t *testing.T) {
	d := newDesk(t)
	manager := d.caller(d.hire("Mia", inbox.RoleManager))
	eva := d.employ("eva@example.org")
	for range 100 {
		refused(t, d.setPassword(manager, eva, account.PasswordChange{New: "password"}), inbox.CodeInvalid, "password")
	}
	refused(t, d.setPassword(manager, eva, account.PasswordChange{New: better}), inbox.CodeLimitExceeded, "password")
	must(struct{}{}, d.setPassword(d.owner, eva, account.PasswordChange{New: better}))
	d.clock.move(time.Second)
	must(struct{}{}, d.setPassword(manager, eva, account.PasswordChange{New: password}))
}
