package assign

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"

	"foyer/inbox"
)

// MaxTaken is how often a conversation is taken from an agent while its contact waits for an answer.
const MaxTaken = 3

// Override is what an assign step asks for in place of its team's policy. A nil part leaves the policy unchanged.
type Override struct {
	Strategy      *inbox.AssignmentStrategy `json:"strategy,omitempty"`
	OnlineOnly    *bool                     `json:"onlineOnly,omitempty"`
	MaxOpen       *int32                    `json:"maxOpen,omitempty"`
	RequireSkills []string                  `json:"requireSkills,omitempty"` // beside the policy's own
	MatchLanguage *bool                     `json:"matchLanguage,omitempty"`
	Sticky        *inbox.Stickiness         `json:"sticky,omitempty"`
	StickyWait    *inbox.Duration           `json:"stickyWait,omitempty"`
}

// Over returns the policy with the override laid over it.
func (o Override) Over(policy inbox.AssignmentPolicy) inbox.AssignmentPolicy {
	set(&policy.Strategy, o.Strategy)
	set(&policy.OnlineOnly, o.OnlineOnly)
	set(&policy.MatchLanguage, o.MatchLanguage)
	set(&policy.Sticky, o.Sticky)
	if o.MaxOpen != nil {
		policy.MaxOpen = o.MaxOpen
	}
	if o.StickyWait != nil {
		policy.StickyWait = o.StickyWait
	}
	if len(o.RequireSkills) > 0 {
		policy.RequireSkills = slices.Concat(policy.RequireSkills, o.RequireSkills)
	}
	return policy
}

func set[T any](part *T, value *T) {
	if value != nil {
		*part = *value
	}
}

// Demand decides, beside the policy of its team, who can take a queued conversation. The same agents can take all
// conversations of one team with the same demand.
type Demand struct {
	Override
	Language string `json:"language,omitempty"` // the contact's
}

// Encode returns the demand in the form in which a conversation stores it: nil if there is none.
func (d Demand) Encode() (inbox.JSON, error) {
	if reflect.ValueOf(d).IsZero() {
		return nil, nil
	}
	return json.Marshal(d)
}

// DecodeDemand reads what Encode has written.
func DecodeDemand(kept []byte) (d Demand, err error) {
	if len(kept) > 0 {
		err = json.Unmarshal(kept, &d)
	}
	if err != nil {
		err = fmt.Errorf("decode what a conversation waits for: %w", err)
	}
	return d, err
}

// Class returns a short text that differs between demands, as Encode has written them, and does not show them; empty for none.
func Class(demand []byte) string {
	if len(demand) == 0 {
		return ""
	}
	sum := fnv.New32a()
	_, _ = sum.Write(demand) // it never fails
	return fmt.Sprintf("%08x", sum.Sum32())
}
