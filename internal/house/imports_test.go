package house

import (
	"fmt"
	"go/parser"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// layoutFile has the table of packages. People read the table that this test enforces.
const layoutFile = "CONTRIBUTING.md"

// layout is the table of packages: for each pattern, the patterns of the packages of this module that it may import. A
// pattern is a folder, or a folder and everything below it (engine/...).
type layout map[string][]string

// anything is the pattern of all packages.
const anything = "..."

func TestPackagesImportOnlyWhatTheLayoutAllows(t *testing.T) {
	table, err := readLayout(text(t, tree(), layoutFile))
	if err != nil {
		t.Fatal(err)
	}
	problems, err := table.problems(tree())
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}

func TestTheLayoutIsEnforced(t *testing.T) {
	table, err := readLayout("## Layout\n\n" +
		"| package | owns | may import |\n| --- | --- | --- |\n" +
		"| `.` | wiring | anything |\n" +
		"| `words` | words | nothing |\n" +
		"| `engine/...` | use cases | `words`, `engine/...` |\n" +
		"| `engine/pure` | a decision | `words` |\n")
	if err != nil {
		t.Fatal(err)
	}
	importing := func(pkg, imported string) *fstest.MapFile {
		return &fstest.MapFile{Data: fmt.Appendf(nil, "package %s\n\nimport _ %q\n", pkg, imported)}
	}
	for _, c := range []struct {
		behaviour string
		file      string
		content   *fstest.MapFile
		want      string
	}{
		{"what the table allows passes", "engine/a.go", importing("engine", "foyer/words"), ""},
		{"a pattern covers what lies below it", "engine/other/a.go", importing("other", "foyer/engine/pure"), ""},
		{"the root may import anything", "main.go", importing("main", "foyer/engine"), ""},
		{"other modules are free", "words/a.go", importing("words", "github.com/x/engine"), ""},
		{"what the table does not allow is refused", "words/a.go", importing("words", "foyer/engine"),
			"words/a.go: words may not import engine"},
		{"the most specific row counts", "engine/pure/a.go", importing("pure", "foyer/engine"),
			"engine/pure/a.go: engine/pure may not import engine"},
		{"a package's own tests keep its rule", "words/a_test.go", importing("words", "foyer/engine"),
			"words/a_test.go: words may not import engine"},
		{"tests in a package of their own are free", "words/a_test.go", importing("words_test", "foyer/engine"), ""},
		{"a package outside the table is refused", "util/a.go", importing("util", "fmt"),
			"util/a.go: util is not in the layout table of CONTRIBUTING.md"},
		{"build constraints hide nothing", "words/a_windows.go", importing("words", "foyer/engine"),
			"words/a_windows.go: words may not import engine"},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			problems, err := table.problems(fstest.MapFS{c.file: c.content})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(problems, "\n"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// problems returns the imports that the table does not allow, and the packages that are not in it.
func (l layout) problems(tree fs.FS) ([]string, error) {
	files, err := sources(tree, ".", parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, s := range files {
		row, ok := l.row(s.dir)
		switch {
		case !ok:
			problems = append(problems, fmt.Sprintf("%s: %s is not in the layout table of %s", s.name, s.dir, layoutFile))
			continue
		case s.isExternalTest():
			continue // black-box tests may import what they need
		}
		for _, spec := range s.file.Imports {
			imported, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, "`\""), module+"/")
			if ours && !slices.ContainsFunc(l[row], func(pattern string) bool { return matches(pattern, imported) }) {
				problems = append(problems, fmt.Sprintf("%s: %s may not import %s", s.name, s.dir, imported))
			}
		}
	}
	return problems, nil
}

// row returns the most specific pattern of the table that matches the folder.
func (l layout) row(dir string) (string, bool) {
	best, found := "", false
	for pattern := range l {
		if matches(pattern, dir) && (!found || more(pattern, best)) {
			best, found = pattern, true
		}
	}
	return best, found
}

// more reports whether pattern a is more specific than b, of two that match the same folder.
func more(a, b string) bool {
	aBelow, bBelow := strings.HasSuffix(a, "/..."), strings.HasSuffix(b, "/...")
	if aBelow != bBelow {
		return bBelow
	}
	return len(a) > len(b)
}

func matches(pattern, dir string) bool {
	if pattern == anything {
		return true
	}
	if top, below := strings.CutSuffix(pattern, "/..."); below {
		return dir == top || strings.HasPrefix(dir, top+"/")
	}
	return dir == pattern
}

// layoutRow is a row of the table: package, what it owns, what it may import.
var layoutRow = regexp.MustCompile("^\\| `([^`|]+)` \\| [^|]+ \\| ([^|]+) \\|$")

// readLayout reads the table under the heading Layout.
func readLayout(document string) (layout, error) {
	_, section, ok := strings.Cut(document, "## Layout\n")
	if !ok {
		return nil, fmt.Errorf("%s has no heading Layout", layoutFile)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	table := layout{}
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cells := layoutRow.FindStringSubmatch(line)
		if cells == nil {
			return nil, fmt.Errorf("%s: a row of the layout table has not three cells: %s", layoutFile, line)
		}
		patterns, err := readPatterns(cells[2])
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", layoutFile, cells[1], err)
		}
		table[cells[1]] = patterns
	}
	if len(table) == 0 {
		return nil, fmt.Errorf("%s has no layout table", layoutFile)
	}
	return table, nil
}

// readPatterns reads the last cell of a row: nothing, anything, or packages in backquotes.
func readPatterns(cell string) ([]string, error) {
	switch cell {
	case "nothing":
		return nil, nil
	case "anything":
		return []string{anything}, nil
	}
	var patterns []string
	for item := range strings.SplitSeq(cell, ", ") {
		name := strings.Trim(item, "`")
		if item != "`"+name+"`" {
			return nil, fmt.Errorf("%q is neither nothing, anything nor a package in backquotes", item)
		}
		patterns = append(patterns, name)
	}
	return patterns, nil
}
