package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/account"
	"foyer/engine"
	"foyer/internal/ratelimit"
	"foyer/resolvers"
	"foyer/transport"
)

type object = map[string]any

// limited is a server under test, with functions that measure the limits of its API from outside.
type limited struct {
	*running
	token   string
	channel string
	made    int
}

// answered returns the server's verdict: "" if it accepts the request, otherwise the code and the field, or the message
// of an error of the request.
func (l *limited) answered(query string, variables object) string {
	l.t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables})
	if err != nil {
		l.t.Fatal(err)
	}
	_, text := l.post(l.token, string(body))
	return l.verdict(text)
}

func (l *limited) verdict(text string) string {
	l.t.Helper()
	var answer struct {
		Data   map[string]json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		l.t.Fatalf("%v: %s", err, text)
	}
	for _, e := range answer.Errors {
		return e.Extensions.Code + ": " + e.Message
	}
	var payload struct {
		UserErrors []struct {
			Code  string
			Field []string
		}
	}
	_ = json.Unmarshal(answer.Data["payload"], &payload) // if there is one
	for _, e := range payload.UserErrors {
		return e.Code + " " + strings.Join(e.Field, ".")
	}
	return ""
}

// mutated is answered for a mutation.
func (l *limited) mutated(name string, input object) string {
	l.t.Helper()
	return l.answered(fmt.Sprintf(`mutation($input: %s%sInput!) { payload: %s(input: $input) { userErrors { code field } } }`,
		strings.ToUpper(name[:1]), name[1:], name), object{"input": input})
}

// asOwner runs a function as the owner.
func (l *limited) asOwner(do func() string) string {
	l.t.Helper()
	key := l.token
	defer func() { l.token = key }()
	l.token = l.session()
	return do()
}

// unique returns another text each time.
func (l *limited) unique() string {
	l.made++
	return fmt.Sprintf("%d@example.com", l.made)
}

// create creates an object and returns its id.
func (l *limited) create(name, kind string, input object) string {
	l.t.Helper()
	var made map[string]json.RawMessage
	owner := l.owner().As(l.token)
	if err := owner.Mutate(l.t.Context(), name, input, kind+" { id }", &made); err != nil {
		l.t.Fatal(err)
	}
	var one struct{ ID string }
	if err := json.Unmarshal(made[kind], &one); err != nil {
		l.t.Fatal(err)
	}
	return one.ID
}

// received returns the warnings with which a contact's message is stored, for values that are refused elsewhere.
func (l *limited) received(contact, message object) string {
	l.t.Helper()
	contact["externalId"] = l.unique()
	return l.answered(`mutation($input: MessageReceiveInput!) { payload: messageReceive(input: $input) { userErrors: warnings { code field } } }`,
		object{"input": object{"channelId": l.channel, "contact": contact, "message": message}})
}

func (l *limited) conversation() string {
	return l.create("messageReceive", "conversation", object{"channelId": l.channel,
		"contact": object{"externalId": l.unique()}, "message": object{"text": "Hello"}})
}

// long returns a text of n characters, each of two bytes.
func long(n int) string { return strings.Repeat("é", n) }

// filling returns texts for the fields a to d, which take n bytes all in all when they are stored, by the fields'
// numbers.
func filling(n int) object {
	n -= len(`{"1":"","2":"","3":"","4":""}`)
	values := object{}
	for i, name := range []string{"a", "b", "c", "d"} {
		bytes := n / (4 - i)
		values[name] = long(bytes/2) + strings.Repeat("x", bytes%2)
		n -= bytes
	}
	return values
}

// many returns a list of n.
func many(n int, item func(i int) any) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = item(i)
	}
	return list
}

