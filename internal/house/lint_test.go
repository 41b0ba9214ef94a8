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

// Every exception from lint has its reason beside it, for linters that run.

func TestWhatLintOverlooksHasItsReason(t *testing.T) {
	problems, err := overlooked(tree())
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range slices.Concat(unexplained(text(t, tree(), ".golangci.yml")), problems) {
		t.Error(problem)
	}
}

const lintConfig = "linters:\n  enable:\n    # Shape.\n    - funlen\n    - nilerr # yes\n"

func TestDirectivesWithoutAReasonAreFound(t *testing.T) {
	for behaviour, c := range map[string]struct{ code, want string }{
		"a reason passes":                  {"//nolint:funlen // a table", ""},
		"reasons for two":                  {"//nolint:funlen,nilerr // a table", ""},
		"text about it":                    {"// a `//nolint:funlen` is its outcome", ""},
		"no reason is found":               {"//nolint:funlen", "p/a.go:2: //nolint:funlen gives no reason"},
		"an empty reason is found":         {"//nolint:funlen //", "p/a.go:2: //nolint:funlen // gives no reason"},
		"no linter is found":               {"//nolint // all", "p/a.go:2: //nolint // all names no linter"},
		"a linter that is off is found":    {"//nolint:gosec // fits", "p/a.go:2: gosec does not run"},
		"one of two that is off is found":  {"//nolint:funlen,gosec // fits", "p/a.go:2: gosec does not run"},
		"a directive of another tool does": {"//lint:ignore SA1 why", "p/a.go:2: //lint:ignore SA1 why: write //nolint"},
	} {
		t.Run(behaviour, func(t *testing.T) {
			problems, err := overlooked(fstest.MapFS{
				".golangci.yml": {Data: []byte(lintConfig)},
				"p/a.go":        {Data: []byte("package p\n" + c.code + "\n")},
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(problems, "\n"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestExceptionsInTheConfigurationWithoutAReasonAreFound(t *testing.T) {
	for behaviour, c := range map[string]struct{ yaml, want string }{
		"a reason beside it":            {"checks:\n  - -ST1 # why", ""},
		"a reason above it":             {"thelper:\n  # why\n  fuzz: {name: false}\n  tb: {name: false}", ""},
		"one reason for several":        {"checks:\n  - -ST1 # these two\n  - -ST2", ""},
		"what is switched on":           {"strict: true\nlines: 60", ""},
		"a check":                       {"checks:\n  - all\n  - -ST1", ".golangci.yml:3: - -ST1 gives no reason"},
		"a number that switches off":    {"statements: -1", ".golangci.yml:1: statements: -1 gives no reason"},
		"an argument that switches off": {"arguments: [disableThis]", ".golangci.yml:1: arguments: [disableThis] gives no reason"},
		"a rule of exclusions":          {"rules:\n  - path: x\n    linters: [a] # why\n  - path: y\n    linters: [b]", ".golangci.yml:4: - path: y gives no reason"},
		"a whole kind of code":          {"generated: lax", ".golangci.yml:1: generated: lax gives no reason"},
	} {
		t.Run(behaviour, func(t *testing.T) {
			if got := strings.Join(unexplained(c.yaml), "\n"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

var (
	directive = regexp.MustCompile(`^//nolint(:([a-z0-9,]+))?\s*(//\s*(.*))?$`)
	enabled   = regexp.MustCompile(`(?m)^    - ([a-z0-9]+)( #.*)?$`)
	// exception is a line of the configuration that makes lint overlook something; exclusion begins a rule for that.
	exception = regexp.MustCompile(`^\s*- -|: -1\b|\b(disable|skip|ignore)[\w-]*|\b(name|context|generated): (false|lax|strict)|default-signifies`)
	exclusion = regexp.MustCompile(`^(\s*)- (path|linters|text|source)\b`)
)

// overlooked lists the directives in the Go code, including tests, that have no reason or name no linter that runs.
func overlooked(tree fs.FS) ([]string, error) {
	config, err := fs.ReadFile(tree, ".golangci.yml")
	if err != nil {
		return nil, err
	}
	var running []string
	for _, linter := range enabled.FindAllStringSubmatch(string(config), -1) {
		running = append(running, linter[1])
	}
	files, err := sources(tree, ".", parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, s := range files {
		content, err := fs.ReadFile(tree, s.name)
		if err != nil {
			return nil, err
		}
		for _, group := range s.file.Comments {
			for _, comment := range group.List {
				line := 1 + strings.Count(string(content[:comment.Pos()-s.file.FileStart]), "\n")
				for _, problem := range misuse(comment.Text, running) {
					problems = append(problems, fmt.Sprintf("%s:%d: %s", s.name, line, problem))
				}
			}
		}
	}
	return problems, nil
}

// misuse returns what is wrong with a comment, if it is a directive.
func misuse(comment string, running []string) (problems []string) {
	if strings.HasPrefix(comment, "//lint:") {
		return []string{comment + ": write //nolint"}
	}
	if !strings.HasPrefix(comment, "//nolint") {
		return nil
	}
	parts := directive.FindStringSubmatch(comment)
	if parts == nil || parts[2] == "" {
		return []string{comment + " names no linter"}
	}
	for linter := range strings.SplitSeq(parts[2], ",") {
		if !slices.Contains(running, linter) {
			problems = append(problems, linter+" does not run")
		}
	}
	if parts[4] == "" {
		problems = append(problems, comment+" gives no reason")
	}
	return problems
}

// unexplained lists the lines of the configuration that make lint overlook something and have no comment: beside them,
// above them or above others of the same kind right before them, or within the rule that they begin.
func unexplained(config string) (problems []string) {
	lines := strings.Split(config, "\n")
	for i, line := range lines {
		begins := exclusion.FindStringSubmatch(line)
		explained := false
		switch {
		case begins != nil:
			explained = strings.Contains(line, "#")
			for _, within := range lines[i+1:] {
				if !strings.HasPrefix(within, begins[1]+"  ") {
					break
				}
				explained = explained || strings.Contains(within, "#")
			}
		case !strings.HasPrefix(strings.TrimSpace(line), "#") && exception.MatchString(line):
			for above := i; above >= 0 && !explained; above-- {
				explained = strings.Contains(lines[above], "#")
				if !explained && !exception.MatchString(lines[above]) {
					break
				}
			}
		default:
			continue
		}
		if !explained {
			problems = append(problems, fmt.Sprintf(".golangci.yml:%d: %s gives no reason", i+1, strings.TrimSpace(line)))
		}
	}
	return problems
}
