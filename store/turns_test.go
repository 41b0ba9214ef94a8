package store

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func agent(id int64) Account { return Account{Kind: "AGENT", ID: id} }

// lately is a clock that a test moves.
type lately struct{ at time.Time }

func (l *lately) now() time.Time            { return l.at }
func (l *lately) move(passed time.Duration) { l.at = l.at.Add(passed) }

func newLately() *lately { return &lately{time.Unix(1000, 0)} }

// ask takes a place or waits for one.
func (p *places) askFor(t *testing.T, account Account) (*place, *waiter) {
	t.Helper()
	granted, w, err := p.ask(account)
	if err != nil {
		t.Fatal(err)
	}
	if w != nil {
		return nil, w
	}
	return &granted, nil
}

// served returns the place that a waiter was given, or nil if it still waits.
func (w *waiter) served() *place {
	select {
	case granted := <-w.granted:
		return &granted
	default:
		return nil
	}
}

func TestAnAccountWithSlowViewsLeavesHalfOfThePlacesToOthers(t *testing.T) {
	for total, most := range map[int]int{1: 1, 2: 1, 3: 1, 4: 2, 16: 8} {
		clock := newLately()
		p := newPlaces(total, clock.now)
		slow, _ := p.askFor(t, agent(1))
		clock.move(time.Second)
		p.give(*slow, nil)
		held := 0
		for range total {
			if granted, _ := p.askFor(t, agent(1)); granted != nil {
				held++
			}
		}
		if held != most {
			t.Errorf("of %d places an account with slow Views has %d, want %d", total, held, most)
		}
		if granted, _ := p.askFor(t, agent(2)); granted == nil && total > 1 {
			t.Errorf("of %d places none was left for another account", total)
		}
	}
}

func TestAnAccountWithQuickViewsMayHaveAllPlaces(t *testing.T) {
	clock := newLately()
	p := newPlaces(4, clock.now)
	for range 1000 {
		quick, _ := p.askFor(t, agent(1))
		clock.move(quickView)
		p.give(*quick, nil)
	}
	for i := range 4 {
		if granted, _ := p.askFor(t, agent(1)); granted == nil {
			t.Errorf("it has %d of 4", i)
		}
	}
}

func TestSlowViewsAreForgotten(t *testing.T) {
	clock := newLately()
	p := newPlaces(2, clock.now)
	slow, _ := p.askFor(t, agent(1))
	clock.move(time.Second)
	p.give(*slow, nil)
	one, _ := p.askFor(t, agent(1))
	_, second := p.askFor(t, agent(1))
	if second == nil {
		t.Fatal("an account whose last View was slow has both places")
	}
	p.leave(second)
	p.give(*one, nil)
	clock.move(slowMemory * time.Second)
	for range 2 {
		if granted, _ := p.askFor(t, agent(1)); granted == nil {
			t.Error("it may not have both though its slow View is long ago")
		}
	}
}

func TestTheServerItselfMayHaveAllPlaces(t *testing.T) {
	clock := newLately()
	p := newPlaces(2, clock.now)
	slow, _ := p.askFor(t, Account{})
	clock.move(time.Second)
	p.give(*slow, nil)
	for range 2 {
		if granted, _ := p.askFor(t, Account{}); granted == nil {
			t.Error("it waits")
		}
	}
}

func TestWhoHasReadLeastIsServedFirst(t *testing.T) {
	clock := newLately()
	p := newPlaces(1, clock.now)
	held, _ := p.askFor(t, agent(1))
	var waiting []*waiter
	for _, account := range []int64{1, 1, 1, 2, 2, 3} {
		_, w := p.askFor(t, agent(account))
		waiting = append(waiting, w)
	}
	var order []int
	for len(order) < len(waiting) {
		clock.move(10 * time.Millisecond)
		p.give(*held, nil)
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
	p := newPlaces(1, clock.now)
	for range 100 { // the first account has read for a while, alone
		held, _ := p.askFor(t, agent(1))
		clock.move(10 * time.Millisecond)
		p.give(*held, nil)
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
		p.give(*held, nil)
		first += count(mine)
		second += count(theirs)
	}
	if first < 4 || second < 4 {
		t.Errorf("of ten turns the one who has read had %d, and the one who came new %d", first, second)
	}
}

func TestWhoWaitsForAPlaceNoLongerGetsNone(t *testing.T) {
	p := newPlaces(1, newLately().now)
	held, _ := p.askFor(t, agent(1))
	_, gone := p.askFor(t, agent(2))
	_, late := p.askFor(t, agent(2))
	_, third := p.askFor(t, agent(2))
	p.leave(gone)
	p.give(*held, nil)
	if gone.served() != nil {
		t.Error("who had gone was served")
	}
	p.leave(late) // which has a place by now
	if third.served() == nil {
		t.Error("a place that nobody took was not given to the next")
	}
}

func TestClosingThePlacesEndsTheWait(t *testing.T) {
	p := newPlaces(1, newLately().now)
	held, _ := p.askFor(t, agent(1))
	answer, asked := make(chan error, 1), make(chan struct{})
	go func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		close(asked)
		_, err := p.take(ctx, agent(2))
		answer <- err
	}()
	<-asked
	closed := make(chan []error, 1)
	go func() { closed <- p.close() }()
	if err := <-answer; !errors.Is(err, ErrClosed) {
		t.Errorf("who waited was told %v", err)
	}
	p.give(*held, nil)
	if errs := <-closed; len(errs) > 0 {
		t.Error(errs)
	}
}

