package replay

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Report is what a replay did. Its fields may be read after the replay.
type Report struct {
	In, Duplicates int // messages of contacts that were sent; those among them that Foyer had already
	Out, Present   int // answers that were sent; answers that Foyer had already
	Opened         int // conversations
	AssignedAtOnce int // conversations with an assignee in the answer to the message that opened them
	Closed         int
	Conversations  int // of the recording's messages, new or not
	Skipped        int // lines that were left out because one before them failed
	Failed         int // lines that failed
	Errors         []string
	Teams          []TeamReport
	Took           time.Duration
	mu             sync.Mutex
	agentsPerTeam  int
	assigned       map[string]map[string]string // by company and conversation, the assignee
}

// TeamReport is what was assigned to the team of one company: new conversations and earlier ones.
type TeamReport struct {
	Name            string
	Conversations   int
	Fewest, Most    int // assignments of one agent
	WithoutAssignee int
}

// maxErrors is the number of errors that a report lists.
const maxErrors = 10

func newReport(r *Recording, agentsPerTeam int) *Report {
	report := &Report{agentsPerTeam: agentsPerTeam, assigned: map[string]map[string]string{}}
	for _, company := range r.Companies {
		report.assigned[company] = map[string]string{}
	}
	return report
}

func (r *Report) received(company string, opened, duplicate bool, to *conversation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.In++
	if duplicate {
		r.Duplicates++
	}
	agent := ""
	if to.Assignee != nil {
		agent = to.Assignee.Email
	}
	if opened {
		r.Opened++
		if agent != "" {
			r.AssignedAtOnce++
		}
	}
	r.assigned[company][to.ID] = agent
}

// count adds one to a field of the report.
func (r *Report) count(field *int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*field++
}

func (r *Report) fail(line *Line, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Failed++
	if len(r.Errors) < maxErrors {
		r.Errors = append(r.Errors, fmt.Sprintf("line %d (%s): %v", line.number, line.ID, err))
	}
}

// finish adds the reports of the teams.
func (r *Report) finish(recording *Recording) {
	for _, company := range recording.Companies {
		team := TeamReport{Name: company, Conversations: len(r.assigned[company])}
		byAgent := map[string]int{}
		for i := range r.agentsPerTeam {
			byAgent[agentEmail(company, i+1)] = 0
		}
		for _, agent := range r.assigned[company] {
			if agent == "" {
				team.WithoutAssignee++
			} else {
				byAgent[agent]++
			}
		}
		counts := slices.Sorted(maps.Values(byAgent))
		team.Fewest, team.Most = counts[0], counts[len(counts)-1]
		r.Conversations += team.Conversations
		r.Teams = append(r.Teams, team)
	}
	slices.SortStableFunc(r.Teams, func(a, b TeamReport) int { return b.Conversations - a.Conversations })
}

// Write writes the report as a table.
func (r *Report) Write(w io.Writer) error {
	var text strings.Builder
	for _, row := range []struct {
		name   string
		count  int
		remark string
	}{
		{"messages in", r.In, fmt.Sprintf("%d of them duplicates", r.Duplicates)},
		{"messages out", r.Out + r.Present, fmt.Sprintf("%d of them sent before", r.Present)},
		{"conversations", r.Conversations, fmt.Sprintf("%d of them opened now", r.Opened)},
		{"assigned", r.AssignedAtOnce, "in the answer to the message that opened the conversation"},
		{"closed", r.Closed, "by their assignees"},
		{"errors", r.Failed, fmt.Sprintf("%d more lines left out", r.Skipped)},
	} {
		fmt.Fprintf(&text, "%-14s %6d   %s\n", row.name, row.count, row.remark)
	}
	width := len("team")
	for _, t := range r.Teams {
		width = max(width, len(t.Name))
	}
	fmt.Fprintf(&text, "\n%-*s  conversations  unassigned  per agent\n", width, "team")
	for _, t := range r.Teams {
		each := fmt.Sprint(t.Fewest)
		if t.Most != t.Fewest {
			each = fmt.Sprintf("%d to %d", t.Fewest, t.Most)
		}
		fmt.Fprintf(&text, "%-*s  %13d  %10d  %9s\n", width, t.Name, t.Conversations, t.WithoutAssignee, each)
	}
	lines := r.In + r.Out + r.Present
	fmt.Fprintf(&text, "\n%d messages in %v: %.0f per second\n", lines, r.Took.Round(time.Millisecond), float64(lines)/r.Took.Seconds())
	for _, failure := range r.Errors {
		fmt.Fprintf(&text, "error: %s\n", failure)
	}
	_, err := io.WriteString(w, text.String())
	return err
}
