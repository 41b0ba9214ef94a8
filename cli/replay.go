package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"foyer/tools/replay"
	"foyer/tools/seed"
)

// replayCommand is `foyer replay`.
type replayCommand struct {
	File          string  `arg:"" type:"existingfile" help:"The recording: JSON objects, one on a line, with conversation, contact, company, direction (in or out), id, at and body."`
	AgentsPerTeam int     `min:"1" max:"100" default:"3" placeholder:"N" help:"Agents in the team of each company (${default})."`
	AgentPassword string  `env:"FOYER_REPLAY_PASSWORD" placeholder:"PASSWORD" help:"The password of these agents (${env}); one is generated and printed otherwise."`
	Concurrency   int     `min:"1" max:"256" default:"8" placeholder:"N" help:"How many contacts write at once (${default})."`
	Speed         float64 `min:"0" default:"0" placeholder:"FACTOR" help:"How many times faster than recorded; 0: as fast as it goes."`
	connectFlags
}

// Run replays the file and prints a report. It fails if any line failed.
func (c *replayCommand) Run(ctx context.Context, t Terminal) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	recording, err := replay.Read(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err := recording.Describe(t.Out); err != nil {
		return err
	}
	server, err := c.connect()
	if err != nil {
		return err
	}
	defer server.Close()
	report, err := replay.Run(ctx, server, recording, c.options(t))
	if report != nil {
		err = errors.Join(err, report.Write(t.Out))
		if report.Failed > 0 {
			err = errors.Join(err, fmt.Errorf("%d of %d lines failed", report.Failed, len(recording.Lines)))
		}
	}
	return err
}

// options returns the options of package replay for the flags.
func (c *replayCommand) options(t Terminal) replay.Options {
	password := cmp.Or(c.AgentPassword, strings.ToLower(rand.Text())[:16])
	options := replay.Options{AgentsPerTeam: c.AgentsPerTeam, Password: password, Concurrency: c.Concurrency, Speed: c.Speed}
	bar := newBar(t.Err)
	options.Ready = func(r *replay.Recording, made *seed.Workspace) {
		if c.AgentPassword == "" && made.Made["agent"] > 0 {
			_, _ = fmt.Fprintf(t.Out, "Made %d agents with the password %s\n", made.Made["agent"], password)
		}
		_, _ = fmt.Fprintln(t.Out)
		bar.ChangeMax(len(r.Lines))
	}
	options.Done = func() { _ = bar.Add(1) } // a bar that cannot be drawn is no reason to stop
	return options
}

// newBar returns a progress bar, which is not shown if w is not a terminal.
func newBar(w io.Writer) *progressbar.ProgressBar {
	file, ok := w.(*os.File)
	return progressbar.NewOptions(1, progressbar.OptionSetVisibility(ok && term.IsTerminal(int(file.Fd()))),
		progressbar.OptionSetWriter(w), progressbar.OptionShowCount(),
		progressbar.OptionShowIts(), progressbar.OptionSetItsString("messages"), progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetDescription("replaying"))
}
