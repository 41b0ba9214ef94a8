package resolvers

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"foyer/account"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
	"foyer/transport"
)

// Login exchanges email and password for a token, which the browser keeps if the input says so.
func (m mutationResolver) Login(ctx context.Context, input graph.LoginInput) (*graph.LoginPayload, error) {
	if input.Cookie && !transport.CanKeepToken(ctx) {
		return nil, inbox.Errorf(inbox.CodeInvalid, "cookie", "A cookie is set only over HTTP, for a request with the header x-foyer-csrf: 1 "+
			"from a page of the server's own origin or of one that --allow-origin names.")
	}
	if name := transport.CollidingCookie(ctx); input.Cookie && name != "" {
		return nil, inbox.Errorf(inbox.CodeInvalid, "cookie", "The browser has several cookies with the name {name}, of which another server "+
			"on this host has set some, and none of them counts. Remove the cookies of this host in the browser, and log in again.", inbox.Named("name", name))
	}
	in, err := m.engine.Accounts().Login(ctx, account.LoginInput{Email: input.Email, Password: input.Password,
		From: transport.Address(ctx), UserAgent: transport.UserAgent(ctx)})
	if err != nil {
		return nil, err
	}
	payload := &graph.LoginPayload{Agent: in.Agent, ExpiresAt: &in.ExpiresAt}
	if input.Cookie {
		if err := m.keep(ctx, in.Token, input.Remember); err != nil {
			return nil, err
		}
	} else {
		payload.Token = &in.Token
	}
	s := scopeOf(ctx)
	s.caller = in.Agent.Caller() // the rest of the answer is for them; nothing was read for anybody else
	s.agents().Prime(in.Agent.ID, in.Agent)
	return payload, nil
}

// keep has the browser keep a session's token, in place of another session that it has kept, be it by an earlier log-in of the
// same request: that ends.
func (m mutationResolver) keep(ctx context.Context, token string, remember bool) error {
	accounts := m.engine.Accounts()
	before := transport.KeptToken(ctx)
	switch caller, err := accounts.Authenticate(ctx, before); {
	case errors.Is(err, account.ErrUnauthenticated) || err == nil && caller.IsKey():
	case err != nil:
		return err
	default:
		accounts.Unbind(ctx) // it may be the session of this request, which is still to be answered
		if err := m.engine.Logout(ctx, caller, before, false); err != nil {
			return err
		}
	}
	var lifetime time.Duration
	if remember {
		lifetime = accounts.SessionLifetime()
	}
	transport.KeepToken(ctx, token, lifetime)
	return nil
}

// Logout ends the caller's session.
func (m mutationResolver) Logout(ctx context.Context, input graph.LogoutInput) (*graph.LogoutPayload, error) {
	if err := m.engine.Logout(ctx, callerOf(ctx), tokenOf(ctx), input.Everywhere); err != nil {
		return nil, err
	}
	if transport.KeptToken(ctx) == tokenOf(ctx) {
		transport.ForgetToken(ctx)
	}
	return &graph.LogoutPayload{}, nil
}

// SessionEnd ends one of the caller's sessions.
func (m mutationResolver) SessionEnd(ctx context.Context, input graph.SessionEndInput) (*graph.SessionEndPayload, error) {
	own, err := scopeOf(ctx).session(ctx, input.ID.Session())
	if err != nil {
		return nil, err
	}
	if err := m.engine.SessionEnd(ctx, callerOf(ctx), input.ID.Session()); err != nil {
		return nil, err
	}
	if own != nil && own.Current && transport.KeptToken(ctx) == tokenOf(ctx) {
		transport.ForgetToken(ctx)
	}
	return &graph.SessionEndPayload{}, nil
}

// Sessions lists the viewer's sessions.
func (queryResolver) Sessions(ctx context.Context) ([]*inbox.Session, error) {
	sessions, err := scopeOf(ctx).sessions(ctx)
	if sessions == nil && err == nil {
		sessions = []*inbox.Session{} // an empty list, not null
	}
	return sessions, err
}

// ownSessions are the caller's sessions, as of the snapshot.
type ownSessions struct {
	listed   sync.Once
	list     []*inbox.Session
	unlisted error // why they are not known
}

// sessions returns the caller's sessions. They are read once.
func (s *scope) sessions(ctx context.Context) ([]*inbox.Session, error) {
	s.own.listed.Do(func() {
		var r *store.Reader
		if r, s.own.unlisted = s.reader(); s.own.unlisted == nil {
			s.own.list, s.own.unlisted = s.accounts.Sessions(r, s.caller, tokenOf(ctx))
		}
	})
	return s.own.list, s.own.unlisted
}

// session returns one of the caller's sessions, or nil if they have none with this id.
func (s *scope) session(ctx context.Context, id inbox.SessionID) (*inbox.Session, error) {
	sessions, err := s.sessions(ctx)
	if i := slices.IndexFunc(sessions, func(s *inbox.Session) bool { return s.ID == id }); i >= 0 {
		return sessions[i], nil
	}
	return nil, err
}

// Server says which program answers.
func (r queryResolver) Server(context.Context) (*graph.Server, error) { return &r.server, nil }
