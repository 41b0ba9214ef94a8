package workflow

import (
	"encoding/json"
	"strings"

	"foyer/engine/workflow/template"
	"foyer/inbox"
)

// tagKind is `tag`: {add, remove}.
var tagKind = kind{name: "tag", compile: compileTag}

// Tag adds tags to the contact and removes others.
type Tag struct {
	Add, Remove []string
}

func (t Tag) on(host Host) (*Outcome, error) { return host.Tag(t) }

func compileTag(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		Add    []string `json:"add"`
		Remove []string `json:"remove"`
	}
	at := s.at.to("tag")
	s.decode(at, body, &doc)
	if len(doc.Add)+len(doc.Remove) == 0 {
		s.add(at, "name tags to add or to remove")
	}
	removed := make(map[string]bool, len(doc.Remove))
	for _, name := range doc.Remove {
		removed[inbox.LabelKey(name)] = true
	}
	for i, name := range doc.Add {
		if strings.TrimSpace(name) == "" {
			s.add(at.to("add", i), "write the name of the tag: it is empty")
		}
		if !template.Plain(name) {
			s.add(at.to("add", i), "a tag cannot contain Liquid: write its name")
		}
		if removed[inbox.LabelKey(name)] {
			s.add(at.to("add", i), "the tag %s is both added and removed; keep one of them", quote(name))
		}
	}
	detail := map[string]any{}
	if len(doc.Add) > 0 {
		detail["add"] = anyList(doc.Add)
	}
	if len(doc.Remove) > 0 {
		detail["remove"] = anyList(doc.Remove)
	}
	return fixed{effect: Tag{Add: doc.Add, Remove: doc.Remove}, detail: detail}
}

// anyList returns a list as decoded from JSON.
func anyList(items []string) []any { return each(items, func(item string) any { return item }) }
