package replay

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Line is one message of a recording.
type Line struct {
	Dialogue  string    `json:"conversation"`
	Contact   string    `json:"contact"`
	Company   string    `json:"company"`
	Direction string    `json:"direction"`
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Body      string    `json:"body"`

	number int       // of the line in the file, from 1
	due    time.Time // At, but never earlier than the line before it in its dialogue
	cycle  *cycle
}

// The directions of a line.
const (
	inbound  = "in"
	outbound = "out"
)

// Recording is the dialogues of a file, in the order in which they are replayed.
type Recording struct {
	Lines     []*Line
	Companies []string // in the order of their first line
	Contacts  int      // counted once for each company they write to
	Dialogues int
	// Overlapping counts the dialogues that begin while another of the same contact with the same company goes on.
	// A contact has at most one open conversation, so such a dialogue continues in that one.
	Overlapping int
	// Conversations is the number of conversations that the replay makes.
	Conversations int
	// Repeated counts the lines whose id the same company has on an earlier line.
	Repeated int
	// Backwards counts the lines that are earlier than the line before them.
	Backwards int
}

// maxLine is the length of the longest line, in bytes.
const maxLine = 1 << 20

// Read reads a recording: JSON objects, one on a line. It fails with the number of the line that is wrong.
func Read(r io.Reader) (*Recording, error) {
	var lines []*Line
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 64<<10), maxLine)
	for number := 1; scanner.Scan(); number++ {
		if len(scanner.Bytes()) == 0 {
			continue
		}
		line := &Line{number: number}
		err := json.Unmarshal(scanner.Bytes(), line)
		if err == nil {
			err = line.check()
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		lines = append(lines, line)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read the recording: %w", err)
	}
	return arrange(lines)
}

func (l *Line) check() error {
	for _, part := range []struct{ name, value string }{
		{"conversation", l.Dialogue}, {"contact", l.Contact}, {"company", l.Company}, {"id", l.ID}, {"body", l.Body},
	} {
		if part.value == "" {
			return fmt.Errorf("%q is missing", part.name)
		}
	}
	if l.Direction != inbound && l.Direction != outbound {
		return fmt.Errorf(`"direction" is %q, not "in" or "out"`, l.Direction)
	}
	if l.At.IsZero() {
		return errors.New(`"at" is missing`)
	}
	return nil
}

// dialogue is the lines with one value of "conversation", in the order of the file.
type dialogue struct {
	lines      []*Line
	start, end time.Time
}

// arrange puts the lines in order of time, but keeps those of one dialogue in the order of the file, and assigns each line to
// its conversation.
func arrange(lines []*Line) (*Recording, error) {
	if len(lines) == 0 {
		return nil, errors.New("the recording is empty")
	}
	r := &Recording{}
	dialogues, err := r.split(lines)
	if err != nil {
		return nil, err
	}
	latest := map[[2]string]*cycle{} // by company and contact
	for _, d := range dialogues {
		who := [2]string{d.lines[0].Company, d.lines[0].Contact}
		c := latest[who]
		switch {
		case c == nil:
			c = &cycle{lane: r.Contacts, sent: map[string]bool{}}
			r.Contacts++
		case d.start.Before(c.end):
			r.Overlapping++
		default:
			c = &cycle{lane: c.lane, sent: map[string]bool{}}
		}
		latest[who] = c
		if d.end.After(c.end) {
			c.end = d.end
		}
		due := d.start
		for _, line := range d.lines {
			if line.At.After(due) {
				due = line.At
			}
			line.due, line.cycle = due, c
		}
		r.Lines = append(r.Lines, d.lines...)
	}
	r.Conversations = r.Dialogues - r.Overlapping
	// Stable: of lines at the same time those of the earlier dialogue come first.
	slices.SortStableFunc(r.Lines, func(a, b *Line) int { return a.due.Compare(b.due) })
	for _, line := range r.Lines {
		line.cycle.last = line
	}
	return r, nil
}

// split returns the dialogues in the order in which they begin, and counts irregularities.
func (r *Recording) split(lines []*Line) ([]*dialogue, error) {
	var dialogues []*dialogue
	byName := map[string]*dialogue{}
	ids := map[[2]string]bool{}
	for i, line := range lines {
		if i > 0 && line.At.Before(lines[i-1].At) {
			r.Backwards++
		}
		if !slices.Contains(r.Companies, line.Company) {
			r.Companies = append(r.Companies, line.Company)
		}
		id := [2]string{line.Company, line.ID}
		if ids[id] {
			r.Repeated++
		}
		ids[id] = true
		d := byName[line.Dialogue]
		if d == nil {
			if line.Direction != inbound {
				return nil, fmt.Errorf("line %d: dialogue %q begins with an answer", line.number, line.Dialogue)
			}
			d = &dialogue{start: line.At}
			byName[line.Dialogue] = d
			dialogues = append(dialogues, d)
		}
		if len(d.lines) > 0 && (d.lines[0].Contact != line.Contact || d.lines[0].Company != line.Company) {
			return nil, fmt.Errorf("line %d: dialogue %q has two contacts or companies", line.number, line.Dialogue)
		}
		d.lines = append(d.lines, line)
		if line.At.After(d.end) {
			d.end = line.At
		}
	}
	r.Dialogues = len(dialogues)
	slices.SortStableFunc(dialogues, func(a, b *dialogue) int { return a.start.Compare(b.start) })
	return dialogues, nil
}

// Describe writes what a recording contains, and its irregularities.
func (r *Recording) Describe(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%d messages of %d dialogues: contacts %d, companies %d.\n",
		len(r.Lines), r.Dialogues, r.Contacts, len(r.Companies))
	for _, remark := range []struct {
		count int
		text  string
	}{
		{r.Overlapping, fmt.Sprintf("dialogues that begin while another of the same contact with the same company goes on.\n"+
			"       A contact has at most one open conversation: they go on in that one, which makes %d.", r.Conversations)},
		{r.Repeated, "lines with the id of an earlier one: duplicates already the first time."},
		{r.Backwards, "lines earlier than the line before them: all lines go in order of time."},
	} {
		if remark.count > 0 {
			fmt.Fprintf(&text, "%6d %s\n", remark.count, remark.text)
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}
