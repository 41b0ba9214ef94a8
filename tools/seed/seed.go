// Package seed creates what a workspace should have through the published API: agents, teams, channels and workflows. Each
// is found by its name and created only if it is missing, so that seeding again changes nothing.
//
// Nothing in it is safe for concurrent use, and it starts no goroutine.
package seed

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"foyer/internal/client"
)

// Plan is what a workspace should have.
type Plan struct {
	Agents    []Agent
	Password  string // of agents that are created
	Teams     []Team
	Channels  []string
	Workflows []Workflow
}

// Agent is an agent that should exist and be online.
type Agent struct {
	Name  string
	Email string // in lower case
	// Visibility is for an agent that is created; TEAM if it is empty.
	Visibility string
}

// Team is a team that should have these members, and keeps others that it has.
type Team struct {
	Name    string
	Members []string // by email
	Policy  Policy   // of a team that is created
}

// Policy is how a team assigns, in the form that the API takes.
type Policy struct {
	Strategy string `json:"strategy,omitempty"`
	MaxOpen  *int   `json:"maxOpen,omitempty"`
}

// Workflow is a workflow that should be published with this document.
type Workflow struct {
	Name     string
	Document any // encoded as JSON
	// Draft leaves it unpublished when it is created.
	Draft bool
	// Keep leaves an existing workflow of this name unchanged: somebody may have edited it.
	Keep bool
}

// Workspace has the ids of what exists after seeding.
type Workspace struct {
	// Agents holds ids by email, the other maps by name.
	Agents, Teams, Channels, Workflows map[string]string
	// Made counts what was missing, by kind: agent, team, channel or workflow.
	Made map[string]int
}

// Apply creates what is missing of a plan. The client is a manager's, or an owner's if agents are missing.
func Apply(ctx context.Context, c *client.Client, plan Plan) (*Workspace, error) {
	w := &Workspace{Agents: map[string]string{}, Teams: map[string]string{}, Channels: map[string]string{},
		Workflows: map[string]string{}, Made: map[string]int{}}
	for _, apply := range []func(context.Context, *client.Client, Plan) error{w.agents, w.teams, w.channels, w.workflows} {
		if err := apply(ctx, c, plan); err != nil {
			return nil, fmt.Errorf("seed the workspace: %w", err)
		}
	}
	return w, nil
}

// object is what is read of an object that the API has created.
type object struct{ ID string }

// create creates an object of a kind, such as team, and returns its id.
func (w *Workspace) create(ctx context.Context, c *client.Client, kind string, input map[string]any) (string, error) {
	var payload map[string]json.RawMessage
	if err := c.Mutate(ctx, kind+"Create", input, kind+" { id }", &payload); err != nil {
		return "", err
	}
	var made object
	w.Made[kind]++
	return made.ID, json.Unmarshal(payload[kind], &made)
}

func (w *Workspace) agents(ctx context.Context, c *client.Client, plan Plan) error {
	type agent struct{ ID, Email, Presence string }
	present, err := client.All[agent](ctx, c, "agents", "first: 100", "id email presence")
	if err != nil {
		return err
	}
	online := map[string]bool{}
	for _, a := range present {
		w.Agents[a.Email], online[a.Email] = a.ID, a.Presence == "ONLINE"
	}
	for _, a := range plan.Agents {
		if w.Agents[a.Email] == "" {
			w.Agents[a.Email], err = w.create(ctx, c, "agent",
				map[string]any{"name": a.Name, "email": a.Email, "password": plan.Password, "visibility": cmp.Or(a.Visibility, "TEAM")})
			if err != nil {
				return err
			}
		}
		if online[a.Email] {
			continue
		}
		if err := c.Mutate(ctx, "presenceSet", map[string]any{"agentId": w.Agents[a.Email], "presence": "ONLINE"}, "", nil); err != nil {
			return err
		}
	}
	return nil
}