// order runs everything in a queue, each function as long as its account's take, and returns the accounts.
func (q *queue) order(takes map[Account]time.Duration) (order []int64) {
	for j := q.next(); j != nil; j = q.next() {
		order = append(order, j.origin.Account.ID)
		q.charge(j, takes[j.origin.Account])
	}
	return order
}

func (q *queue) addFor(t *testing.T, account Account, n int) (jobs []*job) {
	t.Helper()
	for range n {
		j := &job{origin: &Origin{Account: account}}
		if err := q.add(people, j); err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, j)
	}
	return jobs
}

func TestTheWriterServesAccountsByTheTimeTheyTake(t *testing.T) {
	q := newQueue()
	q.addFor(t, agent(1), 20) // of 100 ms each
	q.addFor(t, agent(2), 250)
	order := q.order(map[Account]time.Duration{agent(1): 100 * time.Millisecond, agent(2): time.Millisecond})
	behind, mine := 0, 0 // how many of the slow account had run by the end of the other's, and how many of the other's between
	for _, account := range order {
		switch {
		case account == 2:
			mine++
		case mine < 250:
			behind++
		}
	}
	if behind > 3 {
		t.Errorf("%d functions of 100 ms ran before 250 of 1 ms had", behind)
	}
}

func TestFunctionsOfOneAccountKeepTheirOrder(t *testing.T) {
	q := newQueue()
	want := make(map[Account][]*job)
	for i := range 30 {
		account := agent(int64(i % 3))
		want[account] = append(want[account], q.addFor(t, account, 1)...)
	}
	for j := q.next(); j != nil; j = q.next() {
		account := j.origin.Account
		if want[account][0] != j {
			t.Fatalf("one of %s ran out of turn", account)
		}
		want[account] = want[account][1:]
		q.charge(j, time.Duration(len(want[account]))*time.Millisecond)
	}
}

func TestOneAccountLeavesRoomInTheQueueForOthers(t *testing.T) {
	q := newQueue()
	q.addFor(t, agent(1), maxWaitingOne)
	if err := q.add(people, &job{origin: &Origin{Account: agent(1)}}); !errors.Is(err, ErrOverloaded) {
		t.Errorf("one more of the account that has filled its part was answered %v", err)
	}
	q.addFor(t, agent(2), maxWaiting-maxWaitingOne)
	if err := q.add(people, &job{origin: &Origin{Account: agent(3)}}); !errors.Is(err, ErrOverloaded) {
		t.Errorf("one more than fits was answered %v", err)
	}
}

func TestTurnsOfOneAccountTakeNoMemory(t *testing.T) {
	q := newQueue()
	j := &job{origin: &Origin{Account: agent(1)}}
	turn := func() {
		j.state.Store(jobWaiting)
		if err := q.add(people, j); err != nil {
			t.Fatal(err)
		}
		q.charge(q.next(), time.Millisecond)
	}
	if n := testing.AllocsPerRun(100, turn); n > 1 { // the list of what is added
		t.Errorf("a turn takes %v allocations", n)
	}
}

func TestAccountsThatAskForNothingAreForgotten(t *testing.T) {
	q := newQueue()
	for i := range int64(20 * minCrowd) {
		q.addFor(t, agent(i), 1)
		q.order(nil)
	}
	if n := len(q.lanes[people].lines); n > 2*minCrowd {
		t.Errorf("%d accounts are remembered", n)
	}
}

func TestAFunctionThatHoldsTheWriterForLongIsNamed(t *testing.T) {
	var told []string
	logged := new(bytes.Buffer)
	db := openTest(t, func(o *Options) {
		o.OnSlow = func(operation string, _ time.Duration) { told = append(told, operation) }
		o.Logger = slog.New(slog.NewTextHandler(logged, nil))
	})
	slow := func(*Tx) (struct{}, error) {
		for began := time.Now(); time.Since(began) <= SlowFunction; {
		}
		return struct{}{}, nil
	}
	ctx := WithOrigin(t.Context(), Origin{Account: agent(7), Operation: "noteAdd"})
	if _, err := Update(ctx, db, slow); err != nil {
		t.Fatal(err)
	}
	if _, err := UpdateLater(t.Context(), db, func(tx *Tx) (struct{}, error) {
		tx.Does("WAKE")
		return slow(tx)
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil { // the writer has told of everything
		t.Fatal(err)
	}
	if len(told) < 2 || told[0] != "noteAdd" || told[len(told)-1] != "WAKE" {
		t.Errorf("told of %v", told)
	}
	for _, want := range []string{`operation=noteAdd account=agt_7 took=`, `operation=WAKE account=system took=`} {
		if !strings.Contains(logged.String(), want) {
			t.Errorf("the log lacks %q: %s", want, logged)
		}
	}
}
