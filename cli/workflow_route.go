package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"foyer/engine/rehearsal"
	"foyer/engine/workflow"
	"foyer/gallery"
	"foyer/inbox"
)

// routeCommand is `foyer workflow route`.
type routeCommand struct {
	File     string `arg:"" type:"existingfile" help:"First messages: a CSV file with the columns text and category."`
	Workflow source `default:"gallery:banking" placeholder:"DOCUMENT" help:"A document in YAML or JSON, or gallery:NAME (${default})."`
	Labels   source `default:"gallery:banking" placeholder:"LABELS" help:"Which categories each team answers: a YAML file {TEAM: [CATEGORY]}, or gallery:NAME (${default})."`
	Misses   int    `placeholder:"N" help:"Print this many of the messages that went elsewhere."`
	fieldFlags
}

// Validate is called by kong.
func (c *routeCommand) Validate() error { return c.check() }

// labelled is a message, and the team that should answer it.
type labelled struct{ text, category, team string }

// Run leads every message through the document and prints how many reached their team.
func (c *routeCommand) Run(ctx context.Context, t Terminal) (err error) {
	workspace, err := rehearsal.Open(ctx, rehearsal.Setting{Fields: c.Field, Agent: "somebody"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, workspace.Close()) }()
	definition, err := compile(c.Workflow, workspace)
	if err != nil {
		return err
	}
	labels, err := c.labels()
	if err != nil {
		return err
	}
	rows, err := readLabelled(c.File, labels)
	if err != nil {
		return err
	}
	// Conditions are written while looking at every other row; the rows between show how they do on unseen messages.
	halves := [2]*routing{newRouting(), newRouting()}
	for i, row := range rows {
		where, err := lead(ctx, workspace, definition, row)
		if err != nil {
			return err
		}
		halves[i%2].add(row, where)
	}
	all := newRouting()
	all.join(halves[0])
	all.join(halves[1])
	if err := all.write(t.Out, halves); err != nil {
		return err
	}
	return all.writeMisses(t.Out, c.Misses)
}

// labels returns the team of each category.
func (c *routeCommand) labels() (map[string]string, error) {
	if name, ok := strings.CutPrefix(string(c.Labels), galleryPrefix); ok {
		return gallery.Labels(name)
	}
	text, err := os.ReadFile(string(c.Labels))
	if err != nil {
		return nil, fmt.Errorf("--labels: %w", err)
	}
	return gallery.ReadLabels(text)
}

// readLabelled reads the rows of a CSV file.
func readLabelled(file string, labels map[string]string) ([]labelled, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	records, err := csv.NewReader(transform.NewReader(f, unicode.BOMOverride(transform.Nop))).ReadAll()
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%s is empty", file)
	}
	text, category := slices.Index(records[0], "text"), slices.Index(records[0], "category")
	if text < 0 || category < 0 {
		return nil, fmt.Errorf("%s: the first line must name the columns text and category", file)
	}
	var rows []labelled
	for _, record := range records[1:] {
		team, known := labels[record[category]]
		if !known {
			return nil, fmt.Errorf("%s: no team answers the category %q (--labels)", file, record[category])
		}
		rows = append(rows, labelled{record[text], record[category], team})
	}
	return rows, nil
}

// led is the team that a message reached.
type led struct {
	team, answered string // without, and with the right answer to the first question
	asked          bool
}

// lead runs a document for one message. If the document asks, it runs again with the name of the right team as the answer.
func lead(ctx context.Context, workspace *rehearsal.Workspace, definition *workflow.Definition, row labelled) (led, error) {
	scene := rehearsal.Scene{Message: row.text, Now: time.Unix(0, 0)}
	got, err := workspace.Run(ctx, definition, scene)
	if err != nil {
		return led{}, err
	}
	if got.Status != inbox.RunWaiting {
		return led{team: got.Team, answered: got.Team}, nil
	}
	scene.Answers = []*string{&row.team}
	if got, err = workspace.Run(ctx, definition, scene); err != nil {
		return led{}, err
	}
	return led{answered: got.Team, asked: true}, nil
}

// tally counts what became of messages.
type tally struct{ messages, right, asked, rightAnswered int }

func (t *tally) join(other tally) {
	t.messages += other.messages
	t.right += other.right
	t.asked += other.asked
	t.rightAnswered += other.rightAnswered
}

// routing counts what became of the messages of each team.
type routing struct {
	teams  map[string]*tally
	misses []string
}

func newRouting() *routing { return &routing{teams: map[string]*tally{}} }

func (r *routing) team(name string) *tally {
	if r.teams[name] == nil {
		r.teams[name] = &tally{}
	}
	return r.teams[name]
}

func (r *routing) add(row labelled, where led) {
	t := r.team(row.team)
	t.messages++
	if where.asked {
		t.asked++
	}
	if where.team == row.team {
		t.right++
	} else if !where.asked {
		r.misses = append(r.misses, fmt.Sprintf("%s, not %s (%s): %s", where.team, row.team, row.category, strings.TrimSpace(row.text)))
	}
	if where.answered == row.team {
		t.rightAnswered++
	}
}

func (r *routing) join(other *routing) {
	for name, t := range other.teams {
		r.team(name).join(*t)
	}
	r.misses = append(r.misses, other.misses...)
}

// sum returns the numbers of all teams.
func (r *routing) sum() tally {
	var sum tally
	for _, t := range r.teams {
		sum.join(*t)
	}
	return sum
}

// write prints a line for each team, and one for each half.
func (r *routing) write(w io.Writer, halves [2]*routing) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-24s %9s %9s %9s %9s\n", "team", "messages", "right", "asked", "answered")
	line := func(name string, t tally) {
		share := func(n int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(t.messages, 1))) }
		fmt.Fprintf(&b, "%-24s %9d %9s %9s %9s\n", name, t.messages, share(t.right), share(t.asked), share(t.rightAnswered))
	}
	names := make([]string, 0, len(r.teams))
	for name := range r.teams {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		line(name, *r.teams[name])
	}
	b.WriteByte('\n')
	line("rows 1, 3, 5 … (tuned)", halves[0].sum())
	line("rows 2, 4, 6 … (unseen)", halves[1].sum())
	line("all", r.sum())
	b.WriteString("\nright: led to their team by what they say. asked: a question came first. answered: right where it is answered.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// writeMisses prints n of the messages that went to another team, spread over the file.
func (r *routing) writeMisses(w io.Writer, n int) error {
	if n <= 0 || len(r.misses) == 0 {
		return nil
	}
	step := max(len(r.misses)/n, 1)
	for i := 0; i < len(r.misses) && i/step < n; i += step {
		if _, err := fmt.Fprintln(w, r.misses[i]); err != nil {
			return err
		}
	}
	return nil
}
