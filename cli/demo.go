package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"foyer/internal/client"
	"foyer/tools/demo"
)

// Server is a server in this process.
type Server interface {
	// Run serves until ctx ends.
	Run(ctx context.Context) error
	// Listening is closed once the server answers requests.
	Listening() <-chan struct{}
	// URL returns the server's base URL, once it is listening.
	URL() string
}

// Demo is `foyer demo` but for the flags of the server.
type Demo struct {
	Database *Database     `placeholder:"URL" help:"Where to keep the data; without it in a temporary file, removed at the end."`
	Data     string        `type:"existingfile" placeholder:"FILE" help:"What contacts write: a CSV file with a column text, or JSON lines with body and direction; without it, a few questions that come along."`
	Rate     float64       `default:"1" placeholder:"N" help:"Messages per second (${default})."`
	Think    time.Duration `min:"0s" default:"2s" placeholder:"DURATION" help:"How long agents take for an answer, and again to close (${default})."`
	Password string        `env:"FOYER_DEMO_PASSWORD" placeholder:"PASSWORD" help:"Everybody's password (${env}); one is generated otherwise."`
}

// Validate is called by kong.
func (c *Demo) Validate() error {
	switch {
	case c.Rate <= 0 || c.Rate > 1000:
		return errors.New("--rate: want more than 0, at most 1000")
	case c.Password != "" && len(c.Password) < 8:
		return errors.New("--password: want at least 8 characters")
	}
	return nil
}

// demoOwner is the email of the demo's owner.
const demoOwner = "owner@demo.localhost"

// Run serves a help desk and keeps it busy until ctx ends; then the demo stops first, and the server after it. Start returns
// a server on a database, which makes an owner of this email and password; without a password it makes none.
func (c *Demo) Run(ctx context.Context, t Terminal, log *slog.Logger, start func(database, owner, password string) Server) (err error) {
	options := demo.Options{Texts: demo.Questions(), Rate: c.Rate, Think: c.Think, Logger: log,
		Password: cmp.Or(c.Password, strings.ToLower(rand.Text())[:12])}
	if c.Data != "" {
		if options.Texts, err = demo.ReadQuestions(c.Data); err != nil {
			return fmt.Errorf("--data: %w", err)
		}
	}
	database, remove, err := c.database()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	ownerPassword := ""
	if _, err := os.Stat(database); errors.Is(err, fs.ErrNotExist) { // else an earlier demo made its owner
		ownerPassword = options.Password
	}
	server := start(database, demoOwner, ownerPassword)

	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	served := make(chan error, 1)
	go func() { served <- server.Run(serving) }()
	select {
	case err := <-served:
		return err
	case <-server.Listening():
	}
	err = play(ctx, t, server.URL(), options)
	stop()
	return errors.Join(err, <-served)
}

// play keeps the workspace of a running server busy until ctx ends, which is no failure.
func play(ctx context.Context, t Terminal, url string, options demo.Options) (err error) {
	defer func() {
		if ctx.Err() != nil {
			err = nil // it only says that the work was interrupted
		}
	}()
	anybody, err := client.New(url, "")
	if err != nil {
		return err
	}
	defer anybody.Close() // otherwise the server would wait for these connections
	owner, err := anybody.Login(ctx, demoOwner, options.Password)
	if err != nil {
		return fmt.Errorf("%w (a database that an earlier demo made has that one's password: --password)", err)
	}
	desk, err := demo.Prepare(ctx, owner, options)
	if err != nil {
		return err
	}
	if err := introduce(t.Out, url, options.Password, desk.Secret); err != nil {
		return err
	}
	return desk.Run(ctx)
}

// database returns the path of the demo's database, and a function that removes it if it is temporary.
func (c *Demo) database() (path string, remove func() error, err error) {
	if c.Database != nil {
		return c.Database.Path, func() error { return nil }, nil
	}
	folder, err := os.MkdirTemp("", "foyer-demo-")
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(folder, "foyer.db"), func() error { return os.RemoveAll(folder) }, nil
}

// introduce prints how to look at the demo.
func introduce(w io.Writer, url, password, key string) error {
	emails := demo.Emails()
	_, err := fmt.Fprintf(w, `
A help desk is running at %[1]s/graphql; Ctrl-C ends it.

  owner     %[2]s
  agents    %[3]s to %[4]s
  password  %[5]s (everybody's)
  API key   %[6]s (a manager's)

What happens, as it happens:

  %[8]s tail --server %[1]s --token %[6]s

The workflows of the gallery are there, most of them at work on a channel of their own; one of them, and what it would do:

  %[8]s workflow export Language --server %[1]s --token %[6]s
  %[8]s workflow simulate gallery:language --contact language=de --server %[1]s --token %[6]s

The newest conversations:

  curl -s %[1]s/graphql -H 'Content-Type: application/json' -H 'Authorization: Bearer %[6]s' \
    -d '{"query": "{ conversations(orderBy: NEWEST, first: 5) { nodes { number status team { name } assignee { name } lastMessage { text } } } }"}'

The same as a subscription over server-sent events:

  curl -sN %[1]s/graphql -H 'Accept: text/event-stream' -H 'Content-Type: application/json' -H 'Authorization: Bearer %[6]s' \
    -d '{"query": "subscription { events { __typename ... on Event { cursor } ... on ConversationEvent { conversation { number status team { name } assignee { name } } } } }"}'

And over a websocket, by any client of graphql-transport-ws; with npx, and these two lines pasted within 5 seconds:

  npx wscat -s graphql-transport-ws -c ws%[7]s/graphql

{"type": "connection_init", "payload": {"authorization": "Bearer %[6]s"}}
{"id": "1", "type": "subscribe", "payload": {"query": "subscription { events { __typename ... on ConversationEvent { conversation { number status team { name } assignee { name } } } } }"}}

`, url, demoOwner, emails[0], emails[len(emails)-1], password, key, strings.TrimPrefix(url, "http"), program())
	return err
}

// program returns how to call this program again.
func program() string {
	if strings.Contains(os.Args[0], "go-build") { // by go run, which removes what it built
		return "go run ."
	}
	return os.Args[0]
}
