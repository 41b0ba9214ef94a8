package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"foyer/internal/client"
)

// hostile measures how others are affected by an account that sends the costliest requests as fast as it may.
type hostile struct {
	Size    int           `default:"300000" help:"Conversations in the database."`
	For     time.Duration `default:"15s" help:"How long, without the account and with it."`
	Callers int           `default:"8" help:"How many requests the account has under way."`
	Pages   int           `default:"20" help:"Inbox pages per second that others read."`
	Intake  int           `default:"50" help:"Messages per second that come in."`
	filled
}

// allowance is the limit of the account: the default of the server.
const allowance = "FOYER_RATE_LIMIT=10000"

// afterRefusal is how long the account waits after a refusal.
const afterRefusal = 20 * time.Millisecond

// costlyRequests returns the requests of the account, which it sends in turn.
func costlyRequests() []string {
	const words = `hello i have a question about invoice h`
	return []string{
		`{ conversations(filter: {search: "` + words + `"}, first: 100) { totalCount nodes { id } } }`,
		`{ conversations(filter: {search: "question 1", status: CLOSED}, orderBy: NEWEST, first: 100) { nodes { id contact { id } } } }`,
		`{ contacts(filter: {tags: ["nobody has this"]}, first: 100) { totalCount nodes { id } } }`,
		`{ contacts(filter: {search: "contact", tags: ["vip"]}, first: 100) { totalCount nodes { id fields } } }`,
		`{ conversations(filter: {snoozed: true}, first: 100) { totalCount nodes { id } } }`,
		`{ conversations(first: 100) { totalCount nodes { id contact { id displayName } lastMessage { id text } assignee { id } team { id } } } }`,
	}
}

func (in hostile) rows(ctx context.Context) ([]measured, error) {
	return withServer(ctx, func(path string) error { return in.copyTo(ctx, path, in.Size) },
		func(s *server) ([]measured, error) { return in.measure(ctx, s) }, allowance)
}

func (in hostile) measure(ctx context.Context, s *server) ([]measured, error) {
	reader, err := s.newKey(ctx) // inbox and intake are API keys of their own: only the hostile account has a limit
	if err != nil {
		return nil, err
	}
	alone, err := in.others(ctx, s, reader, "alone")
	if err != nil {
		return nil, err
	}
	attacker := *s
	attacker.Client = s.owner
	attack, stop := context.WithCancel(ctx)
	done := make(chan string, 1)
	go func() { done <- in.attack(attack, &attacker) }()
	beside, err := in.others(ctx, s, reader, "beside it")
	stop()
	note := <-done
	for i := range beside {
		beside[i].ratio, beside[i].note = beside[i].latencies.over(alone[i].latencies, 99), "of p99"
	}
	return slices.Concat(alone, beside, []measured{{name: "the hostile account", note: note}}), err
}

// others reads pages and sends messages at fixed times.
func (in hostile) others(ctx context.Context, s *server, reader *client.Client, when string) ([]measured, error) {
	var rows [2]measured
	var errs [2]error
	var both sync.WaitGroup
	both.Go(func() {
		rows[0], errs[0] = in.paced("inbox page, "+when, in.Pages, func(int) error {
			return reader.Do(ctx, page, nil, &struct{}{})
		})
	})
	both.Go(func() {
		rows[1], errs[1] = in.paced("intake, "+when, in.Intake, func(i int) error {
			name := fmt.Sprintf("hostile-%s-%d", when, i)
			return s.receive(ctx, filledChannel, name, name, question)
		})
	})
	both.Wait()
	return rows[:], errors.Join(errs[:]...)
}

// paced calls do at fixed times.
func (in hostile) paced(name string, perSecond int, do func(i int) error) (measured, error) {
	began, n := time.Now(), int(in.For.Seconds()*float64(perSecond))
	took, err := schedule{began, perSecond}.run(n, do)
	return measured{name: name, perSecond: float64(n) / time.Since(began).Seconds(), latencies: took}, err
}

// attack sends the costliest requests and batches of messages until ctx ends. It returns how many were answered.
func (in hostile) attack(ctx context.Context, s *server) string {
	var answered, refused, turn atomic.Int64
	var callers sync.WaitGroup
	for range in.Callers {
		callers.Go(func() {
			for ctx.Err() == nil {
				if err := in.demand(ctx, s, int(turn.Add(1))); err == nil {
					answered.Add(1)
					continue
				}
				refused.Add(1)
				time.Sleep(afterRefusal)
			}
		})
	}
	callers.Wait()
	return fmt.Sprintf("%d requests answered, %d refused", answered.Load(), refused.Load())
}

// demand sends the i-th request of the account.
func (in hostile) demand(ctx context.Context, s *server, i int) error {
	kinds := costlyRequests()
	if kind := i % (len(kinds) + 1); kind < len(kinds) {
		return s.Do(ctx, kinds[kind], nil, &struct{}{})
	}
	contacts := make([]string, batch)
	for k := range contacts {
		contacts[k] = fmt.Sprintf("hostile-%d-%d", i, k)
	}
	return s.receiveBatch(ctx, filledChannel, 0, contacts)
}
