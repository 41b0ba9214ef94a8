// Package verify checks that the tables agree with the log of events, and that what happened was allowed. It applies the
// events in order to a model of which agent has which conversation, which agents can be assigned one, and which
// conversations wait in which queue, and compares the model with the tables at the end.
//
// It owns the model, which is pure, and the reading. It may import inbox, store, engine/assign and engine/workflow. It writes nothing.
package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"foyer/inbox"
	"foyer/store"
)

// Report is what a verification found.
type Report struct {
	Events   int      // the number of events that were read
	Findings []string // sentences, each about one thing that is wrong; at most maxFindings
}

// maxFindings is the most findings that a report lists: one mistake early in a log leads to many.
const maxFindings = 200

// chunk is how many rows are read at once.
const chunk = 1000

// Run verifies the whole log and the tables. It reads in chunks, so that no snapshot lasts long; what changes after the last
// chunk is not looked at. Up to the floor that retention has raised, the log does not say any more which agents were online
// when, so nothing is found there about an agent's presence. Run fails if something cannot be read; what is wrong with
// what was read is in the report.
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
			t, err := loadTables(&r.Reader, m.last)
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

// loader reads what the log refers to.
type loader struct {
	versions map[inbox.WorkflowVersionID]bool // whether a version has assignment policies of its own
}

// fold applies a chunk of the log to the model.
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

// evidence reads decisions and runs that a chunk of the log refers to.
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

// loadTables reads what the model is compared with. At is the time of the newest event.
func loadTables(r *store.Reader, at inbox.Time) (tables, error) {
	var t tables
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
	errs := make([]error, 16)
	t.closed, errs[0] = r.ClosedCount()
	t.agents, errs[1] = r.AgentList(0, math.MaxInt32)
	t.teams, errs[2] = r.TeamList(0, math.MaxInt32)
	t.members, errs[3] = r.AllMembers()
	t.counts, errs[4] = r.AllCounts()
	t.timers, errs[5] = r.Timers(math.MaxInt32)
	t.triggerEvents, errs[6] = r.TriggerEventList()
	t.runs, errs[7] = r.AllActiveRuns()
	t.unreachable, errs[8] = r.WorkflowsWithoutWebhook()
	t.tasks, errs[9] = r.TaskList()
	t.lanes, errs[10] = r.LaneList(math.MaxInt32)
	t.presences, errs[11] = r.NewestPresences()
	t.connections, errs[12] = r.ConnectionList()
	t.jobs, errs[15] = r.JobTallies()
	workspace, err := r.Workspace()
	errs[13] = err
	t.files, errs[14] = loadFiles(r)
	if err := errors.Join(errs...); err != nil {
		return t, err
	}
	t.defaultTeam = workspace.DefaultTeamID
	if t.attention, err = loadAttention(r); err != nil {
		return t, err
	}
	t.winners, err = winners(r, t, at)
	return t, err
}

// compareMessages compares the status of outbound messages.
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
