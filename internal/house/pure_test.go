package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// pure are the packages without I/O, clock and randomness: equal input leads to equal output.
func pure() []string { return []string{"inbox", "engine/workflow", "engine/assign"} }

// impure are the packages of the standard library that a pure package may not import.
func impure() []string {
	return []string{"os/...", "net", "net/http/...", "database/sql/...", "math/rand/...", "crypto/rand", "log/...", "syscall"}
}

// clock are the names of package time that read the clock or wait for it.
func clock() []string {
	return []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
}

func TestPurePackagesHaveNoClockNoRandomnessAndNoIO(t *testing.T) {
	for _, dir := range pure() {
		problems, err := impurities(tree(), dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range problems {
			t.Error(problem)
		}
	}
}

func TestImpurityIsFound(t *testing.T) {
	for behaviour, c := range map[string]struct{ code, want string }{
		"values of time pass":         {"import \"time\"\n\nvar t time.Time", ""},
		"reading the clock is found":  {"import \"time\"\n\nvar t = time.Now()", "p/a.go: time.Now"},
		"I/O is found":                {"import _ \"net/http\"", "p/a.go: net/http"},
		"what lies below it is found": {"import _ \"math/rand/v2\"", "p/a.go: math/rand/v2"},
		"names that only look alike":  {"import _ \"net/url\"", ""},
	} {
		t.Run(behaviour, func(t *testing.T) {
			files := fstest.MapFS{"p/a.go": {Data: []byte("package p\n\n" + c.code + "\n")}}
			problems, err := impurities(files, "p")
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(problems, "\n"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// impurities lists the uses of impure and clock in the package in dir, without its tests.
func impurities(tree fs.FS, dir string) ([]string, error) {
	files, err := sources(tree, dir, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, s := range files {
		if s.isTest() {
			continue
		}
		for _, spec := range s.file.Imports {
			imported := strings.Trim(spec.Path.Value, "`\"")
			if slices.ContainsFunc(impure(), func(p string) bool { return matches(p, imported) }) {
				problems = append(problems, fmt.Sprintf("%s: %s", s.name, imported))
			}
		}
		for node := range ast.Preorder(s.file) {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok || !slices.Contains(clock(), selector.Sel.Name) {
				continue
			}
			if from, ok := selector.X.(*ast.Ident); ok && from.Name == "time" {
				problems = append(problems, fmt.Sprintf("%s: time.%s", s.name, selector.Sel.Name))
			}
		}
	}
	return problems, nil
}
