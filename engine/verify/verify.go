// Package verify proves that what the tables say is what the log says happened, and that what happened was allowed. It
// folds the log in order through a model of who has which conversation, who may take one and who waits where, and
// compares the model's end with the tables.
//
// It owns the model, which is pure, and the reading. It may import inbox, store and engine/assign. It writes nothing.
package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"foyer/inbox"
	"foyer/store"
)

// Report is what a verification found.
type Report struct {
	Events   int      // that were read
	Findings []string // sentences, each about one thing that is wrong; at most maxFindings
}

// maxFindings is how many findings a report lists: one mistake early in a log makes many.
const maxFindings = 200

// chunk is how many rows are read at once.
const chunk = 1000

// Run reads the whole log and the tables. Below the floor that retention has raised, the log does not tell any more which
// agents were there when; who may not have been is no finding there, and all else holds. It reads in chunks, so that no snapshot lasts long; what changes after the
// last chunk is not looked at. Its error is that something could not be read: what is wrong with what was read is in the
// report.
func Run(ctx context.Context, db *store.DB) (*Report, error) {
	m := newModel()
	l := &loader{versions: make(map[inbox.WorkflowVersionID]bool)}
	for after, done := int64(0), false; !done; {
		_, err := store.View(ctx, db, func(r *store.ReadTx) (struct{}, error) {
			records, err := r.Events(after, chunk)
			if err != nil {
				return struct{}{}, err
			}
			m.floor = r.Floor()
			if err := l.fold(&r.Reader, m, records); err != nil {
				return struct{}{}, err
			}
			if len(records) == chunk {
				after = records[chunk-1].Number
				return struct{}{}, nil
			}
			done = true
			t, err := loadTables(&r.Reader)
			if err == nil {
				m.compare(t)
			}
			return struct{}{}, err
		})
		if err != nil {
			return nil, fmt.Errorf("verify: %w", err)
		}
	}
	if err := compareMessages(ctx, db, m); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	return &Report{Events: m.events, Findings: m.findings}, nil
}

// loader reads what the log only refers to.
type loader struct {
	versions map[inbox.WorkflowVersionID]bool // whether a version asks for assignment policies of its own
}

// fold applies a chunk of the log.
func (l *loader) fold(r *store.Reader, m *model, records []inbox.EventRecord) error {
	events := make([]inbox.Event, len(records))
	var (
		decisions []inbox.DecisionID
		runs      []inbox.WorkflowRunID
	)
	for i, record := range records {
		event, err := record.Event()
		if err != nil {
			return err
		}
		events[i] = event
		switch e := event.(type) {
		case *inbox.ConversationAssigned:
			if e.DecisionID != nil {
				decisions = append(decisions, *e.DecisionID)
			}
		case *inbox.ConversationQueued:
			if e.DecisionID != nil {
				decisions = append(decisions, *e.DecisionID)
			}
		case *inbox.WorkflowRunChanged:
			runs = append(runs, e.RunID)
		}
		if run := event.Meta().Actor.Run(); run != 0 {
			runs = append(runs, run)
		}
	}
	known, err := l.evidence(r, decisions, runs)
	if err != nil {
		return err
	}
	for _, event := range events {
		m.apply(event, known)
	}
	return nil
}

func (l *loader) evidence(r *store.Reader, decisions []inbox.DecisionID, runs []inbox.WorkflowRunID) (evidence, error) {
	known := evidence{decisions: make(map[inbox.DecisionID]*inbox.AssignmentDecision), overriding: make(map[inbox.WorkflowRunID]bool),
		endedBy: make(map[inbox.WorkflowRunID]inbox.ActorRef)}
	loaded, err := r.Decisions(decisions)
	if err != nil {
		return known, err
	}
	for _, d := range loaded {
		known.decisions[d.ID] = d
	}
	started, err := r.Runs(runs)
	if err != nil {
		return known, err
	}
	for _, run := range started {
		if run.EndedBy != nil {
			known.endedBy[run.ID] = *run.EndedBy
		}
		overrides, ok := l.versions[run.VersionID]
		if !ok {
			if overrides, err = hasPolicies(r, run.VersionID); err != nil {
				return known, err
			}
			l.versions[run.VersionID] = overrides
		}
		known.overriding[run.ID] = overrides
	}
	return known, nil
}

// hasPolicies reports whether a version of a workflow has an assign step with a policy of its own.
func hasPolicies(r *store.Reader, id inbox.WorkflowVersionID) (bool, error) {
	version, err := r.VersionDocument(id)
	if err != nil || version == nil {
		return false, err
	}
	var document struct {
		Steps []struct {
			Assign *struct{ Policy json.RawMessage }
		}
	}
	if err := json.Unmarshal([]byte(version.Definition), &document); err != nil {
		return false, fmt.Errorf("decode workflow version %d: %w", id, err)
	}
	for _, step := range document.Steps {
		if step.Assign != nil && step.Assign.Policy != nil {
			return true, nil
		}
	}
	return false, nil
}

// loadTables reads what the model is compared with.
func loadTables(r *store.Reader) (tables, error) {
	var t tables
	var err error
	for after := inbox.ConversationID(0); ; {
		page, err := r.AllOpen(after, chunk)
		if err != nil {
			return t, err
		}
		t.open = append(t.open, page...)
		if len(page) < chunk {
			break
		}
		after = page[chunk-1].ID
	}
	if t.closed, err = r.ClosedCount(); err != nil {
		return t, err
	}
	if t.agents, err = r.AgentList(0, math.MaxInt32); err != nil {
		return t, err
	}
	if t.teams, err = r.TeamList(0, math.MaxInt32); err != nil {
		return t, err
	}
	if t.members, err = r.AllMembers(); err != nil {
		return t, err
	}
	if t.counts, err = r.AllCounts(); err != nil {
		return t, err
	}
	if t.timers, err = r.Timers(math.MaxInt32); err != nil {
		return t, err
	}
	if t.triggerEvents, err = r.TriggerEventList(); err != nil {
		return t, err
	}
	if t.runs, err = r.AllActiveRuns(); err != nil {
		return t, err
	}
	if t.unreachable, err = r.WorkflowsWithoutWebhook(); err != nil {
		return t, err
	}
	if t.tasks, err = r.TaskList(); err != nil {
		return t, err
	}
	if t.lanes, err = r.LaneList(math.MaxInt32); err != nil {
		return t, err
	}
	workspace, err := r.Workspace()
	if err != nil {
		return t, err
	}
	t.defaultTeam = workspace.DefaultTeamID
	t.takers, err = takers(r, t)
	return t, err
}

// compareMessages compares how far messages got.
func compareMessages(ctx context.Context, db *store.DB, m *model) error {
	ids := m.sentMessages()
	for len(ids) > 0 {
		part := ids[:min(len(ids), chunk)]
		ids = ids[len(part):]
		stored, err := store.View(ctx, db, func(r *store.ReadTx) ([]*inbox.Message, error) { return r.Messages(part) })
		if err != nil {
			return err
		}
		m.compareMessages(part, stored)
	}
	return nil
}
