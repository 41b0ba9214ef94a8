package house

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// code matches text in backquotes.
var code = regexp.MustCompile("`([^`]+)`")

func TestTheTablesOfContributingNameOnlyWhatExists(t *testing.T) {
	for line := range strings.Lines(text(t, tree(), layoutFile)) {
		if strings.HasPrefix(line, "| ") {
			namesExist(t, layoutFile, line)
		}
	}
}

func TestTheDescriptionOfTheArchitectureNamesOnlyWhatExists(t *testing.T) {
	const file = "docs/architecture.md"
	for line := range strings.Lines(text(t, tree(), file)) {
		namesExist(t, file, line)
	}
}

// namesExist fails the test for each path in backquotes that does not exist.
func namesExist(t *testing.T, file, line string) {
	t.Helper()
	for _, found := range code.FindAllStringSubmatch(line, -1) {
		for word := range strings.FieldsSeq(found[1]) {
			name, isPath := pathIn(word)
			if !isPath {
				continue
			}
			if _, err := fs.Stat(tree(), name); err != nil {
				t.Errorf("%s names %s, which does not exist: %s", file, name, strings.TrimSpace(line))
			}
		}
	}
}

// pathIn returns the path that a word of a table stands for, and reports whether it is one: it has a slash, or the extension
// of a file.
func pathIn(word string) (string, bool) {
	name := strings.TrimSuffix(strings.TrimPrefix(word, "./"), "/...")
	isFile := slices.Contains([]string{".go", ".graphql", ".json", ".md", ".sql", ".yml"}, path.Ext(name))
	if !isFile && !strings.Contains(name, "/") || strings.ContainsAny(name, "=*") || strings.Contains(name, "NNNN") {
		return "", false
	}
	return path.Clean(name), true
}

func TestTheLayoutNamesOnlyFoldersWithGoFiles(t *testing.T) {
	table, err := readLayout(text(t, tree(), layoutFile))
	if err != nil {
		t.Fatal(err)
	}
	files, err := sources(tree(), ".", 0)
	if err != nil {
		t.Fatal(err)
	}
	for pattern, imports := range table {
		for _, row := range append([]string{pattern}, imports...) {
			below := strings.TrimSuffix(row, "/...") + "/..."
			if row != "." && row != anything && !slices.ContainsFunc(files, func(s source) bool { return matches(below, s.dir) }) {
				t.Errorf("%s names %s, where there is no Go file", layoutFile, row)
			}
		}
	}
}
