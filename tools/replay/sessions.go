package replay

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"foyer/internal/client"
)

// sessions logs agents in, each when they first send something. It is safe for concurrent use.
type sessions struct {
	anybody  *client.Client
	password string

	mu      sync.Mutex
	byEmail map[string]*session
}

// session is one agent's log-in. Its mutex makes one goroutine log in and the others wait.
type session struct {
	mu     sync.Mutex
	client *client.Client
}

func newSessions(c *client.Client, password string) *sessions {
	return &sessions{anybody: c.As(""), password: password, byEmail: map[string]*session{}}
}

// client returns a client of the agent with this email.
func (s *sessions) client(ctx context.Context, email string) (*client.Client, error) {
	s.mu.Lock()
	agent := s.byEmail[email]
	if agent == nil {
		agent = &session{}
		s.byEmail[email] = agent
	}
	s.mu.Unlock()
	agent.mu.Lock()
	defer agent.mu.Unlock()
	if agent.client != nil {
		return agent.client, nil
	}
	c, err := s.anybody.Login(ctx, email, s.password)
	if _, refused := errors.AsType[client.UserErrors](err); refused {
		return nil, fmt.Errorf("%w (agents from an earlier replay have that one's password: --agent-password)", err)
	}
	if err != nil {
		return nil, err
	}
	agent.client = c
	return c, nil
}
