package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"foyer/engine/rehearsal"
	"foyer/engine/workflow"
)

// simulateCommand is `foyer workflow simulate`.
type simulateCommand struct {
	File     source            `arg:"" help:"A document in YAML or JSON, or gallery:NAME."`
	Contact  map[string]string `mapsep:"none" placeholder:"FIELD=VALUE" help:"What is known of the contact: first_name=Ann, tags=vip,new, is_returning=true; repeatable. On a server also id=con_…"`
	Message  string            `placeholder:"TEXT" help:"What the contact wrote."`
	Answer   []string          `sep:"none" placeholder:"TEXT" help:"What they answer to a question, in turn; an empty one: nothing in time; repeatable."`
	At       time.Time         `placeholder:"TIME" help:"When, such as 2026-03-02T09:00:00Z; now otherwise."`
	TimeZone string            `default:"UTC" placeholder:"ZONE" help:"The workspace's time zone (${default})."`
	Agent    string            `default:"somebody" placeholder:"NAME" help:"Who is free to be assigned (${default}); empty: nobody."`
	Owner    string            `placeholder:"NAME" help:"Who had the contact before; nobody otherwise."`
	Server   string            `placeholder:"URL" help:"Simulate in the world of this server: its contacts, teams and agents as they are."`
	Token    string            `env:"FOYER_TOKEN" placeholder:"TOKEN" help:"With --server: an API key or an agent's token (${env})."`
	fieldFlags
}

// Validate is called by kong.
func (c *simulateCommand) Validate() error {
	if c.Server != "" && c.Token == "" {
		return errors.New("--token: want an API key or an agent's token, with --server")
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil {
		return fmt.Errorf("--time-zone: %w", err)
	}
	return c.fieldFlags.Validate()
}

// Run prints what a run would do.
func (c *simulateCommand) Run(ctx context.Context, t Terminal) error {
	if c.Server != "" {
		return c.live(ctx, t)
	}
	setting, err := c.setting()
	if err != nil {
		return err
	}
	got, err := c.rehearse(ctx, setting)
	if err != nil {
		return err
	}
	told := simulated{
		Matches: got.Matches, Status: string(got.Status), Error: text(got.Error), WouldSend: got.Sent,
		WouldRouteTo: named(got.Team), WouldAssign: named(got.Assignee),
	}
	for _, s := range got.Steps {
		told.Steps = append(told.Steps, simulatedStep{s.Key, s.Type, text(s.Exit), text(s.Error)})
	}
	return told.write(t.Out)
}

// rehearse runs the document in a workspace of its own.
func (c *simulateCommand) rehearse(ctx context.Context, s rehearsal.Setting) (got *rehearsal.Rehearsed, err error) {
	workspace, err := rehearsal.Open(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, workspace.Close()) }()
	definition, err := compile(c.File, workspace)
	if err != nil {
		return nil, err
	}
	if c.At.IsZero() {
		c.At = time.Now()
	}
	return workspace.Run(ctx, definition, rehearsal.Scene{Message: c.Message, Answers: c.answers(), Now: c.At})
}

func text(written *string) string {
	if written == nil {
		return ""
	}
	return *written
}

// answers returns the answers, with nil for each that is empty: none in time.
func (c *simulateCommand) answers() []*string {
	answers := make([]*string, len(c.Answer))
	for i, answer := range c.Answer {
		if answer != "" {
			answers[i] = &answer
		}
	}
	return answers
}

// setting returns the circumstances that the flags describe.
func (c *simulateCommand) setting() (rehearsal.Setting, error) {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return rehearsal.Setting{}, err
	}
	setting := rehearsal.Setting{Fields: c.Field, Contact: map[string]any{}, Agent: c.Agent, Owner: c.Owner, Zone: zone}
	for name, value := range c.Contact {
		if setting.Contact[name], err = c.fact(name, value); err != nil {
			return setting, fmt.Errorf("--contact %s: %w", name, err)
		}
	}
	return setting, nil
}

// fact returns the value of a contact field.
func (c *simulateCommand) fact(name, value string) (any, error) {
	fieldType, known := c.Field[name]
	for _, f := range workflow.Fields() {
		if f.Path == "contact."+name {
			fieldType, known = f.Type, true
		}
	}
	switch {
	case !known:
		return nil, errors.New("contacts have no such field; --field tells of custom ones")
	case fieldType == workflow.TypeList:
		return strings.Split(value, ","), nil
	case fieldType == workflow.TypeCheckbox && value != "true" && value != "false":
		return nil, fmt.Errorf("want true or false, not %q", value)
	case fieldType == workflow.TypeCheckbox:
		return value == "true", nil
	case fieldType == workflow.TypeNumber:
		var n float64
		if json.Unmarshal([]byte(value), &n) != nil {
			return nil, fmt.Errorf("want a number, not %q", value)
		}
		return n, nil
	default:
		return value, nil
	}
}

