package resolvers_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

// pageOf is the page info of a list.
type pageOf struct {
	nodes      []string
	next, prev bool
	start, end any
}

func (a answer) page(path string) pageOf {
	a.t.Helper()
	a.ok()
	info := a.at(path + ".pageInfo").(map[string]any)
	return pageOf{a.each(path+".nodes", "id"), info["hasNextPage"].(bool), info["hasPreviousPage"].(bool), info["startCursor"], info["endCursor"]}
}

const pageInfo = `nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`

func TestAListIsPagedForwardToItsEnd(t *testing.T) {
	d := newDesk(t)
	var conversations, waiting []string
	team := d.team("Sales")
	for i := range 7 {
		v := d.receive(fmt.Sprint("contact ", i), "hello").Conversation
		conversations = append([]string{v.ID.String()}, conversations...)
		waiting = append(waiting, v.ID.String())
		_, err := d.engine.ConversationRoute(t.Context(), d.owner.Caller, engine.RoutePatch{ConversationID: v.ID, Team: engine.SetTo(team)})
		d.must(err)
		_, err = d.engine.ConversationAssign(t.Context(), d.owner.Caller, engine.ConversationAssignInput{ConversationID: v.ID})
		d.must(err)
	}
	// Two of them do not wait for an answer: in the order of the longest wait they come last.
	for _, i := range []int{4, 1} {
		id := waiting[i]
		_, err := d.engine.MessageSend(t.Context(), d.newKey("bot", inbox.RoleAgent).Caller,
			engine.MessageSendInput{ConversationID: inbox.ID(id).Conversation(), Text: new("hi")})
		d.must(err)
		waiting = append(slices.Delete(waiting, i, i+1), id)
	}
	slices.Reverse(waiting[5:]) // by last activity
	for name, c := range map[string]struct {
		list, path string
		want       []string
	}{
		"newest":          {`conversations(orderBy: NEWEST, first: 3, after: $after)`, "conversations", conversations},
		"longest waiting": {`conversations(orderBy: LONGEST_WAITING, first: 3, after: $after)`, "conversations", waiting},
		"of a queue":      {fmt.Sprintf(`node(id: %q) { ... on Team { queue(first: 3, after: $after)`, team), "node.queue", slices.Sorted(slices.Values(conversations))},
		"channels":        {`channels(first: 3, after: $after)`, "channels", []string{d.channel.String()}},
		"teams":           {`teams(first: 3, after: $after)`, "teams", []string{team.String()}},
	} {
		query := `query($after: String) { ` + c.list + ` { ` + pageInfo + ` } }`
		if c.path == "node.queue" {
			query += ` } }`
		}
		var got []string
		var after any
		for range 10 {
			a := d.ask(d.owner, query, variables{"after": after})
			p := a.page(c.path)
			got = append(got, p.nodes...)
			if p.prev != (after != nil) {
				t.Errorf("%s: hasPreviousPage is %v after %v", name, p.prev, after)
			}
			if edges := a.at(c.path + ".edges").([]any); len(p.nodes) > 0 && (p.start != edges[0].(map[string]any)["cursor"] || p.end != edges[len(edges)-1].(map[string]any)["cursor"]) {
				t.Errorf("%s: the page's cursors are not those of its ends", name)
			}
			if after = p.end; !p.next {
				break
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
		if p := d.ask(d.owner, query, variables{"after": after}).page(c.path); len(p.nodes) > 0 || p.next || p.end != nil {
			t.Errorf("%s: after its end there is %v", name, p)
		}
	}
}

func TestConversationsArePagedFromBothEnds(t *testing.T) {
	d := newDesk(t)
	var numbers []string
	var contact inbox.ContactID
	for range 30 {
		r := d.receive("a", "hello")
		contact = r.Contact.ID
		numbers = append([]string{r.Conversation.ID.String()}, numbers...)
		_, err := d.engine.ConversationClose(t.Context(), d.owner.Caller, engine.ConversationCloseInput{ConversationID: r.Conversation.ID})
		d.must(err)
	}
	for list, path := range map[string]string{
		`conversations(orderBy: NEWEST%s) { ` + pageInfo + ` }`:                                        "conversations",
		fmt.Sprintf(`contact(id: %q) { conversations(first: null%%s) { `, contact) + pageInfo + ` } }`: "contact.conversations",
	} {
		ask := func(arguments string) pageOf {
			t.Helper()
			return d.ask(d.owner, `{ `+fmt.Sprintf(list, strings.Replace(arguments, "first: null, first", "first", 1))+` }`, nil).page(path)
		}
		if path == "contact.conversations" {
			list = strings.Replace(list, "first: null%s", "%s", 1)
		}
		check := func(what string, p pageOf, from, to int, prev, next bool) {
			t.Helper()
			if !slices.Equal(p.nodes, numbers[from:to]) || p.prev != prev || p.next != next {
				t.Errorf("%s, %s: got %v, previous %v, next %v", path, what, p.nodes, p.prev, p.next)
			}
		}
		check("neither", ask(" first: null"), 0, 25, false, true)
		last := ask(" last: 10")
		check("last", last, 20, 30, true, false)
		before := ask(fmt.Sprintf(" last: 10, before: %q", last.start))
		check("last before", before, 10, 20, true, true)
		check("to the beginning", ask(fmt.Sprintf(" last: 10, before: %q", before.start)), 0, 10, false, true)
		check("between", ask(fmt.Sprintf(" first: 100, after: %q, before: %q", before.start, last.start)), 11, 20, true, true)
		if p := ask(" last: 0"); len(p.nodes) != 0 || !p.prev || p.next {
			t.Errorf("%s: the last 0 are %v", path, p)
		}
	}
	if a := d.ask(d.owner, `{ conversations(first: 1, last: 1) { nodes { id } } }`, nil); a.code() != "BAD_REQUEST" {
		t.Errorf("both ends: %v", a.Errors)
	}
}

func TestMessagesArePagedFromBothEnds(t *testing.T) {
	d := newDesk(t)
	var messages []string
	var conversation inbox.ConversationID
	for i := range 60 {
		r := d.receive("a", fmt.Sprint(i))
		conversation = r.Conversation.ID
		messages = append(messages, r.Message.ID.String())
		_, err := d.engine.NoteAdd(t.Context(), d.owner.Caller, engine.NoteAddInput{ConversationID: conversation, Text: "note"})
		d.must(err)
	}
	ask := func(arguments string) pageOf {
		t.Helper()
		return d.ask(d.owner, fmt.Sprintf(`{ conversation(id: %q) { messages%s { %s } } }`, conversation, arguments, pageInfo), nil).page("conversation.messages")
	}
	check := func(what string, p pageOf, from, to int, prev, next bool) {
		t.Helper()
		if !slices.Equal(p.nodes, messages[from:to]) || p.prev != prev || p.next != next {
			t.Errorf("%s: got %v, previous %v, next %v", what, p.nodes, p.prev, p.next)
		}
	}
	check("neither", ask(""), 10, 60, true, false)
	check("nulls", ask("(first: null, last: null)"), 10, 60, true, false)
	first := ask("(first: 10)")
	check("first", first, 0, 10, false, true)
	check("first after", ask(fmt.Sprintf("(first: 100, after: %q)", first.end)), 10, 60, true, false)
	last := ask("(last: 10)")
	check("last", last, 50, 60, true, false)
	check("last before", ask(fmt.Sprintf("(last: 40, before: %q)", last.start)), 10, 50, true, true)
	check("last before, to the beginning", ask(fmt.Sprintf("(last: 100, before: %q)", last.start)), 0, 50, false, true)
	check("between", ask(fmt.Sprintf("(first: 100, after: %q, before: %q)", first.end, last.start)), 10, 50, true, true)
	if p := ask("(first: 0)"); len(p.nodes) != 0 || !p.next || p.end != nil {
		t.Errorf("first 0 returns %v", p)
	}
	a := d.ask(d.owner, fmt.Sprintf(`{ conversation(id: %q) { messages(first: 1) { totalCount } notes(last: 2) { nodes { text author { __typename } } pageInfo { hasPreviousPage } }
		timeline(last: 2) { nodes { __typename cursor at } pageInfo { hasPreviousPage startCursor } } } }`, conversation), nil).ok()
	if a.at("conversation.messages.totalCount") != float64(60) || len(a.at("conversation.notes.nodes").([]any)) != 2 {
		t.Errorf("got %v", a.Data)
	}
	if got := a.each("conversation.timeline.nodes", "__typename"); !slices.Equal(got, []string{"MessageReceived", "NoteAdded"}) {
		t.Errorf("the timeline ends with %v", got)
	}
	before := a.text("conversation.timeline.pageInfo.startCursor")
	a = d.ask(d.owner, fmt.Sprintf(`{ conversation(id: %q) { timeline(last: 100, before: %q) { nodes { __typename } } } }`, conversation, before), nil).ok()
	if got := a.each("conversation.timeline.nodes", "__typename"); len(got) != 100 || got[99] != "NoteAdded" {
		t.Errorf("before it there are %d, at last %v", len(got), got[len(got)-1])
	}
}

func TestBadPagesAreRefused(t *testing.T) {
	d := newDesk(t)
	v := d.receive("a", "hello").Conversation
	newest := d.ask(d.owner, `{ conversations(orderBy: NEWEST) { pageInfo { endCursor } } }`, nil).ok().text("conversations.pageInfo.endCursor")
	for _, query := range []string{
		`conversations(first: -1) { nodes { id } }`,
		`conversations(first: 101) { nodes { id } }`,
		`conversations(after: "") { nodes { id } }`,
		`conversations(after: "!") { nodes { id } }`,
		fmt.Sprintf(`conversations(after: %q) { nodes { id } }`, newest),
		fmt.Sprintf(`agents(after: %q) { nodes { id } }`, newest),
		fmt.Sprintf(`agents(after: %q) { nodes { id } }`, base64.RawURLEncoding.EncodeToString([]byte("-1"))),
		fmt.Sprintf(`agents(after: %q) { nodes { id } }`, base64.RawURLEncoding.EncodeToString([]byte("01"))),
		`agents(first: 1000000) { nodes { id } }`,
		fmt.Sprintf(`conversation(id: %q) { messages(first: 1, last: 1) { nodes { id } } }`, v.ID),
		fmt.Sprintf(`conversation(id: %q) { notes(last: 101) { nodes { id } } }`, v.ID),
		fmt.Sprintf(`conversation(id: %q) { timeline(before: "x") { nodes { __typename } } }`, v.ID),
		`conversations(filter: {teamIds: [` + repeat(`"tea_1"`, 101) + `]}) { nodes { id } }`,
	} {
		if got := d.ask(d.owner, `{ `+query+` }`, nil).code(); got != "BAD_REQUEST" {
			t.Errorf("%.80s: got code %q", query, got)
		}
	}
}

func repeat(text string, n int) string {
	var all string
	for range n {
		all += text + " "
	}
	return all
}

func TestAShortPageGoesOn(t *testing.T) {
	d := newDesk(t)
	// Only every fifth has the requested priority, which no index narrows; one page after another finds each once.
	var want []string
	for i := range 40 {
		v := d.receive(fmt.Sprint("contact ", i), "hello").Conversation
		if i%5 == 0 {
			_, err := d.engine.ConversationRoute(t.Context(), d.owner.Caller, engine.RoutePatch{ConversationID: v.ID, Priority: new(inbox.PriorityHigh)})
			d.must(err)
			want = append([]string{v.ID.String()}, want...)
		}
	}
	var got []string
	var after any
	for range 10 {
		p := d.ask(d.owner, `query($after: String) { conversations(filter: {status: OPEN, priorities: [HIGH, HIGH]}, orderBy: NEWEST, first: 3, after: $after) { `+pageInfo+` } }`,
			variables{"after": after}).page("conversations")
		got, after = append(got, p.nodes...), p.end
		if !p.next {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
