package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"foyer/internal/client"
)

// Furnish makes what is missing of a plan. The client is a manager's. A workflow of the plan's name with another document
// is changed and published anew.
func Furnish(ctx context.Context, c *client.Client, plan Plan) (*Desk, error) {
	d := &Desk{Agents: map[string]string{}, Teams: map[string]string{}, Channels: map[string]string{}, Made: map[string]int{}}
	for _, furnish := range []func(context.Context, *client.Client, Plan) error{d.agents, d.teams, d.channels, d.workflow, d.extras} {
		if err := furnish(ctx, c, plan); err != nil {
			return nil, fmt.Errorf("furnish the desk: %w", err)
		}
	}
	return d, nil
}

// object is what the API answers of something new.
type object struct{ ID string }

func (d *Desk) agents(ctx context.Context, c *client.Client, plan Plan) error {
	type agent struct{ ID, Email, Presence string }
	present, err := client.All[agent](ctx, c, `query($after: String) { page: agents(first: 100, after: $after) {
		nodes { id email presence } pageInfo { hasNextPage endCursor } } }`, nil)
	if err != nil {
		return err
	}
	presences := map[string]string{}
	for _, a := range present {
		d.Agents[a.Email], presences[a.Email] = a.ID, a.Presence
	}
	for _, a := range plan.Agents {
		if d.Agents[a.Email] == "" {
			var made struct{ Agent object }
			err := c.Mutate(ctx, "agentCreate", map[string]any{"name": a.Name, "email": a.Email, "password": plan.Password,
				"visibility": "TEAM"}, "agent { id }", &made)
			if err != nil {
				return err
			}
			d.Agents[a.Email] = made.Agent.ID
			d.Made["agents"]++
		}
		if presences[a.Email] != "ONLINE" {
			err := c.Mutate(ctx, "presenceSet", map[string]any{"agentId": d.Agents[a.Email], "presence": "ONLINE"}, "", nil)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Desk) teams(ctx context.Context, c *client.Client, plan Plan) error {
	type team struct {
		ID, Name string
		Members  []object
	}
	present, err := client.All[team](ctx, c, `query($after: String) { page: teams(first: 50, after: $after) {
		nodes { id name members { id } } pageInfo { hasNextPage endCursor } } }`, nil)
	if err != nil {
		return err
	}
	for _, wanted := range plan.Teams {
		var members []string
		for _, email := range wanted.Members {
			members = append(members, d.Agents[email])
		}
		at := slices.IndexFunc(present, func(t team) bool { return strings.EqualFold(t.Name, wanted.Name) })
		if at < 0 {
			var made struct{ Team object }
			err := c.Mutate(ctx, "teamCreate", map[string]any{"name": wanted.Name, "memberIds": members, "policy": wanted.Policy},
				"team { id }", &made)
			if err != nil {
				return err
			}
			d.Teams[wanted.Name] = made.Team.ID
			d.Made["teams"]++
			continue
		}
		d.Teams[wanted.Name] = present[at].ID
		missing := slices.DeleteFunc(members, func(id string) bool { return slices.Contains(present[at].Members, object{id}) })
		if len(missing) > 0 {
			err := c.Mutate(ctx, "teamUpdate", map[string]any{"id": present[at].ID, "addMemberIds": missing}, "", nil)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Desk) channels(ctx context.Context, c *client.Client, plan Plan) error {
	type channel struct{ ID, Name string }
	present, err := client.All[channel](ctx, c, `query($after: String) { page: channels(first: 100, after: $after) {
		nodes { id name } pageInfo { hasNextPage endCursor } } }`, nil)
	if err != nil {
		return err
	}
	for _, name := range plan.Channels {
		at := slices.IndexFunc(present, func(p channel) bool { return strings.EqualFold(p.Name, name) })
		if at >= 0 {
			d.Channels[name] = present[at].ID
			continue
		}
		var made struct{ Channel object }
		if err := c.Mutate(ctx, "channelCreate", map[string]any{"name": name, "kind": "API"}, "channel { id }", &made); err != nil {
			return err
		}
		d.Channels[name] = made.Channel.ID
		d.Made["channels"]++
	}
	return nil
}

// workflow is a workflow as the API has it.
type workflow struct {
	ID, Name, Status                string
	Definition, PublishedDefinition json.RawMessage
}

// find returns the workflow of a name, or nil.
func find(ctx context.Context, c *client.Client, name string) (*workflow, error) {
	present, err := client.All[workflow](ctx, c, `query($after: String) { page: workflows(first: 50, after: $after) {
		nodes { id name status definition publishedDefinition } pageInfo { hasNextPage endCursor } } }`, nil)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(present, func(w workflow) bool { return strings.EqualFold(w.Name, name) })
	if at < 0 {
		return nil, nil
	}
	return &present[at], nil
}

// Published returns the document with which a workflow is published, or nil.
func Published(ctx context.Context, c *client.Client, name string) (json.RawMessage, error) {
	w, err := find(ctx, c, name)
	if w == nil || err != nil {
		return nil, err
	}
	return w.PublishedDefinition, nil
}

func (d *Desk) workflow(ctx context.Context, c *client.Client, plan Plan) error {
	present, err := find(ctx, c, plan.Workflow.Name)
	if err != nil {
		return err
	}
	document, err := json.Marshal(plan.Workflow.Document)
	if err != nil {
		return fmt.Errorf("encode the workflow: %w", err)
	}
	switch {
	case present == nil:
		var made struct{ Workflow object }
		err := c.Mutate(ctx, "workflowCreate", map[string]any{"name": plan.Workflow.Name, "definition": json.RawMessage(document)},
			"workflow { id }", &made)
		if err != nil {
			return err
		}
		present = &workflow{ID: made.Workflow.ID}
		d.Made["workflows"]++
	case !sameJSON(present.Definition, document):
		err := c.Mutate(ctx, "workflowUpdate", map[string]any{"id": present.ID, "definition": json.RawMessage(document)}, "", nil)
		if err != nil {
			return err
		}
	}
	if present.Status == "PUBLISHED" && sameJSON(present.PublishedDefinition, document) {
		return nil
	}
	return c.Mutate(ctx, "workflowPublish", map[string]any{"id": present.ID}, "", nil)
}

// extras imports the further workflows that are missing, and publishes those that are to be. What is there stays as
// somebody may have left it.
func (d *Desk) extras(ctx context.Context, c *client.Client, plan Plan) error {
	for _, extra := range plan.Extras {
		present, err := find(ctx, c, extra.Name)
		if err != nil {
			return err
		}
		if present != nil {
			continue
		}
		var made struct{ Workflow object }
		err = c.Mutate(ctx, "workflowImport", map[string]any{"yaml": extra.YAML, "name": extra.Name}, "workflow { id }", &made)
		if err != nil {
			return err
		}
		d.Made["workflows"]++
		if !extra.Publish {
			continue
		}
		if err := c.Mutate(ctx, "workflowPublish", map[string]any{"id": made.Workflow.ID}, "", nil); err != nil {
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
