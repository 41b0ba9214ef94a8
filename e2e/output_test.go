package e2e_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"
)

// patience is how long a test waits for what must come. It is long: a busy machine is no failure.
const patience = 90 * time.Second

// news wakes goroutines that wait for something to change. Its zero value is ready for use.
type news struct {
	mu sync.Mutex
	ch chan struct{}
}

// next returns a channel that is closed by the next tell.
func (n *news) next() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ch == nil {
		n.ch = make(chan struct{})
	}
	return n.ch
}

// tell wakes everybody.
func (n *news) tell() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ch != nil {
		close(n.ch)
		n.ch = nil
	}
}

// output keeps what a process writes, and can be read while the process runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	news news
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	defer o.news.tell()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// String returns what was written so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await waits until a text is written, or the process ends.
func (o *output) await(text string, ended <-chan struct{}) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		changed := o.news.next()
		if strings.Contains(o.String(), text) {
			return nil
		}
		select {
		case <-changed:
		case <-ended:
			return fmt.Errorf("the process ended before it wrote %q:\n%s", text, o)
		case <-late.C:
			return fmt.Errorf("the process did not write %q:\n%s", text, o)
		}
	}
}
