package workflow

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// closeKind is `close`: {category, summary}.
var closeKind = kind{name: "close", exits: []exit{{name: ExitFailure}}, compile: compileClose}

// Close closes the conversation. An empty text means none.
type Close struct {
	Category string // at most 128 characters
	Summary  string // at most 2,000 characters
}

func (c Close) on(host Host) (*Outcome, error) { return host.Close(c) }

const (
	// maxCategory and maxSummary are in characters of the rendered text.
	maxCategory = 128
	maxSummary  = 2000
)

type closing struct {
	category, summary text
}

func compileClose(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		Category string `json:"category"`
		Summary  string `json:"summary"`
	}
	at := s.at.to("close")
	s.decode(at, body, &doc)
	return &closing{
		category: s.text(at.to("category"), doc.Category),
		summary:  s.text(at.to("summary"), doc.Summary),
	}
}

func (c *closing) begin(e *execution) (move, error) {
	category, err := c.category.render(e.environment)
	if err != nil {
		return move{}, err
	}
	summary, err := c.summary.render(e.environment)
	if err != nil {
		return move{}, err
	}
	detail := map[string]any{}
	if category != "" {
		detail["category"] = category
	}
	if summary != "" {
		detail["summary"] = summary
	}
	if utf8.RuneCountInString(category) > maxCategory || utf8.RuneCountInString(summary) > maxSummary {
		return move{detail: detail}, fmt.Errorf("a category may have at most %d characters, and a summary %d", maxCategory, maxSummary)
	}
	return move{effect: Close{Category: category, Summary: summary}, detail: detail}, nil
}

func (*closing) after(care) care { return closed }
