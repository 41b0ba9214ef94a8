package e2e_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"foyer/internal/client"
)

// object is a JSON object.
type object = map[string]any

// caller is somebody who uses the API. A failure ends the test, so other goroutines than the test's may only call try.
type caller struct {
	testing.TB
	*client.Client
	token string
	id    string // of the key or the agent, if the test knows it
}

// payload is the answer of a mutation, with the fields that were asked for.
type payload struct {
	Message      *message
	Note         *reference
	Draft        *draft
	Job          *job
	SavedReply   *reference
	SavedView    *reference
	Conversation *conversation
	Contact      *contact
	Agent        *agent
	Team         *reference
	Channel      *reference
	Workflow     *workflow
	WebhookPath  string
	Decision     *reference
	APIKey       *reference
	ContactField *reference
	Secret       string
	Token        string
	Opened       bool
	Duplicate    bool
	Cursor       string
	Results      []payload
	Warnings     []warning
	UserErrors   client.UserErrors
}

// reference is an object of which a test needs only this.
type reference struct{ ID, Name string }

// warning says what was left out when a message was stored.
type warning struct {
	Code, Message string
	Field         []string
	Value         *string
}

type message struct {
	ID             string
	Text           string
	FullText       string
	Status         string
	ExternalID     *string
	IdempotencyKey *string
	Conversation   *reference
}

type contact struct {
	ID             string
	FirstName      *string
	Email          *string
	Tags           []string
	LifecycleStage *string
	Blocked        bool
	Owner          *reference
}

type agent struct {
	ID, Name, Email, Role, Visibility, Presence string
	MaxOpen                                     *int
	OpenConversations                           int
	DisabledAt                                  *string
	Teams                                       []reference
}

type conversation struct {
	ID             string
	Number         int
	Status         string
	Priority       string
	Contact        *reference
	Team           *reference
	Assignee       *reference
	QueuedAt       *string
	QueuePosition  *int
	SnoozedUntil   *string
	WaitingSince   *string
	ClosedSource   *string
	Category       *string
	AssigneeReadAt *string
	InboundCount   int
	OutboundCount  int
}

type workflow struct {
	ID, Name, Status, UpdatedAt string
	Version                     int
}

// try runs a mutation. User errors are returned as an error too.
func (c *caller) try(name string, input object, fields string) (payload, error) {
	var got payload
	err := c.Mutate(c.Context(), name, input, fields, &got)
	return got, err
}

// do runs a mutation that must succeed.
func (c *caller) do(name string, input object, fields string) payload {
	c.Helper()
	got, err := c.try(name, input, fields)
	if err != nil {
		c.Fatal(err)
	}
	return got
}

// read runs a query that must succeed, and decodes its data.
func (c *caller) read(query string, variables object, into any) {
	c.Helper()
	if err := c.Do(c.Context(), query, variables, into); err != nil {
		c.Fatalf("%s: %v", query, err)
	}
}

// head returns the position of the newest event.
func (c *caller) head() string {
	c.Helper()
	var answer struct{ Head string }
	c.read(`{ head }`, nil, &answer)
	return answer.Head
}

// conversationFields is the selection of conversation.
const conversationFields = `id number status priority contact { id } team { id name } assignee { id name } queuedAt queuePosition
	snoozedUntil waitingSince closedSource category assigneeReadAt inboundCount outboundCount`

// conversation returns a conversation, or nil if the caller cannot see it.
func (c *caller) conversation(id string) *conversation {
	c.Helper()
	var answer struct{ Conversation *conversation }
	c.read(`query($id: ID!) { conversation(id: $id) { `+conversationFields+` } }`, object{"id": id}, &answer)
	return answer.Conversation
}

// everything returns all nodes of a list. The arguments are those of the list besides first and after.
func everything[T any](c *caller, list, arguments, fields string) []T {
	c.Helper()
	all, err := client.All[T](c.Context(), c.Client, list, "first: 50"+arguments, fields)
	if err != nil {
		c.Fatal(err)
	}
	return all
}

// refusals returns the codes and paths of user errors, such as "NOT_FOUND conversationId", or nil if the error is
// another one.
func refusals(err error) []string {
	var refused client.UserErrors
	if !errors.As(err, &refused) {
		return nil
	}
	var list []string
	for _, e := range refused {
		list = append(list, strings.TrimSpace(e.Code+" "+strings.Join(e.Field, ".")))
	}
	return list
}

// codes returns the codes of request errors, or nil if the error is another one.
func codes(err error) []string {
	var failure *client.Error
	if !errors.As(err, &failure) {
		return nil
	}
	var list []string
	for _, p := range failure.Problems {
		list = append(list, p.Extensions.Code)
	}
	return list
}

// text returns a value as JSON, for messages and comparisons.
func text(v any) string {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(err) // callers only pass what was JSON
	}
	return string(encoded)
}
