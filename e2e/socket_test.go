package e2e_test

import (
	"net"
	"slices"
	"strings"
	"testing"
)

func TestAStreamGoesOnFromAnyPlace(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	start := s.key.head()
	d := s.furnish(crew{name: "Support", agents: agentNames(2), maxOpen: 1})
	live := s.key.follow("", nil)
	for _, contact := range []string{"ada", "bob", "cyd"} {
		d.write(contact, "Hello")
	}
	open := everything[conversation](s.key, "conversations", ", filter: {unassigned: false}", conversationFields)
	s.key.do("conversationClose", object{"conversationId": open[0].ID}, "")
	head := s.key.head()
	all := s.key.follow(start, nil).through(head)
	inOrder(t, all)
	sameEvents(t, "what was seen live", live.through(head), all[len(all)-len(live.events()):])
	for i, e := range all[:len(all)-1] {
		stream := s.key.follow(e.Cursor, nil)
		sameEvents(t, "after "+e.Cursor, stream.through(head), all[i+1:])
		stream.leave()
	}
	if events := s.key.follow(head, nil).events(); len(events) > 0 {
		t.Errorf("after the head come %v", kinds(events))
	}

	filtered := s.key.follow(start, object{"types": []string{"CONVERSATION_ASSIGNED"}, "teamIds": []string{d.Teams["Support"]}}).events()
	want := slices.DeleteFunc(slices.Clone(all), func(i item) bool { return i.Type != "ConversationAssigned" })
	sameEvents(t, "assignments alone", filtered, want)

	epoch, number, _ := strings.Cut(head, ".")
	for cursor, code := range map[string]string{
		"garbage": "CURSOR_INVALID", number: "CURSOR_INVALID", head[:len(head)-1]: "CURSOR_INVALID", head + "0": "CURSOR_INVALID",
		strings.Repeat("9", len(epoch)) + "." + number: "CURSOR_EXPIRED", // another log's
		epoch + "." + strings.Repeat("9", len(number)): "CURSOR_EXPIRED", // a restored log's
	} {
		s.key.subscribe(cursor, nil).endsWithError(code)
	}
}

func TestARevokedKeyClosesItsSockets(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	key, other := s.makeKey("MANAGER"), s.makeKey("MANAGER")
	streams := []*stream{key.follow("", nil), key.follow("", nil)}
	stays := other.follow("", nil)
	s.owner.do("apiKeyRevoke", object{"id": key.id}, "")
	for _, stream := range streams {
		stream.endsWithClose(4403)
	}
	key.subscribe("", nil).endsWithClose(4403)
	s.owner.do("teamCreate", object{"name": "New"}, "")
	if got := kinds(stays.through(s.owner.head())); !slices.Equal(got, []string{"TeamChanged"}) {
		t.Errorf("another key's stream shows %v", got)
	}
}

func TestADisabledAgentsSocketsClose(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: agentNames(2)})
	first, second := d.agent("agent01"), d.agent("agent02")
	ends, stays := first.follow("", nil), second.follow("", nil)
	v := d.write("ada", "Hello").Conversation
	s.key.do("conversationAssign", object{"conversationId": v.ID, "agentId": first.id}, "")
	s.owner.do("agentUpdate", object{"id": first.id, "disabled": true}, "")
	ends.endsWithClose(4403)
	first.subscribe("", nil).endsWithClose(4403)
	// The conversation that they had goes to the other agent.
	if got := s.key.conversation(v.ID); idOf(got.Assignee) != second.id {
		t.Errorf("the conversation is %s", text(got))
	}
	events := stays.through(s.key.head())
	if got := events[len(events)-1]; got.Type != "ConversationAssigned" || got.Assignee.ID != second.id {
		t.Errorf("the other agent's stream ends with %s", got.raw)
	}
}

func TestAStreamEndsWhereItsViewerSeesOtherThings(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(s *server, d *furnished, agent string){
		"role": func(s *server, _ *furnished, agent string) {
			s.owner.do("agentUpdate", object{"id": agent, "role": "MANAGER"}, "")
		},
		"visibility": func(s *server, _ *furnished, agent string) {
			s.owner.do("agentUpdate", object{"id": agent, "visibility": "ASSIGNED"}, "")
		},
		"joining a team": func(s *server, d *furnished, agent string) {
			s.owner.do("teamUpdate", object{"id": d.Teams["Sales"], "addMemberIds": []string{agent}}, "")
		},
		"leaving a team": func(s *server, d *furnished, agent string) {
			s.owner.do("teamUpdate", object{"id": d.Teams["Support"], "removeMemberIds": []string{agent}}, "")
		},
		"a new team": func(s *server, _ *furnished, agent string) {
			s.owner.do("teamCreate", object{"name": "New", "memberIds": []string{agent}}, "")
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			d := s.furnish(crew{name: "Support", agents: []string{"ana"}}, crew{name: "Sales", agents: []string{"bea"}})
			ana, bea := d.agent("ana"), d.agent("bea")
			d.write("ada", "Hello")
			before := s.key.head()
			stream, stays := ana.follow(before, nil), bea.follow(before, nil)
			d.write("ada", "And more")
			stream.await("the message", func(items []item) bool {
				return slices.Contains(kinds(items), "MessageReceived")
			})
			change(s, d, ana.id)
			if cursor := stream.endsWithError("SCOPE_CHANGED"); cursor != stream.place() {
				t.Errorf("the stream ended at %q, its last item was at %q", cursor, stream.place())
			}
			ana.subscribe(before, nil).endsWithError("SCOPE_CHANGED")
			again := ana.follow(ana.head(), nil)
			s.owner.do("agentUpdate", object{"id": bea.id, "name": "Bea"}, "")
			if got := kinds(again.through(s.owner.head())); !slices.Equal(got, []string{"AgentChanged"}) {
				t.Errorf("the new stream shows %v", got)
			}
			stays.through(s.owner.head()) // the access of other viewers has not changed
		})
	}
}

