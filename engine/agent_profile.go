package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"foyer/inbox"
)

const (
	maxSignature   = 2_000    // characters
	maxNamespace   = 64       // characters
	maxPreferences = 32 << 10 // bytes of an agent's preferences, as they are stored
)

// ViewerPatch is a change of what agents say about themselves.
type ViewerPatch struct {
	Name      *string
	Avatar    Patch[inbox.FileID]
	Signature Patch[string]
	Languages []string // nil: unchanged
	TimeZone  Patch[string]
}

// check normalizes the patch.
func (in *ViewerPatch) check() error {
	if in.Signature.Value != nil && strings.TrimSpace(*in.Signature.Value) == "" {
		in.Signature.Value = nil
	}
	return firstError(atMost("signature", in.Signature.Value, maxSignature), checkTimeZone(in.TimeZone.Value))
}

// checkTimeZone checks the name of a time zone, or nil.
func checkTimeZone(name *string) error {
	if name == nil {
		return nil
	}
	if _, err := time.LoadLocation(*name); err != nil || *name == "" || *name == "Local" {
		return inbox.Errorf(inbox.CodeInvalid, "timeZone", "This is not an IANA time zone, such as Europe/Vienna.")
	}
	return nil
}

// ViewerUpdate changes the agent who calls. It fails with FORBIDDEN (for keys), NOT_FOUND (the file), REQUIRED, INVALID and
// LIMIT_EXCEEDED.
func (e *Engine) ViewerUpdate(ctx context.Context, caller inbox.Caller, in ViewerPatch) (*AgentChange, error) {
	id := caller.Actor.Agent()
	if id == 0 {
		return nil, inbox.Forbidden("Only people have a profile.")
	}
	agent := AgentPatch{ID: id, Name: in.Name, Languages: in.Languages}
	if err := firstError(agent.check(e.limits), in.check()); err != nil {
		return nil, err
	}
	return changeAccounts(ctx, e, caller, func(w *work) (*AgentChange, error) {
		a, err := find(w.read.Agent, id, "", "agent")
		if err != nil {
			return nil, err
		}
		pictured, err := w.changeProfile(id, in)
		if err != nil {
			return nil, err
		}
		before := *a
		agent.patch(a, w.now)
		switch {
		case !reflect.DeepEqual(*a, before):
			err = w.saveAgent(a, before)
		case pictured:
			w.announceAgent(a, false)
		}
		return w.changedAgent(a), err
	})
}

// changeProfile changes what is kept beside an agent, and reports whether their picture is another one.
func (w *work) changeProfile(id inbox.AgentID, in ViewerPatch) (pictured bool, err error) {
	p, err := w.flushed().AgentProfile(id)
	if err != nil {
		return false, err
	}
	if p == nil {
		p = &inbox.AgentProfile{AgentID: id}
	}
	signed, moved := apply(&p.Signature, in.Signature), apply(&p.TimeZone, in.TimeZone)
	pictured = apply(&p.AvatarID, in.Avatar)
	if !signed && !moved && !pictured {
		return false, nil
	}
	if pictured {
		if err := w.useAvatar(id, p.AvatarID); err != nil {
			return false, err
		}
	}
	return pictured, w.flushed().SetAgentProfile(p)
}

// useAvatar makes a file the picture of an agent; with nil they have none. It fails with NOT_FOUND and INVALID.
func (w *work) useAvatar(id inbox.AgentID, file *inbox.FileID) error {
	if file == nil {
		return w.useFiles(inbox.AvatarFile(id))
	}
	f, err := w.visibleFile(*file, "avatarFileId")
	if err != nil {
		return err
	}
	if f.ThumbnailBytes == nil {
		return inbox.Errorf(inbox.CodeInvalid, "avatarFileId", "This is no image that can be shown. Upload a PNG, JPEG, GIF or WebP image.")
	}
	return w.useFiles(inbox.AvatarFile(id), f.ID)
}

// Preference is what a front end keeps under a namespace; a Value of null removes it.
type Preference struct {
	Namespace string
	Value     inbox.JSON
}

// PreferencesSet stores what a front end keeps for the agent who calls. It fails with FORBIDDEN (for keys), REQUIRED, INVALID and
// LIMIT_EXCEEDED.
func (e *Engine) PreferencesSet(ctx context.Context, caller inbox.Caller, in Preference) (*AgentChange, error) {
	id := caller.Actor.Agent()
	if id == 0 {
		return nil, inbox.Forbidden("Only people have preferences.")
	}
	if err := required("namespace", in.Namespace, maxNamespace); err != nil {
		return nil, err
	}
	return changeAccounts(ctx, e, caller, func(w *work) (*AgentChange, error) {
		a, err := find(w.read.Agent, id, "", "agent")
		if err != nil {
			return nil, err
		}
		kept, err := w.flushed().Preferences(id)
		if err != nil {
			return nil, err
		}
		settings := map[string]json.RawMessage{}
		if kept != nil {
			if err := json.Unmarshal(kept.Settings, &settings); err != nil {
				return nil, fmt.Errorf("decode the preferences of %s: %w", id, err)
			}
		}
		settings[in.Namespace] = json.RawMessage(in.Value)
		if len(in.Value) == 0 || string(in.Value) == "null" {
			delete(settings, in.Namespace)
		}
		written, err := json.Marshal(settings)
		if err != nil {
			return nil, fmt.Errorf("encode the preferences of %s: %w", id, err)
		}
		if len(written) > maxPreferences {
			return nil, inbox.Errorf(inbox.CodeLimitExceeded, "value", "All preferences of an agent may have at most {bytes} together. Remove some first.",
				inbox.Named("bytes", inbox.Bytes(maxPreferences)))
		}
		return w.changedAgent(a), w.flushed().SetPreferences(&inbox.Preferences{AgentID: id, Settings: written})
	})
}
