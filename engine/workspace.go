package engine

import (
	"context"
	"fmt"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// WorkspacePatch is a change of the settings of the workspace. Nil lists do not change.
type WorkspacePatch struct {
	Name             *string
	TimeZone         *string
	DefaultTeam      Patch[inbox.TeamID]
	Acknowledgements []string
	LifecycleStages  []string
	AutoClose        Patch[inbox.Duration]
	PresenceGrace    *inbox.Duration
}

// The shortest and the longest time for auto-close.
const (
	minAutoClose = inbox.Duration(60)
	maxAutoClose = inbox.Duration(365 * 24 * 60 * 60)
)

// WorkspaceUpdate changes the settings of the workspace. It fails with FORBIDDEN, REQUIRED, LIMIT_EXCEEDED, INVALID,
// NOT_FOUND (the team) and CONFLICT (a lifecycle stage that is in use).
func (e *Engine) WorkspaceUpdate(ctx context.Context, caller inbox.Caller, in WorkspacePatch) (*inbox.Workspace, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can change the workspace.")
	}
	if err := in.check(e.limits); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.Workspace, error) {
		workspace, err := w.read.Workspace()
		if err != nil {
			return nil, err
		}
		if in.DefaultTeam.Set && in.DefaultTeam.Value != nil {
			if _, err := find(w.team, *in.DefaultTeam.Value, "defaultTeamId", "team"); err != nil {
				return nil, err
			}
		}
		apply(&workspace.DefaultTeamID, in.DefaultTeam)
		if apply(&workspace.AutoClose, in.AutoClose) {
			w.tx.AfterCommit(e.timers.wake)
		}
		set(&workspace.Name, in.Name)
		set(&workspace.TimeZone, in.TimeZone)
		set(&workspace.PresenceGrace, in.PresenceGrace)
		if in.Acknowledgements != nil {
			workspace.Acknowledgements = in.Acknowledgements
		}
		if err := w.changeStages(workspace, in.LifecycleStages); err != nil {
			return nil, err
		}
		return workspace, w.flushed().UpdateWorkspace(workspace)
	})
}

// changeStages sets the lifecycle stages; nil does not change them. A stage cannot be removed while contacts are in it
// or published workflows name it: both would refer to a stage that does not exist.
func (w *work) changeStages(workspace *inbox.Workspace, stages []string) error {
	if stages == nil {
		return nil
	}
	for _, gone := range without(workspace.LifecycleStages, stages) {
		if err := w.unnamed("lifecycleStages", fmt.Sprintf("the stage %q", gone), func(names workflow.Names) bool {
			return names.NamesStage(gone)
		}); err != nil {
			return err
		}
		const most = 1000
		n, err := w.flushed().ContactsInStage(gone, most)
		if err != nil {
			return err
		}
		if n > 0 {
			count := inbox.Thousands(n)
			if n == most {
				count = "At least " + count
			}
			return inbox.Errorf(inbox.CodeConflict, "lifecycleStages", `The stage "{stage}" cannot be removed: contacts are in it ({count}). Move them to another stage first.`,
				inbox.Named("stage", gone), inbox.Named("count", count))
		}
	}
	workspace.LifecycleStages = stages
	return nil
}

func (in *WorkspacePatch) check(l Limits) error {
	if err := checkNewName(&in.Name, l.Name); err != nil {
		return err
	}
	if err := checkTimeZone(in.TimeZone); err != nil {
		return err
	}
	if after := in.AutoClose.Value; after != nil && (*after < minAutoClose || *after > maxAutoClose) {
		return inbox.Errorf(inbox.CodeInvalid, "autoClose", "Choose a time from {least} to {most}.", inbox.Named("least", minAutoClose), inbox.Named("most", maxAutoClose))
	}
	if in.PresenceGrace != nil && (*in.PresenceGrace < 0 || in.PresenceGrace.Std() > maxPresenceGrace) {
		return inbox.Errorf(inbox.CodeInvalid, "presenceGrace", "Choose a time from PT0S to {most}.", inbox.Named("most", inbox.Duration(maxPresenceGrace/time.Second)))
	}
	for field, list := range map[string][]string{"acknowledgements": in.Acknowledgements, "lifecycleStages": in.LifecycleStages} {
		if len(list) > l.Tags {
			return inbox.Errorf(inbox.CodeLimitExceeded, field, "There may be at most {limit} of them.", inbox.Named("limit", l.Tags))
		}
		for i, text := range list {
			if err := required(fmt.Sprintf("%s.%d", field, i), text, l.Name); err != nil {
				return err
			}
		}
	}
	return l.distinct("lifecycleStages", in.LifecycleStages)
}
