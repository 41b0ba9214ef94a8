package resolvers_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/introspection"

	"foyer/account"
	"foyer/inbox"
	"foyer/store"
)

func TestTheSchemaIsShownToWhoIsLoggedIn(t *testing.T) {
	d := newDesk(t)
	a := d.ask(d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAssigned), introspection.Query, nil).ok()
	if got := a.text("__schema.queryType.name"); got != "Query" {
		t.Errorf("the query type is %s", got)
	}
}

func TestOperationsThatAskForTooMuchAreRefused(t *testing.T) {
	d := newDesk(t)
	v := d.receive("a", "hello").Conversation
	deep := func(levels int) string { // 3 levels around it
		return `{ conversation(id: "` + v.ID.String() + `") { ` + strings.Repeat(`contact { openConversation { `, levels) + `id` + strings.Repeat(` } }`, levels) + ` } }`
	}
	aliases := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d: head", i)
		}
		return "{" + b.String() + " }"
	}
	// Each fragment spreads the next twice: without fragments there would be more fields than could ever be counted.
	var bomb strings.Builder
	bomb.WriteString(`{ workspace { ...f0 } }`)
	for i := range 60 {
		fmt.Fprintf(&bomb, " fragment f%d on Workspace { ...f%d ...f%d }", i, i+1, i+1)
	}
	bomb.WriteString(" fragment f60 on Workspace { name }")
	for _, c := range []struct{ behaviour, query, code string }{
		{"12 deep", deep(5), ""},
		{"14 deep", deep(6), "QUERY_TOO_COMPLEX"},
		{"30 aliases", aliases(30), ""},
		{"31 aliases", aliases(31), "QUERY_TOO_COMPLEX"},
		{"a page of pages", `{ conversations(first: 50) { nodes { messages(first: 50) { nodes { id text } } } } }`, "QUERY_TOO_COMPLEX"},
		{"a small page of pages", `{ conversations(first: 10) { nodes { messages(first: 50) { nodes { id text } } } } }`, ""},
		{"a page as long as it goes by default", `{ conversations(first: 100) { nodes { messages { nodes { id } } } } }`, "QUERY_TOO_COMPLEX"},
		{"a page whose length is a variable", `query($n: Int! = 100) { conversations(first: $n) { nodes { messages { nodes { id } } } } }`, "QUERY_TOO_COMPLEX"},
		{"unpaged lists in lists", `{ teams(first: 25) { nodes { members { teams { members { id } } } } } }`, "QUERY_TOO_COMPLEX"},
		{"of a union the dearest member counts", `{ conversation(id: "` + v.ID.String() + `") { timeline { nodes {
			... on MessageReceived { message { id text status } } ... on NoteAdded { note { id text } }
			... on ConversationOpened { source at } ... on ConversationClosed { category } ... on ConversationRouted { priority }
			... on ConversationAssigned { assignee { id name email role } } ... on MessageSent { message { id text status } } } } } }`, ""},
		{"1,000 tokens", `{ ` + strings.Repeat("head ", 1000) + `}`, "BAD_REQUEST"},
		{"fragments that multiply", bomb.String(), "QUERY_TOO_COMPLEX"},
		{"fields of other conversations inside a stream", `subscription { events { ... on MessageReceived { conversation { contact { openConversation { id } } } } } }`, "VALIDATION_FAILED"},
		{"an unknown field", `{ conversation(id: "x") { subject } }`, "VALIDATION_FAILED"},
	} {
		if got := d.ask(d.owner, c.query, nil).code(); got != c.code {
			t.Errorf("%s: got code %q, want %q", c.behaviour, got, c.code)
		}
	}
}

func TestValuesThatDoNotFitAreTheCallersMistake(t *testing.T) {
	d := newDesk(t)
	id := d.receive("a", "hello").Conversation.ID.String()
	for _, c := range []struct {
		query string
		vars  variables
	}{
		{`mutation($v: Time!) { conversationSnooze(input: {conversationId: "` + id + `", until: $v}) { userErrors { code } } }`, variables{"v": "tomorrow"}},
		{`mutation($v: Time!) { conversationSnooze(input: {conversationId: "` + id + `", until: $v}) { userErrors { code } } }`, variables{"v": 1}},
		{`mutation { conversationSnooze(input: {conversationId: "` + id + `", until: "soon"}) { userErrors { code } } }`, nil},
		{`mutation { channelCreate(input: {name: "x", kind: API, graceAfterClose: "P1M"}) { userErrors { code } } }`, nil},
		{`mutation { contactCreate(input: {avatar: "ftp://x"}) { userErrors { code } } }`, nil},
	} {
		a := d.ask(d.owner, c.query, c.vars)
		if a.code() != "VALIDATION_FAILED" || strings.Contains(a.Errors[0].Message, "Internal") {
			t.Errorf("%s: got %v", c.query, a.Errors)
		}
	}
	if d.log.Len() > 0 {
		t.Errorf("logged: %s", d.log)
	}
}

// failing runs the executor so that the field with this name fails.
func (d *desk) failing(field string, fail func() error) answer {
	d.Helper()
	e := d.resolver.Executor()
	e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		if graphql.GetFieldContext(ctx).Field.Name == field {
			return nil, fail()
		}
		return next(ctx)
	})
	return d.askWith(e, d.owner, `{ inboxCounts { open } workspace { name } }`, nil)
}

