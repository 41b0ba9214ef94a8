package cli

import (
	"context"
	_ "embed" // the subscription
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/gorilla/websocket"

	"foyer/internal/client"
)

// tailCommand is `foyer tail`.
type tailCommand struct {
	connectFlags
	After string   `placeholder:"CURSOR" help:"Begin after this place in the event log; without it, with what happens from now on."`
	Types []string `sep:"," placeholder:"TYPE" help:"Only these kinds of event, such as CONVERSATION_ASSIGNED; repeatable."`
	Count int      `placeholder:"N" help:"Stop after so many items."`
	LogFlags
}

// tailDocument is the subscription.
//
//go:embed tail.graphql
var tailDocument string

// errEnough ends a tail that has printed --count items.
var errEnough = errors.New("enough")

// The pauses between attempts to connect again.
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// tail prints the events of one server and remembers the last cursor.
type tail struct {
	client  *client.Client
	command *tailCommand
	out     io.Writer
	after   *string
	printed int
	pause   time.Duration
}

// Run prints events until ctx ends. After a lost connection it continues where it was.
func (c *tailCommand) Run(ctx context.Context, t Terminal) error {
	server, err := c.connect()
	if err != nil {
		return err
	}
	defer server.Close()
	tail := &tail{client: server, command: c, out: t.Out, pause: firstPause}
	if c.After != "" {
		tail.after = &c.After
	}
	return tail.follow(ctx, t.Logger(c.LogFlags))
}

// follow subscribes, and again after each end from which it can continue.
func (t *tail) follow(ctx context.Context, log *slog.Logger) error {
	variables := map[string]any{}
	if len(t.command.Types) > 0 {
		variables["filter"] = map[string]any{"types": t.command.Types}
	}
	for {
		variables["after"] = t.after
		err := t.client.Subscribe(ctx, tailDocument, variables, t.print)
		switch {
		case err == nil:
			return errors.New("the server completed the stream")
		case errors.Is(err, errEnough), errors.Is(err, context.Cause(ctx)):
			return nil
		case !t.canResume(err):
			return err
		}
		log.WarnContext(ctx, "lost the server, connecting again", "error", err, "after", *t.after, "in", t.pause)
		select {
		case <-time.After(t.pause):
		case <-ctx.Done():
			return nil
		}
		t.pause = min(2*t.pause, maxPause)
	}
}

// canResume reports whether the stream that ended with err can continue: there is a cursor to continue from, and neither a
// refusal nor this program ended it.
func (t *tail) canResume(err error) bool {
	if _, refused := errors.AsType[*client.Error](err); refused || t.printed == 0 {
		return false
	}
	if closed, ok := errors.AsType[*client.ClosedError](err); ok {
		return closed.Code == websocket.CloseServiceRestart || closed.Code == websocket.CloseTryAgainLater ||
			closed.Code == websocket.CloseGoingAway || closed.Code == websocket.CloseAbnormalClosure
	}
	return true
}

// print prints one item. What has no cursor is not in the log: it is what a console shows of the moment.
func (t *tail) print(data json.RawMessage) error {
	var answer struct{ Item json.RawMessage }
	var place struct{ Cursor string }
	err := json.Unmarshal(data, &answer)
	if err == nil {
		err = json.Unmarshal(answer.Item, &place)
	}
	if err != nil {
		return fmt.Errorf("decode an item: %w", err)
	}
	if place.Cursor == "" {
		return nil
	}
	if _, err := fmt.Fprintf(t.out, "%s\n", answer.Item); err != nil {
		return err
	}
	t.after, t.pause = &place.Cursor, firstPause
	t.printed++
	if t.printed == t.command.Count {
		return errEnough
	}
	return nil
}
