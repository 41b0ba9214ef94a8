package workflow

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/engine/workflow/template"
)

const (
	guide = "../../docs/workflows.md"
	// updateDocs makes the test write what is true into the guide instead of comparing.
	updateDocs = "FOYER_UPDATE_DOCS"
)

// The tables of the guide name everything that documents can say.
func TestTheGuideNamesWhatDocumentsCanSay(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	updated := string(text)
	for name, table := range map[string]string{
		"steps":     table([]string{"kind", "what it does", "exits besides `next`"}, stepRows(t)),
		"triggers":  table([]string{"on", "fields"}, triggerRows()),
		"fields":    table([]string{"field", "type"}, fieldRows()),
		"operators": table([]string{"operator", "fits"}, operatorRows()),
		"filters":   "  " + code(template.Filters()...) + "\n  ",
	} {
		place := regexp.MustCompile(`(?s)<!-- ` + name + ` -->\n(.*?)<!-- end -->`)
		found := place.FindStringSubmatch(updated)
		switch {
		case found == nil:
			t.Errorf("the guide has no table of %s", name)
		case found[1] != table && os.Getenv(updateDocs) == "":
			t.Errorf("the guide's table of %s should be (%s=1 writes it)\n%s", name, updateDocs, table)
		}
		updated = place.ReplaceAllLiteralString(updated, "<!-- "+name+" -->\n"+table+"<!-- end -->")
	}
	if os.Getenv(updateDocs) != "" {
		if err := os.WriteFile(guide, []byte(updated), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func stepRows(t *testing.T) [][]string {
	t.Helper()
	var described struct {
		Defs map[string]struct {
			Description string `json:"description"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schemaText, &described); err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for _, k := range kinds() {
		var exits []string
		for _, e := range k.exits {
			exits = append(exits, e.name)
		}
		if k.statuses {
			exits = append(exits, "404 and other statuses")
		}
		rows = append(rows, []string{code(k.name), described.Defs[k.name].Description, code(exits...)})
	}
	return rows
}

func triggerRows() [][]string {
	var rows [][]string
	for _, one := range triggers {
		var paths []string
		for _, f := range one.fields {
			paths = append(paths, f.Path)
		}
		rows = append(rows, []string{code(one.name), code(paths...)})
	}
	return rows
}

func fieldRows() [][]string {
	var rows [][]string
	for _, f := range fields {
		about := strings.ToLower(string(f.Type))
		if len(f.Values) > 0 {
			about += ": " + strings.Join(f.Values, " ")
		}
		rows = append(rows, []string{code(f.Path), about})
	}
	return rows
}

// operatorRows are sorted by name, with the types that each operator fits.
func operatorRows() [][]string {
	var rows [][]string
	for _, name := range operatorNames() {
		var fits []string
		for of := range fitting {
			if Operator(name).fits(of) {
				fits = append(fits, strings.ToLower(string(of)))
			}
		}
		slices.Sort(fits)
		rows = append(rows, []string{code(name), strings.Join(fits, ", ")})
	}
	return rows
}

// operatorNames returns the names of all operators, sorted.
func operatorNames() []string {
	var names []string
	for of := range fitting {
		names = append(names, operatorsOf(of)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// code writes names as code.
func code(names ...string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "`, `") + "`"
}

func table(headings []string, rows [][]string) string {
	var b strings.Builder
	for _, row := range append([][]string{headings, slices.Repeat([]string{"---"}, len(headings))}, rows...) {
		b.WriteString("|")
		for _, cell := range row {
			fmt.Fprintf(&b, " %s |", strings.ReplaceAll(cell, "|", `\|`))
		}
		b.WriteString("\n")
	}
	return b.String()
}
