package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// module is this module's path, as in go.mod.
const module = "foyer"

// tree is the source tree.
func tree() fs.FS { return os.DirFS("../..") }

// text reads one file of the tree.
func text(t *testing.T, tree fs.FS, name string) string {
	t.Helper()
	content, err := fs.ReadFile(tree, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// source is one Go file of the module.
type source struct {
	dir  string // from the module's root, "." for the root itself
	name string
	file *ast.File
}

// isTest reports whether the file belongs to tests.
func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

// isExternalTest reports whether the file belongs to a test package beside the package.
func (s source) isExternalTest() bool {
	return s.isTest() && strings.HasSuffix(s.file.Name.Name, "_test")
}

// sources parses the Go files below dir, ignoring build constraints. It leaves out what the go command leaves out:
// folders named testdata or node_modules or with a leading dot or underscore, and other modules.
func sources(tree fs.FS, dir string, mode parser.Mode) ([]source, error) {
	var found []source
	err := fs.WalkDir(tree, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != dir && (skipped(entry.Name()) || isModule(tree, name)) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" || strings.HasPrefix(entry.Name(), "_") {
			return nil
		}
		content, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, content, mode)
		if err != nil {
			return fmt.Errorf("parse %s: %w", name, err)
		}
		found = append(found, source{path.Dir(name), name, file})
		return nil
	})
	return found, err
}

func skipped(folder string) bool {
	return folder == "testdata" || folder == "node_modules" || folder == "vendor" ||
		strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_")
}

func isModule(tree fs.FS, dir string) bool {
	_, err := fs.Stat(tree, path.Join(dir, "go.mod"))
	return err == nil
}
