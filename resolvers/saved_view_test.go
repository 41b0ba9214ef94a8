package resolvers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/resolvers"
)

const viewCreate = `mutation($input: SavedViewCreateInput!) { savedViewCreate(input: $input) {
	savedView { id name filter order shared position createdBy { id } } userErrors { code field } } }`

// view saves a view and returns its id.
func (d *desk) view(who person, name string, filter variables, shared bool) string {
	d.Helper()
	return d.ask(who, viewCreate, variables{"input": variables{"name": name, "filter": filter, "shared": shared}}).ok().text("savedViewCreate.savedView.id")
}

func (d *desk) viewNames(who person) string {
	d.Helper()
	return strings.Join(d.ask(who, `{ savedViews { name } }`, nil).ok().each("savedViews", "name"), " ")
}

func TestAViewsFilterComesBackAsConversationsTakesIt(t *testing.T) {
	o := newOffice(t)
	filter := variables{"status": "OPEN", "teamIds": []any{o.sales.String(), "tea_gone"}, "mine": true, "snoozed": false, "priorities": []any{"HIGH", "NORMAL"},
		"search": "hello", "channelIds": nil, "contactIds": []any{}}
	saved := o.ask(o.team, viewCreate, variables{"input": variables{"name": " Mine ", "filter": filter, "order": "PRIORITY"}}).ok()
	delete(filter, "channelIds") // it narrows nothing
	if got := saved.at("savedViewCreate.savedView.filter"); fmt.Sprint(got) != fmt.Sprint(filter) {
		t.Errorf("the filter is %v, want %v", got, filter)
	}
	if got := saved.text("savedViewCreate.savedView.name") + " " + saved.text("savedViewCreate.savedView.order"); got != "Mine PRIORITY" {
		t.Errorf("the view is %s", got)
	}
	o.ask(o.team, `query($filter: ConversationFilter) { conversations(filter: $filter, orderBy: PRIORITY) { nodes { id } } }`,
		variables{"filter": saved.at("savedViewCreate.savedView.filter")}).ok()
}

func TestAPrivateViewIsItsAgentsAloneAndASharedOneIsManaged(t *testing.T) {
	o := newOffice(t)
	mara := o.hire("Mara", inbox.RoleManager, inbox.VisibilityAll)
	private, shared := o.view(o.team, "private", variables{}, false), o.view(mara, "shared", variables{}, true)
	for _, c := range []struct {
		who         person
		sees, views string
	}{{o.team, "private shared", private + shared}, {o.own, "shared", shared}, {mara, "shared", shared}, {o.owner, "shared", shared}, {o.key, "shared", shared}} {
		if got := o.viewNames(c.who); got != c.sees {
			t.Errorf("%v sees %q, want %q", c.who.Actor, got, c.sees)
		}
		a := o.ask(c.who, `query($ids: [ID!]!) { nodes(ids: $ids) { id } viewCounts(ids: $ids) { view { id } } }`, variables{"ids": []string{private, shared}}).ok()
		counted := ""
		for _, count := range a.at("viewCounts").([]any) {
			counted += fmt.Sprint(count.(map[string]any)["view"].(map[string]any)["id"])
		}
		if (a.at("nodes.0") != nil) != strings.Contains(c.views, private) || a.text("nodes.1.id") != shared || counted != c.views {
			t.Errorf("%v: %v", c.who.Actor, a.Data)
		}
	}
	const update = `mutation($input: SavedViewUpdateInput!) { savedViewUpdate(input: $input) { savedView { name } userErrors { code field } } }`
	const remove = `mutation($id: ID!) { savedViewDelete(input: {id: $id}) { savedView { name } userErrors { code field } } }`
	o.ask(o.owner, update, variables{"input": variables{"id": private, "name": "x"}}).wantUserError("savedViewUpdate", "NOT_FOUND", "id")
	o.ask(o.owner, remove, variables{"id": private}).wantUserError("savedViewDelete", "NOT_FOUND", "id")
	if a := o.ask(o.team, update, variables{"input": variables{"id": shared, "name": "x"}}).ok(); a.at("savedViewUpdate.userErrors.0.code") != "FORBIDDEN" {
		t.Errorf("Tom renames what is shared: %v", a.Data)
	}
	if a := o.ask(o.team, remove, variables{"id": shared}).ok(); a.at("savedViewDelete.userErrors.0.code") != "FORBIDDEN" {
		t.Errorf("Tom deletes what is shared: %v", a.Data)
	}
	if a := o.ask(o.team, update, variables{"input": variables{"id": private, "shared": true}}).ok(); a.at("savedViewUpdate.userErrors.0.code") != "FORBIDDEN" {
		t.Errorf("Tom shares a view: %v", a.Data)
	}
	// Another manager takes it back: it is private then, and not theirs.
	if a := o.ask(o.owner, update, variables{"input": variables{"id": shared, "shared": false}}).ok(); a.at("savedViewUpdate.savedView") != nil {
		t.Errorf("the owner sees what is private to Mara: %v", a.Data)
	}
	if got := o.viewNames(mara) + "|" + o.viewNames(o.owner); got != "shared|" {
		t.Errorf("Mara and the owner see %q", got)
	}
	o.ask(mara, remove, variables{"id": shared}).ok()
	if got := o.viewNames(mara); got != "" {
		t.Errorf("Mara still has %q", got)
	}
}

