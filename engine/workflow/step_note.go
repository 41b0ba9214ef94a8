package workflow

import (
	"encoding/json"
	"slices"
	"strings"

	"foyer/inbox"
)

// noteKind is `note`: {text, mention}.
var noteKind = kind{name: "note", compile: compileNote, references: map[string]ReferenceKind{"mention": ReferenceAgent}}

// Note adds an internal note.
type Note struct {
	Text     string
	Mentions []inbox.AgentID
}

func (n Note) on(host Host) (*Outcome, error) { return host.Note(n) }

type note struct {
	text     text
	mentions []inbox.AgentID
	names    []string
}

func compileNote(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		Text    string    `json:"text"`
		Mention oneOrMore `json:"mention"`
	}
	at := s.at.to("note")
	s.decode(at, body, &doc)
	if strings.TrimSpace(doc.Text) == "" {
		s.add(at.to("text"), "write the text of the note: it is empty")
	}
	compiled := &note{text: s.text(at.to("text"), doc.Text), names: doc.Mention}
	for i, name := range doc.Mention {
		id := s.agent(s.listed(at.to("mention"), i), name)
		if !slices.Contains(compiled.mentions, id) {
			compiled.mentions = append(compiled.mentions, id)
		}
	}
	return compiled
}

func (n *note) begin(e *execution) (move, error) {
	text, err := n.text.render(e.environment)
	if err != nil {
		return move{}, err
	}
	detail := map[string]any{"text": text}
	if len(n.names) > 0 {
		detail["mention"] = anyList(n.names)
	}
	if strings.TrimSpace(text) == "" {
		return move{detail: detail}, errBlank
	}
	return move{effect: Note{Text: text, Mentions: n.mentions}, detail: detail}, nil
}
