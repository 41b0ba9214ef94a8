package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// updateReadme makes the test write the commands' output into the README instead of comparing.
const updateReadme = "FOYER_UPDATE_README"

// step is one command of the tour, as the lines that show it, and the lines it prints.
type step struct{ command, output []string }

// TestTheTourInTheReadmeIsTrue runs the commands of README.md, those in blocks marked `console`, one after another in one
// shell against a new server, and compares what they print.
func TestTheTourInTheReadmeIsTrue(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := console(string(readme))
	printed := walk(t, slices.Concat(blocks...))
	updated := string(readme)
	at := 0
	for _, steps := range blocks {
		var before, after strings.Builder
		for _, s := range steps {
			got := printed[at]
			at++
			if masked, want := mask(got), mask(strings.Join(s.output, "\n")); masked != want {
				if switches[updateReadme] == "" {
					t.Errorf("%s\nprinted\n%s\nnot\n%s", strings.Join(s.command, "\n"), masked, want)
				}
			} else {
				got = strings.Join(s.output, "\n")
			}
			show(&before, s.command, s.output)
			show(&after, s.command, strings.Split(got, "\n"))
		}
		updated = strings.Replace(updated, before.String(), after.String(), 1)
	}
	if switches[updateReadme] != "" {
		if err := os.WriteFile("README.md", []byte(updated), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// show writes a step in the form that the README has.
func show(to *strings.Builder, command, output []string) {
	for _, line := range slices.Concat(command, output) {
		if line != "" {
			to.WriteString(line + "\n")
		}
	}
}

// console returns the steps of each block marked `console`. A command begins with `$ ` and goes on with `> `.
func console(readme string) [][]step {
	var blocks [][]step
	for _, block := range regexp.MustCompile("(?ms)^```console\n(.*?)^```$").FindAllStringSubmatch(readme, -1) {
		var steps []step
		for line := range strings.Lines(block[1]) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case strings.HasPrefix(line, "$ "):
				steps = append(steps, step{command: []string{line}})
			case strings.HasPrefix(line, "> "):
				last := &steps[len(steps)-1]
				last.command = append(last.command, line)
			default:
				last := &steps[len(steps)-1]
				last.output = append(last.output, line)
			}
		}
		blocks = append(blocks, steps)
	}
	return blocks
}

// walk runs the steps and returns what each prints.
func walk(t *testing.T, steps []step) []string {
	t.Helper()
	r := serve(t, testConfig(t))
	folder := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(folder, "foyer")); err != nil {
		t.Fatal(err)
	}
	const mark = "\x01next\x01"
	var script strings.Builder
	for _, s := range steps {
		for _, line := range s.command {
			script.WriteString(strings.ReplaceAll(line[2:], "http://127.0.0.1:8080", r.URL()) + "\n")
		}
		fmt.Fprintf(&script, "printf '%%s' '%s'\n", mark)
	}
	shell := exec.CommandContext(t.Context(), "bash")
	shell.Dir, shell.Stdin = folder, strings.NewReader(script.String())
	shell.Env = append(os.Environ(), runAsFoyer+"=1", "FOYER_SERVER="+r.URL(), "no_proxy=127.0.0.1") // otherwise curl would use a proxy
	var out bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &out
	if err := shell.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	printed := strings.Split(strings.TrimSuffix(out.String(), mark), mark)
	if len(printed) != len(steps) {
		t.Fatalf("%d commands, %d outputs:\n%s", len(steps), len(printed), out.String())
	}
	for i := range printed {
		printed[i] = strings.TrimSuffix(printed[i], "\n")
	}
	return printed
}

var (
	moments = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`)
	cursors = regexp.MustCompile(`[0-9a-z]+\.[0-9a-z]{10,}`)
)

// mask replaces what differs from run to run.
func mask(output string) string {
	return cursors.ReplaceAllString(moments.ReplaceAllString(output, "TIME"), "CURSOR")
}