func TestEachLimitTakesWhatIsAtItAndRefusesWhatIsBeyond(t *testing.T) {
	for name, limits := range map[string]Limits{
		"as it is by default": {},
		"configured": {Transport: transport.Config{MaxBody: 64 << 10, MaxQuery: 3000, MaxSubscriptions: 3},
			Operations: resolvers.Limits{MaxTokens: 500, MaxDepth: 9, MaxAliases: 7, MaxCost: 600},
			Content:    engine.Limits{Text: 30, Name: 20, Category: 10, Summary: 15, Attachments: 2, Tags: 3, Fields: 150}},
	} {
		t.Run(name, func(t *testing.T) {
			config := testConfig(t)
			config.Limits = limits
			l := &limited{running: serve(t, config)}
			l.token = l.key()
			l.channel = l.create("channelCreate", "channel", object{"name": "Website", "kind": "API"})
			want := Limits{Transport: transport.Config{MaxBody: 1 << 20, MaxQuery: 64 << 10, MaxSubscriptions: 100},
				Operations: resolvers.Limits{MaxTokens: 1000, MaxDepth: 12, MaxAliases: 30, MaxCost: 5000},
				Content:    engine.Limits{Text: 10_000, Name: 200, Category: 128, Summary: 2000, Attachments: 20, Tags: 100, Fields: 32 << 10}}
			if limits.Transport.MaxBody > 0 {
				want = limits
			}
			t.Run("texts and lists", func(t *testing.T) { l.testContent(t, want.Content) })
			t.Run("requests", func(t *testing.T) { l.testRequests(t, want) })
			t.Run("subscriptions", func(t *testing.T) { l.testSubscriptions(t, want.Transport.MaxSubscriptions) })
		})
	}
}

func (l *limited) testContent(t *testing.T, limits engine.Limits) {
	t.Helper()
	tag := func(i int) any { return fmt.Sprint("tag ", i) }
	file := func(i int) any { return object{"url": fmt.Sprintf("https://files.example.com/%d", i)} }
	conversation := l.conversation()
	for _, f := range [][]string{{"a", "TEXT"}, {"b", "TEXT"}, {"c", "TEXT"}, {"d", "TEXT"}, {"e", "LIST"}} {
		if got := l.mutated("contactFieldCreate", object{"name": f[0], "type": f[1]}); got != "" {
			t.Fatal(got)
		}
	}
	for _, c := range []struct {
		what  string
		limit int
		try   func(n int) string
		field string
	}{
		{"the text of a message that comes in", limits.Text, func(n int) string { return l.received(object{}, object{"text": long(n)}) }, "message.text"},
		{"the text of a message that goes out", limits.Text, func(n int) string {
			return l.mutated("messageSend", object{"conversationId": conversation, "text": long(n)})
		}, "text"},
		{"the text of a note", limits.Text, func(n int) string {
			return l.mutated("noteAdd", object{"conversationId": conversation, "text": long(n)})
		}, "text"},
		{"a first name", limits.Name, func(n int) string {
			return l.received(object{"firstName": long(n)}, object{"text": "Hello"})
		}, "contact.firstName"},
		{"a last name", limits.Name, func(n int) string { return l.mutated("contactCreate", object{"lastName": long(n)}) }, "lastName"},
		{"the name of a file", limits.Name, func(n int) string {
			return l.received(object{}, object{"attachments": []object{{"url": "https://files.example.com/1", "name": long(n)}}})
		}, "message.attachments.0.name"},
		{"the name of a team", limits.Name, func(n int) string { return l.mutated("teamCreate", object{"name": long(n)}) }, "name"},
		{"the name of a channel", limits.Name, func(n int) string {
			return l.mutated("channelCreate", object{"name": long(n), "kind": "API"})
		}, "name"},
		{"the name of an agent", limits.Name, func(n int) string {
			return l.asOwner(func() string { // a key cannot add agents
				return l.mutated("agentCreate", object{"name": long(n), "email": l.unique(), "password": "correct horse battery"})
			})
		}, "name"},
		{"the name of a contact", limits.Name, func(n int) string {
			return l.mutated("contactCreate", object{"firstName": long(n)})
		}, "firstName"},
		{"the name of a workflow", limits.Name, func(n int) string {
			return l.mutated("workflowCreate", object{"name": long(n), "definition": object{"format": 1,
				"trigger": object{"on": "conversation.opened"}, "steps": []object{{"key": "note", "note": object{"text": "Hello"}}}}})
		}, "name"},
		{"a tag", limits.Name, func(n int) string { return l.mutated("contactCreate", object{"tags": []string{long(n)}}) }, "tags.0"},
		{"the tags of a contact", limits.Tags, func(n int) string { return l.mutated("contactCreate", object{"tags": many(n, tag)}) }, "tags"},
		{"the text of a custom field", limits.Text, func(n int) string {
			return l.mutated("contactCreate", object{"fields": object{"a": long(n)}})
		}, "fields.a"},
		{"an item of a custom field", limits.Name, func(n int) string {
			return l.mutated("contactCreate", object{"fields": object{"e": []string{long(n)}}})
		}, "fields.e"},
		{"the items of a custom field", limits.Tags, func(n int) string {
			return l.mutated("contactCreate", object{"fields": object{"e": many(n, tag)}})
		}, "fields.e"},
		{"the custom fields of a contact", limits.Fields, func(n int) string {
			return l.mutated("contactCreate", object{"fields": filling(n)})
		}, "fields"},
		{"the label of a custom field", limits.Name, func(n int) string {
			return l.mutated("contactFieldCreate", object{"name": fmt.Sprint("made_", n), "label": long(n), "type": "TEXT"})
		}, "label"},
		{"the stages of the workspace", limits.Tags, func(n int) string {
			return l.mutated("workspaceUpdate", object{"lifecycleStages": many(n, tag)})
		}, "lifecycleStages"},
		{"the attachments of a message", limits.Attachments, func(n int) string {
			return l.received(object{}, object{"attachments": many(n, file)})
		}, fmt.Sprintf("message.attachments.%d", limits.Attachments)},
		{"a category", limits.Category, func(n int) string {
			return l.mutated("conversationClose", object{"conversationId": l.conversation(), "category": long(n)})
		}, "category"},
		{"a summary", limits.Summary, func(n int) string {
			return l.mutated("conversationClose", object{"conversationId": l.conversation(), "summary": long(n)})
		}, "summary"},
	} {
		if got := c.try(c.limit); got != "" {
			t.Errorf("%s, at its limit of %d: %s", c.what, c.limit, got)
		}
		if got := c.try(c.limit + 1); got != "LIMIT_EXCEEDED "+c.field {
			t.Errorf("%s, one beyond %d: got %q, want LIMIT_EXCEEDED %s", c.what, c.limit, got, c.field)
		}
	}
}