func TestEverybodyArrangesTheViewsThatTheySee(t *testing.T) {
	o := newOffice(t)
	a, b := o.view(o.team, "a", variables{}, false), o.view(o.team, "b", variables{}, false)
	c := o.view(o.owner, "c", variables{}, true)
	place := func(who person, id string, position int) answer {
		t.Helper()
		return o.ask(who, `mutation($input: SavedViewUpdateInput!) { savedViewUpdate(input: $input) { savedView { position } userErrors { code field } } }`,
			variables{"input": variables{"id": id, "position": position}}).ok()
	}
	if got := place(o.team, c, 1).at("savedViewUpdate.savedView.position"); got != float64(1) {
		t.Errorf("c is at %v", got)
	}
	place(o.team, a, 99)
	o.view(o.team, "d", variables{}, false)
	if got := o.viewNames(o.team) + "|" + o.viewNames(o.own) + "|" + o.viewNames(o.owner); got != "c b a d|c|c" {
		t.Errorf("the views are %s", got)
	}
	place(o.team, c, 0).wantUserError("savedViewUpdate", "INVALID", "position")
	o.ask(o.team, `mutation($id: ID!) { savedViewDelete(input: {id: $id}) { userErrors { code } } }`, variables{"id": b}).ok()
	if got := o.viewNames(o.team); got != "c a d" {
		t.Errorf("the views are %s", got)
	}
}

func TestViewsAreBounded(t *testing.T) {
	o := newOffice(t)
	for i := range 100 {
		_, err := o.engine.SavedViewCreate(t.Context(), o.owner.Caller, engine.NewSavedView{Name: fmt.Sprint(i), Filter: inbox.JSON(`{}`), Order: inbox.OrderNewest, Shared: true})
		o.must(err)
	}
	o.ask(o.owner, viewCreate, variables{"input": variables{"name": "one more", "filter": variables{}}}).wantUserError("savedViewCreate", "LIMIT_EXCEEDED", "")
	mara := o.hire("Mara", inbox.RoleManager, inbox.VisibilityAll)
	o.ask(mara, viewCreate, variables{"input": variables{"name": "one more", "filter": variables{}, "shared": true}}).wantUserError("savedViewCreate", "LIMIT_EXCEEDED", "shared")
	mine := o.view(mara, "mine", variables{}, false)
	o.ask(mara, `mutation($id: ID!) { savedViewUpdate(input: {id: $id, shared: true}) { userErrors { code field } } }`, variables{"id": mine}).
		wantUserError("savedViewUpdate", "LIMIT_EXCEEDED", "shared")
}

// counts returns the counts of views for somebody.
func (d *desk) counts(who person, ids ...string) string {
	d.Helper()
	var counts []string
	for _, c := range d.ask(who, `query($ids: [ID!]!) { viewCounts(ids: $ids) { count capped } }`, variables{"ids": ids}).ok().at("viewCounts").([]any) {
		one := c.(map[string]any)
		text := fmt.Sprint(one["count"])
		if one["capped"] == true {
			text += "+"
		}
		counts = append(counts, text)
	}
	return strings.Join(counts, " ")
}

func TestCountsOfViewsAreTheViewers(t *testing.T) {
	o := newOffice(t)
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	o.limited(resolvers.Limits{Clock: func() time.Time { return now }})
	views := map[string]variables{"mine": {"mine": true}, "open": {"status": "OPEN"}, "gone": {"teamIds": []any{"tea_zzzz", "x"}}, "unassigned": {"unassigned": true}}
	ids := map[string]string{}
	for name, filter := range views {
		ids[name] = o.view(o.owner, name, filter, true)
	}
	for _, who := range []person{o.owner, o.all, o.team, o.own, o.key} {
		for name, filter := range views {
			total := o.ask(who, `query($filter: ConversationFilter) { conversations(filter: $filter) { totalCount } }`, variables{"filter": filter}).ok()
			if got, want := o.counts(who, ids[name]), fmt.Sprint(total.at("conversations.totalCount")); got != want {
				t.Errorf("%s has %s for %v, want %s", name, got, who.Actor, want)
			}
		}
	}
	before := o.counts(o.owner, ids["open"])
	o.receive("somebody new", "hello")
	if got := o.counts(o.owner, ids["open"]); got != before {
		t.Errorf("after a moment there are %s, want the %s that were counted", got, before)
	}
	// Whoever sees the same gets the same count, and others their own.
	if got := o.counts(o.all, ids["open"]); got != before {
		t.Errorf("Alma has %s, the owner %s", got, before)
	}
	now = now.Add(10 * time.Second)
	if got := o.counts(o.owner, ids["open"]); got == before {
		t.Errorf("ten seconds later there are still %s", got)
	}
}

func TestAThousandThatAskForOneCountReadItOnce(t *testing.T) {
	o := newOffice(t)
	id := o.view(o.owner, "open", variables{"status": "OPEN"}, true)
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	o.limited(resolvers.Limits{Clock: func() time.Time { return now }})
	query := `query($ids: [ID!]!) { viewCounts(ids: $ids) { count } }`
	_, first := o.statements(2, o.owner, query, variables{"ids": []string{id}})
	_, again := o.statements(1, o.owner, query, variables{"ids": []string{id}})
	_, other := o.statements(1, o.all, query, variables{"ids": []string{id}})
	if first != 2 || again != 1 || other != 1 {
		t.Errorf("%d statements, then %d, and %d for another who sees the same; want the views and the count, then the views alone", first, again, other)
	}
}
