package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"foyer/inbox"
)

// running runs the tasks of a desk by the system's clock until the test ends, or stop is called.
func (o *outside) running() (stop func()) {
	o.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- o.RunTasks(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			o.Errorf("running tasks ended with %v", err)
		}
	}
	o.Cleanup(stop)
	return stop
}

// eventually waits until a condition holds that a request or an attempt brings about.
func (o *outside) eventually(what string, holds func() bool) {
	o.Helper()
	late := time.After(time.Minute)
	for !holds() {
		select {
		case <-o.woken:
		case <-late:
			o.Fatalf("it has not come about that %s", what)
		}
	}
}

func (o *outside) ended(id inbox.ConversationID) bool { return !o.run(id).Status.Active() }

func TestTasksAreExecutedAsSoonAsTheyAreThere(t *testing.T) {
	o := newOutside(t, nil)
	o.workflow(`{ url: "SERVER" }`)
	before := o.opened("before")
	o.running()
	o.eventually("what was there is done", func() bool { return o.ended(before) })
	for i := range 5 {
		start := time.Now()
		id := o.opened(fmt.Sprint("c", i))
		o.eventually("a run has ended", func() bool { return o.ended(id) })
		if took := time.Since(start); took > 20*time.Second { // the periodic look alone would take 30
			t.Errorf("it took %v", took)
		}
	}
}

func TestASlowHostHoldsUpNobodyElse(t *testing.T) {
	release := make(chan struct{})
	o := newOutside(t, func(in received) reply {
		if in.Body == "slow" {
			<-release
		}
		return reply{}
	})
	o.workflow(`{ method: POST, url: "SERVER", body: "{{ message.text }}" }`)
	o.running()
	slow := o.say("slow", "slow").Conversation.ID
	for i := range 10 {
		id := o.opened(fmt.Sprint("c", i))
		o.eventually("a run has ended", func() bool { return o.ended(id) })
	}
	if o.ended(slow) {
		t.Error("the slow one has ended")
	}
	close(release)
	o.eventually("the slow one has ended too", func() bool { return o.ended(slow) })
}

func TestNoMoreLanesAreWorkedOnAtOnceThanMayBe(t *testing.T) {
	release := make(chan struct{})
	o := newOutside(t, func(received) reply { <-release; return reply{} })
	o.workflow(`{ url: "SERVER" }`)
	var ids []inbox.ConversationID
	for i := range 40 {
		ids = append(ids, o.opened(fmt.Sprint("c", i)))
	}
	o.running()
	o.eventually("32 requests are under way", func() bool { return len(o.got()) == 32 })
	<-time.After(100 * time.Millisecond) // nothing signals that no request comes
	if n := len(o.got()); n != 32 {
		t.Errorf("%d requests are under way", n)
	}
	close(release)
	for _, id := range ids {
		o.eventually("all have ended", func() bool { return o.ended(id) })
	}
}

func TestWhatTheEndOfTheServerInterruptsIsSentAgainWithTheSameKey(t *testing.T) {
	first := make(chan struct{})
	release := make(chan struct{})
	count := 0
	o := newOutside(t, nil)
	o.answer = func(received) reply {
		o.mu.Lock()
		count++
		mine := count
		o.mu.Unlock()
		if mine == 1 {
			close(first)
			<-release
		}
		return reply{}
	}
	defer close(release)
	o.workflow(`{ url: "SERVER", retries: 0, timeout: PT30S }`)
	stop := o.running()
	id := o.opened("c1")
	<-first
	start := time.Now()
	stop()
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if o.ended(id) || len(o.tasks()) != 1 || o.tasks()[0].Attempts != 0 {
		t.Fatalf("the run is %+v with %+v", o.run(id), o.tasks())
	}
	same(t, o.outcomes(), []string{"HTTP interrupted"})
	o.running()
	o.eventually("it is sent again", func() bool { return o.ended(id) })
	got := o.got()
	if len(got) != 2 || got[0].Header.Get("Idempotency-Key") != got[1].Header.Get("Idempotency-Key") {
		t.Errorf("got %+v", got)
	}
	same(t, steps(o.run(id)), []string{"call next", "fine next"})
}

func TestALaneThatAProcessHeldWhenItDiedIsTakenBackAtOnce(t *testing.T) {
	o := newOutside(t, nil)
	o.workflow(`{ url: "SERVER" }`)
	id := o.opened("c1")
	asked, dead := make(chan struct{}), make(chan struct{})
	o.answer = func(received) reply { close(asked); <-dead; return reply{} }
	died := make(chan error, 1)
	go func() { died <- o.Outbox().PerformDue(o.ctx()) }()
	<-asked
	o.answer = nil
	o.running() // as another process would, at the same time
	o.eventually("the run has ended, and that is told", func() bool { return o.ended(id) && len(o.outcomes()) == 1 })
	close(dead)
	if err := <-died; err != nil {
		t.Fatal(err)
	}
	if n := must(o.Outbox().Waiting(o.ctx())); n != 0 {
		t.Errorf("%d tasks are left", n)
	}
	same(t, o.outcomes(), []string{"HTTP done", "HTTP dropped"})
}
