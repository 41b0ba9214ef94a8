package transport

import "github.com/vektah/gqlparser/v2/gqlerror"

// Attach implements Sink.
func (f *feed) Attach(source Source) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return false
	}
	f.source = source
	return true
}

// Offer implements Sink.
func (f *feed) Offer(payload []byte, _ int64) bool {
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
	f.handler.config.Observer.Item()
	return true
}

// End implements Sink.
func (f *feed) End(err *gqlerror.Error) {
	if err == nil {
		f.fail(nil)
	} else {
		f.fail(coded(gqlerror.List{err}, codeInternal))
	}
}

// fail ends the subscription, after the items that wait, with errors if there are any.
func (f *feed) fail(errs gqlerror.List) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.ended {
		f.ended, f.errs = true, errs
		f.wake()
	}
}

// TooSlow implements Sink.
func (f *feed) TooSlow() { f.cancel(errTooSlow) }

// hasRoom reports whether there is room for an item. The caller holds mu, as for wake.
func (f *feed) hasRoom() bool {
	return f.size < f.handler.config.PaceBacklog && len(f.waiting) < paceFrames
}

func (f *feed) wake() {
	select {
	case f.news <- struct{}{}:
	default: // the goroutine has been woken already
	}
}

func (f *feed) isServed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.source != nil
}

// leave ends the subscription and informs its source.
func (f *feed) leave() {
	f.mu.Lock()
	f.ended, f.waiting = true, nil
	source := f.source
	f.mu.Unlock()
	if source != nil {
		source.Leave()
	}
}

// take returns the next item or, if none waits, whether the subscription has ended, and with which errors. If there is
// room for the item that the source was refused, it pulls the source.
func (f *feed) take() (item []byte, ended bool, errs gqlerror.List) {
	f.mu.Lock()
	if len(f.waiting) > 0 {
		item = f.waiting[0]
		f.waiting[0] = nil
		f.waiting = f.waiting[1:]
		f.size -= len(item) + frameCost
	} else {
		ended, errs = f.ended, f.errs
	}
	pull := f.refused && !f.ended && f.hasRoom()
	f.refused = f.refused && !pull
	source := f.source
	f.mu.Unlock()
	if pull {
		source.Pull()
	}
	return item, ended, errs
}
