package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"foyer/internal/client"
	"foyer/tools/seed"
)

// Options say how busy the demo is.
type Options struct {
	// Texts are what contacts write, at random.
	Texts []string
	// Rate is how many messages come in per second.
	Rate float64
	// Think is how long an agent takes for an answer, and again before closing.
	Think time.Duration
	// Password is that of all agents.
	Password string
	// Logger takes what goes wrong on the way.
	Logger *slog.Logger
}

// Demo is a help desk ready to run.
type Demo struct {
	// Secret is a manager's API key, made for this run.
	Secret string

	key     *client.Client
	desk    *seed.Desk
	options Options
	run     string // part of message ids, so that a later run on the same database has others
	workers map[string]*worker
}

// Prepare furnishes the help desk and logs its agents in. The client is the owner's.
func Prepare(ctx context.Context, owner *client.Client, o Options) (*Demo, error) {
	d := &Demo{options: o, run: strings.ToLower(rand.Text())[:8], workers: map[string]*worker{}}
	var created struct{ Secret string }
	err := owner.Mutate(ctx, "apiKeyCreate", map[string]any{"name": "Demo", "role": "MANAGER"}, "secret", &created)
	if err != nil {
		return nil, err
	}
	d.Secret, d.key = created.Secret, owner.As(created.Secret)
	wanted := plan(o.Password)
	if err := addGallery(&wanted); err != nil {
		return nil, err
	}
	if d.desk, err = seed.Furnish(ctx, owner, wanted); err != nil {
		return nil, err
	}
	if err := d.welcome(ctx); err != nil {
		return nil, err
	}
	for _, a := range agents() {
		session, err := owner.As("").Login(ctx, a.email, o.Password)
		if _, refused := errors.AsType[client.UserErrors](err); refused {
			return nil, fmt.Errorf("%w (a database that an earlier demo made has that one's password: --password)", err)
		}
		if err != nil {
			return nil, err
		}
		d.workers[d.desk.Agents[a.email]] = newWorker(session)
	}
	return d, nil
}

// welcome marks the contacts who are taken first, unless an earlier demo has.
func (d *Demo) welcome(ctx context.Context) error {
	for who := range vips {
		identity := object{"channelId": d.desk.Channels[sites()[0].name], "externalId": visitor(who + 1)}
		err := d.key.Mutate(ctx, "contactCreate", object{"identities": []object{identity}, "firstName": "Visitor",
			"lastName": fmt.Sprint(who + 1), "tags": []string{vipTag}}, "", nil)
		if _, there := errors.AsType[client.UserErrors](err); err != nil && !there {
			return err
		}
	}
	return nil
}

// Emails returns what the agents log in with.
func Emails() []string {
	var emails []string
	for _, a := range agents() {
		emails = append(emails, a.email)
	}
	return emails
}

// Run keeps the desk busy until ctx ends or the subscription does, and returns the error of that.
func (d *Demo) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cursor, err := d.takeUp(ctx)
	if err != nil {
		return err
	}
	var busy sync.WaitGroup
	for _, w := range d.workers {
		busy.Go(func() { w.work(ctx, d.options) })
	}
	busy.Go(func() { d.write(ctx) })
	err = d.listen(ctx, cursor)
	stop()
	busy.Wait()
	if err == nil {
		return errors.New("the server completed the subscription")
	}
	return fmt.Errorf("follow what is assigned: %w", err)
}

// takeUp returns the agents what they had open when the demo was last stopped, and the place in the log from which on the
// subscription tells the rest: both come from one snapshot, so that nothing is missed between them.
func (d *Demo) takeUp(ctx context.Context) (string, error) {
	var now struct {
		Head          string
		Conversations struct {
			Nodes []struct {
				ID       string
				Assignee *struct{ ID string }
			}
		}
	}
	err := d.key.Do(ctx, `{ head conversations(filter: { status: OPEN, unassigned: false }, first: 100) { nodes { id assignee { id } } } }`,
		nil, &now)
	for _, c := range now.Conversations.Nodes {
		if c.Assignee != nil {
			d.assign(c.Assignee.ID, c.ID)
		}
	}
	return now.Head, err
}

// listen learns what is assigned to whom.
func (d *Demo) listen(ctx context.Context, cursor string) error {
	return d.key.Subscribe(ctx, `subscription($after: Cursor) { item: events(after: $after, filter: { types: [CONVERSATION_ASSIGNED] }) {
		... on ConversationAssigned { conversation { id } assignee { id } } } }`, map[string]any{"after": cursor},
		func(data json.RawMessage) error {
			var event struct {
				Item struct{ Conversation, Assignee struct{ ID string } }
			}
			if err := json.Unmarshal(data, &event); err != nil {
				return err
			}
			d.assign(event.Item.Assignee.ID, event.Item.Conversation.ID)
			return nil
		})
}

// assign puts a conversation on an agent's desk. Agents who are not the demo's work for themselves.
func (d *Demo) assign(agent, conversation string) {
	if w := d.workers[agent]; w != nil {
		w.add(conversation)
	}
}

// write lets contacts write at the rate asked for, until ctx ends.
func (d *Demo) write(ctx context.Context) {
	pace := time.NewTicker(time.Duration(float64(time.Second) / d.options.Rate))
	defer pace.Stop()
	who := crowd{run: d.run, texts: d.options.Texts, asked: map[string]int{}}
	for {
		err := d.key.Mutate(ctx, "messageReceive", who.next(d.desk.Channels), "", nil)
		if err != nil && ctx.Err() == nil {
			d.options.Logger.WarnContext(ctx, "a message was not taken", "error", err)
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			return
		}
	}
}
