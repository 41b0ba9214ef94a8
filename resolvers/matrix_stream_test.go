package resolvers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestStreamsShowWhatIsInSight(t *testing.T) {
	m := newMatrix(t)
	seen, hidden := m.play(false), m.play(true)
	query := "subscription($after: Cursor) { events(after: $after) { " + m.selection("StreamItem", 3, true) + "} }"
	for _, who := range m.askers {
		if who.out {
			continue
		}
		moved := m.play(false)
		after := m.head()
		live := m.follow(who.person, query, variables{"after": after})
		live.want("StreamReady")
		for _, at := range []*scene{hidden, seen} {
			m.receive(at.external, at.text)
		}
		m.move(moved)
		m.receive(moved.external, "after the move")
		last := m.receive(seen.external, "the end").Message.ID.String()
		replayed := m.follow(who.person, query, variables{"after": after})
		for way, s := range map[string]*socket{"live": live, "replayed": replayed} {
			what := "stream, " + way
			received, gone := map[string]bool{}, false
			for {
				item := s.next()
				encoded, err := json.Marshal(item)
				m.must(err)
				answer := string(encoded)
				m.shows(t, who, hidden, answer)
				m.reveals(t, who, what, answer)
				if !who.all && strings.Contains(answer, "after the move") {
					t.Errorf("%s, %s: sees what came after the conversation was moved away: %s", what, who.name, answer)
				}
				if item["__typename"] == "ConversationHidden" {
					gone = gone || item["ConversationHidden_conversationId"] == moved.ids["Conversation"]
				}
				message, _ := item["MessageReceived_message"].(map[string]any)
				if id, _ := message["Message_id"].(string); id != "" {
					conversation, _ := item["MessageReceived_conversation"].(map[string]any)
					received[fmt.Sprint(conversation["Conversation_id"])] = true
					if id == last {
						break
					}
				}
			}
			if received[hidden.ids["Conversation"]] != who.all || !received[seen.ids["Conversation"]] || gone == who.all {
				t.Errorf("%s, %s: got messages of %v, hidden %t", what, who.name, received, gone)
			}
		}
	}
}

func TestAStreamIsNotForStrangers(t *testing.T) {
	m := newMatrix(t)
	for _, who := range m.askers {
		if !who.out || who.token == "" {
			continue
		}
		if _, err := m.resolver.Authenticate(t.Context(), who.token); err == nil {
			t.Errorf("%s is let in", who.name)
		}
	}
	m.ask(person{}, `subscription { events { __typename } }`, nil).wantCode("UNAUTHENTICATED")
}
