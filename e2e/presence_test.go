package e2e_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// presences returns the presences that an agent took in turn, as a stream shows them.
func presences(items []item, agent string) []string {
	var became []string
	for _, i := range items {
		if i.Type == "PresenceChanged" && i.Agent.ID == agent {
			became = append(became, i.Presence)
		}
	}
	return became
}

// becomes waits until this is the last presence of an agent that a stream shows.
func (s *stream) becomes(agent, presence string) {
	s.Helper()
	s.await(agent+" "+presence, func(items []item) bool {
		became := presences(items, agent)
		return len(became) > 0 && became[len(became)-1] == presence
	})
}

// eventStream opens a subscription over server-sent events. Once it is open, it returns what comes and a function that ends it.
func (c *caller) eventStream(server *server) (body io.Reader, leave func()) {
	c.Helper()
	ctx, leave := context.WithCancel(c.Context())
	c.Cleanup(leave)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.url+"/graphql",
		strings.NewReader(asked(eventsDocument, nil)))
	if err != nil {
		c.Fatal(err)
	}
	for name, value := range map[string]string{"Content-Type": "application/json", "Accept": "text/event-stream", "Authorization": "Bearer " + c.token} {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { _ = response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		c.Fatalf("the event stream is answered %s", response.Status)
	}
	return response.Body, leave
}

func TestPresenceFollowsTheConnectionsOfAnAgent(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana", "bea"}})
	s.owner.do("workspaceUpdate", object{"presenceGrace": "PT0S"}, "")
	watch := s.key.follow("", nil)
	ana, phone := d.agent("ana"), d.agent("ana")

	socket := ana.follow("", nil)
	_, leaveStream := phone.eventStream(s)
	s.key.follow("", nil).leave() // of a key: nobody's presence
	socket.leave()
	if got := presences(watch.through(s.key.head()), ana.id); len(got) > 0 {
		t.Errorf("with one connection left Ana became %v", got)
	}
	leaveStream()
	watch.becomes(ana.id, "OFFLINE")
	if got := d.write("ada", "Hello").Conversation; idOf(got.Assignee) != d.agent("bea").id {
		t.Errorf("the conversation is %s", text(got))
	}
	again := ana.follow("", nil)
	watch.becomes(ana.id, "ONLINE")

	ana.do("presenceSet", object{"presence": "OFFLINE"}, "")
	again.leave()
	_, leaveStream = phone.eventStream(s)
	ana.do("presenceSet", object{"presence": "BUSY"}, "") // comes after what the stream might have brought back
	watch.becomes(ana.id, "BUSY")
	leaveStream()
	watch.becomes(ana.id, "OFFLINE")
	if got := presences(watch.events(), ana.id); !slices.Equal(got, []string{"OFFLINE", "ONLINE", "OFFLINE", "BUSY", "OFFLINE"}) {
		t.Errorf("Ana became %v", got)
	}

	var history struct {
		Viewer struct {
			PresenceSince, LastSeenAt string
			PresenceUntil             *string
			PresenceHistory           struct {
				Nodes []struct {
					Presence, Since, Duration string
					Until                     *string
				}
			}
		}
	}
	const asks = `{ viewer { ... on Agent { presenceSince presenceUntil lastSeenAt presenceHistory(first: 3) { nodes { presence since until duration } } } } }`
	ana.read(asks, nil, &history)
	spans := history.Viewer.PresenceHistory.Nodes
	if len(spans) != 3 || spans[0].Presence != "OFFLINE" || spans[0].Until != nil || spans[0].Since != history.Viewer.PresenceSince ||
		spans[1].Presence != "BUSY" || *spans[1].Until != spans[0].Since || history.Viewer.LastSeenAt == "" || history.Viewer.PresenceUntil != nil {
		t.Errorf("Ana reads %+v", history.Viewer)
	}
	var others struct{ Node struct{ PresenceHistory any } }
	d.agent("bea").read(`query($id: ID!) { node(id: $id) { ... on Agent { presenceHistory { nodes { since } } } } }`, object{"id": ana.id}, &others)
	if others.Node.PresenceHistory != nil {
		t.Errorf("Bea reads Ana's history: %v", others.Node.PresenceHistory)
	}
}

func TestLoggingOutMakesAnAgentOfflineAndAReloadDoesNot(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana"}})
	s.owner.do("workspaceUpdate", object{"presenceGrace": "PT10M"}, "")
	watch := s.key.follow("", nil)
	ana := d.agent("ana")
	for range 3 {
		ana.follow("", nil).leave()
	}
	stream := ana.follow("", nil)
	if got := presences(watch.through(s.key.head()), ana.id); len(got) > 0 {
		t.Errorf("reloading made Ana %v", got)
	}
	ana.do("logout", object{}, "")
	watch.becomes(ana.id, "OFFLINE")
	stream.endsWithClose(4403)
	d.agent("ana").follow("", nil)
	watch.becomes(ana.id, "ONLINE")
	if got := presences(watch.events(), ana.id); !slices.Equal(got, []string{"OFFLINE", "ONLINE"}) {
		t.Errorf("Ana became %v", got)
	}
}

func TestAgentsWhoDoNotComeBackAfterACrashAreOffline(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana", "bea"}})
	s.owner.do("workspaceUpdate", object{"presenceGrace": "PT1S"}, "")
	ana := d.agent("ana")
	ana.follow("", nil)
	watch := s.key.follow("", nil)
	for seen := (*string)(nil); seen == nil; { // until their connection is stored
		var answer struct{ Viewer struct{ LastSeenAt *string } }
		ana.read(`{ viewer { ... on Agent { lastSeenAt } } }`, nil, &answer)
		seen = answer.Viewer.LastSeenAt
	}
	ana.do("presenceSet", object{"presence": "BUSY"}, "")
	watch.becomes(ana.id, "BUSY")
	s.kill()
	s.start()
	s.key.follow(watch.place(), nil).becomes(ana.id, "OFFLINE")
}
