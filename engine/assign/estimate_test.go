package assign_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"foyer/engine/assign"
	"foyer/inbox"
)

// taken returns a history, newest first, with these gaps between conversations, each of which had waited for an hour.
func taken(gaps ...time.Duration) []inbox.Taken {
	at := inbox.Time(1_800_000_000_000)
	history := []inbox.Taken{{At: at, QueuedFor: 3600}}
	for _, gap := range gaps {
		at = at.Add(-gap)
		history = append(history, inbox.Taken{At: at, QueuedFor: 3600})
	}
	return history
}

func TestTheWaitIsAGapForEachConversationUpToThisOne(t *testing.T) {
	const m = time.Minute
	for name, c := range map[string]struct {
		history  []inbox.Taken
		position int32
		want     time.Duration
		ok       bool
	}{
		"nothing happened":               {nil, 1, 0, false},
		"too little":                     {taken(m, m, m, m), 1, 0, false},
		"next":                           {taken(m, m, m, m, m), 1, m, true},
		"tenth":                          {taken(m, m, m, m, m), 10, 10 * m, true},
		"a night among ten":              {taken(m, m, m, m, m, 50*m, m, m, m, m), 2, 2 * m, true},
		"time without a queue is no gap": {taken(m, 2*time.Hour, m, m, m, m), 1, m, true},
		"too much time without a queue":  {taken(m, 2*time.Hour, 2*time.Hour, m, m, m), 1, 0, false},
		"many at once":                   {taken(0, 0, 0, 0, 10*m, 10*m), 3, 10 * m, true},
	} {
		if got, _, ok := assign.Estimate(c.history, c.position); ok != c.ok || got != c.want {
			t.Errorf("%s: got %s (%t), want %s (%t)", name, got, ok, c.want, c.ok)
		}
	}
}

// TestAnEstimateIsAboutAsFarOffAsItSays lets queues move at random and looks how long the conversation at a position waits.
func TestAnEstimateIsAboutAsFarOffAsItSays(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	random := func() time.Duration { return time.Duration(chance.ExpFloat64() * float64(3*time.Minute)) }
	const trials = 2000
	for _, position := range []int32{1, 3, 20} {
		within := 0
		for range trials {
			var gaps []time.Duration
			for range 49 {
				gaps = append(gaps, random())
			}
			var truth time.Duration
			for range position {
				truth += random()
			}
			wait, off, ok := assign.Estimate(taken(gaps...), position)
			if !ok {
				t.Fatal("50 conversations are too little")
			}
			if (wait - truth).Abs() <= 2*off {
				within++
			}
		}
		if share := float64(within) / trials; share < 0.8 {
			t.Errorf("at position %d only %.0f %% of waits are within twice the error", position, 100*share)
		}
	}
}
