package resolvers_test

import (
	"fmt"
	"strings"
	"testing"

	"foyer/engine"
)

func TestAUserErrorHasWhatAClientNeedsToSayItInItsOwnLanguage(t *testing.T) {
	o := newOffice(t)
	agent := o.own.Actor.Agent()
	held := o.receive("held", "hello").Conversation
	_, err := o.engine.ConversationAssign(t.Context(), o.owner.Caller, engine.ConversationAssignInput{ConversationID: held.ID, AgentID: &agent})
	o.must(err)
	for mutation, want := range map[string]string{
		`noteAdd(input: {conversationId: "` + held.ID.String() + `", text: "` + strings.Repeat("a", 10_001) + `"})`: "LIMIT_EXCEEDED map[length:10001 limit:10000 template:This may have at most {limit} characters.]",
		`conversationWake(input: {conversationId: "cnv_zzzz"})`:                                                     "NOT_FOUND map[kind:conversation template:There is no such {kind}.]",
		`conversationAssign(input: {conversationId: "` + held.ID.String() + `", onlyIfUnassigned: true})`: fmt.Sprintf(
			"CONFLICT map[agentId:%s name:Oscar template:The conversation already has an assignee: {name}.]", agent),
		`workspaceUpdate(input: {autoClose: "PT1S"})`:                            "INVALID map[least:PT1M most:P365D template:Choose a time from {least} to {most}.]",
		`noteAdd(input: {conversationId: "` + held.ID.String() + `", text: ""})`: "REQUIRED <nil>",
	} {
		a := o.ask(o.owner, `mutation { m: `+mutation+` { userErrors { code message params } } }`, nil).ok()
		if got := fmt.Sprint(a.at("m.userErrors.0.code"), " ", a.at("m.userErrors.0.params")); got != want {
			t.Errorf("%s\n got %s\nwant %s", mutation, got, want)
		}
		saysAll(t, a.at("m.userErrors.0").(map[string]any))
	}
}
