package engine

import (
	"context"

	"foyer/inbox"
)

// ChannelCreateInput is a new channel.
type ChannelCreateInput struct {
	Name            string
	Kind            inbox.ChannelKind
	GraceAfterClose *inbox.Duration
	IdempotencyKey  *string
}

// ChannelCreate adds a channel. It fails with FORBIDDEN, REQUIRED, INVALID, LIMIT_EXCEEDED, TAKEN (the name) and
// IDEMPOTENCY_MISMATCH.
func (e *Engine) ChannelCreate(ctx context.Context, caller inbox.Caller, in ChannelCreateInput) (*inbox.Channel, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can create channels.")
	}
	if err := firstError(checkName(&in.Name, e.limits.Name), checkGrace(in.GraceAfterClose)); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.Channel, error) {
		return once(w, in.IdempotencyKey, "channelCreate", in, func(first *firstResult) (*inbox.Channel, error) {
			if first != nil {
				return w.read.Channel(first.Channel)
			}
			h := &inbox.Channel{Name: in.Name, Kind: in.Kind, CreatedAt: w.now}
			set(&h.GraceAfterClose, in.GraceAfterClose)
			return h, channelNameTaken(w.flushed().InsertChannel(h, fold(h.Name)))
		}, func(h *inbox.Channel) firstResult { return firstResult{Channel: h.ID} })
	})
}

func checkGrace(d *inbox.Duration) error {
	if d != nil && *d < 0 {
		return inbox.Errorf(inbox.CodeInvalid, "graceAfterClose", "This must not be negative.")
	}
	return nil
}

func channelNameTaken(err error) error {
	return unlessTaken(err, "name", "Another channel has this name.")
}

// ChannelPatch is a change of a channel.
type ChannelPatch struct {
	ID              inbox.ChannelID
	Name            *string
	GraceAfterClose *inbox.Duration
	Disabled        *bool
}

// ChannelUpdate changes a channel. It fails with FORBIDDEN, NOT_FOUND, REQUIRED, LIMIT_EXCEEDED and TAKEN (the name).
func (e *Engine) ChannelUpdate(ctx context.Context, caller inbox.Caller, in ChannelPatch) (*inbox.Channel, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can change channels.")
	}
	if err := firstError(checkNewName(&in.Name, e.limits.Name), checkGrace(in.GraceAfterClose)); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.Channel, error) {
		h, err := find(w.read.Channel, in.ID, "id", "channel")
		if err != nil {
			return nil, err
		}
		set(&h.Name, in.Name)
		set(&h.GraceAfterClose, in.GraceAfterClose)
		if in.Disabled != nil && *in.Disabled != (h.DisabledAt != nil) {
			h.DisabledAt = nil
			if *in.Disabled {
				h.DisabledAt = &w.now
			}
		}
		return h, channelNameTaken(w.flushed().UpdateChannel(h, fold(h.Name)))
	})
}
