package resolvers_test

import (
	"context"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

func TestVariablesAreTakenAsTheSpecificationHasThem(t *testing.T) {
	d := newDesk(t)
	id := d.receive("a", "hello").Conversation.ID.String()
	const page = `query($v: Int!) { conversations(first: $v) { nodes { id } } }`
	const open = `query($v: ID!) { conversation(id: $v) { id } }`
	route := `mutation($v: Priority) { conversationRoute(input: {conversationId: "` + id + `", priority: $v}) { conversation { priority } userErrors { code } } }`
	const routed = `mutation($v: ConversationRouteInput!) { conversationRoute(input: $v) { conversation { priority } userErrors { code } } }`
	for _, c := range []struct {
		behaviour, query string
		value            any
		refused          string // a part of the error
	}{
		{"a number", page, 1, ""},
		{"a text for a number", page, "1", "cannot use string as Int"},
		{"a fraction", page, 1.5, "as Int"},
		{"more than 32 bits", page, 3_000_000_000, "overflows"},
		{"more than 64 bits", page, 1e30, "as Int"},
		{"null", page, nil, "$v: cannot be null"},
		{"an id", open, id, ""},
		{"a number for an id", open, 7, ""},
		{"a list for an id", open, []string{id}, "as ID"},
		{"an enum", route, "HIGH", ""},
		{"an enum in other letters", route, "high", `"high" is not a valid Priority`},
		{"an enum that is none", route, "SOON", "SOON is not a valid Priority"},
		{"an input", routed, variables{"conversationId": id, "priority": "LOW"}, ""},
		{"an input with a number for its id", routed, variables{"conversationId": 7, "priority": "LOW"}, ""},
		{"an enum in other letters in an input", routed, variables{"conversationId": id, "priority": "low"}, `$v.priority: "low" is not a valid Priority`},
		{"a field that is none", routed, variables{"conversationId": id, "prio": "LOW"}, "$v.prio: unknown field"},
		{"an input without what it needs", routed, variables{"priority": "LOW"}, "$v.conversationId: must be defined"},
		{"a list for an input", routed, []any{}, "$v: must be a ConversationRouteInput, not a list"},
	} {
		for _, known := range []string{"at first", "again"} {
			a := d.ask(d.owner, c.query, variables{"v": c.value})
			if c.refused == "" {
				a.wantCode("")
			} else if len(a.Errors) != 1 || !strings.Contains(a.Errors[0].Message, c.refused) {
				t.Errorf("%s, %s: got %v, want %q", c.behaviour, known, a.Errors, c.refused)
			}
		}
	}
	if d.log.Len() > 0 {
		t.Errorf("logged: %s", d.log)
	}
}

func TestADocumentOfSeveralOperationsNeedsAName(t *testing.T) {
	d := newDesk(t)
	for range 2 {
		a := d.ask(d.owner, `query one { head } query two { head }`, nil)
		a.wantCode("VALIDATION_FAILED")
		if !strings.Contains(a.Errors[0].Message, "operationName") {
			t.Errorf("got %v", a.Errors)
		}
	}
}

func TestAStateAndItsRevisionAreOfOneSnapshotWhereverAMutationAnswersThem(t *testing.T) {
	d := newDesk(t)
	e := d.resolver.Executor()
	e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		if f := graphql.GetFieldContext(ctx); f.Object == "Message" && f.Field.Name == "conversation" {
			d.receive("a", "meanwhile") // after the commit, before anything of the answer is read
		}
		return next(ctx)
	})
	a := d.askWith(e, d.owner, `mutation($channel: ID!) {
		messageReceive(input: {channelId: $channel, contact: {externalId: "a"}, message: {text: "first"}}) {
			conversation { id } message { conversation { inboundCount revision } }
		} }`, variables{"channel": d.channel.String()}).ok()
	answered := a.at("messageReceive.message.conversation").(map[string]any)
	first := d.ask(d.owner, `{ conversations { nodes { inboundCount revision } } }`, nil).ok()
	if isNewest := answered["revision"] == first.text("conversations.nodes.0.revision"); isNewest != (answered["inboundCount"] == 2.0) {
		t.Errorf("got %v, then %v", answered, first.Data)
	}
}