func (l *limited) testRequests(t *testing.T, limits Limits) {
	t.Helper()
	plain := func(query string) string { return l.answered(query, nil) }
	for _, c := range []struct {
		what  string
		limit int
		try   func(n int) string
		want  string
	}{
		{"the body in bytes", int(limits.Transport.MaxBody), func(n int) string {
			const body = `{"query": "{ head }"}`
			_, text := l.post(l.token, body+strings.Repeat(" ", n-len(body)))
			return l.verdict(text)
		}, "BAD_REQUEST: The body is larger than "},
		{"the document in bytes", limits.Transport.MaxQuery, func(n int) string {
			return plain("{ head " + strings.Repeat(" ", n-len("{ head }")) + "}")
		}, "BAD_REQUEST: The query is longer than "},
		{"its tokens", limits.Operations.MaxTokens, func(n int) string { // two are the braces; one field alone may not be named so often
			return plain("{" + strings.Repeat(" head", (n-3)%4+1) + strings.Repeat(" ...{__typename}", (n-3)/4) + "}")
		}, "BAD_REQUEST: exceeded token limit of "},
		{"its depth", limits.Operations.MaxDepth, func(n int) string {
			query := `id`
			for depth := n - 1; depth > 1; depth-- {
				query = []string{"openConversation", "contact"}[(n-depth)%2] + " { " + query + " }"
			}
			root := `conversation(id: "cnv_1")`
			if strings.HasPrefix(query, "openConversation") {
				root = `contact(id: "con_1")`
			}
			return plain("{ " + root + " { " + query + " } }")
		}, "QUERY_TOO_COMPLEX: The operation is "},
		{"its aliases", limits.Operations.MaxAliases, func(n int) string {
			query := ""
			for i := range n {
				query += fmt.Sprintf(" a%d: head", i)
			}
			return plain("{" + query + " }")
		}, "QUERY_TOO_COMPLEX: The operation has "},
		{"its cost", limits.Operations.MaxCost, func(n int) string { // two for the lists, a hundred for each field of their members
			return plain("{ conversations(first: 100) { nodes {" + strings.Repeat(" id", (n-2)/100) + " } }" + strings.Repeat(" head", (n-2)%100) + "}")
		}, "QUERY_TOO_COMPLEX: The operation costs "},
	} {
		at, beyond := c.try(c.limit), c.try(c.limit+1)
		if at != "" {
			t.Errorf("%s, at its limit of %d: %s", c.what, c.limit, at)
		}
		if !strings.HasPrefix(beyond, c.want) {
			t.Errorf("%s, one beyond %d: got %q, want %q", c.what, c.limit, beyond, c.want)
		}
	}
}

