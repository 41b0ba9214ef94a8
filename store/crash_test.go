package store

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// crashPath is the variable that makes this test program write to a database until it is killed.
const crashPath = "FOYER_STORE_CRASH_PATH"

// writeUntilKilled changes the database from several goroutines, and prints each change that was acknowledged.
func writeUntilKilled(path string) {
	db, err := Open(context.Background(), testOptions(path))
	if err != nil {
		log.Fatal(err)
	}
	var callers sync.WaitGroup
	for caller := range 8 {
		callers.Go(func() {
			for i := range 1000 {
				subject := (db.HeadNumber()+1)*1e6 + int64(caller*1000+i)
				if err := add(context.Background(), db, subject); err != nil {
					log.Fatal(err)
				}
				_, _ = fmt.Fprintln(os.Stdout, subject) // one write, not buffered
			}
		})
	}
	callers.Wait()
}

func TestWhatWasAnsweredSurvivesTheEndOfTheProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "foyer.db")
	var answered []int64
	for round := range 8 {
		after := 1 + rand.IntN(300)
		answered = append(answered, killAfter(t, path, after)...)
		db := openTest(t, func(o *Options) { o.Path = path })
		rows := stored(t, db)
		for _, subject := range answered {
			if _, there := slices.BinarySearch(rows, subject); !there {
				t.Fatalf("round %d, killed after %d: %d was answered and is lost", round, after, subject)
			}
		}
		logged := subjectsOfLog(t, db)
		slices.Sort(logged)
		if !slices.Equal(rows, logged) {
			t.Fatalf("round %d, killed after %d: %d rows and %d events", round, after, len(rows), len(logged))
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter starts the program, kills it after a number of answers, and returns all answers.
func killAfter(t *testing.T, path string, answers int) []int64 {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashPath+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var got []int64
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		subject, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, subject); len(got) == answers {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if child.Wait() == nil || len(got) < answers {
		t.Fatalf("the child ended on its own after %d answers", len(got))
	}
	return got
}
