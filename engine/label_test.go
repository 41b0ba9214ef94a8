package engine_test

import (
	"testing"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// Tags and stages are the same in any spelling: when they are added, removed, compared and searched for.
func TestTagsAndStagesFollowOneRule(t *testing.T) {
	d := newDesk(t)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{LifecycleStages: []string{"New Lead", "Größer"}}))
	created := must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{
		FirstName: new("Eve"), Tags: []string{" VIP ", "vip", "Straße"}, LifecycleStage: new(" new lead"), Phone: new("+43 660 1234567"),
		Email: new("Eve@Example.com"),
	})).Contact
	same(t, created.Tags, []string{"Straße", "VIP"})
	same(t, *created.LifecycleStage, "New Lead")

	list := func(f store.ContactFilter) int {
		t.Helper()
		return len(view(d, func(r *store.ReadTx) (*store.ContactPage, error) { return r.ContactList(f, 0, 10) }).Contacts)
	}
	for _, tag := range []string{"VIP", "vip", " Vip ", "STRASSE", "straße"} {
		same(t, list(store.ContactFilter{Tags: []string{"other", tag}}), 1)
	}
	same(t, list(store.ContactFilter{Tags: []string{"vi", "p"}}), 0)
	for _, stage := range []string{"New Lead", "NEW LEAD "} {
		same(t, list(store.ContactFilter{LifecycleStages: []string{stage}}), 1)
	}
	same(t, list(store.ContactFilter{LifecycleStages: []string{"größer", "none"}}), 0)
	for _, phone := range []string{"+436601234567", "+43 660 1234567", " +43 (660) 123-4567"} {
		same(t, list(store.ContactFilter{Phones: []string{engine.PhoneAsKept(phone)}}), 1)
	}
	same(t, list(store.ContactFilter{Emails: []string{engine.EmailAsKept(" EVE@example.com")}}), 1)

	update := func(in engine.ContactPatch) *inbox.Contact {
		t.Helper()
		in.ID = created.ID
		return must(d.ContactUpdate(d.ctx(), d.owner, in)).Contact
	}
	same(t, update(engine.ContactPatch{AddTags: []string{"strasse", "b"}, RemoveTags: []string{" vip"}}).Tags, []string{"Straße", "b"})
	same(t, *update(engine.ContactPatch{LifecycleStage: engine.SetTo("GRÖSSER")}).LifecycleStage, "Größer")
}
