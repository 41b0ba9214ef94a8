package engine

import (
	"context"
	"fmt"
	"time"

	"foyer/inbox"
)

// WorkspacePatch is a change of what holds for everybody. Nil lists stay as they are.
type WorkspacePatch struct {
	Name             *string
	TimeZone         *string
	DefaultTeam      Patch[inbox.TeamID]
	Acknowledgements []string
	LifecycleStages  []string
}

// WorkspaceUpdate changes what holds for everybody. It fails with FORBIDDEN, REQUIRED, LIMIT_EXCEEDED, INVALID and
// NOT_FOUND (the team).
func (e *Engine) WorkspaceUpdate(ctx context.Context, caller inbox.Caller, in WorkspacePatch) (*inbox.Workspace, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers change the workspace.")
	}
	if err := in.check(e.limits); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.Workspace, error) {
		workspace, err := w.Workspace()
		if err != nil {
			return nil, err
		}
		if in.DefaultTeam.Set && in.DefaultTeam.Value != nil {
			t, err := w.team(*in.DefaultTeam.Value)
			if err != nil {
				return nil, err
			}
			if t == nil {
				return nil, inbox.NotFound("defaultTeamId", "team")
			}
		}
		apply(&workspace.DefaultTeamID, in.DefaultTeam)
		if in.Name != nil {
			workspace.Name = *in.Name
		}
		if in.TimeZone != nil {
			workspace.TimeZone = *in.TimeZone
		}
		if in.Acknowledgements != nil {
			workspace.Acknowledgements = in.Acknowledgements
		}
		if in.LifecycleStages != nil {
			workspace.LifecycleStages = in.LifecycleStages
		}
		return workspace, w.UpdateWorkspace(workspace)
	})
}

func (in WorkspacePatch) check(l Limits) error {
	if in.Name != nil {
		if err := required("name", *in.Name, l.Name); err != nil {
			return err
		}
	}
	if in.TimeZone != nil {
		if _, err := time.LoadLocation(*in.TimeZone); err != nil || *in.TimeZone == "" || *in.TimeZone == "Local" {
			return inbox.Errorf(inbox.CodeInvalid, "timeZone", "This is not an IANA time zone, such as Europe/Vienna.")
		}
	}
	for field, list := range map[string][]string{"acknowledgements": in.Acknowledgements, "lifecycleStages": in.LifecycleStages} {
		if len(list) > maxTags {
			return inbox.Errorf(inbox.CodeLimitExceeded, field, "At most %d of them.", maxTags)
		}
		for i, text := range list {
			if err := required(fmt.Sprintf("%s.%d", field, i), text, l.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
