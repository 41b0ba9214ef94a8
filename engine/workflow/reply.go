package workflow

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/engine/workflow/template"
)

// ReplyText is a compiled text that an agent inserts into what they write. It is in the language of the texts of steps, and
// reads the same fields of the conversation, and the agent's own; it has neither trigger nor variables nor secrets.
type ReplyText struct {
	template *template.Template
	reads    []textField
	needs    Needs
}

// replyGroups are the names that a path in a ReplyText can begin with; never written to.
var replyGroups = []string{"contact", "conversation", "message", "assignee", "team", "channel", "workspace", "agent", "now"}

// replyFields are the fields that only a ReplyText has, of the agent who writes; never written to.
var replyFields = []Field{{Path: "agent.name", Type: TypeText}, {Path: "agent.email", Type: TypeText}}

// CompileReply compiles a text. Custom finds custom fields of contacts. CompileReply returns either a ReplyText or the problems
// of the text, as sentences.
func CompileReply(written string, custom func(nameOrID string) (CustomField, bool)) (*ReplyText, []string) {
	if utf8.RuneCountInString(written) > maxText {
		return nil, []string{fmt.Sprintf("The text is longer than %d characters.", maxText)}
	}
	r := &ReplyText{}
	scope := fieldScope{trigger: replyFields, custom: custom}
	needed := make(map[string]struct{})
	zoned := false
	compiled, problems := template.Compile(written, template.Options{
		Resolve: func(path []string) (template.Variable, string) {
			field, used, problem := replyField(scope, path)
			if problem != "" {
				return template.Variable{}, problem
			}
			key := slices.IndexFunc(r.reads, func(f textField) bool { return f.path == field.Path })
			if key < 0 {
				key = len(r.reads)
				r.reads = append(r.reads, textField{field.ref(), field.Path, textKind(field)})
				needed[field.needed()] = struct{}{}
				zoned = zoned || field.Type == TypeTime
			}
			return template.Variable{Key: key, Kind: r.reads[key].kind, Used: used}, ""
		},
		Reserved: func(name string) bool { return slices.Contains(replyGroups, name) },
	})
	if len(problems) > 0 {
		return nil, each(problems, sentence)
	}
	r.template = compiled
	r.needs = needsOf(maps.Keys(needed), zoned || compiled.Zoned(), nil)
	return r, nil
}

// replyField is like stepCompiler.textField.
func replyField(scope fieldScope, parts []string) (field Field, used int, problem string) {
	if !slices.Contains(replyGroups, parts[0]) {
		return Field{}, 0, fmt.Sprintf("there is no variable %s here; use %s", quote(parts[0]), strings.Join(replyGroups, ", "))
	}
	if len(parts) == 1 && parts[0] != "now" {
		return Field{}, 0, fmt.Sprintf("%s needs a dot and the name of a field after it", quote(parts[0]))
	}
	return scope.lead(parts)
}

// Needs returns what the text reads.
func (r *ReplyText) Needs() Needs { return r.needs }

// Render returns the text with its variables filled in, and the paths of the variables of which nothing is shown. The agent is
// the facts about who writes. The error is a sentence that says why the text cannot be rendered.
func (r *ReplyText) Render(facts Facts, agent map[string]any, now time.Time) (rendered string, missing []string, err error) {
	env := environment{facts: &facts, now: now}
	parts, err := r.template.RenderParts(template.World{
		Now: now,
		Value: func(key int) any {
			read := r.reads[key]
			if read.ref.group == "agent" {
				return agent[read.ref.key]
			}
			return textValue(env.value(read.ref), read.kind)
		},
		Missing: func(keys []int) {
			for _, key := range keys {
				if path := r.reads[key].path; !slices.Contains(missing, path) {
					missing = append(missing, path)
				}
			}
		},
	})
	if err != nil {
		return "", nil, errors.New(sentence("the variables cannot be filled in: " + err.Error()))
	}
	for _, part := range parts {
		rendered += part.Text
	}
	return rendered, missing, nil
}
