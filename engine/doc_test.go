package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestThePackageDocumentationSaysWhatEachFileIsFor(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if file != "doc.go" && !strings.HasSuffix(file, "_test.go") && !strings.Contains(string(doc), " "+file) {
			t.Errorf("doc.go does not mention %s", file)
		}
	}
}
