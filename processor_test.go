package main

import (
	"os"
	"runtime"
	"testing"
)

func TestServingHasAProcessorMoreUnlessTheOperatorSaysHowMany(t *testing.T) {
	if os.Getenv("GOMAXPROCS") != "" {
		t.Skip("GOMAXPROCS is set, and has the last word")
	}
	before := runtime.GOMAXPROCS(0)
	remove := addProcessor()
	if got := runtime.GOMAXPROCS(0); got != before+1 {
		t.Errorf("%d processors, want one more than %d", got, before)
	}
	remove()
	if got := runtime.GOMAXPROCS(0); got != before {
		t.Errorf("%d processors, want %d again", got, before)
	}
	t.Setenv("GOMAXPROCS", "7")
	addProcessor()()
	if got := runtime.GOMAXPROCS(0); got != before {
		t.Errorf("%d processors although the operator has said how many", got)
	}
}
