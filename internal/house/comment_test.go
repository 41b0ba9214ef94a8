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

// banned are the verbs that no doc comment begins with after the name, and what to write for them. A function "returns"
// something, "reports whether" something holds, or is described by the verb of what it does.
func banned() map[string]string {
	return map[string]string{
		"gives": "returns", "tells": "reports, or the verb of what it does", "hands": "returns, or passes",
		"knows": "the verb of what it does", "sees": "the verb of what it does",
	}
}

func TestDocCommentsBeginWithAPlainVerb(t *testing.T) {
	problems, err := bannedBeginnings(tree())
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}

func TestBannedBeginningsAreFound(t *testing.T) {
	for behaviour, c := range map[string]struct{ code, want string }{
		"returns passes":                   {"// f returns one.\nfunc f() int { return 1 }", ""},
		"a banned verb later passes":       {"// f returns what g gives.\nfunc f() int { return 1 }", ""},
		"a function is looked at":          {"// f gives one.\nfunc f() int { return 1 }", `p/a.go: "f gives": write returns`},
		"a method is looked at":            {"type t int\n\n// f gives one.\nfunc (t) f() int { return 1 }", `p/a.go: "f gives": write returns`},
		"a type is looked at":              {"// T knows all.\ntype T int", `p/a.go: "T knows": write the verb of what it does`},
		"a comment that documents nothing": {"func f() {\n\t// f gives up.\n}", ""},
	} {
		t.Run(behaviour, func(t *testing.T) {
			problems, err := bannedBeginnings(fstest.MapFS{"p/a.go": {Data: []byte("package p\n\n" + c.code + "\n")}})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(problems, "\n"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// bannedBeginnings lists the doc comments of functions and types that begin with the name and a banned verb. Tests and
// generated code are left out.
func bannedBeginnings(tree fs.FS) ([]string, error) {
	files, err := sources(tree, ".", parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(s source) bool { return s.isTest() || ast.IsGenerated(s.file) })
	var problems []string
	for _, s := range files {
		for _, declaration := range s.file.Decls {
			for name, doc := range documented(declaration) {
				words := strings.Fields(doc)
				if len(words) < 2 || words[0] != name {
					continue
				}
				if instead, is := banned()[words[1]]; is {
					problems = append(problems, fmt.Sprintf("%s: %q: write %s", s.name, name+" "+words[1], instead))
				}
			}
		}
	}
	slices.Sort(problems)
	return problems, nil
}

// documented returns the doc comment of each function or type that a declaration declares, by its name.
func documented(declaration ast.Decl) map[string]string {
	docs := map[string]string{}
	switch declaration := declaration.(type) {
	case *ast.FuncDecl:
		docs[declaration.Name.Name] = declaration.Doc.Text()
	case *ast.GenDecl:
		for _, spec := range declaration.Specs {
			if spec, is := spec.(*ast.TypeSpec); is {
				doc := spec.Doc
				if doc == nil {
					doc = declaration.Doc
				}
				docs[spec.Name.Name] = doc.Text()
			}
		}
	}
	return docs
}
