package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// draft is what an agent has written and not sent yet.
type draft struct {
	ConversationID, Kind, Text, UpdatedAt string
	Conversation                          *reference
}

// drafts returns the caller's own.
func (c *caller) drafts() []draft {
	c.Helper()
	var answer struct{ Drafts []draft }
	c.read(`{ drafts { conversationId conversation { id } kind text updatedAt } }`, nil, &answer)
	return answer.Drafts
}

func TestADraftIsTheSameOnEveryDeviceOfItsAgentAndOnNobodyElses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation := o.sales.Conversation.ID
	device, other := o.ana, o.agent("ana")
	write := func(c *caller, text string, more object) (payload, error) {
		return c.try("draftSet", with(object{"conversationId": conversation, "kind": "REPLY", "text": text}, more), "draft { text updatedAt }")
	}
	open, elsewhere, watched := other.follow("", nil), o.boss.follow("", nil), o.manager.follow("", nil)
	shows := func(text string) {
		t.Helper()
		open.await("the draft "+text, func(items []item) bool {
			return slices.ContainsFunc(items, func(i item) bool {
				return i.Type == "DraftChanged" && i.ConversationID == conversation && (i.Draft == nil && text == "" || i.Draft != nil && i.Draft.Text == text)
			})
		})
	}
	first, err := write(device, "Dear Ada", object{"ifUpdatedAt": nil})
	if err != nil {
		t.Fatal(err)
	}
	shows("Dear Ada")
	seen := other.drafts()
	if len(seen) != 1 || seen[0].Text != "Dear Ada" || seen[0].UpdatedAt != first.Draft.UpdatedAt || seen[0].Conversation.ID != conversation {
		t.Errorf("the other device reads %s", text(seen))
	}
	if _, err := write(other, "Dear Ada, yes", object{"ifUpdatedAt": seen[0].UpdatedAt}); err != nil {
		t.Error(err)
	}
	late, err := write(device, "Dear Ada, no", object{"ifUpdatedAt": first.Draft.UpdatedAt})
	if got := strings.Join(refusals(err), ""); got != "CONFLICT ifUpdatedAt" || late.Draft == nil || late.Draft.Text != "Dear Ada, yes" {
		t.Errorf("the device that is behind is answered %v, %s", got, text(late.Draft))
	}
	for _, c := range []*caller{o.owner, o.boss, o.agent("bea")} {
		if theirs := c.drafts(); len(theirs) != 0 {
			t.Errorf("somebody else reads %s", text(theirs))
		}
	}
	if err := o.manager.Do(t.Context(), `{ drafts { text } }`, nil, &object{}); len(codes(err)) != 1 || codes(err)[0] != "FORBIDDEN" {
		t.Errorf("a key is answered %v", err)
	}

	o.owner.do("conversationAssign", object{"conversationId": conversation, "agentId": o.Agents[emailOf("bea")], "overCapacity": true}, "")
	o.owner.do("conversationRoute", object{"conversationId": conversation, "teamId": o.Teams["Support"]}, "")
	if hidden := device.drafts(); len(hidden) != 1 || hidden[0].Conversation != nil || hidden[0].Text != "Dear Ada, yes" {
		t.Errorf("out of sight, the agent reads %s", text(hidden))
	}
	if _, err := write(device, "Dear Ada, still", nil); strings.Join(refusals(err), "") != "NOT_FOUND conversationId" {
		t.Errorf("out of sight, a change is answered %v", err)
	}
	if _, err := write(device, "", nil); err != nil || len(other.drafts()) != 0 {
		t.Errorf("out of sight, removing is answered %v", err)
	}
	shows("")
	o.owner.do("noteAdd", object{"conversationId": conversation, "text": "The end."}, "")
	for _, s := range []*stream{elsewhere, watched} {
		s.through(o.owner.head())
		if slices.Contains(kinds(s.all()), "DraftChanged") {
			t.Errorf("somebody else is told of a draft: %v", kinds(s.all()))
		}
	}
}

func TestADraftThatIsBeingSetWhenTheServerIsKilledIsTheOldOneOrTheNew(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana"}})
	ana := d.agent("ana")
	conversation := d.write("ada", "Hello").Conversation.ID
	random := rand.New(rand.NewPCG(seeded(t), 0))
	n := 0 // the number of the newest draft that was sent
	for range 4 {
		answered := make(chan int, 1<<16) // the numbers of those that were acknowledged
		var working sync.WaitGroup
		working.Go(func() {
			defer close(answered)
			for {
				n++
				// So long that a half of one would show.
				body := fmt.Sprintf("%d %s", n, strings.Repeat("lorem ipsum ", 700))
				if _, err := ana.try("draftSet", object{"conversationId": conversation, "kind": "NOTE", "text": body}, ""); err != nil {
					return
				}
				answered <- n
			}
		})
		kept := 0
		for range 5 + random.IntN(50) {
			kept = <-answered
		}
		<-time.After(time.Duration(random.IntN(5000)) * time.Microsecond)
		s.kill()
		working.Wait()
		for number := range answered {
			kept = number
		}
		s.verify()
		s.start()
		ana = s.as(ana.token)
		drafts := ana.drafts()
		if len(drafts) != 1 {
			t.Fatalf("%d drafts", len(drafts))
		}
		number, rest, _ := strings.Cut(drafts[0].Text, " ")
		if got, _ := strconv.Atoi(number); got < kept || got > n || rest != strings.Repeat("lorem ipsum ", 700) {
			t.Fatalf("after %d was acknowledged and %d was sent there is %.40q of %d bytes", kept, n, drafts[0].Text, len(drafts[0].Text))
		}
	}
}
