package store

import (
	"slices"
	"time"
)

// turns holds those who wait for the same thing, and serves their accounts in turn: next is the first of the account that
// has had the thing for the least time lately. Those of one account keep their order. It is start-time fair queueing: an
// account that comes new begins where the one that was served last stood, so that nobody saves up turns while away, and
// who has had much goes behind the others until they have had as much. It is not safe for concurrent use.
type turns[T any] struct {
	lines   map[Account]*line[T]
	recent  *line[T]      // the last one that was looked for: mostly the next one too
	waiting []*line[T]    // those in which somebody waits, the one served longest ago first
	clock   time.Duration // where the account stood that was served last
	length  int           // of all lines
	crowd   int           // at how many lines those that need not be remembered are looked for
}

// line is those of one account who wait, and what is remembered of it.
type line[T any] struct {
	fifo[T]
	account Account
	had     time.Duration // counted from a beginning that all lines share
	held    int           // places that it has

	// What places remember: how long Views took that were slow, less what has been forgotten by slowAt.
	slow   time.Duration
	slowAt time.Time
}

// minCrowd is how many accounts are remembered at least.
const minCrowd = 1024

// of returns the line of an account.
func (t *turns[T]) of(account Account) *line[T] {
	if t.recent != nil && t.recent.account == account {
		return t.recent
	}
	l := t.lines[account]
	if l == nil {
		if len(t.lines) >= max(t.crowd, minCrowd) {
			t.forget()
		}
		if t.lines == nil {
			t.lines = make(map[Account]*line[T])
		}
		l = &line[T]{account: account}
		t.lines[account] = l
	}
	t.recent = l
	return l
}

// forget drops the lines of which nothing need be remembered: they would begin anew where they stand.
func (t *turns[T]) forget() {
	for account, l := range t.lines {
		if l.length() == 0 && l.held == 0 && l.had <= t.clock {
			delete(t.lines, account)
		}
	}
	t.crowd = 2 * len(t.lines)
}

// push lets some wait at the end of their account's line.
func (t *turns[T]) push(l *line[T], some ...T) {
	if l.length() == 0 {
		l.had = max(l.had, t.clock)
		t.waiting = append(t.waiting, l)
	}
	l.fifo.push(some)
	t.length += len(some)
}

// pass serves somebody of a line at once, who need not wait.
func (t *turns[T]) pass(l *line[T]) {
	l.had = max(l.had, t.clock)
	t.clock = l.had
}

// next takes the one whose turn it is, with its line, of those accounts that may be served (nil: all of them). The line is
// nil where nobody is.
func (t *turns[T]) next(may func(*line[T]) bool) (first T, from *line[T]) {
	at := -1
	for i, l := range t.waiting {
		if (at < 0 || l.had < t.waiting[at].had) && (may == nil || may(l)) {
			at = i
		}
	}
	if at < 0 {
		return first, nil
	}
	from = t.waiting[at]
	first = from.pop()
	t.length--
	t.clock = max(t.clock, from.had)
	if len(t.waiting) > 1 || from.length() == 0 {
		t.waiting = slices.Delete(t.waiting, at, at+1)
		if from.length() > 0 {
			t.waiting = append(t.waiting, from) // of those that have had as much it is the last from now on
		}
	}
	return first, from
}

// fifo is a list that is taken from at the front. Its memory is used again once it has run empty.
type fifo[T any] struct {
	items []T
	head  int
}

func (f *fifo[T]) length() int { return len(f.items) - f.head }

func (f *fifo[T]) push(items []T) {
	if f.head > maxWaiting { // never run empty: move what is left to the front
		n := copy(f.items, f.items[f.head:])
		clear(f.items[n:])
		f.items, f.head = f.items[:n], 0
	}
	f.items = append(f.items, items...)
}

// pop takes the first; there must be one.
func (f *fifo[T]) pop() T {
	var none T
	first := f.items[f.head]
	f.items[f.head] = none
	if f.head++; f.head == len(f.items) {
		f.items, f.head = f.items[:0], 0
	}
	return first
}
