package store

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// lines is a log that can be read while it is written to.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

func TestAViewThatWasInterruptedLeavesNothingBehind(t *testing.T) {
	var log lines
	db := openTest(t, func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	for range 100 {
		ctx, cancel := context.WithCancel(t.Context())
		view := beginView(ctx, t, db)
		if _, err := timers(view); err != nil {
			t.Fatal(err)
		}
		go cancel()
		_, _ = query(&view.Reader, scanValue[int64], endless+` SELECT x FROM n`)
		view.Close()
		if view.expired == nil {
			continue // it was read to an end before
		}
		select {
		case <-view.expired:
		default:
			t.Error("what interrupts it goes on")
		}
	}
	if n := log.count("given up"); n > 0 {
		t.Errorf("%d connections were given up", n)
	}
}
