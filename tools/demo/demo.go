// Package demo keeps a workspace busy: real questions come in, a workflow routes them to teams, agents answer and close.
//
// It uses the published API of a running server, with a live subscription that says which conversations are assigned to
// whom. Run owns the goroutines it starts and returns after they have ended.
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
	// Rate is the number of messages that come in per second.
	Rate float64
	// Think is how long an agent takes for an answer, and again before closing.
	Think time.Duration
	// Password is the password of all agents.
	Password string
	// Logger gets what goes wrong on the way.
	Logger *slog.Logger
}

// Demo is a workspace ready to run.
type Demo struct {
	// Secret is a manager's API key, made for this run.
	Secret string

	key       *client.Client
	workspace *seed.Workspace
	options   Options
	run       string             // part of message ids, so that those of a later run on the same database differ
	workers   map[string]*worker // by the id of their agent
}

// Prepare seeds the workspace and logs its agents in. The client is the owner's.
func Prepare(ctx context.Context, owner *client.Client, o Options) (*Demo, error) {
	d := &Demo{options: o, run: strings.ToLower(rand.Text())[:8], workers: map[string]*worker{}}
	var created struct{ Secret string }
	err := owner.Mutate(ctx, "apiKeyCreate", map[string]any{"name": "Demo", "role": "MANAGER"}, "secret", &created)
	if err != nil {
		return nil, err
	}
	d.Secret, d.key = created.Secret, owner.As(created.Secret)
	wanted, err := plan(o.Password)
	if err != nil {
		return nil, err
	}
	if d.workspace, err = seed.Apply(ctx, owner, wanted); err != nil {
		return nil, err
	}
	if err := d.addVIPs(ctx); err != nil {
		return nil, err
	}
	for _, a := range agents() {
		session, err := owner.As("").Login(ctx, a.Email, o.Password)
		if _, refused := errors.AsType[client.UserErrors](err); refused {
			return nil, fmt.Errorf("%w (a database that an earlier demo made has that one's password: --password)", err)
		}
		if err != nil {
			return nil, err
		}
		d.workers[d.workspace.Agents[a.Email]] = newWorker(session)
	}
	return d, nil
}

// addVIPs adds the contacts who have the tag of the gallery's VIP workflow, unless an earlier demo did.
func (d *Demo) addVIPs(ctx context.Context) error {
	for who := range vips {
		identity := object{"channelId": d.workspace.Channels[sites()[0].name], "externalId": visitor(who + 1)}
		err := d.key.Mutate(ctx, "contactCreate", object{"identities": []object{identity}, "firstName": "Visitor",
			"lastName": fmt.Sprint(who + 1), "tags": []string{vipTag}}, "", nil)
		if _, there := errors.AsType[client.UserErrors](err); err != nil && !there {
			return err
		}
	}
	return nil
}

// Emails returns the emails that the agents log in with.
func Emails() []string {
	var emails []string
	for _, a := range agents() {
		emails = append(emails, a.Email)
	}
	return emails
}

// Run keeps the workspace busy until ctx or the subscription ends, and returns the error that ended it.
func (d *Demo) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cursor, err := d.resume(ctx)
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

// resume passes to the agents the conversations that they had open when the demo last stopped, and returns the cursor from
// which the subscription continues. Both come from one snapshot, so nothing is missed between them.
func (d *Demo) resume(ctx context.Context) (string, error) {
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

// listen follows which conversation is assigned to whom.
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

// assign passes a conversation to an agent's worker. Agents whom the demo did not create have none.
func (d *Demo) assign(agent, conversation string) {
	if w := d.workers[agent]; w != nil {
		w.add(conversation)
	}
}

// write sends messages of contacts at the configured rate until ctx ends.
func (d *Demo) write(ctx context.Context) {
	pace := time.NewTicker(time.Duration(float64(time.Second) / d.options.Rate))
	defer pace.Stop()
	who := crowd{run: d.run, texts: d.options.Texts, asked: map[string]int{}}
	for {
		err := d.key.Mutate(ctx, "messageReceive", who.next(d.workspace.Channels), "", nil)
		if err != nil && ctx.Err() == nil {
			d.options.Logger.WarnContext(ctx, "a message was not accepted", "error", err)
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			return
		}
	}
}
