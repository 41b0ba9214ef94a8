package resolvers

import "sync"

// maxFollowed is how many different subscriptions an account may follow at a time. Each is executed once for each event,
// however many of the account's sockets follow it.
const maxFollowed = 8

// following has the subscriptions that each account follows.
type following struct {
	mu        sync.Mutex
	byAccount map[string]map[alike]int // how many of each
}

func newFollowing() *following { return &following{byAccount: make(map[string]map[alike]int)} }

// begin adds a subscription of an account, and reports whether the account may have it. If so, end must be called, once or more
// often.
func (f *following) begin(account string, what alike) (end func(), ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	followed := f.byAccount[account]
	if followed == nil {
		followed = make(map[alike]int)
		f.byAccount[account] = followed
	}
	if followed[what] == 0 && len(followed) >= maxFollowed {
		return nil, false
	}
	followed[what]++
	return sync.OnceFunc(func() { f.end(account, what) }), true
}

func (f *following) end(account string, what alike) {
	f.mu.Lock()
	defer f.mu.Unlock()
	followed := f.byAccount[account]
	if followed[what]--; followed[what] > 0 {
		return
	}
	delete(followed, what)
	if len(followed) == 0 {
		delete(f.byAccount, account)
	}
}
