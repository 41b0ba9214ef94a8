package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// placeholder is the place of a param in the template of an inbox.Error.
var placeholder = regexp.MustCompile(`\{([A-Za-z]*)\}`)

// bounds are the params one of which says how much is allowed, or when to try again: without one, a client cannot say a
// LIMIT_EXCEEDED in its own language.
func bounds() []string { return []string{"limit", "bytes", "retryAfter"} }

func TestARefusalSaysItsValuesByName(t *testing.T) {
	problems, err := refusals(tree())
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}

func TestARefusalWithoutItsValuesIsFound(t *testing.T) {
	for behaviour, c := range map[string]struct{ code, want string }{
		"values that are named pass":     {"inbox.Errorf(inbox.CodeLimitExceeded, f, \"At most {limit}.\", inbox.Named(\"limit\", 5), inbox.Named(\"length\", 6))", ""},
		"no values pass":                 {"inbox.Errorf(inbox.CodeInvalid, f, \"No.\")", ""},
		"a value without its param":      {"inbox.Errorf(inbox.CodeInvalid, f, \"At most {limit}.\")", `p/a.go: "At most {limit}." has {limit}, which is not named`},
		"a verb of fmt":                  {"inbox.Errorf(inbox.CodeInvalid, f, \"At most %d.\")", `p/a.go: "At most %d." has a verb of fmt: want {name}`},
		"a limit that is not told":       {"inbox.Errorf(inbox.CodeLimitExceeded, f, \"Too many.\")", `p/a.go: "Too many." says no limit: want one of limit, bytes, retryAfter`},
		"the name of the template":       {"inbox.Errorf(inbox.CodeInvalid, f, \"{template}.\", inbox.Named(\"template\", 5))", `p/a.go: "{template}." has a param called template`},
		"a template that is put in code": {"inbox.Errorf(inbox.CodeInvalid, f, why, inbox.Named(\"team\", n))", ""},
	} {
		t.Run(behaviour, func(t *testing.T) {
			files := fstest.MapFS{"p/a.go": {Data: []byte("package p\n\nfunc a() error { return " + c.code + " }\n")}}
			problems, err := refusals(files)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(problems, "\n"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// refusals lists what is wrong with the templates of errors that callers can act on.
func refusals(tree fs.FS) ([]string, error) {
	files, err := sources(tree, ".", parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, s := range files {
		for node := range ast.Preorder(s.file) {
			call, ok := node.(*ast.CallExpr)
			if !ok || s.isTest() || !isErrorf(call.Fun, s.dir) || len(call.Args) < 3 {
				continue
			}
			template, ok := call.Args[2].(*ast.BasicLit)
			if !ok {
				continue
			}
			if problem := refusal(call, template); problem != "" {
				problems = append(problems, fmt.Sprintf("%s: %s %s", s.name, template.Value, problem))
			}
		}
	}
	return problems, nil
}

// isErrorf reports whether a function is inbox.Errorf.
func isErrorf(called ast.Expr, dir string) bool {
	if name, ok := called.(*ast.Ident); ok {
		return dir == "inbox" && name.Name == "Errorf"
	}
	selector, ok := called.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Errorf" {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	return ok && from.Name == "inbox"
}

// refusal returns what is wrong with a call of inbox.Errorf, or "".
func refusal(call *ast.CallExpr, template *ast.BasicLit) string {
	text, err := strconv.Unquote(template.Value)
	if err != nil {
		return err.Error()
	}
	var names []string
	for _, argument := range call.Args[3:] {
		if named, ok := argument.(*ast.CallExpr); ok && len(named.Args) == 2 {
			if name, ok := named.Args[0].(*ast.BasicLit); ok {
				names = append(names, strings.Trim(name.Value, `"`))
			}
		}
	}
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, found[1]) {
			return "has {" + found[1] + "}, which is not named"
		}
	}
	switch {
	case strings.Contains(text, "%"):
		return "has a verb of fmt: want {name}"
	case slices.Contains(names, "template"):
		return "has a param called template"
	case isNamed(call.Args[0], "CodeLimitExceeded") && !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(bounds(), name) }):
		return "says no limit: want one of " + strings.Join(bounds(), ", ")
	}
	return ""
}

func isNamed(e ast.Expr, name string) bool {
	selector, ok := e.(*ast.SelectorExpr)
	return ok && selector.Sel.Name == name
}
