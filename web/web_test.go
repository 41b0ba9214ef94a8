package web_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestTheConsoleIsSound runs the checks and the tests of the console's sources.
func TestTheConsoleIsSound(t *testing.T) {
	watch(t)
	runs := "500"
	if os.Getenv("FOYER_SOAK") != "" {
		runs = "20000"
	}
	for _, c := range [][]string{
		{"../scripts/npm-install", "."},
		{"../clients/with-node", "npm", "run", "--silent", "generated"},
		{"../clients/with-node", "npm", "run", "--silent", "check"},
		{"../clients/with-node", "npm", "run", "--silent", "test"},
		{"../clients/with-node", "npm", "run", "--silent", "build"},
	} {
		command := exec.CommandContext(t.Context(), c[0], c[1:]...)
		command.Env = append(os.Environ(), "FOYER_RUNS="+runs)
		command.Stdout, command.Stderr = t.Output(), t.Output()
		if err := command.Run(); err != nil {
			t.Fatalf("%v: %v", c, err)
		}
	}
}

// watch visits the sources. The go command notes what a test reads: when a file has changed it runs this test again rather
// than reuse a cached result.
func watch(t *testing.T) {
	t.Helper()
	for _, place := range []string{".", "../schema.graphql"} {
		err := filepath.WalkDir(place, func(_ string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "dist") {
				return fs.SkipDir
			}
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
