package exchange

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"foyer/engine/workflow"
)

// ToYAML turns a workflow's document from JSON into YAML, for people and repositories. The members keep their order; if all
// of them are sorted by name, they come in the order in which people write them. A reference that names has a name for is
// replaced by it: of the team "tea_1", "Sales". The document then carries the title as its name, so that it is imported
// under the name that it was exported from. ToYAML fails on what is not JSON or out of bounds, and checks nothing else.
func ToYAML(document []byte, title string, names map[workflow.Reference]string) ([]byte, error) {
	value, err := readJSON(document)
	if err != nil {
		return nil, err
	}
	if isSorted(value) {
		value = reordered(value)
	}
	if root, ok := value.(object); ok {
		value = root.named(title)
	}
	value = rename(value, func(reference workflow.Reference) string {
		return cmp.Or(names[reference], reference.Written)
	})
	var w yamlWriter
	switch value := value.(type) {
	case object:
		w.object(value, 0)
	case []any:
		w.list(value, 0)
	}
	if w.text.Len() == 0 { // it is empty, or neither an object nor a list
		w.text.WriteString(flow(value) + "\n")
	}
	return []byte(w.text.String()), nil
}

// named returns a document with a name: in place of its own, or after its first member, which is usually the format.
func (o object) named(title string) object {
	renamed := slices.Clone(o)
	if at := slices.IndexFunc(renamed, func(m member) bool { return m.name == "name" }); at >= 0 {
		renamed[at].value = title
		return renamed
	}
	return slices.Insert(renamed, min(1, len(renamed)), member{"name", title})
}

// maxFlow is how many bytes a value on one line may have: { field: now, op: exists }.
const maxFlow = 100

type yamlWriter struct {
	text strings.Builder
}

func (w *yamlWriter) indent(depth int) { w.text.WriteString(strings.Repeat("  ", depth)) }

func (w *yamlWriter) object(object object, depth int) {
	for i, m := range object {
		if i > 0 || depth == 0 {
			w.indent(depth)
		}
		w.text.WriteString(yamlKey(m.name) + ":")
		if steps, ok := m.value.([]any); ok && depth == 0 && m.name == "steps" && len(steps) > 0 {
			w.text.WriteByte('\n')
			w.list(steps, depth+1)
			continue
		}
		w.value(m.value, depth+1)
	}
}

// value writes the value after a key.
func (w *yamlWriter) value(value any, depth int) {
	line := flow(value)
	if len(line) > maxFlow || strings.Contains(line, `\n`) {
		switch value := value.(type) {
		case object:
			w.text.WriteByte('\n')
			w.indent(depth)
			w.object(value, depth)
			return
		case []any:
			w.text.WriteByte('\n')
			w.list(value, depth)
			return
		case string:
			if isBlock(value) {
				w.block(value, depth)
				return
			}
		}
	}
	w.text.WriteString(" " + line + "\n")
}

// list writes a list. The first member of an object is on the line of its dash.
func (w *yamlWriter) list(list []any, depth int) {
	for _, item := range list {
		w.indent(depth)
		w.text.WriteString("-")
		object, ok := item.(object)
		if line := flow(item); ok && len(object) > 0 && (depth == 1 || len(line) > maxFlow) {
			w.text.WriteByte(' ')
			w.object(object, depth+1)
			continue
		}
		w.value(item, depth+1)
	}
}

// block writes a text of several lines as a block.
func (w *yamlWriter) block(text string, depth int) {
	indicator := " |-\n"
	if strings.HasSuffix(text, "\n") {
		text, indicator = text[:len(text)-1], " |\n"
	}
	w.text.WriteString(indicator)
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			w.indent(depth)
		}
		w.text.WriteString(line + "\n")
	}
}

// notInBlock is what a line of a block cannot begin with, end with or contain.
var notInBlock = regexp.MustCompile(`(?m)^(?: |- |\? |---|\.\.\.|#)| $|\t`)

// isBlock reports whether a text is easier to read as a block of lines, and comes back the same.
func isBlock(text string) bool {
	return strings.Contains(text, "\n") && !strings.HasPrefix(text, "\n") && !strings.HasSuffix(text, "\n\n") &&
		!escapes(text) && !notInBlock.MatchString(text)
}

// flow returns a value on one line.
func flow(value any) string {
	switch value := value.(type) {
	case object:
		parts := make([]string, len(value))
		for i, m := range value {
			parts[i] = yamlKey(m.name) + ": " + flow(m.value)
		}
		if len(parts) == 0 {
			return "{}"
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case []any:
		parts := make([]string, len(value))
		for i, item := range value {
			parts[i] = flow(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return yamlText(value)
	case json.Number:
		return yamlNumber(value.String())
	case bool:
		return fmt.Sprint(value)
	default:
		return "null"
	}
}

// yamlNumber returns a number. A large number, or one with an exponent, gets the one form that all parsers read as a
// number.
func yamlNumber(written string) string {
	n, err := strconv.ParseFloat(written, 64)
	if err != nil || len(written) <= 15 && !strings.ContainsAny(written, "eE") {
		return written
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(n, 'e', -1, 64), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	return mantissa + "e" + exponent
}

// plainYAML is a text that needs no quotes anywhere, and that every version of YAML reads as a text.
var plainYAML = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./+]*(?:[ -][A-Za-z0-9_./+]+)*$`)

// yamlWords are texts that some versions of YAML read as something else; never written to.
var yamlWords = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}

func yamlText(text string) string {
	if plainYAML.MatchString(text) && !slices.Contains(yamlWords, strings.ToLower(text)) {
		return text
	}
	return quoteYAML(text)
}

// yamlKey returns a key. `on` has no quotes, as documents are written.
func yamlKey(name string) string {
	if name == "on" {
		return name
	}
	return yamlText(name)
}

// quoteYAML returns a text in double quotes. Brackets without their counterparts are escaped, since FromYAML counts
// them.
func quoteYAML(text string) string {
	brackets := escapes(text)
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c < 0x20 || c >= 0x7f && c <= 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe || c == 0xffff,
			brackets && strings.ContainsRune("[]{}", c):
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// escapes reports whether a text has brackets that FromYAML would count wrongly, or characters that a line cannot have.
func escapes(text string) bool {
	depth := 0
	for _, c := range text {
		switch {
		case c == '[' || c == '{':
			depth++
		case (c == ']' || c == '}') && depth > 0:
			depth--
		case c < 0x20 && c != '\n' || c >= 0x7f && c <= 0xa0 || c == 0x2028 || c == 0x2029 || c >= 0xfffe || c == 0xfeff:
			return true
		}
		if depth > 8 {
			return true
		}
	}
	return depth != 0
}
