package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// soaking reports whether the long loops are wanted.
func soaking() bool { return os.Getenv("FOYER_SOAK") == "1" }

// seeded returns a seed for what a test does at random, and prints it. FOYER_SEED sets it, to repeat a run as far as
// the machine's timing allows.
func seeded(t *testing.T) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if fixed := os.Getenv("FOYER_SEED"); fixed != "" {
		var err error
		if seed, err = strconv.ParseUint(fixed, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("FOYER_SEED=%d", seed)
	return seed
}

func TestWhatWasAcknowledgedSurvivesKills(t *testing.T) {
	t.Parallel()
	rounds := 6
	if soaking() {
		rounds = 60
	}
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: agentNames(6), maxOpen: 3})
	l := &load{furnished: d, random: rand.New(rand.NewPCG(seeded(t), 0)), receives: map[string]*attempt{},
		sends: map[string]*attempt{}, closes: map[string]*attempt{}, presences: map[string]*attempt{}}
	start := s.key.head()
	var shown []item // by one subscription that goes on after each restart
	place := start
	for round := range rounds {
		stream := s.key.subscribe(place, nil)
		l.begin(round)
		l.awaitMoment()
		s.kill()
		l.working.Wait()
		<-stream.done // the connection went with the server
		shown = append(shown, stream.events()...)
		if at := stream.place(); at != "" {
			place = at
		}
		s.verify()
		s.start()
		l.check()
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	head := s.key.head()
	shown = append(shown, s.key.subscribe(place, nil).through(head)...)
	sameEvents(t, "the subscription that went on after each restart", shown, s.key.follow(start, nil).through(head))
	l.compare(foldOf(t, shown))
	t.Logf("%d kills under %d messages in, %d out, %d closes", rounds, len(l.receives), len(l.sends), len(l.closes))
}

// attempt is a change that a client asked for.
type attempt struct {
	input object
	text  string
	// id is the id in the answer. If it is empty there was no answer, and the change may or may not have happened.
	id string
	// refused says that the change did not happen.
	refused bool
}

// load is what clients ask of a server that gets killed, and how it answers.
type load struct {
	*furnished
	random  *rand.Rand     // of the test's goroutine
	working sync.WaitGroup // the clients

	mu        sync.Mutex
	receives  map[string]*attempt // by external id
	sends     map[string]*attempt // by idempotency key
	closes    map[string]*attempt // by conversation
	presences map[string]*attempt // by agent: the newest
	unchecked []*attempt          // receives and sends of this round
	open      []string            // conversations that nobody has tried to close
	answered  int
	news      news
}

// begin lets clients work until the server is gone.
func (l *load) begin(round int) {
	work := func(name string, once func(r *rand.Rand, name string) bool) {
		random := rand.New(rand.NewPCG(l.random.Uint64(), l.random.Uint64()))
		l.working.Go(func() {
			n := 0
			for once(random, fmt.Sprintf("%s-%d-%d", name, round, n)) {
				n++
			}
		})
	}
	l.unchecked = nil
	for i := range 4 {
		work(fmt.Sprint("in", i), l.receive)
	}
	for i := range 3 {
		work(fmt.Sprint("out", i), l.send)
	}
	work("close", l.close)
	for _, name := range agentNames(2) {
		work(emailOf(name), l.flip)
	}
}

// awaitMoment waits until a random moment under load.
func (l *load) awaitMoment() {
	l.server.Helper()
	l.awaitAnswers(l.answeredSoFar() + 20 + l.random.IntN(250))
	<-time.After(time.Duration(l.random.IntN(20_000)) * time.Microsecond)
}

func (l *load) answeredSoFar() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.answered
}

// awaitAnswers waits until the server has given n answers in all.
func (l *load) awaitAnswers(n int) {
	l.server.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		changed := l.news.next()
		if l.answeredSoFar() >= n {
			return
		}
		select {
		case <-changed:
		case <-late.C:
			l.server.Fatalf("%d answers came, want %d", l.answeredSoFar(), n)
		}
	}
}

// settle notes the answer to a change, and reports whether the client can go on.
func (l *load) settle(a *attempt, id string, err error) bool {
	defer l.news.tell()
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		a.id = id
	case refusals(err) != nil:
		a.refused = true
	default:
		return false
	}
	l.answered++
	return true
}

// note remembers a change before a client asks for it.
func (l *load) note(in map[string]*attempt, key string, a *attempt) *attempt {
	l.mu.Lock()
	defer l.mu.Unlock()
	in[key] = a
	if a.text != "" {
		l.unchecked = append(l.unchecked, a)
	}
	return a
}

// pick returns an open conversation, or an empty id if there is none. With take, it is not returned again.
func (l *load) pick(r *rand.Rand, take bool) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) == 0 {
		return ""
	}
	at := r.IntN(len(l.open))
	id := l.open[at]
	if take {
		l.open = append(l.open[:at:at], l.open[at+1:]...)
	}
	return id
}

func (l *load) receive(r *rand.Rand, name string) bool {
	a := l.note(l.receives, name, &attempt{text: name, input: l.incoming(fmt.Sprint("contact-", r.IntN(60)), name, name)})
	got, err := l.server.key.try("messageReceive", a.input, received)
	if err != nil {
		return l.settle(a, "", err)
	}
	if got.Opened {
		l.mu.Lock()
		l.open = append(l.open, got.Conversation.ID)
		l.mu.Unlock()
	}
	return l.settle(a, got.Message.ID, nil)
}

