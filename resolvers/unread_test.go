package resolvers_test

import (
	"fmt"
	"slices"
	"testing"

	"foyer/inbox"
)

const seenBy = `mutation($in: ConversationSeenInput!) { conversationSeen(input: $in) {
	conversation { id unread firstUnreadId assigneeReadAt } userErrors { code field } } }`

func TestUnreadTakesOneStatementForAPageAndNoneWhereItIsNotAsked(t *testing.T) {
	d := newDesk(t)
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	var unread []string
	for i := range 25 {
		first := d.receive(fmt.Sprint(i), "hello")
		d.ask(ann, seenBy, variables{"in": variables{"conversationId": first.Conversation.ID.String(), "messageId": first.Message.ID.String()}}).ok()
		if i%5 == 0 {
			unread = append(unread, d.receive(fmt.Sprint(i), "more").Message.ID.String())
		}
	}
	const page = `{ conversations(orderBy: NEWEST) { nodes { id %s } } }`
	_, without := d.statements(1, ann, fmt.Sprintf(page, ""), nil)
	a, with := d.statements(without+1, ann, fmt.Sprintf(page, "unread firstUnreadId"), nil)
	if with != without+1 {
		t.Errorf("unread takes %d statements, want 1", with-without)
	}
	got := slices.DeleteFunc(a.each("conversations.nodes", "firstUnreadId"), func(id string) bool { return id == "<nil>" })
	slices.Reverse(got)
	if !slices.Equal(got, unread) {
		t.Errorf("the first unread are %v, want %v", got, unread)
	}
	if a, n := d.statements(without, d.newKey("site", inbox.RoleManager), fmt.Sprintf(page, "unread firstUnreadId"), nil); n != without || slices.Contains(a.each("conversations.nodes", "unread"), "true") {
		t.Errorf("for a key: %d statements, %v", n, a.Data)
	}
}

func TestConversationsAreListedByWhatTheViewerHasNotSeenAndWhoMentionsThem(t *testing.T) {
	d := newDesk(t)
	ann, bob := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll), d.hire("Bob", inbox.RoleAgent, inbox.VisibilityAssigned)
	for i := range 6 {
		first := d.receive(fmt.Sprint(i), "hello")
		in := variables{"conversationId": first.Conversation.ID.String(), "messageId": first.Message.ID.String()}
		if a := d.ask(ann, seenBy, variables{"in": in}).ok(); a.at("conversationSeen.conversation.unread") != false {
			t.Error("what was seen is unread")
		}
		if i%2 == 0 {
			d.receive(fmt.Sprint(i), "more")
		}
		if i%3 == 0 {
			d.ask(d.owner, `mutation($in: NoteAddInput!) { noteAdd(input: $in) { userErrors { code } } }`, variables{"in": variables{
				"conversationId": first.Conversation.ID.String(), "text": "Look", "mentionIds": []string{ann.Actor.Agent().String(), bob.Actor.Agent().String()}}}).ok()
		}
	}
	count := func(who person, filter string, want float64) {
		t.Helper()
		var listed int
		for after := any(nil); ; {
			a := d.ask(who, `query($after: String) { conversations(first: 2, after: $after, orderBy: LONGEST_WAITING, filter: {`+filter+`}) {
				totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`, variables{"after": after}).ok()
			if got := a.at("conversations.totalCount"); got != want {
				t.Errorf("%s: %v, want %v", filter, got, want)
			}
			listed += len(a.at("conversations.nodes").([]any))
			if a.at("conversations.pageInfo.hasNextPage") != true {
				break
			}
			after = a.at("conversations.pageInfo.endCursor")
		}
		if float64(listed) != want {
			t.Errorf("%s: %d are listed, want %v", filter, listed, want)
		}
	}
	count(ann, "unread: true", 4)
	count(ann, "unread: false", 2)
	count(ann, "mentions: true", 2)
	count(ann, "mentions: false", 4)
	count(ann, "mentions: true, unread: true, status: OPEN", 2)
	count(ann, "mentions: false, unread: true", 2)
	count(ann, "mentions: true, status: CLOSED", 0)
	count(bob, "mentions: true", 0) // out of sight
	count(bob, "unread: true", 0)
	key := d.newKey("site", inbox.RoleManager)
	count(key, "unread: true", 0)
	count(key, "unread: false", 6)
	count(key, "mentions: true", 0)
}
