package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// job is a job as the API has it.
type job struct {
	ID                       string
	Total, Done, FailedCount int
	FinishedAt, CancelledAt  *string
	Failed                   []struct {
		ConversationID string
		Error          struct{ Code string }
	}
}

const jobFields = `id total done failedCount failed { conversationId error { code } } finishedAt cancelledAt`

// readJob returns a job.
func (c *caller) readJob(id string) job {
	c.Helper()
	var answer struct{ Job *job }
	c.read(`query($id: ID!) { job(id: $id) { `+jobFields+` } }`, object{"id": id}, &answer)
	if answer.Job == nil {
		c.Fatalf("there is no job %s", id)
	}
	return *answer.Job
}

// awaitJob reads a job until a condition holds. Each read takes as long as the server needs to answer.
func (c *caller) awaitJob(id string, holds func(job) bool) job {
	c.Helper()
	for {
		if j := c.readJob(id); holds(j) {
			return j
		}
		if err := c.Context().Err(); err != nil {
			c.Fatal(err)
		}
	}
}

// many opens conversations of n contacts.
func (f *furnished) many(n int) []string {
	f.server.Helper()
	ids := make([]string, 0, n)
	for len(ids) < n {
		var batch []object
		for i := range min(100, n-len(ids)) {
			name := fmt.Sprint("contact-", len(ids)+i)
			batch = append(batch, f.incoming(name, name, "Hello"))
		}
		got := f.server.key.do("messageReceiveBatch", object{"messages": batch}, "results { conversation { id } userErrors { code } }")
		for _, r := range got.Results {
			ids = append(ids, r.Conversation.ID)
		}
	}
	return ids
}

func TestAJobGoesOnAfterKillsAndChangesEachConversationOnce(t *testing.T) {
	t.Parallel()
	kills, conversations := 4, 700
	if soaking() {
		kills, conversations = 30, 6000
	}
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana", "ben"}})
	ids := d.many(conversations)
	ana := d.agent("ana")
	start := s.key.head()
	in := object{"ids": ids, "action": object{"close": object{"category": "Outage"}}, "idempotencyKey": "once"}
	begun := ana.do("conversationsChange", in, "job { "+jobFields+" }").Job
	middle := 0
	for before := -1; middle < kills; {
		j := ana.awaitJob(begun.ID, func(j job) bool { return j.Done > before || j.FinishedAt != nil })
		if j.FinishedAt != nil {
			break
		}
		before = j.Done
		s.kill()
		middle++
		s.verify()
		s.start()
		ana = s.as(ana.token)
	}
	if middle == 0 {
		t.Error("the job was done before the server could be killed, so that the test proves nothing")
	}
	if again := ana.do("conversationsChange", in, "job { "+jobFields+" }").Job; again.ID != begun.ID {
		t.Errorf("the repeated call has started %s, not %s", again.ID, begun.ID)
	}
	j := ana.awaitJob(begun.ID, func(j job) bool { return j.FinishedAt != nil })
	if j.Done != conversations || j.FailedCount != 0 || j.CancelledAt != nil {
		t.Errorf("the job has ended as %s", text(j))
	}
	closed := map[string]int{}
	for _, i := range s.key.follow(start, nil).through(s.key.head()) {
		if i.Type == "ConversationClosed" {
			closed[i.Conversation.ID]++
		}
	}
	for _, id := range ids {
		if closed[id] != 1 {
			t.Errorf("%s was closed %d times", id, closed[id])
		}
	}
	s.stop()
	s.verify()
	t.Logf("%d kills while it ran", middle)
}

func TestAJobIsToldToItsAgentAlone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana", "ben"}})
	ids := d.many(120)
	ana, ben := d.agent("ana"), d.agent("ben")
	streams := map[string]*stream{"ana": ana.follow("", nil), "ben": ben.follow("", nil), "the key": s.key.follow("", nil), "the owner": s.owner.follow("", nil)}
	j := ana.do("conversationsChange", object{"ids": ids, "action": object{"close": object{}}}, "job { id }").Job
	told := func(items []item) (n int) {
		for _, i := range items {
			if i.Type == "JobChanged" && i.Job.ID == j.ID {
				n++
			}
		}
		return n
	}
	streams["ana"].await("JobChanged", func(items []item) bool { return told(items) > 0 })
	ana.awaitJob(j.ID, func(j job) bool { return j.FinishedAt != nil })
	streams["ana"].await("the last JobChanged", func(items []item) bool { return told(items) > 1 })
	mark := s.key.do("noteAdd", object{"conversationId": ids[0], "text": "done"}, "note { id }").Note.ID
	for name, st := range streams {
		st.await("the note", func(items []item) bool {
			return slices.ContainsFunc(items, func(i item) bool { return i.Note != nil && i.Note.ID == mark })
		})
		if n := told(st.all()); (n > 0) != (name == "ana") {
			t.Errorf("%s was told %d times of the job", name, n)
		}
	}
}

func TestWhatAJobWasNotAllowedToChangeIsTold(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana"}}, crew{name: "Sales", agents: []string{"ben"}})
	ids := d.many(3)
	ana := d.agent("ana")
	s.owner.do("agentUpdate", object{"id": ana.id, "visibility": "TEAM"}, "")
	head := ana.head()
	s.key.do("conversationClose", object{"conversationId": ids[0]}, "")
	s.key.do("conversationRoute", object{"conversationId": ids[1], "teamId": d.Teams["Sales"]}, "")
	s.key.do("conversationAssign", object{"conversationId": ids[1], "agentId": d.Agents[emailOf("ben")]}, "")
	started := ana.do("conversationsChange", object{"ids": ids, "head": head, "action": object{"tags": object{"addTags": []string{"vip"}}}}, "job { id }").Job
	j := ana.awaitJob(started.ID, func(j job) bool { return j.FinishedAt != nil })
	got := map[string]string{}
	for _, f := range j.Failed {
		got[f.ConversationID] = f.Error.Code
	}
	if want := map[string]string{ids[0]: "CONFLICT", ids[1]: "NOT_FOUND"}; !maps.Equal(got, want) || j.Done != 1 || j.FailedCount != 2 {
		t.Errorf("the job ended as %s, want failures %v", text(j), want)
	}
	var shown struct {
		Job struct {
			Failed []struct{ Conversation *conversation }
		}
	}
	ana.read(`query($id: ID!) { job(id: $id) { failed { conversation { `+conversationFields+` } } } }`, object{"id": j.ID}, &shown)
	if f := shown.Job.Failed; f[0].Conversation == nil || f[0].Conversation.Status != "CLOSED" || f[1].Conversation != nil {
		t.Errorf("the conversations are shown as %s", text(shown))
	}
	for name, in := range map[string]object{
		"ids":    {"action": object{"wake": true}},
		"filter": {"ids": ids, "filter": object{"status": "OPEN"}, "action": object{"wake": true}},
	} {
		if _, err := ana.try("conversationsChange", in, "job { id }"); err == nil || !strings.HasSuffix(strings.Join(refusals(err), ""), " "+name) {
			t.Errorf("got %v, want an error at %s", err, name)
		}
	}
	for _, action := range []object{{}, {"wake": true, "unassign": true}, {"wake": nil}, {"wake": nil, "unassign": true}} {
		if _, err := ana.try("conversationsChange", object{"ids": ids, "action": action}, "job { id }"); !slices.Equal(codes(err), []string{"VALIDATION_FAILED"}) {
			t.Errorf("%v: got %v, want VALIDATION_FAILED", action, err)
		}
	}
}
