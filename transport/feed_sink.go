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

func newFeedSink(f *feed) *feedSink {
	return &feedSink{feed: f, news: make(chan struct{}, 1)}
}

func (k *feedSink) Attach(source Source) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ended {
		return false
	}
	k.source = source
	return true
}

func (k *feedSink) Offer(payload []byte, _ int64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ended {
		return false
	}
	if !k.hasRoom() {
		k.refused = true
		return false
	}
	k.waiting = append(k.waiting, payload)
	k.size += len(payload) + frameCost
	k.wake()
	k.feed.handler.config.Observer.Item()
	return true
}

func (k *feedSink) End(err *gqlerror.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.ended {
		k.ended, k.err = true, err
		k.wake()
	}
}

func (k *feedSink) TooSlow() { k.feed.cancel(errTooSlow) }

// hasRoom reports whether there is room for an item. The caller holds mu, as for wake.
func (k *feedSink) hasRoom() bool {
	return k.size < k.feed.handler.config.PaceBacklog && len(k.waiting) < paceFrames
}

func (k *feedSink) wake() {
	select {
	case k.news <- struct{}{}:
	default: // there is something to do already
	}
}

// isServed reports whether a source serves the subscription.
func (k *feedSink) isServed() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.source != nil
}

// leave ends the subscription, and tells its source.
func (k *feedSink) leave() {
	k.mu.Lock()
	k.ended, k.waiting = true, nil
	source := k.source
	k.mu.Unlock()
	if source != nil {
		source.Leave()
	}
}

// follow sends what is offered, until the subscription ends.
func (k *feedSink) follow(ctx context.Context) {
	for {
		item, more, err := k.take()
		if ctx.Err() != nil { // also if there is an item, as in run
			k.feed.interrupt(ctx)
			return
		}
		switch {
		case item != nil:
			if k.send(item) != nil {
				return
			}
		case err != nil:
			k.feed.fail(coded(gqlerror.List{err}, codeInternal))
			return
		case !more:
			select {
			case <-k.news:
			case <-ctx.Done():
			}
		}
	}
}

// take returns the next item, or nil if none waits. If there is room for what the
// source was refused, it pulls the source, and more may have come.
func (k *feedSink) take() (item []byte, more bool, err *gqlerror.Error) {
	k.mu.Lock()
	if len(k.waiting) > 0 {
		item = k.waiting[0]
		k.waiting[0] = nil
		k.waiting = k.waiting[1:]
		k.size -= len(item) + frameCost
	} else if k.ended {
		err = k.err
	}
	more = k.refused && !k.ended && k.hasRoom()
	if more {
		k.refused = false
	}
	source := k.source
	k.mu.Unlock()
	if more {
		source.Pull()
	}
	return item, more, err
}

// send sends an item, which is shared with others.
func (k *feedSink) send(item []byte) error {
	var response struct{ Data json.RawMessage }
	position := ""
	if json.Unmarshal(item, &response) == nil {
		position = k.feed.position(response.Data)
	}
	return k.feed.send(nextEvent(slices.Clone(item), position))
}
