package transport

import (
	"context"
	"errors"
	"io"
)

const (
	// lightBody and lightMessage are how many bytes of a body or a message are not counted: there are no more bodies at a time
	// than operations, but more messages.
	lightBody    = 4 << 10
	lightMessage = 1 << 10
)

// errOverloadedAccount means that the account's requests in memory have reached the
// limit.
var errOverloadedAccount = errors.New("the account sends too much at a time")

// load is how many bytes of a request of an account are in memory, from its arrival until its operation has run. This can be
// long if the request is sent slowly or waits for its turn, and once it is decoded it takes many times as much. A load belongs
// to one goroutine. The zero value counts nothing.
type load struct {
	accounts *quota[string]
	account  string
	bytes    int
}

// loadOf returns the load of a request of the account behind ctx. Requests of strangers are small, and not
// counted.
func (h *Handler) loadOf(ctx context.Context) load {
	account, stranger := h.accountOf(ctx)
	if stranger {
		return load{}
	}
	return load{accounts: h.incoming, account: account}
}

// add counts n more bytes, or returns false if the account may not have so
// much.
func (l *load) add(n int) bool {
	if l.accounts == nil || n <= 0 {
		return true
	}
	if !l.accounts.take(l.account, n) {
		return false
	}
	l.bytes += n
	return true
}

// drop counts the bytes no more. It may be called again.
func (l *load) drop() {
	if l.bytes > 0 {
		l.accounts.giveBack(l.account, l.bytes)
		l.bytes = 0
	}
}

// loading reads what a client sends, and counts the bytes beyond those that are
// free.
type loading struct {
	from io.Reader
	load *load
	free int // how many more bytes are not counted
}

// Read implements io.Reader. It fails with errOverloadedAccount.
func (r *loading) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	counted := max(n-r.free, 0)
	r.free = max(r.free-n, 0)
	if !r.load.add(counted) {
		return 0, errOverloadedAccount
	}
	return n, err
}