func (w *Workspace) teams(ctx context.Context, c *client.Client, plan Plan) error {
	type team struct {
		ID, Name string
		Members  []object
	}
	present, err := client.All[team](ctx, c, "teams", "first: 50", "id name members { id }")
	if err != nil {
		return err
	}
	for _, wanted := range plan.Teams {
		var members []string
		for _, email := range wanted.Members {
			members = append(members, w.Agents[email])
		}
		at := slices.IndexFunc(present, func(t team) bool { return strings.EqualFold(t.Name, wanted.Name) })
		if at < 0 {
			w.Teams[wanted.Name], err = w.create(ctx, c, "team",
				map[string]any{"name": wanted.Name, "memberIds": members, "policy": wanted.Policy})
			if err != nil {
				return err
			}
			continue
		}
		w.Teams[wanted.Name] = present[at].ID
		missing := slices.DeleteFunc(members, func(id string) bool { return slices.Contains(present[at].Members, object{id}) })
		if len(missing) == 0 {
			continue
		}
		if err := c.Mutate(ctx, "teamUpdate", map[string]any{"id": present[at].ID, "addMemberIds": missing}, "", nil); err != nil {
			return err
		}
	}
	return nil
}

func (w *Workspace) channels(ctx context.Context, c *client.Client, plan Plan) error {
	type channel struct{ ID, Name string }
	present, err := client.All[channel](ctx, c, "channels", "first: 100", "id name")
	if err != nil {
		return err
	}
	for _, name := range plan.Channels {
		if at := slices.IndexFunc(present, func(c channel) bool { return strings.EqualFold(c.Name, name) }); at >= 0 {
			w.Channels[name] = present[at].ID
		} else if w.Channels[name], err = w.create(ctx, c, "channel", map[string]any{"name": name, "kind": "API"}); err != nil {
			return err
		}
	}
	return nil
}

// workflow is a workflow in the form of the API.
type workflow struct {
	ID, Name, Status                string
	Definition, PublishedDefinition json.RawMessage
}

func workflows(ctx context.Context, c *client.Client) ([]workflow, error) {
	return client.All[workflow](ctx, c, "workflows", "first: 50", "id name status definition publishedDefinition")
}

// Published returns the published document of a workflow, or nil if there is none.
func Published(ctx context.Context, c *client.Client, name string) (json.RawMessage, error) {
	present, err := workflows(ctx, c)
	at := slices.IndexFunc(present, func(w workflow) bool { return strings.EqualFold(w.Name, name) })
	if at < 0 {
		return nil, err
	}
	return present[at].PublishedDefinition, nil
}

func (w *Workspace) workflows(ctx context.Context, c *client.Client, plan Plan) error {
	present, err := workflows(ctx, c)
	if err != nil {
		return err
	}
	for _, wanted := range plan.Workflows {
		document, err := json.Marshal(wanted.Document)
		if err != nil {
			return fmt.Errorf("encode the workflow: %w", err)
		}
		var draft workflow
		input := map[string]any{"definition": json.RawMessage(document)}
		at := slices.IndexFunc(present, func(w workflow) bool { return strings.EqualFold(w.Name, wanted.Name) })
		switch {
		case at < 0:
			input["name"] = wanted.Name
			draft.ID, err = w.create(ctx, c, "workflow", input)
		case wanted.Keep || sameJSON(present[at].Definition, document):
			draft = present[at]
		default:
			draft = present[at]
			input["id"] = draft.ID
			err = c.Mutate(ctx, "workflowUpdate", input, "", nil)
		}
		if err != nil {
			return err
		}
		w.Workflows[wanted.Name] = draft.ID
		published := draft.Status == "PUBLISHED" && sameJSON(draft.PublishedDefinition, document)
		if published || wanted.Draft || wanted.Keep && at >= 0 {
			continue
		}
		if err := c.Mutate(ctx, "workflowPublish", map[string]any{"id": draft.ID}, "", nil); err != nil {
			return err
		}
	}
	return nil
}

// sameJSON reports whether two texts are the same value.
func sameJSON(a, b []byte) bool {
	var left, right any
	return json.Unmarshal(a, &left) == nil && json.Unmarshal(b, &right) == nil && reflect.DeepEqual(left, right)
}
