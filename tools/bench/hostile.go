package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// hostile measures how an account that asks for the costliest things as fast as it may affects others.
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
	channel, err := s.channel(ctx)
	if err != nil {
		return nil, err
	}
	reader := *s // inbox and intake are API keys of their own: only the hostile account has a limit
	if reader.token, err = s.newKey(ctx); err != nil {
		return nil, err
	}
	alone, err := in.others(ctx, s, &reader, channel, "alone")
	if err != nil {
		return nil, err
	}
	attacker := *s
	attacker.token = s.owner
	attack, stop := context.WithCancel(ctx)
	done := make(chan string, 1)
	go func() { done <- in.attack(attack, &attacker, channel) }()
	beside, err := in.others(ctx, s, &reader, channel, "beside it")
	stop()
	note := <-done
	for i := range beside {
		beside[i].ratio = float64(beside[i].latencies.at(99)) / float64(alone[i].latencies.at(99))
		beside[i].note = "of p99"
	}
	return slices.Concat(alone, beside, []measured{{name: "the hostile account", note: note}}), err
}

// others reads pages and sends messages at fixed times.
func (in hostile) others(ctx context.Context, s, reader *server, channel, when string) ([]measured, error) {
	var rows [2]measured
	var errs [2]error
	var both sync.WaitGroup
	both.Go(func() {
		rows[0], errs[0] = in.paced("inbox page, "+when, in.Pages, func(int) error {
			return reader.query(ctx, page, nil, &struct{}{})
		})
	})
	both.Go(func() {
		rows[1], errs[1] = in.paced("intake, "+when, in.Intake, func(i int) error {
			name := fmt.Sprintf("hostile-%s-%d", when, i)
			return s.query(ctx, receive, map[string]any{"i": message(channel, name, name, question)}, &struct{}{})
		})
	})
	both.Wait()
	return rows[:], errors.Join(errs[:]...)
}

// paced calls do at fixed times, whether earlier calls have returned or not. Latencies count from when a call was due.
func (in hostile) paced(name string, perSecond int, do func(i int) error) (measured, error) {
	n := int(in.For.Seconds() * float64(perSecond))
	took, errs := make(latencies, n), make([]error, n)
	began := time.Now()
	var under sync.WaitGroup
	for i := range n {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(due))
		under.Go(func() {
			errs[i] = do(i)
			took[i] = time.Since(due)
		})
	}
	under.Wait()
	slices.Sort(took)
	return measured{name: name, perSecond: float64(n) / time.Since(began).Seconds(), latencies: took}, errors.Join(errs...)
}

// attack asks for the costliest things and sends batches of messages until ctx ends. It returns how many were answered.
func (in hostile) attack(ctx context.Context, s *server, channel string) string {
	var answered, refused, turn atomic.Int64
	var callers sync.WaitGroup
	for range in.Callers {
		callers.Go(func() {
			for ctx.Err() == nil {
				i := int(turn.Add(1))
				var err error
				if kinds := costlyRequests(); i%(len(kinds)+1) < len(kinds) {
					err = s.query(ctx, kinds[i%(len(kinds)+1)], nil, &struct{}{})
				} else {
					messages := make([]any, batch)
					for k := range messages {
						name := fmt.Sprintf("hostile-%d-%d", i, k)
						messages[k] = message(channel, name, name, question)
					}
					err = s.query(ctx, receiveBatch, map[string]any{"i": map[string]any{"messages": messages}}, &struct{}{})
				}
				if err == nil {
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
