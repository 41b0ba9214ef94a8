package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// pairs compares two commits. It measures both in turn, many times, so that other work on the machine affects both.
type pairs struct {
	Against   string   `required:"" placeholder:"COMMIT" help:"The commit that the working tree is compared with."`
	Pairs     int      `default:"11" help:"How often each is measured; fewer than six have no interval."`
	Messages  int      `default:"8000" help:"New conversations, and follow-ups, in each measurement."`
	Reads     int      `default:"1500" help:"Inbox pages read in each."`
	Size      int      `default:"100000" help:"Conversations in the database that they are read from."`
	Events    int      `default:"10000" help:"Events that are caught up with in each."`
	Followers int      `default:"1000" help:"Subscribers of the fan-out."`
	Only      []string `enum:"intake,inbox,fanout,replay" default:"intake,inbox,fanout,replay" help:"What is measured."`
}

// side is one of the two commits, built.
type side struct {
	program
	bench string // path of the program
	inbox string // path of a database full of conversations, as stored by this version
}

// Run prints the ratios of time and of processor time. Below 1, the working tree is faster.
func (in pairs) Run(ctx context.Context) error {
	_, err := inScratch(func(dir string) (struct{}, error) { return struct{}{}, in.compare(ctx, dir) })
	return err
}

func (in pairs) compare(ctx context.Context, dir string) error {
	sides, err := in.build(ctx, dir)
	if err != nil {
		return err
	}
	pairs := make([][2][]measured, in.Pairs) // of each, the rows of the working tree, and those of the commit
	for i := range pairs {
		for k := range sides {
			next := (i + k) % 2
			if pairs[i][next], err = in.measure(ctx, sides[next]); err != nil {
				return err
			}
		}
		_, _ = fmt.Fprintf(os.Stderr, "pair %d of %d at %s\n", i+1, in.Pairs, time.Now().Format(time.TimeOnly))
	}
	printRatios(pairs)
	return nil
}

// build builds the programs of the working tree and of the commit.
func (in pairs) build(ctx context.Context, dir string) (sides [2]*side, err error) {
	tree := filepath.Join(dir, "tree")
	if err := run(ctx, ".", "git", "worktree", "add", "--detach", tree, in.Against); err != nil {
		return sides, err
	}
	defer func() { err = errors.Join(err, run(ctx, ".", "git", "worktree", "remove", "--force", tree)) }()
	if sides[0], err = in.side(ctx, dir, "now", "."); err != nil {
		return sides, err
	}
	sides[1], err = in.side(ctx, dir, "before", tree)
	return sides, err
}

// side builds the programs of a tree and fills the database from which inbox pages are read.
func (in pairs) side(ctx context.Context, dir, name, tree string) (*side, error) {
	s := &side{program: program(filepath.Join(dir, name+"-foyer")), bench: filepath.Join(dir, name+"-bench"), inbox: filepath.Join(dir, name+".db")}
	bench := "./tools/bench"
	if _, err := os.Stat(filepath.Join(tree, bench)); err != nil {
		bench = "./bench" // the path in commits before 0.1.0
	}
	for program, pkg := range map[string]string{string(s.program): ".", s.bench: bench} {
		if err := run(ctx, tree, "go", "build", "-o", program, pkg); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(in.Only, "inbox") {
		return s, nil
	}
	if err := s.create(ctx); err != nil {
		return nil, err
	}
	return s, fill(ctx, s.inbox, in.Size)
}

// create makes the empty database by the side's server, and removes the owner that the server makes.
func (s *side) create(ctx context.Context) error {
	running, err := s.launch(ctx, s.inbox)
	if err != nil {
		return err
	}
	if err := running.stop(); err != nil {
		return err
	}
	pool, err := sqlx.Open("sqlite3", "file:"+s.inbox+"?_foreign_keys=off")
	if err != nil {
		return err
	}
	for _, sql := range []string{`DELETE FROM events`, `DELETE FROM agents`} {
		if _, err := pool.ExecContext(ctx, sql); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", sql, err), pool.Close())
		}
	}
	return pool.Close()
}

func run(ctx context.Context, dir, name string, args ...string) error {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir, command.Stderr = dir, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s %v: %w", name, args, err)
	}
	return nil
}

