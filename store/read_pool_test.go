package store

import (
	"context"
	"errors"
	"testing"
	"time"
)

func agent(id int64) Account { return Account{Kind: "AGENT", ID: id} }

// lately is a clock that a test moves.
type lately struct{ at time.Time }

func (l *lately) now() time.Time            { return l.at }
func (l *lately) move(passed time.Duration) { l.at = l.at.Add(passed) }

func newLately() *lately { return &lately{time.Unix(1000, 0)} }

// askFor returns a connection, or a waiter for one.
func (p *readPool) askFor(t *testing.T, account Account) (*readSlot, *waiter) {
	t.Helper()
	granted, w, err := p.request(account)
	if err != nil {
		t.Fatal(err)
	}
	if w != nil {
		return nil, w
	}
	return &granted, nil
}

// served returns the connection that a waiter was granted, or nil if it still waits.
func (w *waiter) served() *readSlot {
	select {
	case granted := <-w.granted:
		return &granted
	default:
		return nil
	}
}

func TestAnAccountWithSlowViewsLeavesHalfOfTheConnectionsToOthers(t *testing.T) {
	for total, most := range map[int]int{1: 1, 2: 1, 3: 1, 4: 2, 16: 8} {
		clock := newLately()
		p := newReadPool(total, clock.now)
		slow, _ := p.askFor(t, agent(1))
		clock.move(time.Second)
		p.release(*slow, nil)
		held := 0
		for range total {
			if granted, _ := p.askFor(t, agent(1)); granted != nil {
				held++
			}
		}
		if held != most {
			t.Errorf("of %d connections an account with slow Views has %d, want %d", total, held, most)
		}
		if granted, _ := p.askFor(t, agent(2)); granted == nil && total > 1 {
			t.Errorf("of %d connections none was left for another account", total)
		}
	}
}

func TestAnAccountWithQuickViewsMayHaveAllConnections(t *testing.T) {
	clock := newLately()
	p := newReadPool(4, clock.now)
	for range 1000 {
		quick, _ := p.askFor(t, agent(1))
		clock.move(quickView)
		p.release(*quick, nil)
	}
	for i := range 4 {
		if granted, _ := p.askFor(t, agent(1)); granted == nil {
			t.Errorf("it has %d of 4", i)
		}
	}
}

func TestSlowViewsAreForgotten(t *testing.T) {
	clock := newLately()
	p := newReadPool(2, clock.now)
	slow, _ := p.askFor(t, agent(1))
	clock.move(time.Second)
	p.release(*slow, nil)
	one, _ := p.askFor(t, agent(1))
	_, second := p.askFor(t, agent(1))
	if second == nil {
		t.Fatal("an account whose last View was slow has both connections")
	}
	p.abandon(second)
	p.release(*one, nil)
	clock.move(slowMemory * time.Second)
	for range 2 {
		if granted, _ := p.askFor(t, agent(1)); granted == nil {
			t.Error("it may not have both although its slow View is long ago")
		}
	}
}

func TestTheServerItselfMayHaveAllConnections(t *testing.T) {
	clock := newLately()
	p := newReadPool(2, clock.now)
	slow, _ := p.askFor(t, Account{})
	clock.move(time.Second)
	p.release(*slow, nil)
	for range 2 {
		if granted, _ := p.askFor(t, Account{}); granted == nil {
			t.Error("it waits")
		}
	}
}

func TestWhoHasReadLeastIsServedFirst(t *testing.T) {
	clock := newLately()
	p := newReadPool(1, clock.now)
	held, _ := p.askFor(t, agent(1))
	var waiting []*waiter
	for _, account := range []int64{1, 1, 1, 2, 2, 3} {
		_, w := p.askFor(t, agent(account))
		waiting = append(waiting, w)
	}
	var order []int
	for len(order) < len(waiting) {
		clock.move(10 * time.Millisecond)
		p.release(*held, nil)
		for i, w := range waiting {
			if granted := w.served(); granted != nil {
				order, held = append(order, i), granted
			}
		}
	}
	for i, want := range []int{3, 5, 0, 4, 1, 2} { // account 2 and 3, then 1 and 2 again, then what is left of 1
		if order[i] != want {
			t.Fatalf("they were served in the order %v", order)
		}
	}
}

func TestNobodySavesUpTurnsWhileAway(t *testing.T) {
	clock := newLately()
	p := newReadPool(1, clock.now)
	for range 100 { // the first account has read alone for a while
		held, _ := p.askFor(t, agent(1))
		clock.move(10 * time.Millisecond)
		p.release(*held, nil)
	}
	held, _ := p.askFor(t, agent(3))
	var mine, theirs []*waiter
	for range 10 {
		_, w := p.askFor(t, agent(2))
		theirs = append(theirs, w)
		_, w = p.askFor(t, agent(1))
		mine = append(mine, w)
	}
	count := func(of []*waiter) (n int) {
		for _, w := range of {
			if granted := w.served(); granted != nil {
				held = granted
				n++
			}
		}
		return n
	}
	first, second := 0, 0
	for range 10 {
		clock.move(10 * time.Millisecond)
		p.release(*held, nil)
		first += count(mine)
		second += count(theirs)
	}
	if first < 4 || second < 4 {
		t.Errorf("of ten turns the account that had read got %d, and the new one %d", first, second)
	}
}

func TestWhoWaitsForAConnectionNoLongerGetsNone(t *testing.T) {
	p := newReadPool(1, newLately().now)
	held, _ := p.askFor(t, agent(1))
	_, gone := p.askFor(t, agent(2))
	_, late := p.askFor(t, agent(2))
	_, third := p.askFor(t, agent(2))
	p.abandon(gone)
	p.release(*held, nil)
	if gone.served() != nil {
		t.Error("a caller that had gone was served")
	}
	p.abandon(late) // it has a connection by now
	if third.served() == nil {
		t.Error("a connection that nobody took was not granted to the next")
	}
}

func TestClosingTheReadPoolEndsTheWait(t *testing.T) {
	p := newReadPool(1, newLately().now)
	held, _ := p.askFor(t, agent(1))
	answer, asked := make(chan error, 1), make(chan struct{})
	go func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		close(asked)
		_, err := p.acquire(WithOrigin(ctx, Origin{Account: agent(2)}))
		answer <- err
	}()
	<-asked
	closed := make(chan []error, 1)
	go func() { closed <- p.close() }()
	if err := <-answer; !errors.Is(err, ErrClosed) {
		t.Errorf("a caller that waited got %v", err)
	}
	p.release(*held, nil)
	if errs := <-closed; len(errs) > 0 {
		t.Error(errs)
	}
}
