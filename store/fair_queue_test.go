package store

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

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
	behind, mine := 0, 0 // how many functions of the slow account had run by the end of the other's, and how many of the other's ran between
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
	if n := testing.AllocsPerRun(100, turn); n > 1 { // the slice of the added jobs
		t.Errorf("a turn takes %v allocations", n)
	}
}

func TestAccountsThatAskForNothingAreForgotten(t *testing.T) {
	q := newQueue()
	for i := range int64(20 * minAccounts) {
		q.addFor(t, agent(i), 1)
		q.order(nil)
	}
	if n := len(q.lanes[people].accounts); n > 2*minAccounts {
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
	if err := db.Close(); err != nil { // the writer has reported everything
		t.Fatal(err)
	}
	if len(told) < 2 || told[0] != "noteAdd" || told[len(told)-1] != "WAKE" {
		t.Errorf("reported %v", told)
	}
	for _, want := range []string{`operation=noteAdd account=agt_7 took=`, `operation=WAKE account=system took=`} {
		if !strings.Contains(logged.String(), want) {
			t.Errorf("the log lacks %q: %s", want, logged)
		}
	}
}
