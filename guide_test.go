package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"foyer/engine/workflow/diagram"
	"foyer/engine/workflow/exchange"
	"foyer/gallery"
)

const (
	workflowGuide = "docs/workflows.md"
	// updateDocs makes the test write the actual output into the guide instead of comparing.
	updateDocs = "FOYER_UPDATE_DOCS"
)

// block is a block of the guide: a document that is a file, or commands.
var block = regexp.MustCompile("(?ms)^```(yaml|console)\n(.*?)^```$")

// TestTheGuideToWorkflowsIsTrue writes the documents of the guide, which begin with their name, to files, runs its commands
// in the order they stand, and compares outputs, pictures and tables.
func TestTheGuideToWorkflowsIsTrue(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	r := serve(t, testConfig(t))
	if err := r.owner().Mutate(t.Context(), "teamCreate", map[string]any{"name": "Support"}, "", nil); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(folder, "foyer")); err != nil {
		t.Fatal(err)
	}
	environment := append(os.Environ(), runAsFoyer+"=1", "FOYER_SERVER="+r.URL(), "FOYER_TOKEN="+r.key(), "PATH="+folder+":"+os.Getenv("PATH"))
	guide, err := os.ReadFile(workflowGuide)
	if err != nil {
		t.Fatal(err)
	}
	updated := block.ReplaceAllStringFunc(string(guide), func(found string) string {
		parts := block.FindStringSubmatch(found)
		if parts[1] == "yaml" {
			first, _, _ := strings.Cut(parts[2], "\n")
			name, commented := strings.CutPrefix(first, "# ")
			if !commented || !strings.HasSuffix(name, ".yaml") {
				return found // a part of a document
			}
			if err := os.WriteFile(filepath.Join(folder, name), []byte(parts[2]), 0o600); err != nil {
				t.Fatal(err)
			}
			picture(t, strings.TrimSuffix(name, ".yaml"), parts[2])
			return found
		}
		var b strings.Builder
		b.WriteString("```console\n")
		for _, s := range console(found) {
			for _, one := range s {
				shell := exec.CommandContext(t.Context(), "bash", "-c", one.command[0][2:])
				shell.Dir, shell.Env = folder, environment
				var out bytes.Buffer
				shell.Stdout, shell.Stderr = &out, &out
				_ = shell.Run() // some commands must fail, and say so
				show(&b, one.command, []string{strings.TrimSuffix(maskIDs(out.String()), "\n")})
			}
		}
		b.WriteString("```")
		return b.String()
	})
	updated = galleryTable(t, updated)
	if switches[updateDocs] != "" {
		if err := os.WriteFile(workflowGuide, []byte(updated), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	was, is := strings.Split(string(guide), "\n"), strings.Split(updated, "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			t.Fatalf("%s:%d says\n%s\nnot\n%s\n(%s=1 writes it)", workflowGuide, i+1, was[i], is[i], updateDocs)
		}
	}
	if len(was) != len(is) {
		t.Errorf("%s has %d lines, want %d", workflowGuide, len(was), len(is))
	}
}

// maskIDs replaces what differs from run to run.
func maskIDs(output string) string {
	output = regexp.MustCompile(`\b(wfl|run)_[0-9a-z]+`).ReplaceAllString(output, "${1}_…")
	return regexp.MustCompile(`http://[^/]+/hooks/\S+`).ReplaceAllString(output, "http://127.0.0.1:8080/hooks/…")
}

// picture compares the picture of a document of the guide.
func picture(t *testing.T, name, yaml string) {
	t.Helper()
	document, err := exchange.FromYAML([]byte(yaml))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	file := filepath.Join("docs", "workflows", name+".svg")
	if switches[updateDocs] != "" {
		if err := os.WriteFile(file, []byte(diagram.SVG(document)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	drawn, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(drawn) != diagram.SVG(document) {
		t.Errorf("%s is not the picture of %s (%s=1 draws it)", file, name, updateDocs)
	}
}

// galleryTable writes the guide's table of the gallery anew.
func galleryTable(t *testing.T, guide string) string {
	t.Helper()
	entries, err := gallery.List()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("<!-- gallery -->\n| name | what it does | teams, and what else it needs |\n| --- | --- | --- |\n")
	for _, e := range entries {
		needs := e.Teams
		for _, secret := range e.Secrets {
			needs = append(needs, "the secret "+secret)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", e.Name, e.Description, strings.Join(needs, ", "))
	}
	b.WriteString("<!-- end -->")
	place := regexp.MustCompile(`(?s)<!-- gallery -->\n.*?<!-- end -->`)
	if !place.MatchString(guide) {
		t.Error("the guide has no table of the gallery")
	}
	return place.ReplaceAllLiteralString(guide, b.String())
}
