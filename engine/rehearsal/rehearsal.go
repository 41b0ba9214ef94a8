// Package rehearsal tries workflow documents without a server: in an office of its own, in which whatever team, agent, channel
// or workflow a document names exists.
//
// An office is a database in a temporary folder, and what runs there is the engine's simulation. So it may import engine and
// store. Definitions are compiled by one goroutine at a time, and run by any number.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"foyer/engine"
	"foyer/engine/assign"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// Setting is the office and the contact.
type Setting struct {
	// Fields are the custom fields of contacts.
	Fields map[string]workflow.FieldType
	// Contact are facts such as first_name, tags ([]string) and is_returning (bool).
	Contact map[string]any
	// Agent is in every team, and free; empty: nobody is.
	Agent string
	// Owner is who had the contact before, and is free, in no team; empty for nobody.
	Owner string
	// Zone is the workspace's time zone; nil: UTC.
	Zone *time.Location
}

// Scene is what happens.
type Scene struct {
	// Message is what the contact wrote; empty for nothing.
	Message string
	// Answers are what they answer to questions, in turn; nil: nothing in time.
	Answers []*string
	// Now is when.
	Now time.Time
	// Respond answers requests; nil: each fails.
	Respond func(workflow.HTTP) workflow.Outcome
}

// Rehearsed is what a run would do, with names.
type Rehearsed struct {
	*engine.WorkflowSimulation
	// Team and Assignee are the names of those of the conversation at the end, where the run changed them; empty for none.
	Team, Assignee string
}

// website is the channel that the contact writes on.
const website = "Website"

// Office is a place to rehearse in. Close must be called at the end.
type Office struct {
	*House
	setting Setting
	folder  string
	db      *store.DB
	engine  *engine.Engine
	staff   inbox.AgentID // who is in every team

	mu       sync.Mutex
	contacts map[bool]inbox.ContactID // by whether their last conversation has just been closed
}

// Open makes an office.
func Open(ctx context.Context, s Setting) (*Office, error) {
	folder, err := os.MkdirTemp("", "foyer-rehearsal-")
	if err != nil {
		return nil, fmt.Errorf("make an office: %w", err)
	}
	o := &Office{House: NewHouse(s.Fields), setting: s, folder: folder, contacts: map[bool]inbox.ContactID{}}
	quiet := slog.New(slog.DiscardHandler)
	if o.db, err = store.Open(ctx, store.Options{Path: filepath.Join(folder, "foyer.db"), Logger: quiet}); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	o.engine = engine.New(o.db, engine.Options{Logger: quiet})
	o.moveIn = func(k kind, name string) (int64, error) {
		return store.Update(ctx, o.db, func(tx *store.Tx) (int64, error) { return o.add(tx, k, name) })
	}
	if err := o.furnish(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("furnish an office: %w", err), o.Close())
	}
	return o, nil
}

// Close removes the office.
func (o *Office) Close() error { return errors.Join(o.db.Close(), os.RemoveAll(o.folder)) }

// furnish stores what is there before a document names anything.
func (o *Office) furnish(ctx context.Context) error {
	o.staff = inbox.AgentID(o.id(agent, o.setting.Agent))
	o.id(channel, website)
	if o.setting.Owner != "" {
		o.id(agent, o.setting.Owner)
	}
	if o.err != nil {
		return o.err
	}
	_, err := store.Update(ctx, o.db, func(tx *store.Tx) (struct{}, error) {
		for name, fieldType := range o.setting.Fields {
			if err := tx.InsertContactField(&inbox.ContactField{Name: name, Label: name, Type: inbox.FieldType(fieldType)}); err != nil {
				return struct{}{}, err
			}
		}
		w, err := tx.Workspace()
		if err != nil || o.setting.Zone == nil {
			return struct{}{}, err
		}
		w.TimeZone = o.setting.Zone.String()
		return struct{}{}, tx.UpdateWorkspace(w)
	})
	return err
}

// add stores what a document names.
func (o *Office) add(tx *store.Tx, k kind, name string) (int64, error) {
	key := inbox.LabelKey(name)
	switch k {
	case team:
		t := &inbox.Team{Name: name, Policy: assign.Default()}
		if err := tx.InsertTeam(t, key); err != nil {
			return 0, err
		}
		_, err := tx.AddMember(t.ID, o.staff)
		return int64(t.ID), err
	case agent:
		a := &inbox.Agent{Name: name, Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll, Presence: inbox.PresenceOnline}
		if name == "" {
			a.Presence = inbox.PresenceOffline
		}
		err := tx.InsertAgent(a, key, "")
		return int64(a.ID), err
	case channel:
		c := &inbox.Channel{Name: name, Kind: inbox.ChannelAPI}
		err := tx.InsertChannel(c, key)
		return int64(c.ID), err
	case stage:
		w, err := tx.Workspace()
		if err != nil {
			return 0, err
		}
		w.LifecycleStages = append(w.LifecycleStages, name)
		return int64(len(w.LifecycleStages)), tx.UpdateWorkspace(w)
	default: // it is not run
		return int64(len(o.ids[k]) + 1), nil
	}
}

// Run runs a definition that was compiled with this office as its directory.
func (o *Office) Run(ctx context.Context, def *workflow.Definition, s Scene) (*Rehearsed, error) {
	if o.err != nil {
		return nil, fmt.Errorf("furnish an office: %w", o.err)
	}
	contact, err := o.contact(ctx, def.Trigger() == "conversation.closed", inbox.At(s.Now))
	if err != nil {
		return nil, err
	}
	in := engine.WorkflowSimulateInput{ContactID: &contact, Answers: s.Answers, At: new(inbox.At(s.Now)), Outside: engine.Outside{
		Respond: s.Respond,
		Start:   func(workflow.Start) workflow.Outcome { return workflow.Outcome{} },
	}}
	if s.Message != "" {
		in.Message = &engine.SimulatedMessageInput{Text: &s.Message}
	}
	simulated, err := o.engine.Simulate(ctx, def, in)
	if err != nil {
		return nil, err
	}
	r := &Rehearsed{WorkflowSimulation: simulated}
	if id := simulated.TeamID; id != nil {
		r.Team = o.names[team][int64(*id)]
	}
	if id := simulated.AssigneeID; id != nil {
		r.Assignee = o.names[agent][int64(*id)]
	}
	return r, nil
}
