package engine_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// BenchmarkIntake receives messages of 50 contacts at a time: what they cost without HTTP, GraphQL and waiting for a
// commit. All but the commits is processor time.
func BenchmarkIntake(b *testing.B) {
	for _, kind := range []string{"new", "follow-up"} {
		b.Run(kind, func(b *testing.B) {
			e, key, channel := benchDesk(b)
			if kind == "follow-up" {
				receive(b, e, key, channel, "first", 100)
			}
			b.ReportAllocs()
			b.ResetTimer()
			before := processorTime(b)
			if kind == "new" {
				receive(b, e, key, channel, "first", b.N)
			} else {
				for i := range (b.N + 99) / 100 {
					receive(b, e, key, channel, fmt.Sprint(i), 100)
				}
			}
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

// receive receives one message of each of n contacts.
func receive(b *testing.B, e *engine.Engine, key inbox.Caller, channel inbox.ChannelID, id string, n int) {
	b.Helper()
	text := "Hello, I have a question about my last invoice: it seems to be wrong."
	for from := 0; from < n; from += 50 {
		in := make([]engine.MessageReceiveInput, 50)
		for i := range in {
			contact := fmt.Sprintf("contact-%d", from+i)
			in[i] = engine.MessageReceiveInput{ChannelID: channel, Contact: engine.InboundContactInput{ExternalID: contact},
				Message: engine.InboundMessageInput{ExternalID: new(id + contact), Text: &text}}
		}
		received, err := e.MessageReceiveBatch(b.Context(), key, in)
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range received {
			if r.Err != nil || r.Conversation.AssigneeID == nil {
				b.Fatalf("a message was not assigned: %v", r.Err)
			}
		}
	}
}

// benchDesk opens a desk whose workflow assigns every conversation to a team of 20.
func benchDesk(b *testing.B) (*engine.Engine, inbox.Caller, inbox.ChannelID) {
	b.Helper()
	silent := slog.New(slog.DiscardHandler)
	db, err := store.Open(b.Context(), store.Options{Path: filepath.Join(b.TempDir(), "foyer.db"), Logger: silent})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	e := engine.New(db, engine.Options{Logger: silent})
	owner := inbox.Caller{Actor: inbox.BySystem(), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll}
	members := make([]inbox.AgentID, 20)
	for i := range members {
		members[i] = must(store.Update(b.Context(), db, func(tx *store.Tx) (inbox.AgentID, error) {
			a := &inbox.Agent{Name: "Agent", Email: fmt.Sprint(i), Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll,
				Presence: inbox.PresenceOnline, LastActivityAt: 1, CreatedAt: 1}
			err := tx.InsertAgent(a, a.Email, "none")
			return a.ID, err
		}))
	}
	must(e.TeamCreate(b.Context(), owner, engine.NewTeam{Name: "Support", MemberIDs: members}))
	channel := must(e.ChannelCreate(b.Context(), owner, engine.ChannelCreateInput{Name: "Bench", Kind: inbox.ChannelAPI}))
	f := must(e.WorkflowCreate(b.Context(), owner, engine.WorkflowCreateInput{Name: "Inbound", Definition: inbox.JSON(`{"format": 1, "name": "Inbound",
		"trigger": {"on": "conversation.opened", "when": {"field": "conversation.source", "op": "equals", "value": "CONTACT"}},
		"steps": [{"key": "to_support", "route": {"team": "Support"}}, {"key": "hand_over", "assign": {"by": "team"}}]}`)}))
	must(e.WorkflowPublish(b.Context(), owner, f.ID))
	return e, inbox.Caller{Actor: inbox.ByAPIKey(1), Role: inbox.RoleManager, Visibility: inbox.VisibilityAll}, channel.ID
}

// processorTime returns how much processor time the process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
