package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
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

// labelled is a message, the team that should answer it, and the one that it reached.
type labelled struct {
	text, category, team string
	reached, answered    string // without, and with the right answer to the first question
	asked                bool
}

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
	for i := range rows {
		if err := lead(ctx, workspace, definition, &rows[i]); err != nil {
			return err
		}
	}
	if err := writeShares(t.Out, rows); err != nil {
		return err
	}
	return writeMisses(t.Out, rows, c.Misses)
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
		rows = append(rows, labelled{text: record[text], category: record[category], team: team})
	}
	return rows, nil
}

// lead runs a document for one message. If the document asks, it runs again with the name of the right team as the answer.
func lead(ctx context.Context, workspace *rehearsal.Workspace, definition *workflow.Definition, row *labelled) error {
	scene := rehearsal.Scene{Message: row.text, Now: time.Unix(0, 0)}
	got, err := workspace.Run(ctx, definition, scene)
	if err != nil {
		return err
	}
	if got.Status != inbox.RunWaiting {
		row.reached, row.answered = got.Team, got.Team
		return nil
	}
	scene.Answers = []*string{&row.team}
	if got, err = workspace.Run(ctx, definition, scene); err != nil {
		return err
	}
	row.answered, row.asked = got.Team, true
	return nil
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// writeShares prints a line for each team, and one for each half of the file.
func writeShares(w io.Writer, rows []labelled) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-24s %9s %9s %9s %9s\n", "team", "messages", "right", "asked", "answered")
	line := func(name string, counts func(i int) bool) {
		var messages, right, asked, answered int
		for i, row := range rows {
			if counts(i) {
				messages++
				right += count(row.reached == row.team)
				asked += count(row.asked)
				answered += count(row.answered == row.team)
			}
		}
		share := func(n int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(messages, 1))) }
		fmt.Fprintf(&b, "%-24s %9d %9s %9s %9s\n", name, messages, share(right), share(asked), share(answered))
	}
	teams := map[string]bool{}
	for _, row := range rows {
		teams[row.team] = true
	}
	for _, team := range slices.Sorted(maps.Keys(teams)) {
		line(team, func(i int) bool { return rows[i].team == team })
	}
	b.WriteByte('\n')
	// Conditions are written while looking at every other row; the rows between show how they do on unseen messages.
	line("rows 1, 3, 5 … (tuned)", func(i int) bool { return i%2 == 0 })
	line("rows 2, 4, 6 … (unseen)", func(i int) bool { return i%2 == 1 })
	line("all", func(int) bool { return true })
	b.WriteString("\nright: led to their team by what they say. asked: a question came first. answered: right where it is answered.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// writeMisses prints n of the messages that went to another team, spread over the file.
func writeMisses(w io.Writer, rows []labelled, n int) error {
	misses := slices.DeleteFunc(rows, func(row labelled) bool { return row.asked || row.reached == row.team })
	step := max(len(misses)/max(n, 1), 1)
	for i := 0; i < len(misses) && i/step < n; i += step {
		row := misses[i]
		if _, err := fmt.Fprintf(w, "%s, not %s (%s): %s\n", row.reached, row.team, row.category, strings.TrimSpace(row.text)); err != nil {
			return err
		}
	}
	return nil
}
