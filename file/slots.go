package file

import (
	"sync"

	"foyer/inbox"
)

// slots count the uploads under way.
type slots struct {
	mu  sync.Mutex
	all int
	own map[inbox.ActorRef]int
}

// enter takes a slot for an account. If it is refused, own says whether the account has too many itself.
func (s *slots) enter(account inbox.ActorRef) (entered, own bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own[account] >= maxOwnUploads {
		return false, true
	}
	if s.all >= maxUploads {
		return false, false
	}
	s.all++
	s.own[account]++
	return true, false
}

// leave returns a slot.
func (s *slots) leave(account inbox.ActorRef) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.own[account]--; s.own[account] == 0 {
		delete(s.own, account)
	}
}
