package transport

import (
	"context"
	"sync"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

type endKey struct{}

// streamEnd is how a stream is to end, shared by the resolver that knows and
// the transport that tells the client.
type streamEnd struct {
	sink Sink // what takes the items, where there is one
	mu   sync.Mutex
	err  *gqlerror.Error
}

func withStreamEnd(ctx context.Context) (context.Context, *streamEnd) {
	end := &streamEnd{}
	return context.WithValue(ctx, endKey{}, end), end
}

// EndStream makes the subscription that runs in ctx end with an error instead
// of a normal completion, after the items already sent to its channel. The
// resolver calls it before it closes that channel, with the context it was
// given or one derived from it; the client receives err as it is. Of several
// calls the first counts. Without a subscription in ctx, or without an error,
// it does nothing.
func EndStream(ctx context.Context, err *gqlerror.Error) {
	end, ok := ctx.Value(endKey{}).(*streamEnd)
	if !ok || err == nil {
		return
	}
	end.mu.Lock()
	defer end.mu.Unlock()
	if end.err == nil {
		end.err = err
	}
}

// error is what EndStream was given, nil if the stream just completed.
func (end *streamEnd) error() *gqlerror.Error {
	end.mu.Lock()
	defer end.mu.Unlock()
	return end.err
}
