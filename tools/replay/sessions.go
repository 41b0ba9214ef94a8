package replay

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"foyer/internal/client"
)

// sessions logs agents in, each once, when they first send something. It is safe for concurrent use.
type sessions struct {
	anybody  *client.Client
	password string

	mu     sync.Mutex
	logins map[string]func() (*client.Client, error) // by email
}

func newSessions(c *client.Client, password string) *sessions {
	return &sessions{anybody: c.As(""), password: password, logins: map[string]func() (*client.Client, error){}}
}

// client returns a client of the agent with this email.
func (s *sessions) client(ctx context.Context, email string) (*client.Client, error) {
	s.mu.Lock()
	login := s.logins[email]
	if login == nil {
		login = sync.OnceValues(func() (*client.Client, error) { return s.anybody.Login(ctx, email, s.password) })
		s.logins[email] = login
	}
	s.mu.Unlock()
	c, err := login()
	if _, refused := errors.AsType[client.UserErrors](err); refused {
		return nil, fmt.Errorf("%w (agents from an earlier replay have that one's password: --agent-password)", err)
	}
	return c, err
}
