package engine_test

import (
	"errors"
	"fmt"
	"testing"

	"foyer/inbox"
)

// Between the moves of several goroutines the rows are looked at in one snapshot each, so that every commit may be seen.
func TestNoAgentIsFreeWhileAConversationWaitsForOneWhateverHappensAtOnce(t *testing.T) {
	t.Parallel()
	seeds, each := uint64(2), 120
	if soak() {
		seeds, each = 40, 600
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			x := newShift(newDesk(t), int32(seed%2))
			writers := make([]*shift, 6)
			for i := range writers {
				own := *x
				own.connected = make(map[inbox.AgentID]func())
				writers[i] = &own
			}
			atOnce(len(writers), func(i int) {
				own := writers[i]
				for _, m := range randomMoves(seed*100+uint64(i), each) {
					err := moves[m.kind].do(own, m)
					if _, refused := errors.AsType[*inbox.Error](err); err != nil && !refused {
						t.Errorf("%v failed: %v", m, err)
						return
					}
					own.now = own.picture()
					for _, wrong := range own.now.wrong() {
						t.Errorf("after %v: %s", m, wrong)
						return
					}
				}
			})
			x.now = x.picture()
			for _, wrong := range x.calm() {
				t.Error(wrong)
			}
		})
	}
}