// simulateFields selects what the command prints of a simulation on a server.
const simulateFields = `matches status error steps { key type exit error } wouldSend wouldRouteTo { name } wouldAssign { name } reason
	candidates { agent { name } passedOver openConversations }`

// live simulates on a server, with its contacts, teams and agents.
func (c *simulateCommand) live(ctx context.Context, t Terminal) error {
	document, err := c.File.document()
	if err != nil {
		return err
	}
	input := map[string]any{"definition": json.RawMessage(document), "answers": c.answers()}
	if c.Message != "" {
		input["message"] = map[string]any{"text": c.Message}
	}
	if !c.At.IsZero() {
		input["at"] = c.At
	}
	if err := c.person(input); err != nil {
		return err
	}
	server, err := connectFlags{c.Server, c.Token}.connect()
	if err != nil {
		return err
	}
	defer server.Close()
	var told simulated
	if err := server.Mutate(ctx, "workflowSimulate", input, simulateFields, &told); err != nil {
		return located(c.File, err)
	}
	return told.write(t.Out)
}

// inboundFields holds the API's names of the fields that a made-up contact can have; never written to.
var inboundFields = map[string]string{
	"first_name": "firstName", "last_name": "lastName", "email": "email", "phone": "phone", "language": "language",
	"country": "country", "avatar": "avatar",
}

// person adds the contact of the simulation to input.
func (c *simulateCommand) person(input map[string]any) error {
	if id, ok := c.Contact["id"]; ok {
		if len(c.Contact) > 1 {
			return errors.New("--contact: a server's contact is as it is; leave out the other fields")
		}
		input["contactId"] = id
		return nil
	}
	if len(c.Contact) == 0 {
		return nil
	}
	contact := map[string]any{"externalId": "made-up"}
	for name, value := range c.Contact {
		inbound, ok := inboundFields[name]
		if !ok {
			return fmt.Errorf("--contact %s: on a server a made-up contact has first_name, last_name, email, phone, language, country and avatar", name)
		}
		contact[inbound] = value
	}
	input["contact"] = contact
	return nil
}

// simulated is what a run would do.
type simulated struct {
	Matches                   bool
	Status, Error, Reason     string
	Steps                     []simulatedStep
	WouldSend                 []string
	WouldRouteTo, WouldAssign *name
	Candidates                []struct {
		Agent             name
		PassedOver        *string
		OpenConversations int
	}
}

type simulatedStep struct{ Key, Type, Exit, Error string }

// name is an object of the API of which only the name is read.
type name struct{ Name string }

func named(text string) *name {
	if text == "" {
		return nil
	}
	return &name{text}
}

// write prints it.
func (s *simulated) write(w io.Writer) error {
	var b strings.Builder
	if !s.Matches {
		b.WriteString("The trigger's condition does not hold: no run would start. This one would go:\n\n")
	}
	for _, step := range s.Steps {
		exit := step.Exit
		if exit == "" && step.Type == "ask" {
			exit = "waits for an answer"
		}
		fmt.Fprintf(&b, "%-20s %-10s %s\n", step.Key, step.Type, strings.TrimSuffix(exit+": "+step.Error, ": "))
	}
	b.WriteByte('\n')
	for _, text := range s.WouldSend {
		fmt.Fprintf(&b, "sends     %s\n", strings.ReplaceAll(text, "\n", "\n          "))
	}
	for _, line := range []struct {
		label string
		value *name
	}{{"team", s.WouldRouteTo}, {"assignee", s.WouldAssign}} {
		if line.value != nil {
			fmt.Fprintf(&b, "%-9s %s\n", line.label, line.value.Name)
		}
	}
	if s.Reason != "" {
		fmt.Fprintf(&b, "reason    %s\n", s.Reason)
	}
	for _, c := range s.Candidates {
		passed := "chosen"
		if c.PassedOver != nil {
			passed = *c.PassedOver
		}
		fmt.Fprintf(&b, "          %s, %d open: %s\n", c.Agent.Name, c.OpenConversations, passed)
	}
	fmt.Fprintf(&b, "ends      %s\n", strings.TrimSuffix(s.Status+": "+s.Error, ": "))
	_, err := io.WriteString(w, b.String())
	return err
}
