package engine

import "time"

// How much of what follows from a use case one transaction does. The rest goes on from timers that are due at once, so that no
// use case holds up the others for long.
const (
	maxTime   = 5 * time.Millisecond
	maxSteps  = 50 // executed by runs
	sureSteps = 10 // steps that are executed however long they take, so that a short run is one commit
	sureTests = 10 // conditions of triggers that are tested in any case, unless these tests themselves take maxTime
	maxStarts = 20 // runs
	maxDrains = 100
)

// budget counts how much of what follows a transaction has done.
type budget struct {
	clock   func() time.Time
	began   time.Time
	steps   int           // executed by runs
	starts  int           // runs started
	tests   int           // of the conditions of triggers
	testing time.Duration // how long the tests took
	drained int           // conversations taken from queues
}

func (b *budget) late() bool { return b.clock().Sub(b.began) > maxTime }

// stepsSpent reports whether no further step may be executed.
func (b *budget) stepsSpent() bool { return b.steps >= maxSteps || b.steps >= sureSteps && b.late() }

// testsSpent reports whether no further condition of a trigger may be tested. It stays true: workflows of later events must
// not start earlier.
func (b *budget) testsSpent() bool {
	return b.testing > maxTime || b.tests >= sureTests && b.late()
}

// test counts a test of a condition.
func (b *budget) test(condition func() (bool, error)) (bool, error) {
	from := b.clock()
	holds, err := condition()
	b.tests++
	b.testing += b.clock().Sub(from)
	return holds, err
}