func TestWhatNobodyCanActOnIsShownAsAReferenceToTheLog(t *testing.T) {
	d := newDesk(t)
	for behaviour, fail := range map[string]func() error{
		"an error": func() error { return errors.New("no such table: secrets") },
		"a panic":  func() error { panic("no such table: secrets") },
		"an outcome nobody knows": func() error {
			return fmt.Errorf("no such table: secrets: %w", store.ErrOutcomeUnknown)
		},
	} {
		d.log.Reset()
		a := d.failing("inboxCounts", fail)
		a.wantCode("INTERNAL")
		shown := a.Errors[0]
		reference, _ := shown.Extensions["reference"].(string)
		if shown.Message != "Internal error" || reference == "" || !strings.Contains(d.log.String(), reference) {
			t.Errorf("%s: got %v, logged %s", behaviour, shown, d.log)
		}
		if !strings.Contains(d.log.String(), "secrets") || shown.Path.String() != "inboxCounts" {
			t.Errorf("%s: at %s, logged %s", behaviour, shown.Path, d.log)
		}
		if _, unknown := shown.Extensions["outcome"]; unknown != (behaviour == "an outcome nobody knows") {
			t.Errorf("%s: got %v", behaviour, shown.Extensions)
		}
		if strings.Contains(d.log.String(), "goroutine") != (behaviour == "a panic") {
			t.Errorf("%s: logged %s", behaviour, d.log)
		}
		if a.at("inboxCounts") != nil || a.text("workspace.name") == "" {
			t.Errorf("%s: it cost more than its own field: %v", behaviour, a.Data)
		}
	}
}

func TestOverloadAndCancellationAreNoNews(t *testing.T) {
	d := newDesk(t)
	d.failing("inboxCounts", func() error { return fmt.Errorf("receive: %w", store.ErrOverloaded) }).wantCode("OVERLOADED")
	d.failing("inboxCounts", func() error { return fmt.Errorf("read: %w", store.ErrViewExpired) }).wantCode("OVERLOADED")
	d.failing("inboxCounts", func() error { return fmt.Errorf("read: %w", context.Canceled) }).wantCode("INTERNAL")
	d.failing("inboxCounts", func() error { return fmt.Errorf("read: %w", account.ErrEnded) }).wantCode("INTERNAL")
	if d.log.Len() > 0 {
		t.Errorf("logged: %s", d.log)
	}
}

func TestAQueryReadsOneSnapshot(t *testing.T) {
	d := newDesk(t)
	id := d.receive("a", "first").Conversation.ID.String()
	e := d.resolver.Executor()
	e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		switch graphql.GetFieldContext(ctx).Field.Name {
		case "messages", "revision":
			d.receive("a", "meanwhile") // after the conversation was read
		}
		return next(ctx)
	})
	query := `{ conversation(id: "` + id + `") { inboundCount revision messages { nodes { text } totalCount } timeline { nodes { cursor } } } }`
	head := d.ask(d.owner, `{ head }`, nil).ok().text("head")
	a := d.askWith(e, d.owner, query, nil).ok()
	if got := a.at("conversation.messages.totalCount"); a.at("conversation.inboundCount") != got || got != float64(1) {
		t.Errorf("%v messages of %v", got, a.at("conversation.inboundCount"))
	}
	if got := a.text("conversation.revision"); got != head {
		t.Errorf("the revision is %s, the head was %s", got, head)
	}
	a = d.ask(d.owner, query, nil).ok()
	if got := a.at("conversation.messages.totalCount"); got != float64(3) {
		t.Errorf("then there are %v, want 3", got)
	}
}

func TestEachFieldOfAMutationReadsAfterItsOwnCommit(t *testing.T) {
	d := newDesk(t)
	a := d.ask(d.owner, `mutation($channel: ID!) {
		first: messageReceive(input: {channelId: $channel, contact: {externalId: "a"}, message: {text: "1"}}) { ...counted }
		second: messageReceive(input: {channelId: $channel, contact: {externalId: "a"}, message: {text: "2"}}) { ...counted }
	} fragment counted on MessageReceivePayload { opened cursor conversation { inboundCount revision messages { totalCount } } }`,
		variables{"channel": d.channel.String()}).ok()
	for i, field := range []string{"first", "second"} {
		count := float64(i + 1)
		if a.at(field+".conversation.messages.totalCount") != count || a.at(field+".conversation.inboundCount") != count {
			t.Errorf("%s: %v", field, a.at(field))
		}
		if a.at(field+".conversation.revision") != a.at(field+".cursor") || a.at(field+".opened") != (i == 0) {
			t.Errorf("%s: %v", field, a.at(field))
		}
	}
}

func TestTheSnapshotIsGivenBackWhateverHappens(t *testing.T) {
	d := newDesk(t)
	for range 20 { // more often than there are views at a time
		d.failing("name", func() error { panic("no") })
		ctx, cancel := context.WithCancel(t.Context())
		ctx, err := d.resolver.Authenticate(ctx, d.owner.token)
		d.must(err)
		e := d.resolver.Executor()
		e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
			if graphql.GetFieldContext(ctx).Field.Name == "name" {
				cancel()
			}
			return next(ctx)
		})
		d.askIn(ctx, e, `{ workspace { name defaultTeam { name } } }`, nil)
		cancel()
	}
	d.ask(d.owner, `{ workspace { name } }`, nil).ok()
}
