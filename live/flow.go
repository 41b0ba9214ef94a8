package live

import (
	"context"
	"errors"
	"time"

	"foyer/inbox"
)

// idleInterval is how long nothing may be sent on a stream before it says where it stands.
const idleInterval = 30 * time.Second

// errStale says that a stretch of the log must be taken anew, because it is not known any more how things stand.
var errStale = errors.New("stale")

func (s *Stream) run(ctx context.Context, items chan<- inbox.StreamItem) error {
	s.sent = s.log.options.Now()
	s.idle = s.log.options.After(idleInterval)
	for {
		if err := s.reportIfReady(ctx, items); err != nil {
			return err
		}
		if err := s.goOn(ctx, items); err != nil {
			return err
		}
	}
}

// reportIfReady says where the stream stands when it has come to where the head was when it began.
func (s *Stream) reportIfReady(ctx context.Context, items chan<- inbox.StreamItem) error {
	if s.ready || s.position < s.target {
		return nil
	}
	s.ready = true
	s.cursor = max(s.cursor, s.head)
	return s.report(ctx, items)
}

// goOn passes on what follows the stream's place, and waits for it.
func (s *Stream) goOn(ctx context.Context, items chan<- inbox.StreamItem) error {
	b, err := s.next(ctx)
	if err != nil {
		return err
	}
	if err := s.passAll(ctx, items, b); err != nil && !errors.Is(err, errStale) {
		return err
	}
	return s.reportIfIdle(ctx, items)
}

// next returns what follows the stream's place, and waits for it. It returns nothing when it is time to look how long
// nothing was sent.
func (s *Stream) next(ctx context.Context) (batch, error) {
	l := s.log
	for {
		if ctx.Err() != nil {
			return batch{}, context.Cause(ctx)
		}
		b, inWindow, news, err := s.fromWindow()
		switch {
		case err != nil:
			return batch{}, err
		case !inWindow:
			return l.replay(ctx, s.position, !s.visibilityFilter.seesAll())
		case len(b.entries) > 0 && !s.visibilityFilter.seesAll():
			return b, l.describe(ctx, b.entries, 0)
		case b.end > s.position:
			return b, nil
		}
		select {
		case <-news:
		case <-s.idle:
			s.idle = nil
			return batch{end: s.position}, nil
		case <-ctx.Done():
		case <-l.stopped:
			return batch{}, ErrStopped
		}
	}
}

// fromWindow returns what the window has after the stream's place, and a channel that is closed when it has more; false
// where the window begins later. It fails with ErrScopeChanged.
func (s *Stream) fromWindow() (b batch, inWindow bool, news <-chan struct{}, err error) {
	l := s.log
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.window.scoped[s.visibilityFilter.access.Agent] > s.joined {
		return batch{}, false, nil, ErrScopeChanged
	}
	b.entries, b.end, inWindow = l.window.after(s.position, l.options.chunk)
	return b, inWindow, l.news, nil
}

func (s *Stream) passAll(ctx context.Context, items chan<- inbox.StreamItem, b batch) error {
	for _, e := range b.entries {
		if err := s.pass(ctx, items, b, e); err != nil {
			return err
		}
	}
	s.position = b.end
	s.visibilityFilter.forget(b.end)
	return nil
}

// pass does with one event what the visibilityFilter says, as things stand when the receiver takes it.
func (s *Stream) pass(ctx context.Context, items chan<- inbox.StreamItem, b batch, e *entry) error {
	if e.err != nil {
		return e.err // never left out in silence; a stream may begin after it
	}
	for {
		now, news, err := s.look(b, e)
		if err != nil {
			return err
		}
		v := s.visibilityFilter.judge(e.event, now)
		item := itemFor(v, e)
		if v == finish {
			return ErrScopeChanged
		}
		if item == nil {
			s.passed(e, now, v)
			return nil
		}
		select {
		case <-news: // who is ready to take it gets nothing that is old already
			continue
		default:
		}
		select {
		case items <- item:
			s.passed(e, now, v)
			s.taken()
			return nil
		case <-news:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.log.stopped:
			return ErrStopped
		}
	}
}

// look returns how the subject of an entry stands now, and returns a channel that is closed when that may have changed. It
// fails with ErrScopeChanged, and with errStale where the stretch is too old to tell.
func (s *Stream) look(b batch, e *entry) (contactState, <-chan struct{}, error) {
	if s.visibilityFilter.seesAll() && s.visibilityFilter.access.Agent == 0 {
		return contactState{}, nil, nil // nothing that happens changes what a key sees
	}
	l := s.log
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.window.scoped[s.visibilityFilter.access.Agent] > s.joined {
		return contactState{}, nil, ErrScopeChanged
	}
	if s.visibilityFilter.seesAll() {
		return contactState{}, l.news, nil
	}
	now, ok := b.contactState(&l.window, e)
	if !ok {
		return now, nil, errStale
	}
	return now, l.news, nil
}

// itemFor returns what is sent for an event, or nil.
func itemFor(v verdict, e *entry) inbox.StreamItem {
	switch v {
	case deliver:
		return e.event
	case hide:
		return &inbox.ConversationHidden{Cursor: e.event.Meta().Cursor, ConversationID: e.conversation()}
	default:
		return nil
	}
}

// passed moves the stream's place behind an event.
func (s *Stream) passed(e *entry, now contactState, v verdict) {
	s.visibilityFilter.passed(e.event, now, v)
	s.position, s.cursor, s.cursorAt = e.number, e.event.Meta().Cursor, e.number
}

// taken notes that the receiver has taken an item.
func (s *Stream) taken() {
	s.delivered, s.sent = s.cursor, s.log.options.Now()
}

// reportIfIdle says where the stream stands if it is ready and has sent nothing for a while.
func (s *Stream) reportIfIdle(ctx context.Context, items chan<- inbox.StreamItem) error {
	select {
	case <-s.idle:
		s.idle = nil
	default:
	}
	if s.idle != nil {
		return nil
	}
	quiet := s.log.options.Now().Sub(s.sent)
	if quiet < idleInterval {
		s.idle = s.log.options.After(idleInterval - quiet)
		return nil
	}
	s.idle = s.log.options.After(idleInterval)
	if !s.ready {
		return nil // it has yet to deliver what its first report stands for
	}
	return s.report(ctx, items)
}

// report says up to where everything was delivered.
func (s *Stream) report(ctx context.Context, items chan<- inbox.StreamItem) error {
	select {
	case items <- &inbox.StreamReady{Cursor: s.cursor}:
		s.taken()
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.log.stopped:
		return ErrStopped
	}
}