func TestTeamVisibilityHidesWhatIsOthers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Sales", agents: []string{"ana"}}, crew{name: "Support", agents: []string{"bea"}})
	ana := d.agent("ana")
	start := s.key.head()
	stream := ana.follow("", nil)

	mine, theirs := d.write("ada", "Hello").Conversation.ID, d.write("bob", "Hello").Conversation.ID
	route := func(id, team string) {
		s.key.do("conversationRoute", object{"conversationId": id, "teamId": d.Teams[team]}, "")
	}
	hand := func(id, to string) {
		s.key.do("conversationAssign", object{"conversationId": id, "agentId": d.Agents[emailOf(to)]}, "")
	}
	route(theirs, "Support")
	hand(theirs, "bea") // from here on Ana may not see it
	stream.await("ConversationHidden", func(items []item) bool { return slices.Contains(kinds(items), "ConversationHidden") })
	hidden := stream.events()
	d.write("bob", "Secret")
	s.key.do("noteAdd", object{"conversationId": theirs, "text": "Secret"}, "")
	s.key.do("contactUpdate", object{"id": s.key.conversation(theirs).Contact.ID, "firstName": "Secret"}, "")
	route(mine, "Support") // Ana keeps seeing it: it is assigned to her
	d.write("ada", "Still yours")
	s.key.do("conversationClose", object{"conversationId": theirs}, "")
	d.write("ada", "The end")
	stream.await("the last message", func(items []item) bool { return said(items, "The end") })

	if last := hidden[len(hidden)-1]; last.Type != "ConversationHidden" || last.ConversationID != theirs {
		t.Errorf("what left Ana's access is shown as %s", last.raw)
	}
	after := stream.events()[len(hidden):]
	inOrder(t, stream.events())
	for _, e := range after {
		if e.Conversation == nil || e.Conversation.ID != mine || strings.Contains(e.raw, "Secret") {
			t.Errorf("the stream shows %s", e.raw)
		}
	}
	if got := kinds(after); !slices.Equal(got, []string{"ConversationRouted", "MessageReceived", "MessageReceived"}) {
		t.Errorf("the stream shows %v", got)
	}
	// A later subscriber learns only that there is something to hide.
	later := ana.follow(start, nil)
	for _, e := range later.events() {
		if e.Conversation != nil && e.Conversation.ID == theirs || strings.Contains(e.raw, "Secret") {
			t.Errorf("a later stream shows %s", e.raw)
		}
	}
	if !slices.ContainsFunc(later.events(), func(e item) bool { return e.Type == "ConversationHidden" && e.ConversationID == theirs }) {
		t.Errorf("a later stream does not hide it: %v", kinds(later.events()))
	}
	// What comes into access is visible from then on.
	hand(s.key.do("messageReceive", d.incoming("bob", "", "Again"), received).Conversation.ID, "ana")
	back := d.write("bob", "Hello, Ana").Conversation
	if idOf(back.Assignee) != ana.id || ana.conversation(back.ID) == nil {
		t.Errorf("the new conversation is %s", text(back))
	}
	stream.await("the message in the new conversation", func(items []item) bool { return said(items, "Hello, Ana") })
}

// said reports whether a message with a text is among the items.
func said(items []item, text string) bool {
	return slices.ContainsFunc(items, func(i item) bool { return i.Message != nil && i.Message.Text == text })
}

func TestAGracefulStopEndsStreamsAndFinishesRequests(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: agentNames(1)})
	streams := list(5, func(int) *stream { return s.key.follow("", nil) })
	body := asked(`mutation($input: MessageReceiveInput!) { messageReceive(input: $input) { opened } }`,
		object{"input": d.incoming("ada", "in-flight", "Hello")})
	underWay := s.begin(body)

	s.terminate()
	for _, stream := range streams {
		stream.endsWithClose(1012)
	}
	if _, err := underWay.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	response := make([]byte, 4096)
	n, err := underWay.Read(response)
	if got := string(response[:n]); err != nil || !strings.HasPrefix(got, "HTTP/1.1 200") || !strings.Contains(got, `"opened":true`) {
		t.Errorf("the request under way is answered %q, %v", got, err)
	}
	_ = underWay.Close()
	s.gone()

	s.start()
	if got := s.key.do("messageReceive", d.incoming("ada", "in-flight", "Hello"), received); !got.Duplicate {
		t.Errorf("after the restart: %s", text(got))
	}
}

// begin sends the head of a request, and waits until the server asks for the body.
func (s *server) begin(body string) net.Conn {
	s.Helper()
	conn, err := new(net.Dialer).DialContext(s.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = conn.Close() }) // fails if the test has closed it
	_, err = conn.Write([]byte("POST /graphql HTTP/1.1\r\nHost: foyer\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n" +
		"Authorization: Bearer " + s.key.token + "\r\nContent-Length: " + text(len(body)) + "\r\n\r\n"))
	if err != nil {
		s.Fatal(err)
	}
	response := make([]byte, 1024)
	if n, err := conn.Read(response); err != nil || !strings.Contains(string(response[:n]), "100 Continue") {
		s.Fatalf("the head of a request is answered %q, %v", response[:n], err)
	}
	return conn
}