func (l *load) send(r *rand.Rand, name string) bool {
	id := l.pick(r, false)
	if id == "" {
		return l.alive()
	}
	a := l.note(l.sends, name, &attempt{text: name, input: object{"conversationId": id, "text": name, "idempotencyKey": name}})
	got, err := l.server.key.try("messageSend", a.input, "message { id }")
	if err != nil {
		return l.settle(a, "", err)
	}
	return l.settle(a, got.Message.ID, nil)
}

func (l *load) close(r *rand.Rand, _ string) bool {
	id := l.pick(r, true)
	if id == "" {
		return l.alive()
	}
	a := l.note(l.closes, id, &attempt{input: object{"conversationId": id}})
	_, err := l.server.key.try("conversationClose", a.input, "")
	return l.settle(a, id, err)
}

func (l *load) flip(r *rand.Rand, name string) bool {
	agent := l.Agents[strings.SplitAfter(name, "localhost")[0]]
	presence := []string{"ONLINE", "BUSY", "OFFLINE"}[r.IntN(3)]
	a := l.note(l.presences, agent, &attempt{input: object{"agentId": agent, "presence": presence}})
	_, err := l.server.key.try("presenceSet", a.input, "")
	return l.settle(a, presence, err)
}

// alive reports whether the server still answers.
func (l *load) alive() bool {
	var answer struct{ Head string }
	return l.server.key.Do(context.Background(), `{ head }`, nil, &answer) == nil
}

// check expects that a server that was killed and started again has everything that it acknowledged. It repeats the
// changes without an answer: nothing may happen twice.
func (l *load) check() {
	s := l.server
	s.Helper()
	failures := together(len(l.unchecked), func(i int) error { return l.repeat(l.unchecked[i]) })
	for _, err := range failures {
		s.Error(err)
	}
	for id, a := range l.closes {
		if a.id == "" && !a.refused {
			_, err := s.key.try("conversationClose", a.input, "")
			if err != nil && strings.Join(refusals(err), "") != "CLOSED conversationId" {
				s.Errorf("close again: %v", err)
			}
			a.id = id
		}
	}
	closed := map[string]bool{}
	for _, v := range everything[conversation](s.key, "conversations", "", conversationFields) {
		closed[v.ID] = v.Status == "CLOSED"
		if v.Status == "OPEN" && (v.Team == nil || v.Assignee == nil && v.QueuedAt == nil) {
			s.Errorf("an open conversation is not routed: %s", text(v))
		}
	}
	for id := range l.closes {
		if !closed[id] {
			s.Errorf("%s was closed and is not", id)
		}
	}
	for _, a := range everything[agent](s.key, "agents", "", "id presence") {
		if set := l.presences[a.ID]; set != nil && set.id != "" && set.id != a.Presence {
			s.Errorf("%s was set to %s and is %s", a.ID, set.id, a.Presence)
		}
	}
}

// repeat repeats a change, twice.
func (l *load) repeat(a *attempt) error {
	if a.refused {
		return nil
	}
	name, fields := "messageReceive", received
	if a.input["idempotencyKey"] != nil {
		name, fields = "messageSend", "message { id }"
	}
	for try := range 2 {
		got, err := l.server.key.try(name, a.input, fields)
		switch {
		case err != nil && a.id == "" && name == "messageSend" && strings.Join(refusals(err), "") == "CLOSED conversationId":
			a.refused = true // it did not happen, and never can
			return nil
		case err != nil:
			return fmt.Errorf("repeat %s: %w", text(a.input), err)
		case a.id != "" && got.Message.ID != a.id:
			return fmt.Errorf("%s was answered %s, and repeated %s", text(a.input), a.id, got.Message.ID)
		case name == "messageReceive" && !got.Duplicate && (a.id != "" || try == 1):
			return fmt.Errorf("%s is not a duplicate", text(a.input))
		case try == 0 && got.Opened:
			l.mu.Lock()
			l.open = append(l.open, got.Conversation.ID)
			l.mu.Unlock()
		}
		a.id = got.Message.ID
	}
	return nil
}

// compare expects that the log has each change that was not refused, once, and nothing else.
func (l *load) compare(f *fold) {
	l.server.Helper()
	want := map[string]string{} // text by message
	for _, attempts := range []map[string]*attempt{l.receives, l.sends} {
		for _, a := range attempts {
			if !a.refused {
				want[a.id] = a.text
			}
		}
	}
	for id, said := range f.texts {
		if want[id] != said {
			l.server.Errorf("the log has %s, %q, which was not asked for or has another id", id, said)
		}
	}
	for id, said := range want {
		if f.texts[id] != said {
			l.server.Errorf("the log lacks %s, %q", id, said)
		}
	}
	db := database(l.server, l.server.database, "mode=ro")
	var stored int
	if err := db.QueryRowContext(l.server.Context(), `SELECT count(*) FROM messages`).Scan(&stored); err != nil {
		l.server.Fatal(err)
	}
	if stored != len(want) {
		l.server.Errorf("%d messages are stored, want %d", stored, len(want))
	}
	for _, v := range everything[conversation](l.server.key, "conversations", "", conversationFields) {
		f.agree(v)
		if c := f.conversations[v.ID]; c != nil && c.closed > 1 {
			l.server.Errorf("%s was closed %d times", v.ID, c.closed)
		}
	}
}
