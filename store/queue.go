package store

import (
	"sync"
	"sync/atomic"
	"time"
)

// maxWaiting is how many functions may wait in each queue.
const maxWaiting = 4096

// backgroundShare: of so many functions taken, at least one is of the background where one waits.
const backgroundShare = 8

// job is one function on its way to the writer.
type job struct {
	run   func(*Tx) error
	state atomic.Int32
	done  chan<- struct{} // takes one token when the outcome is known; has room for it
	ended func()          // called instead, where nobody waits
	err   error           // the outcome; read it after the token
	took  time.Duration   // how long it had the writer; likewise
	after []func()        // what to run after the commit
}

const (
	jobWaiting int32 = iota
	jobTaken
	jobAbandoned
)

// take claims the job for the writer; abandon claims it for a caller who waits no longer. One of them succeeds.
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

// lane is one of the two queues: people and intake; timers, tasks and imports.
type lane int

const (
	people lane = iota
	background
)

// queue is what waits for the writer.
type queue struct {
	mu     sync.Mutex
	lanes  [2]fifo
	served int // functions of people taken in a row while the background waited
	closed bool
	wake   chan struct{} // holds a token while there is something to see
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

// add puts jobs into a lane, all or none, in order. It fails with ErrOverloaded and ErrClosed.
func (q *queue) add(to lane, jobs ...*job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	if q.lanes[to].length()+len(jobs) > maxWaiting {
		return ErrOverloaded
	}
	q.lanes[to].push(jobs)
	q.signal()
	return nil
}

// addProbe queues a change that changes nothing, to see whether the storage works.
func (q *queue) addProbe(db *DB) {
	probe := &job{ended: db.health.probed, run: func(tx *Tx) error {
		_, err := tx.exec(`UPDATE log_epochs SET first = first`)
		return err
	}}
	if q.add(background, probe) != nil {
		db.health.probed()
	}
}

// next takes the job whose turn it is, or gives nil where nothing waits.
func (q *queue) next() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		from := people
		if q.lanes[background].length() > 0 &&
			(q.lanes[people].length() == 0 || q.served >= backgroundShare-1) {
			from = background
		}
		j := q.lanes[from].pop()
		if j == nil {
			return nil
		}
		if !j.take() {
			continue // nobody waits for it any more
		}
		if from == background || q.lanes[background].length() == 0 {
			q.served = 0
		} else {
			q.served++
		}
		return j
	}
}

// wait blocks until something may wait, and tells whether the queue is open or something does wait.
func (q *queue) wait() bool {
	for {
		q.mu.Lock()
		empty := q.lanes[people].length()+q.lanes[background].length() == 0
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

// close lets nothing in any more; what waits may still be taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.signal()
}

func (q *queue) waiting() (inPeople, inBackground int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lanes[people].length(), q.lanes[background].length()
}

// signal leaves a token for wait. The caller holds mu.
func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// fifo is a list that is taken from at the front. Its memory is used again once it has run empty.
type fifo struct {
	jobs []*job
	head int
}

func (f *fifo) length() int { return len(f.jobs) - f.head }

func (f *fifo) push(jobs []*job) {
	if f.head > maxWaiting { // never run empty: move what is left to the front
		n := copy(f.jobs, f.jobs[f.head:])
		clear(f.jobs[n:])
		f.jobs, f.head = f.jobs[:n], 0
	}
	f.jobs = append(f.jobs, jobs...)
}

func (f *fifo) pop() *job {
	if f.length() == 0 {
		return nil
	}
	j := f.jobs[f.head]
	f.jobs[f.head] = nil
	if f.head++; f.head == len(f.jobs) {
		f.jobs, f.head = f.jobs[:0], 0
	}
	return j
}
