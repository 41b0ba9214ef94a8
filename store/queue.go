package store

import (
	"sync"
	"sync/atomic"
	"time"
)

// maxWaiting is how many functions may wait in each lane, and maxWaitingOne how many of one account, so that there is room
// for others. Only the first limits the server itself.
const (
	maxWaiting    = 4096
	maxWaitingOne = maxWaiting / 2
)

// backgroundShare is the number of functions of which at least one is from the background, if one waits there.
const backgroundShare = 8

// job is one function that waits for the writer, or that it runs.
type job struct {
	run       func(*Tx) error
	origin    *Origin
	account   *accountQueue[*job] // its account's queue
	operation string              // what Tx.Does said when it ran; empty: its origin's
	state     atomic.Int32
	done      chan<- struct{} // takes one token when the outcome is known; has room for it
	ended     func()          // called instead of that, if nobody waits
	err       error           // the outcome; read it after the token
	took      time.Duration   // how long it had the writer; read it after the token
	after     []func()        // what to run after the commit
}

const (
	jobWaiting int32 = iota
	jobTaken
	jobAbandoned
)

// take claims the job for the writer; abandon claims it for a caller who gives up waiting. One of them succeeds.
func (j *job) take() bool    { return j.state.CompareAndSwap(jobWaiting, jobTaken) }
func (j *job) abandon() bool { return j.state.CompareAndSwap(jobWaiting, jobAbandoned) }

func (j *job) answer(err error) {
	j.err = err
	if j.ended != nil {
		j.ended()
		return
	}
	j.done <- struct{}{}
}

// lane is one of the two parts of the queue: people and intake; timers, tasks and imports. In each of them accounts are
// served in turn, by how long their functions had the writer.
type lane int

const (
	people lane = iota
	background
)

// queue has the jobs that wait for the writer.
type queue struct {
	mu     sync.Mutex
	lanes  [2]fairQueue[*job]
	served int // how many functions of people ran in a row while the background waited
	closed bool
	wake   chan struct{} // has a token if jobs were added, or the queue closed, since wait last took one
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

// add appends jobs of one account to a lane, all or none. It fails with ErrOverloaded and ErrClosed.
func (q *queue) add(to lane, jobs ...*job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	if len(jobs) == 0 {
		return nil
	}
	lane, account := &q.lanes[to], jobs[0].origin.Account
	mine := lane.of(account)
	if lane.length+len(jobs) > maxWaiting || account != (Account{}) && mine.length()+len(jobs) > maxWaitingOne {
		return ErrOverloaded
	}
	for _, j := range jobs {
		j.account = mine
	}
	lane.push(mine, jobs...)
	q.signal()
	return nil
}

// addProbe queues a change that changes nothing, to see whether the storage works.
func (q *queue) addProbe(db *DB) {
	probe := &job{origin: &Origin{Operation: "probe"}, ended: db.health.probed, run: func(tx *Tx) error {
		return tx.change(`UPDATE log_epochs SET first = first`)
	}}
	if q.add(background, probe) != nil {
		db.health.probed()
	}
}

// next removes and returns the job whose turn it is, or nil if none waits.
func (q *queue) next() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		from := people
		if q.lanes[background].length > 0 &&
			(q.lanes[people].length == 0 || q.served >= backgroundShare-1) {
			from = background
		}
		j, account := q.lanes[from].next(nil)
		if account == nil {
			return nil
		}
		if !j.take() {
			continue // nobody waits for it any more
		}
		if from == background || q.lanes[background].length == 0 {
			q.served = 0
		} else {
			q.served++
		}
		return j
	}
}

// charge counts how long a job's function had the writer as used by its account.
func (q *queue) charge(j *job, took time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	j.account.used += took
}

// wait blocks until a job waits or the queue is closed, and reports whether a job waits.
func (q *queue) wait() bool {
	for {
		q.mu.Lock()
		empty := q.lanes[people].length+q.lanes[background].length == 0
		closed := q.closed
		q.mu.Unlock()
		if !empty {
			return true
		}
		if closed {
			return false
		}
		<-q.wake
	}
}

// close lets no more jobs in; those that wait may still be taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.signal()
}

func (q *queue) waiting() (inPeople, inBackground int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lanes[people].length, q.lanes[background].length
}

// signal wakes wait. The caller holds mu.
func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}