// measure measures everything once on one side.
func (in pairs) measure(ctx context.Context, s *side) (rows []measured, err error) {
	parts := map[string]func(context.Context, *side, string) ([]measured, error){
		"intake": in.intake, "inbox": in.page, "fanout": in.fanout, "replay": in.replay,
	}
	for _, name := range in.Only {
		found, err := inScratch(func(dir string) ([]measured, error) { return parts[name](ctx, s, filepath.Join(dir, "foyer.db")) })
		if err != nil {
			return nil, fmt.Errorf("%s of %s: %w", name, s.program, err)
		}
		rows = append(rows, found...)
	}
	return rows, nil
}

func (in pairs) intake(ctx context.Context, s *side, path string) ([]measured, error) {
	return s.on(ctx, path, func(running *server) ([]measured, error) {
		channel, err := running.seedSupport(ctx, 20)
		if err != nil {
			return nil, err
		}
		rows, err := intake{Messages: in.Messages, Callers: 64}.one(ctx, running, channel)
		return rows, errors.Join(err, allAssigned(ctx, running))
	})
}

func (in pairs) page(ctx context.Context, s *side, path string) ([]measured, error) {
	if err := copyFile(s.inbox, path); err != nil {
		return nil, err
	}
	return s.on(ctx, path, func(running *server) ([]measured, error) {
		row, err := inboxs{Reads: in.Reads, Callers: 1}.pages(ctx, running, "inbox page")
		row.perSecond = 1 / row.latencies.at(50).Seconds() // without the few that something else delayed
		return []measured{row}, err
	})
}

func (in pairs) fanout(ctx context.Context, s *side, _ string) ([]measured, error) {
	return withCrowd(ctx, s.bench, "ours", in.Followers, 500, func(c *crowd) ([]measured, error) {
		return (&fanout{Rounds: 1}).both(c, "one at a time", "backlog", 150, 2000)
	})
}

func (in pairs) replay(ctx context.Context, s *side, path string) ([]measured, error) {
	return s.on(ctx, path, func(running *server) ([]measured, error) {
		r := replays{Events: in.Events, Rounds: 5}
		after, err := r.miss(ctx, running)
		if err != nil {
			return nil, err
		}
		return r.measure(ctx, running, after, "")
	})
}

// printRatios prints the median ratio of each row with its 95 % interval.
func printRatios(pairs [][2][]measured) {
	_, _ = fmt.Fprintf(os.Stdout, "%-40s %26s %26s %12s %12s\n", "now / before", "time [95 %]", "CPU [95 %]", "before µs", "CPU µs")
	for i, row := range pairs[0][0] {
		each := func(figure func(now, before measured) float64) []float64 {
			var all []float64
			for _, p := range pairs {
				all = append(all, figure(p[0][i], p[1][i]))
			}
			slices.Sort(all)
			return all
		}
		took := each(func(_, before measured) float64 { return 1e6 / before.perSecond })
		cpu := each(func(_, before measured) float64 { return float64(before.cpu.Nanoseconds()) / 1000 })
		_, _ = fmt.Fprintf(os.Stdout, "%-40s %26s %26s %12.2f %12.2f\n", row.name,
			interval(each(func(now, before measured) float64 { return before.perSecond / now.perSecond })),
			interval(each(measured.timesAs)), took[len(took)/2], cpu[len(cpu)/2])
	}
}

// interval returns the median of sorted ratios and an interval that holds the true one with at least 95 %. It lies between two of
// the sorted ratios, whose distance from either end follows from the binomial distribution.
func interval(sorted []float64) string {
	n := len(sorted)
	median := (sorted[(n-1)/2] + sorted[n/2]) / 2
	below, outside := 0, 0.0 // the number left out at either end, and the chance that the true median is among them
	for k := range n / 2 {
		outside += 2 * binomial(n, k) / math.Pow(2, float64(n))
		if outside > 0.05 {
			break
		}
		below = k + 1
	}
	if below == 0 {
		return fmt.Sprintf("%.3f [too few]", median)
	}
	return fmt.Sprintf("%.3f [%.3f, %.3f]", median, sorted[below-1], sorted[n-below])
}

func binomial(n, k int) float64 {
	ways := 1.0
	for i := range k {
		ways = ways * float64(n-i) / float64(i+1)
	}
	return ways
}