func (l *limited) testSubscriptions(t *testing.T, limit int) {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}, HandshakeTimeout: patience}
	socket, response, err := dialer.Dial("ws"+strings.TrimPrefix(l.URL(), "http")+"/graphql", http.Header{})
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	defer func() { _ = socket.Close() }()
	send := func(message object) {
		if err := socket.WriteJSON(message); err != nil {
			t.Fatal(err)
		}
	}
	send(object{"type": "connection_init", "payload": object{"authorization": "Bearer " + l.token}})
	for i := range limit + 1 {
		send(object{"type": "subscribe", "id": fmt.Sprint(i), "payload": object{"query": `subscription { events { __typename } }`}})
	}
	ready, refused := 0, ""
	_ = socket.SetReadDeadline(time.Now().Add(patience))
	for ready < limit || refused == "" {
		_, text, err := socket.ReadMessage()
		if err != nil {
			t.Fatalf("after %d are ready and %q: %v", ready, refused, err)
		}
		var message struct {
			ID, Type string
			Payload  json.RawMessage
		}
		if err := json.Unmarshal(text, &message); err != nil {
			t.Fatal(err)
		}
		switch message.Type {
		case "next":
			ready++
		case "error":
			refused = message.ID + " " + string(message.Payload)
		}
	}
	if !strings.HasPrefix(refused, fmt.Sprint(limit)+" ") || !strings.Contains(refused, `"code":"RATE_LIMITED"`) {
		t.Errorf("the one beyond %d: %s", limit, refused)
	}
}

func TestLogInsAreTriedAsOftenAsIsConfigured(t *testing.T) {
	for name, c := range map[string]struct {
		limits          Limits
		account, failed ratelimit.Rate
	}{
		"as it is by default": {Limits{}, ratelimit.Every(6*time.Second, 10), ratelimit.Every(2*time.Second, 30)},
		"configured": {Limits{Accounts: account.Limits{Logins: ratelimit.Every(time.Hour, 2), FailedLogins: ratelimit.Every(time.Hour, 5)}},
			ratelimit.Every(time.Hour, 2), ratelimit.Every(time.Hour, 5)},
	} {
		t.Run(name, func(t *testing.T) {
			config := testConfig(t)
			config.Limits = c.limits
			l := &limited{running: serve(t, config)}
			began, failed := time.Now(), 0
			// until tries until it is refused: after the burst, and those that came back meanwhile.
			until := func(email func() string, refusal string, may ratelimit.Rate) {
				t.Helper()
				for {
					got := l.mutated("login", object{"email": email(), "password": "wrong"})
					most := may.Burst + int(time.Since(began).Seconds()*may.PerSecond)
					if got == refusal && failed >= may.Burst {
						return // refused unseen, which is not a failure
					}
					failed++
					if got != "INVALID " || failed > most {
						t.Fatalf("log-in %d of %d: %s", failed, may.Burst, got)
					}
				}
			}
			until(func() string { return testOwner }, "LIMIT_EXCEEDED email", c.account)
			until(l.unique, "LIMIT_EXCEEDED ", c.failed)
		})
	}
}

func TestLogInsMayBeWithoutLimit(t *testing.T) {
	config := testConfig(t)
	config.Limits.Accounts.Logins = ratelimit.Rate{Burst: 1}
	config.Limits.Accounts.FailedLogins = ratelimit.Rate{Burst: 1}
	l := &limited{running: serve(t, config)}
	for range 4 {
		if got := l.mutated("login", object{"email": testOwner, "password": "wrong"}); got != "INVALID " {
			t.Fatal(got)
		}
	}
}
