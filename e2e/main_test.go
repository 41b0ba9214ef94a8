package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// programVariable names the program under test. TestMain sets it if it is not set.
const programVariable = "FOYER_E2E_PROGRAM"

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

// run builds the program, runs the tests and returns the exit code.
func run(m *testing.M) int {
	if os.Getenv(programVariable) == "" {
		folder, err := os.MkdirTemp("", "foyer-e2e-")
		if err != nil {
			return failed(err)
		}
		defer func() { _ = os.RemoveAll(folder) }()
		if err := build(filepath.Join(folder, "foyer")); err != nil {
			return failed(err)
		}
	}
	code := m.Run()
	if code == 0 {
		if err := leaked(); err != nil {
			return failed(err)
		}
	}
	return code
}

// leaked returns an error if goroutines still run after the tests. Those that end by themselves have some time for it.
func leaked() error {
	err := goleak.Find()
	for late := time.Now().Add(patience); err != nil && time.Now().Before(late); {
		err = goleak.Find()
	}
	return err
}

func failed(err error) int {
	_, _ = fmt.Fprintln(os.Stderr, "e2e:", err)
	return 1
}

func build(program string) error {
	arguments := []string{"build", "-o", program}
	if raceEnabled {
		arguments = append(arguments, "-race")
	}
	command := exec.Command("go", append(arguments, "foyer")...)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return os.Setenv(programVariable, program)
}
