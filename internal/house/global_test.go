package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// A package variable is a table that nothing writes to: shared state has an owner that is passed around.

func TestNothingWritesToPackageVariables(t *testing.T) {
	problems, err := writesToGlobals(tree())
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}

func TestWritesToPackageVariablesAreFound(t *testing.T) {
	for behaviour, c := range map[string]struct{ code, want string }{
		"reading passes":                 {"var a = 1\nfunc f() int { return a }", ""},
		"assigning is found":             {"var a = 1\nfunc f() { a = 2 }", "p/a.go: f writes to a"},
		"counting is found":              {"var a = 1\nfunc f() { a++ }", "p/a.go: f writes to a"},
		"filling a map is found":         {"var a = map[int]int{}\nfunc f() { a[1] = 2 }", "p/a.go: f writes to a"},
		"setting a field is found":       {"var a struct{ b int }\nfunc f() { a.b = 2 }", "p/a.go: f writes to a"},
		"a method counts too":            {"var a = 1\ntype t int\nfunc (t) f() { a = 2 }", "p/a.go: f writes to a"},
		"deleting is found":              {"var a = map[int]int{}\nfunc f() { delete(a, 1) }", "p/a.go: f writes to a"},
		"a local of the same name":       {"var a = 1\nfunc f() { a := 2; a = 3; _ = a }", ""},
		"a parameter of the same name":   {"var a = 1\nfunc f(a int) { a = 3 }", ""},
		"a range over the same name":     {"var a = 1\nfunc f() { for a := range 3 { a = 2 } }", ""},
		"the blank name":                 {"var _ = 1\nfunc f() { _ = 2 }", ""},
		"a lock is state and is refused": {"import \"sync\"\nvar a sync.Mutex", "p/a.go: a is a sync.Mutex"},
		"once is a table made late":      {"import \"sync\"\nvar a = sync.OnceValue(f)\nfunc f() int { return 1 }", ""},
	} {
		t.Run(behaviour, func(t *testing.T) {
			problems, err := writesToGlobals(fstest.MapFS{"p/a.go": {Data: []byte("package p\n" + c.code + "\n")}})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(problems, "\n"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// writesToGlobals lists the functions that write to variables of their package, and the variables that are locks. It
// goes by names: if a function has a local of the same name, that one is assumed. Tests and generated code are left
// out.
func writesToGlobals(tree fs.FS) ([]string, error) {
	files, err := sources(tree, ".", parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(s source) bool { return s.isTest() || ast.IsGenerated(s.file) })
	globals := map[string]map[string]bool{} // by folder
	var problems []string
	for _, s := range files {
		if globals[s.dir] == nil {
			globals[s.dir] = map[string]bool{}
		}
		for _, spec := range variables(s.file) {
			for _, name := range spec.Names {
				globals[s.dir][name.Name] = name.Name != "_"
				if kind := stateful(spec.Type); kind != "" {
					problems = append(problems, fmt.Sprintf("%s: %s is a %s", s.name, name.Name, kind))
				}
			}
		}
	}
	for _, s := range files {
		for _, declaration := range s.file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Body != nil {
				for _, name := range written(function) {
					if globals[s.dir][name] {
						problems = append(problems, fmt.Sprintf("%s: %s writes to %s", s.name, function.Name.Name, name))
					}
				}
			}
		}
	}
	return problems, nil
}

// variables returns the package variables of a file.
func variables(file *ast.File) []*ast.ValueSpec {
	var specs []*ast.ValueSpec
	for _, declaration := range file.Decls {
		if group, ok := declaration.(*ast.GenDecl); ok && group.Tok == token.VAR {
			for _, spec := range group.Specs {
				specs = append(specs, spec.(*ast.ValueSpec))
			}
		}
	}
	return specs
}

// stateful returns the name of a type that is meant to be changed, or an empty text.
func stateful(kind ast.Expr) string {
	selector, ok := kind.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	from, ok := selector.X.(*ast.Ident)
	if !ok || from.Name != "sync" && from.Name != "atomic" {
		return ""
	}
	return from.Name + "." + selector.Sel.Name
}

// written returns the names that a function writes to and does not declare.
func written(function *ast.FuncDecl) []string {
	local, targets := map[string]bool{}, []ast.Expr{}
	declare := func(names ...ast.Expr) {
		for _, name := range names {
			if ident, ok := name.(*ast.Ident); ok {
				local[ident.Name] = true
			}
		}
	}
	for node := range ast.Preorder(function) {
		switch node := node.(type) {
		case *ast.Field:
			for _, name := range node.Names {
				declare(name)
			}
		case *ast.ValueSpec:
			for _, name := range node.Names {
				declare(name)
			}
		case *ast.RangeStmt:
			if node.Tok == token.DEFINE {
				declare(node.Key, node.Value)
			} else {
				targets = append(targets, node.Key, node.Value)
			}
		case *ast.AssignStmt:
			if node.Tok == token.DEFINE {
				declare(node.Lhs...)
			} else {
				targets = append(targets, node.Lhs...)
			}
		case *ast.IncDecStmt:
			targets = append(targets, node.X)
		case *ast.CallExpr:
			if called, ok := node.Fun.(*ast.Ident); ok && (called.Name == "delete" || called.Name == "clear") {
				targets = append(targets, node.Args[0])
			}
		}
	}
	var names []string
	for _, target := range targets {
		if name := base(target); name != "" && !local[name] && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// base returns the variable that a target of an assignment is part of.
func base(target ast.Expr) string {
	switch target := target.(type) {
	case *ast.Ident:
		return target.Name
	case *ast.IndexExpr:
		return base(target.X)
	case *ast.SelectorExpr:
		return base(target.X)
	case *ast.StarExpr:
		return base(target.X)
	case *ast.ParenExpr:
		return base(target.X)
	default:
		return ""
	}
}
