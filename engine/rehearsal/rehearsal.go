// Package rehearsal tries workflow documents without a server, in a workspace in which every team, agent, channel and workflow
// that a document names exists.
//
// The workspace is a database in a temporary folder, and what runs in it is the engine's simulation: so the package may import
// engine and store. One goroutine at a time may compile with a Workspace, and any number may call Run.
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
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// Setting is what a Workspace has besides what documents name, and who its contact is.
type Setting struct {
	// Fields are the custom fields of contacts.
	Fields map[string]workflow.FieldType
	// Contact has facts of the contact, such as first_name, tags ([]string) and is_returning (bool).
	Contact map[string]any
	// Agent is the name of the one member of each team, who is online; empty: all are offline.
	Agent string
	// Owner is the name of the contact's owner, who is online and in no team; empty: they have none.
	Owner string
	// Zone is the workspace's time zone; nil: UTC.
	Zone *time.Location
}

// Scene is what happens in a rehearsal.
type Scene struct {
	// Message is what the contact wrote; empty: nothing.
	Message string
	// Answers are the contact's answers to questions, in turn; a nil one: no answer in time.
	Answers []*string
	// Now is when it begins.
	Now time.Time
	// Respond returns the outcome of a request; nil: each fails.
	Respond func(workflow.HTTP) workflow.Outcome
}

// Rehearsed is what a run would do.
type Rehearsed struct {
	*engine.WorkflowSimulation
	// Team and Assignee are the names for TeamID and AssigneeID; empty if these are nil.
	Team, Assignee string
}

// website is the name of the channel that the contact writes on.
const website = "Website"

// Workspace is where rehearsals run. It is the directory with which their definitions are compiled, and adds what these name.
// Close must be called at the end.
type Workspace struct {
	*Directory
	setting Setting
	folder  string
	db      *store.DB
	engine  *engine.Engine
	member  inbox.AgentID // of each team

	mu       sync.Mutex
	contacts map[bool]inbox.ContactID // by whether a conversation with them has just been closed
}

// Open makes a workspace.
func Open(ctx context.Context, s Setting) (*Workspace, error) {
	folder, err := os.MkdirTemp("", "foyer-rehearsal-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for rehearsals: %w", err)
	}
	w := &Workspace{Directory: NewDirectory(s.Fields), setting: s, folder: folder, contacts: map[bool]inbox.ContactID{}}
	quiet := slog.New(slog.DiscardHandler)
	if w.db, err = store.Open(ctx, store.Options{Path: filepath.Join(folder, "foyer.db"), Logger: quiet}); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	w.engine = engine.New(w.db, engine.Options{Logger: quiet})
	w.create = func(k workflow.ReferenceKind, name string) (int64, error) {
		return store.Update(ctx, w.db, func(tx *store.Tx) (int64, error) { return w.add(tx, k, name) })
	}
	if err := w.setUp(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("set up a workspace: %w", err), w.Close())
	}
	return w, nil
}

// Close removes the workspace.
func (w *Workspace) Close() error { return errors.Join(w.db.Close(), os.RemoveAll(w.folder)) }

// setUp stores what the workspace has besides what documents name.
func (w *Workspace) setUp(ctx context.Context) error {
	w.member = inbox.AgentID(w.id(workflow.ReferenceAgent, w.setting.Agent))
	w.id(workflow.ReferenceChannel, website)
	if w.setting.Owner != "" {
		w.id(workflow.ReferenceAgent, w.setting.Owner)
	}
	if w.err != nil {
		return w.err
	}
	_, err := store.Update(ctx, w.db, func(tx *store.Tx) (struct{}, error) {
		for name, fieldType := range w.setting.Fields {
			if err := tx.InsertContactField(&inbox.ContactField{Name: name, Label: name, Type: inbox.FieldType(fieldType)}); err != nil {
				return struct{}{}, err
			}
		}
		stored, err := tx.Workspace()
		if err != nil || w.setting.Zone == nil {
			return struct{}{}, err
		}
		stored.TimeZone = w.setting.Zone.String()
		return struct{}{}, tx.UpdateWorkspace(stored)
	})
	return err
}

// add stores something that a document names, and returns its id.
func (w *Workspace) add(tx *store.Tx, k workflow.ReferenceKind, name string) (int64, error) {
	key := inbox.LabelKey(name)
	switch k {
	case workflow.ReferenceTeam:
		t := &inbox.Team{Name: name, Policy: inbox.DefaultPolicy()}
		if err := tx.InsertTeam(t, key); err != nil {
			return 0, err
		}
		_, err := tx.AddMember(t.ID, w.member)
		return int64(t.ID), err
	case workflow.ReferenceAgent:
		a := &inbox.Agent{Name: name, Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll, Presence: inbox.PresenceOnline}
		if name == "" {
			a.Presence = inbox.PresenceOffline
		}
		err := tx.InsertAgent(a, key, "")
		return int64(a.ID), err
	case workflow.ReferenceChannel:
		c := &inbox.Channel{Name: name, Kind: inbox.ChannelAPI}
		err := tx.InsertChannel(c, key)
		return int64(c.ID), err
	case workflow.ReferenceStage:
		stored, err := tx.Workspace()
		if err != nil {
			return 0, err
		}
		stored.LifecycleStages = append(stored.LifecycleStages, name)
		return int64(len(stored.LifecycleStages)), tx.UpdateWorkspace(stored)
	default: // a workflow, which is not run
		return int64(len(w.ids[k]) + 1), nil
	}
}

// Run returns what a run of a definition that was compiled with w would do.
func (w *Workspace) Run(ctx context.Context, def *workflow.Definition, s Scene) (*Rehearsed, error) {
	if w.err != nil {
		return nil, fmt.Errorf("add what the document names: %w", w.err)
	}
	contact, err := w.contact(ctx, def.Trigger() == "conversation.closed", inbox.At(s.Now))
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
	simulated, err := w.engine.Simulate(ctx, def, in)
	if err != nil {
		return nil, err
	}
	r := &Rehearsed{WorkflowSimulation: simulated}
	if id := simulated.TeamID; id != nil {
		r.Team = w.names[workflow.ReferenceTeam][int64(*id)]
	}
	if id := simulated.AssigneeID; id != nil {
		r.Assignee = w.names[workflow.ReferenceAgent][int64(*id)]
	}
	return r, nil
}
