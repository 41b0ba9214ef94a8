package replay

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"foyer/internal/client"
)

// agents logs agents in, each when it first has something to say. It is safe for concurrent use.
type agents struct {
	anybody  *client.Client
	password string

	mu       sync.Mutex
	sessions map[string]*session
}

// session is one agent's log-in, under way or done. The mutex makes one goroutine log in and the others wait.
type session struct {
	mu     sync.Mutex
	client *client.Client
}

func newAgents(c *client.Client, password string) *agents {
	return &agents{anybody: c.As(""), password: password, sessions: map[string]*session{}}
}

// client returns the client of the agent with this email.
func (a *agents) client(ctx context.Context, email string) (*client.Client, error) {
	a.mu.Lock()
	s := a.sessions[email]
	if s == nil {
		s = &session{}
		a.sessions[email] = s
	}
	a.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client != nil {
		return s.client, nil
	}
	c, err := a.anybody.Login(ctx, email, a.password)
	if _, refused := errors.AsType[client.UserErrors](err); refused {
		return nil, fmt.Errorf("%w (agents from an earlier replay have that one's password: --agent-password)", err)
	}
	if err != nil {
		return nil, err
	}
	s.client = c
	return c, nil
}
