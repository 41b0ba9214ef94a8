package engine

import (
	"fmt"
	"slices"
	"time"

	"foyer/inbox"
)

// PolicyPatch is a change of an assignment policy; nil parts do not change.
type PolicyPatch struct {
	Strategy            *inbox.AssignmentStrategy
	OnlineOnly          *bool
	MaxOpen             Patch[int32]
	RequireSkills       []string
	MatchLanguage       *bool
	Sticky              *inbox.Stickiness
	StickyWait          Patch[inbox.Duration]
	KeepOwner           *bool
	ReassignWhenOffline Patch[inbox.Duration]
	ReassignWhenNoReply Patch[inbox.Duration]
	OutsideHours        *inbox.OutsideHours
	HeadStarts          *HeadStartsInput
}

// HeadStartsInput is a change of head starts; nil parts do not change.
type HeadStartsInput struct{ Low, Normal, High, Urgent *inbox.Duration }

// over returns the changed policy. It fails with REQUIRED if the change makes another part necessary.
func (in *PolicyPatch) over(policy inbox.AssignmentPolicy) (inbox.AssignmentPolicy, error) {
	if in == nil {
		return policy, nil
	}
	set(&policy.Strategy, in.Strategy)
	set(&policy.OnlineOnly, in.OnlineOnly)
	set(&policy.MatchLanguage, in.MatchLanguage)
	set(&policy.Sticky, in.Sticky)
	set(&policy.KeepOwner, in.KeepOwner)
	set(&policy.OutsideHours, in.OutsideHours)
	apply(&policy.MaxOpen, in.MaxOpen)
	apply(&policy.StickyWait, in.StickyWait)
	apply(&policy.ReassignWhenOffline, in.ReassignWhenOffline)
	apply(&policy.ReassignWhenNoReply, in.ReassignWhenNoReply)
	if in.RequireSkills != nil {
		policy.RequireSkills = slices.Clone(in.RequireSkills)
	}
	if h := in.HeadStarts; h != nil {
		set(&policy.HeadStarts.Low, h.Low)
		set(&policy.HeadStarts.Normal, h.Normal)
		set(&policy.HeadStarts.High, h.High)
		set(&policy.HeadStarts.Urgent, h.Urgent)
	}
	if policy.Sticky != inbox.StickyRequireUntil {
		policy.StickyWait = nil
	} else if policy.StickyWait == nil {
		return policy, inbox.Errorf(inbox.CodeRequired, "policy.stickyWait", "Say how long a conversation waits for the contact's owner, such as PT10M.")
	}
	return policy, nil
}

func (in *PolicyPatch) check(l Limits) error {
	if in == nil {
		return nil
	}
	const day = 24 * time.Hour
	err := firstError(
		checkMaxOpen("policy.maxOpen", in.MaxOpen.Value), l.listed("policy.requireSkills", in.RequireSkills),
		between("policy.stickyWait", in.StickyWait.Value, time.Second, 7*day),
		between("policy.reassignWhenOffline", in.ReassignWhenOffline.Value, time.Minute, 30*day),
		between("policy.reassignWhenNoReply", in.ReassignWhenNoReply.Value, time.Minute, 30*day))
	if h := in.HeadStarts; err == nil && h != nil {
		err = firstError(between("policy.headStarts.low", h.Low, -30*day, 30*day), between("policy.headStarts.normal", h.Normal, -30*day, 30*day),
			between("policy.headStarts.high", h.High, -30*day, 30*day), between("policy.headStarts.urgent", h.Urgent, -30*day, 30*day))
	}
	return err
}

// between checks that a length of time, if there is one, is within limits.
func between(field string, d *inbox.Duration, least, most time.Duration) error {
	if d == nil || d.Std() >= least && d.Std() <= most {
		return nil
	}
	return inbox.Errorf(inbox.CodeInvalid, field, "This must be between {least} and {most}.",
		inbox.Named("least", inbox.Duration(least/time.Second)), inbox.Named("most", inbox.Duration(most/time.Second)))
}

// listed checks that no name occurs twice in a list, ignoring letter case, and replaces the names by the form that is
// stored.
func (l Limits) listed(field string, names []string) error {
	if len(names) > l.Tags {
		return inbox.Errorf(inbox.CodeLimitExceeded, field, "There may be at most {limit} of them.", inbox.Named("limit", l.Tags))
	}
	for i := range names {
		names[i] = inbox.CleanLine(names[i])
		if err := required(fmt.Sprintf("%s.%d", field, i), names[i], l.Name); err != nil {
			return err
		}
	}
	return l.distinct(field, names)
}
