package transport

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// feedSink is the Sink of an event stream: items wait for the goroutine of the
// request, as many at a time as may wait for a websocket.
type feedSink struct {
	feed *feed
	// news has a value when there is something to do.
	news chan struct{}

	mu      sync.Mutex
	source  Source
	waiting [][]byte
	size    int  // of what waits, in bytes
	refused bool // the source was refused an item, and is pulled when there is room
	ended   bool
	err     *gqlerror.Error // what it ended with
}

func newFeedSink(of *feed) *feedSink {
	return &feedSink{feed: of, news: make(chan struct{}, 1)}
}

func (f *feedSink) Attach(source Source) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return false
	}
	f.source = source
	return true
}

func (f *feedSink) Offer(payload []byte, _ int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return false
	}
	if !f.hasRoom() {
		f.refused = true
		return false
	}
	f.waiting = append(f.waiting, payload)
	f.size += len(payload) + frameCost
	f.wake()
	f.feed.handler.config.Observer.Item()
	return true
}

func (f *feedSink) End(err *gqlerror.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.ended {
		f.ended, f.err = true, err
		f.wake()
	}
}

func (f *feedSink) TooSlow() { f.feed.cancel(errTooSlow) }

// hasRoom reports whether there is room for an item. The caller holds mu, as for wake.
func (f *feedSink) hasRoom() bool {
	return f.size < f.feed.handler.config.PaceBacklog && len(f.waiting) < paceFrames
}

func (f *feedSink) wake() {
	select {
	case f.news <- struct{}{}:
	default: // there is something to do already
	}
}

// isServed reports whether a source serves the subscription.
func (f *feedSink) isServed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.source != nil
}

// leave ends the subscription and informs its source.
func (f *feedSink) leave() {
	f.mu.Lock()
	f.ended, f.waiting = true, nil
	source := f.source
	f.mu.Unlock()
	if source != nil {
		source.Leave()
	}
}

// follow sends what is offered, until the subscription ends.
func (f *feedSink) follow(ctx context.Context) {
	for {
		item, more, err := f.take()
		if ctx.Err() != nil { // also if there is an item, as in run
			f.feed.interrupt(ctx)
			return
		}
		switch {
		case item != nil:
			if f.send(item) != nil {
				return
			}
		case err != nil:
			f.feed.fail(coded(gqlerror.List{err}, codeInternal))
			return
		case !more:
			select {
			case <-f.news:
			case <-ctx.Done():
			}
		}
	}
}

// take returns the next item, or nil if none waits. If there is room for what the
// source was refused, it pulls the source, and more may have come.
func (f *feedSink) take() (item []byte, more bool, err *gqlerror.Error) {
	f.mu.Lock()
	if len(f.waiting) > 0 {
		item = f.waiting[0]
		f.waiting[0] = nil
		f.waiting = f.waiting[1:]
		f.size -= len(item) + frameCost
	} else if f.ended {
		err = f.err
	}
	more = f.refused && !f.ended && f.hasRoom()
	if more {
		f.refused = false
	}
	source := f.source
	f.mu.Unlock()
	if more {
		source.Pull()
	}
	return item, more, err
}

// send sends an item, which is shared with others.
func (f *feedSink) send(item []byte) error {
	var response struct{ Data json.RawMessage }
	position := ""
	if json.Unmarshal(item, &response) == nil {
		position = f.feed.position(response.Data)
	}
	return f.feed.send(nextEvent(slices.Clone(item), position))
}
