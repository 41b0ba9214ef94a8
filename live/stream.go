package live

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// Subscription is what someone wants to follow.
type Subscription struct {
	// After is the place in the log to begin after; nil: the head.
	After *inbox.Cursor
	// Filter says which events.
	Filter Filter
	// Access tells what the viewer sees, as of the snapshot it is given. It may fail with ErrScopeChanged.
	Access func(*store.Reader) (inbox.Access, error)
}

// Stream is one subscription under way.
type Stream struct {
	log              *Log
	visibilityFilter *visibilityFilter

	position  int64        // everything up to it was delivered or left out
	cursor    inbox.Cursor // of position, or of cursorAt
	cursorAt  int64        // kept up by members only, who get further without looking at every event
	delivered inbox.Cursor // of the newest item that was taken, or where the stream began
	joined    int64        // the snapshot that the viewer's access is of
	target    int64        // the head when the stream began: reaching it is being ready
	oldest    inbox.Cursor
	head      inbox.Cursor
	ready     bool

	sent time.Time        // when the last item was taken
	idle <-chan time.Time // receives when it is time to look how long that is ago
}

// Subscribe begins a stream; Items makes it run. It fails with an EndError, whose cause is store.ErrCursorInvalid,
// store.ErrCursorExpired, ErrScopeChanged (what the viewer sees has changed since After) or what Access failed with.
func (l *Log) Subscribe(ctx context.Context, sub Subscription) (*Stream, error) {
	return store.View(ctx, l.db, func(r *store.ReadTx) (*Stream, error) {
		s, err := l.begin(r)
		if err != nil {
			return nil, fmt.Errorf("begin a stream: %w", err)
		}
		if sub.After != nil {
			s.cursor, s.delivered = *sub.After, *sub.After
		}
		access, err := sub.Access(&r.Reader)
		if err != nil {
			return nil, s.ends(err)
		}
		s.visibilityFilter = newVisibilityFilter(access, sub.Filter)
		if sub.After == nil {
			return s, nil
		}
		if s.position, err = r.ParseCursor(*sub.After); err != nil {
			return nil, s.ends(err)
		}
		s.cursorAt = s.position
		changed, err := scopeChanged(r, access.Agent, s.position)
		if err == nil && changed {
			err = ErrScopeChanged
		}
		if err != nil {
			return nil, s.ends(err)
		}
		return s, nil
	})
}

// begin returns a stream that stands at the head of the snapshot.
func (l *Log) begin(r *store.ReadTx) (*Stream, error) {
	number, err := r.HeadNumber()
	if err != nil {
		return nil, err
	}
	head, err := r.Head()
	if err != nil {
		return nil, err
	}
	oldest, err := r.Events(0, 1)
	if err != nil {
		return nil, err
	}
	s := &Stream{log: l, position: number, joined: number, target: number,
		cursor: head, cursorAt: number, delivered: head, head: head, oldest: head}
	if len(oldest) > 0 {
		s.oldest = l.db.CursorAt(max(oldest[0].Number-1, l.db.Floor()))
	}
	return s, nil
}

// scopeChanged reports whether what an agent sees has changed after a number.
func scopeChanged(r *store.ReadTx, agent inbox.AgentID, after int64) (bool, error) {
	if agent == 0 {
		return false, nil
	}
	for {
		records, err := r.EventsOf(inbox.Subject{Kind: inbox.SubjectAgent, ID: int64(agent)}, after, 0, chunkSize, false)
		if err != nil {
			return false, err
		}
		for _, record := range records {
			if record.Type != inbox.EventAgentChanged {
				continue
			}
			event, err := record.Event()
			if err != nil {
				return false, err
			}
			if event.(*inbox.AgentChanged).Scope {
				return true, nil
			}
		}
		if len(records) < chunkSize {
			return false, nil
		}
		after = records[len(records)-1].Number
	}
}

// ends returns the error that the stream ends with for a reason.
func (s *Stream) ends(cause error) *EndError { return s.endsAt(s.delivered, cause) }

func (s *Stream) endsAt(cursor inbox.Cursor, cause error) *EndError {
	head := s.head
	if number := s.log.db.HeadNumber(); number > s.target {
		head = s.log.db.CursorAt(number)
	}
	oldest := s.oldest
	if floor := s.log.db.Floor(); floor > 0 {
		oldest = max(oldest, s.log.db.CursorAt(floor)) // it may have risen since
	}
	return &EndError{Cause: cause, Cursor: cursor, Oldest: oldest, Head: head}
}

// Items runs the stream until ctx ends or it ends by itself; the channel is closed then, and before that, in the latter
// case, ended is called. It is called once for a stream.
func (s *Stream) Items(ctx context.Context, ended func(*EndError)) <-chan inbox.StreamItem {
	items := make(chan inbox.StreamItem) // unbuffered: who takes one is ready to show it
	l := s.log
	l.mu.Lock()
	following := !l.stopping // from here on Run waits for the goroutine
	if following {
		l.streams.Go(func() {
			defer close(items)
			if err := s.guarded(ctx, items); ctx.Err() == nil {
				ended(s.ends(err))
			}
		})
	}
	l.mu.Unlock()
	if !following {
		ended(s.ends(ErrStopped))
		close(items)
	}
	return items
}

// guarded is run, with a panic as an error: it would end the process otherwise.
func (s *Stream) guarded(ctx context.Context, items chan<- inbox.StreamItem) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	return s.run(ctx, items)
}
