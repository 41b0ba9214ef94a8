package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	_ "embed" // the introduction
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/template"
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

// Demo is `foyer demo` without the flags of the server.
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

// Run serves a help desk and keeps it busy until ctx ends; then the demo stops first, and the server after it. start returns
// a server on a database. The server creates an owner with this email and password, or none without a password.
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
	if _, err := os.Stat(database); errors.Is(err, fs.ErrNotExist) { // otherwise an earlier demo has created its owner
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

// introduction says how to look at the demo.
//
//go:embed demo.txt
var introduction string

// introduce prints how to look at the demo.
func introduce(w io.Writer, url, password, key string) error {
	emails := demo.Emails()
	return template.Must(template.New("demo.txt").Parse(introduction)).Execute(w, map[string]string{
		"URL": url, "Websocket": "ws" + strings.TrimPrefix(url, "http"), "Owner": demoOwner, "First": emails[0], "Last": emails[len(emails)-1],
		"Password": password, "Key": key, "Program": program(),
	})
}

// program returns how to call this program again.
func program() string {
	if strings.Contains(os.Args[0], "go-build") { // by go run, which removes what it built
		return "go run ."
	}
	return os.Args[0]
}
