package resolvers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
)

// Everything that is one agent's alone has privateText in it, or is privateZone.
const (
	privateText = "for-my-eyes-only"
	privateZone = "Antarctica/Troll"
)

// privates has, by type or field, how an agent gets something that is theirs alone, if it is an object, in a conversation.
func privates() map[string]func(m *matrix, owner person, s *scene) {
	return map[string]func(*matrix, person, *scene){
		"Draft": func(m *matrix, owner person, s *scene) {
			m.ask(owner, `mutation($c: ID!) {
				draftSet(input: {conversationId: $c, kind: REPLY, text: "`+privateText+`"}) { userErrors { message } }
				note: draftSet(input: {conversationId: $c, kind: NOTE, text: "`+privateText+`"}) { userErrors { message } } }`,
				variables{"c": s.ids["Conversation"]}).ok()
		},
		"Agent.preferences": func(m *matrix, owner person, _ *scene) {
			m.ask(owner, `mutation { preferencesSet(input: {namespace: "console", value: {a: "`+privateText+`"}}) { userErrors { message } } }`, nil).ok()
		},
		"Agent.signature": func(m *matrix, owner person, _ *scene) {
			m.ask(owner, `mutation { viewerUpdate(input: {signature: "`+privateText+`", name: "Berta B."}) { userErrors { message } } }`, nil).ok()
		},
		"Agent.timeZone": func(m *matrix, owner person, _ *scene) {
			m.ask(owner, `mutation { viewerUpdate(input: {timeZone: "`+privateZone+`"}) { userErrors { message } } }`, nil).ok()
		},
	}
}

// reachedFrom are the places of the schema that have something private: each is for its agent alone.
func reachedFrom() map[string][]string {
	return map[string][]string{"Draft": {"DraftChanged.draft", "DraftPayload.draft", "Query.drafts"},
		"Agent.preferences": {"Agent.preferences"}, "Agent.signature": {"Agent.signature"}, "Agent.timeZone": {"Agent.timeZone"}}
}

func TestPrivateObjectsAreReachedOnlyWhereTheirAgentIsAsked(t *testing.T) {
	t.Parallel()
	for private, known := range reachedFrom() {
		var places []string
		for _, d := range loadSchema(t).Types {
			for _, f := range d.Fields {
				if f.Type.Name() == private || d.Name+"."+f.Name == private {
					places = append(places, d.Name+"."+f.Name)
				}
			}
		}
		slices.Sort(places)
		if !slices.Equal(places, known) {
			t.Errorf("%s is reached from %v, want %v", private, places, known)
		}
	}
	if made, reached := slices.Sorted(maps.Keys(privates())), slices.Sorted(maps.Keys(reachedFrom())); !slices.Equal(made, reached) {
		t.Errorf("the lists differ: %v, %v", made, reached)
	}
}

func TestNobodyReadsWhatIsAnotherAgentsAloneByAnyWay(t *testing.T) {
	m := newMatrix(t)
	s, seen := m.play(false), m.play(false)
	m.give(inbox.ID(s.ids["Conversation"]).Conversation(), m.busy) // whoever asks below is another
	after := m.head()
	follow := "subscription($after: Cursor) { events(after: $after) { " + m.selection("StreamItem", 3, true) + "} }"
	live := map[string]*socket{} // by the asker's name
	for _, who := range m.askers {
		if !who.out {
			live[who.name] = m.follow(who.person, follow, variables{"after": after})
			live[who.name].want("StreamReady")
		}
	}
	for _, add := range privates() {
		add(m, m.busy, s)
	}
	last := m.receive(seen.external, "the end").Message.ID.String()
	check := func(who asker, what, answer string) {
		if strings.Contains(answer, privateText) || strings.Contains(answer, privateZone) {
			t.Errorf("%s, %s: %s", what, who.name, answer)
		}
	}
	for _, who := range m.askers {
		for _, f := range m.schema.Query.Fields {
			row, known := queries()[f.Name]
			if !known {
				continue
			}
			arguments := ""
			if row.args != nil {
				arguments = row.args(m, s)
			}
			query := fmt.Sprintf("{ %s%s ", f.Name, arguments)
			if m.schema.Types[f.Type.Name()].IsCompositeType() {
				query += "{ " + m.selection(f.Type.Name(), 4, false) + "} "
			}
			_, answer := m.asks(who, f.Name, query+"}", nil)
			check(who, f.Name, answer)
		}
		for kind, id := range s.ids {
			_, answer := m.asks(who, "node", fmt.Sprintf("{ node(id: %q) { ... on %s { %s } } }", id, kind, m.selection(kind, 4, false)), nil)
			check(who, kind, answer)
		}
		_, answer := m.asks(who, "conversations", fmt.Sprintf(`{ conversations(filter: {search: %q}) { nodes { id } } }`, privateText), nil)
		check(who, "search", answer)
		if strings.Contains(answer, s.ids["Conversation"]) {
			t.Errorf("%s finds a conversation by a private text", who.name)
		}
		if who.out {
			continue
		}
		for way, stream := range map[string]*socket{"stream, live": live[who.name], "stream, replayed": m.follow(who.person, follow, variables{"after": after})} {
			for item := stream.next(); ; item = stream.next() {
				encoded, err := json.Marshal(item)
				m.must(err)
				check(who, way, string(encoded))
				if message, _ := item["MessageReceived_message"].(map[string]any); message["Message_id"] == last {
					break
				}
			}
		}
	}
}
