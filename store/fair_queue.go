package store

import (
	"slices"
	"time"
)

// fairQueue has items that wait for the same thing, and serves their accounts in turn: next is the first in line of the
// account that has used the thing for the least time lately. Within an account, first come is first served. This is
// start-time fair queueing: a new account begins at the virtual time, so that nobody saves up turns while away, and one
// that has used much waits until the others have used as much. It is not safe for concurrent use.
type fairQueue[T any] struct {
	accounts map[Account]*accountQueue[T]
	recent   *accountQueue[T]   // the last one that was looked up: mostly the next one too
	waiting  []*accountQueue[T] // those that are not empty, the one served longest ago first
	virtual  time.Duration      // the virtual time: what the account that was served last had used
	length   int                // of all accounts
	sweepAt  int                // the number of accounts at which sweep runs
}

// accountQueue is the queue of one account, and what is remembered of the account.
type accountQueue[T any] struct {
	fifo[T]
	account Account
	used    time.Duration // in virtual time
	inUse   int           // connections of the read pool that it has

	// The read pool remembers how long slow Views took, less what has been forgotten by slowAt.
	slow   time.Duration
	slowAt time.Time
}

// minAccounts is how many accounts are remembered at least.
const minAccounts = 1024

// of returns the queue of an account.
func (q *fairQueue[T]) of(account Account) *accountQueue[T] {
	if q.recent != nil && q.recent.account == account {
		return q.recent
	}
	a := q.accounts[account]
	if a == nil {
		if len(q.accounts) >= max(q.sweepAt, minAccounts) {
			q.sweep()
		}
		if q.accounts == nil {
			q.accounts = make(map[Account]*accountQueue[T])
		}
		a = &accountQueue[T]{account: account}
		q.accounts[account] = a
	}
	q.recent = a
	return a
}

// sweep drops the accounts that need not be remembered: they would begin anew with the same virtual time.
func (q *fairQueue[T]) sweep() {
	for account, a := range q.accounts {
		if a.length() == 0 && a.inUse == 0 && a.used <= q.virtual {
			delete(q.accounts, account)
		}
	}
	q.sweepAt = 2 * len(q.accounts)
}

// push appends items to an account's queue.
func (q *fairQueue[T]) push(a *accountQueue[T], items ...T) {
	if a.length() == 0 {
		a.used = max(a.used, q.virtual)
		q.waiting = append(q.waiting, a)
	}
	a.fifo.push(items)
	q.length += len(items)
}

// skip counts an account that need not wait as served.
func (q *fairQueue[T]) skip(a *accountQueue[T]) {
	a.used = max(a.used, q.virtual)
	q.virtual = a.used
}

// next removes and returns the item whose turn it is, with its account's queue, among the accounts that may be served (nil:
// all of them). The queue is nil if there is none.
func (q *fairQueue[T]) next(may func(*accountQueue[T]) bool) (first T, from *accountQueue[T]) {
	at := -1
	for i, a := range q.waiting {
		if (at < 0 || a.used < q.waiting[at].used) && (may == nil || may(a)) {
			at = i
		}
	}
	if at < 0 {
		return first, nil
	}
	from = q.waiting[at]
	first = from.pop()
	q.length--
	q.virtual = max(q.virtual, from.used)
	if len(q.waiting) > 1 || from.length() == 0 {
		q.waiting = slices.Delete(q.waiting, at, at+1)
		if from.length() > 0 {
			q.waiting = append(q.waiting, from) // from now on the last of those that have used as much
		}
	}
	return first, from
}

// fifo is a first-in, first-out list. Its memory is used again once it is empty.
type fifo[T any] struct {
	items []T
	head  int
}

func (f *fifo[T]) length() int { return len(f.items) - f.head }

func (f *fifo[T]) push(items []T) {
	if f.head > maxWaiting { // it is never empty: move what is left to the front
		n := copy(f.items, f.items[f.head:])
		clear(f.items[n:])
		f.items, f.head = f.items[:n], 0
	}
	f.items = append(f.items, items...)
}

// pop removes and returns the first item; there must be one.
func (f *fifo[T]) pop() T {
	var none T
	first := f.items[f.head]
	f.items[f.head] = none
	if f.head++; f.head == len(f.items) {
		f.items, f.head = f.items[:0], 0
	}
	return first
}
