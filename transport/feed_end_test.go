package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql/executor"

	"foyer/transport"
)

func TestAnEventStreamOutlivesTheTimeOutsOfItsServer(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			s := unstarted(t, func(c *transport.Config) {
				c.KeepAlive, c.WriteTimeout = noticed+noticed/4, noticed
			})
			items := make(chan any)
			s.schema.streams["holds"] = func(context.Context, map[string]any) (<-chan any, error) { return items, nil }
			s.Config.ReadTimeout, s.Config.WriteTimeout = 2*noticed, 2*noticed
			s.EnableHTTP2 = version == "HTTP/2.0"
			s.StartTLS()
			f := s.open(t, subscription(`subscription { holds }`))
			if f.response.Proto != version {
				t.Fatalf("got %s", f.response.Proto)
			}
			for range 3 {
				if got, err := f.read(); err != nil || got.name != ":" {
					t.Fatalf("got %+v, %v", got, err)
				}
			}
			items <- 7
			f.expect(`{"data":{"holds":7}}`)
			close(items)
			f.expectComplete()
		})
	}
}

func TestAnEventStreamEndsWithItsClient(t *testing.T) {
	s := newServer(t)
	ended := make(chan struct{})
	s.schema.streams["holds"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		context.AfterFunc(ctx, func() { close(ended) })
		return make(chan any), nil
	}
	s.open(t, subscription(`subscription { holds }`)).leave()
	receive(t, ended, "the stream to end")
}

func TestAnEventStreamEndsWithItsRequestAlsoIfItsSessionDoesNot(t *testing.T) {
	s := newServer(t, func(c *transport.Config) {
		c.Authenticate = func(context.Context, string) (context.Context, error) { return t.Context(), nil }
	})
	ended := make(chan struct{})
	s.schema.streams["holds"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		context.AfterFunc(ctx, func() { close(ended) })
		return make(chan any), nil
	}
	s.open(t, subscription(`subscription { holds }`)).leave()
	receive(t, ended, "the stream to end")
}

func TestASlowClientOfAnEventStreamIsCutOff(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			s := unstarted(t, func(c *transport.Config) { c.WriteTimeout = noticed })
			s.EnableHTTP2 = version == "HTTP/2.0"
			s.StartTLS()
			produced, ended := s.flood()
			f := s.open(t, subscription(`subscription { texts(size: 100000, count: 1000000) }`))
			// Nothing is read until the server has given up.
			receive(t, ended, "the stream to end")
			if produced.Load() > 10000 {
				t.Errorf("%d items were produced for nobody", produced.Load())
			}
			for {
				e, err := f.read()
				if err != nil {
					break
				}
				if e.name == "complete" {
					t.Fatal("the stream was completed")
				}
			}
		})
	}
}

func TestASlowClientIsNotAskedForItems(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.WriteTimeout = time.Hour })
	produced, ended := s.flood()
	f := s.open(t, subscription(`subscription { texts(size: 1000000, count: 1000) }`))
	f.next()
	f.next()
	// The buffers of the system, on both sides, hold far fewer.
	if n := produced.Load(); n > 50 {
		t.Errorf("%d items were produced for a client that has read two", n)
	}
	f.leave()
	receive(t, ended, "the stream to end")
}

func TestShutdownEndsEventStreamsSoThatTheirClientsReturn(t *testing.T) {
	s := newServer(t)
	f := s.open(t, subscription(`subscription { holds }`))
	var reader sync.WaitGroup
	reader.Go(f.expectEnd)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for range 2 {
		if err := s.handler.Shutdown(ctx); err != nil {
			t.Fatal(err)
		}
	}
	reader.Wait()
	refused := subscription(`subscription { holds }`, "Accept", "text/event-stream")
	refused.status, refused.code, refused.answers = 503, "OVERLOADED", []string{"Retry-After", "1"}
	refused.run(t, s)
	// The HTTP server ends requests.
	f = s.open(t, subscription(`{ hello }`))
	f.expect(`{"data":{"hello":"world"}}`)
	f.expectComplete()
}

func TestShutdownDoesNotWaitForStubbornResolvers(t *testing.T) {
	s := newServer(t)
	stubborn, started := make(chan struct{}), make(chan struct{})
	s.schema.streams["holds"] = func(context.Context, map[string]any) (<-chan any, error) {
		close(started)
		<-stubborn
		return nil, nil
	}
	var reader sync.WaitGroup
	reader.Go(func() { s.open(t, subscription(`subscription { holds }`)).expectEnd() })
	receive(t, started, "the resolver to start")
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	if err := s.handler.Shutdown(ctx); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
	close(stubborn)
	reader.Wait()
}

func TestAnEventStreamEndsWithItsSession(t *testing.T) {
	for name, test := range map[string]struct {
		cause error
		final bool
	}{
		"revoked for good":             {fmt.Errorf("sign out: %w", transport.ErrUnauthenticated), true},
		"to be followed by another":    {transport.ErrForbidden, false},
		"for a reason nobody has told": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			revoked := make(chan context.CancelCauseFunc, 1)
			s := newServer(t, func(c *transport.Config) {
				c.Authenticate = func(ctx context.Context, _ string) (context.Context, error) {
					session, revoke := context.WithCancelCause(ctx)
					revoked <- revoke
					return session, nil
				}
			})
			f := s.open(t, subscription(`subscription { holds }`))
			receive(t, revoked, "the session")(test.cause)
			if test.final {
				f.expectCode("UNAUTHENTICATED")
				f.expectComplete()
			} else {
				f.expectEnd()
			}
		})
	}
}

func TestAnItemThatComesAfterItsSessionIsNotSent(t *testing.T) {
	revoked := make(chan context.CancelCauseFunc, 1)
	s := newServer(t, func(c *transport.Config) {
		c.Authenticate = func(ctx context.Context, _ string) (context.Context, error) {
			session, revoke := context.WithCancelCause(ctx)
			revoked <- revoke
			return session, nil
		}
	})
	s.schema.streams["ticks"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		sink := transport.SinkOf(ctx)
		sink.Attach(&spring{left: make(chan struct{})})
		(<-revoked)(transport.ErrForbidden)
		sink.Offer([]byte(`{"data":{"ticks":0}}`), 1)
		return nil, nil
	}
	s.open(t, subscription(`subscription { ticks(count: 1) }`)).expectEnd()
}

func TestEventStreamsNeedAServerThatStreams(t *testing.T) {
	h := transport.New(transport.Config{Executor: executor.New(newSchema())})
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(queryJSON(`subscription { holds }`)))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	h.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusInternalServerError {
		t.Fatalf("got %d: %s", recorder.Code, recorder.Body)
	}
}

func TestAHundredEventStreamsLeaveNothingBehind(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.KeepAlive = time.Millisecond })
	var clients sync.WaitGroup
	for i := range 100 {
		clients.Go(func() {
			query := `subscription { ticks(count: 20) }`
			if i%2 == 0 {
				query = `subscription { holds }`
			}
			f := s.open(t, subscription(query))
			defer f.leave()
			for range i % 20 {
				if _, err := f.read(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	clients.Wait()
}
