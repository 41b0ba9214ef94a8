package engine

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"time"

	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/store"
)

const (
	maxEmail = 320 // bytes
	// networkMemory is how long a network stays known to an account that does not log in from there.
	networkMemory = 90 * 24 * time.Hour
	// maxSessions is how many sessions an agent has at a time.
	maxSessions = 100
)

// LoginInput is what somebody logs in with.
type LoginInput struct {
	Email, Password string
	// From is the address they come from; the zero one where it is not known.
	From netip.Addr
}

// LoggedIn is a new session. The token is shown once.
type LoggedIn struct {
	Token     string
	Agent     *inbox.Agent
	ExpiresAt inbox.Time
}

// LoginOutcome is how a log-in ended that did not fail by our fault.
type LoginOutcome string

// The outcomes of log-ins.
const (
	LoginSucceeded LoginOutcome = "succeeded"
	LoginFailed    LoginOutcome = "failed"  // a wrong password, or nobody's email
	LoginLimited   LoginOutcome = "limited" // refused unseen
)

// LoginReport tells how a log-in ended.
type LoginReport struct {
	Outcome LoginOutcome
	// From is the address it came from; the zero one where it is not known.
	From netip.Addr
	// Agent is whose email it was, or zero where it is nobody's: then Pseudonym stands for the email, and is the same for
	// the same one until the process ends.
	Agent     inbox.AgentID
	Pseudonym string
}

// Login exchanges email and password for a token. It fails with INVALID, which does not report whether the email is known,
// and LIMIT_EXCEEDED where too many attempts have failed: on the account from there, on the account or from there.
func (e *Engine) Login(ctx context.Context, in LoginInput) (*LoggedIn, error) {
	if err := firstError(checkEmailSize(in.Email), checkPasswordSize("password", in.Password)); err != nil {
		return nil, err
	}
	a, err := e.prepareLogin(ctx, in)
	if err != nil {
		return nil, err
	}
	session, err := e.logIn(ctx, a, in.Password)
	e.reportLogin(ctx, a, err)
	return session, err
}

// logInAttempt is a log-in that is under way.
type logInAttempt struct {
	email    string // folded
	from     netip.Addr
	network  string
	known    *store.Credentials // nil: there is nobody with this email
	familiar bool               // whether the account has logged in from there before
}

func (e *Engine) prepareLogin(ctx context.Context, in LoginInput) (logInAttempt, error) {
	a := logInAttempt{email: fold(in.Email), from: in.From, network: ratelimit.Network(in.From)}
	return store.View(ctx, e.db, func(r *store.ReadTx) (logInAttempt, error) {
		var err error
		if a.known, err = r.CredentialsOf(a.email); err != nil {
			return a, err
		}
		var agent inbox.AgentID // of nobody, who takes as long to look up
		if a.known != nil {
			agent = a.known.Agent.ID
		}
		a.familiar, err = r.KnowsNetwork(agent, a.network, e.now().Add(-networkMemory))
		return a, err
	})
}

// errWrongLogin is what every log-in fails with that names nobody, or has another password than theirs.
func errWrongLogin() error { return inbox.Errorf(inbox.CodeInvalid, "", "Email or password is wrong.") }

func (e *Engine) logIn(ctx context.Context, a logInAttempt, password string) (*LoggedIn, error) {
	if err := e.accounts.guesses.check(a.email, a.network, a.familiar); err != nil {
		return nil, err
	}
	enter := e.accounts.hashers.stranger
	if a.familiar {
		enter = e.accounts.hashers.familiar
	}
	leave, err := enter(ctx)
	if err != nil {
		return nil, err
	}
	// Not before it is its turn: those who wait have not guessed yet, and an office that logs in is not one who guesses.
	guess, err := e.accounts.guesses.logIn(a.email, a.network, a.familiar)
	if err != nil {
		leave()
		return nil, err
	}
	session, err := e.openSession(ctx, a, password, leave)
	if own, ok := errors.AsType[*inbox.Error](err); !ok || own.Code != inbox.CodeInvalid {
		guess.giveBack() // only what was wrong counts
	}
	return session, err
}

// openSession compares the password, leaves the place where that is done, and makes the session.
func (e *Engine) openSession(ctx context.Context, a logInAttempt, password string, leave func()) (*LoggedIn, error) {
	match, err := e.compareLogin(a, password)
	leave()
	if err != nil {
		return nil, err
	}
	if !match || a.known == nil {
		return nil, errWrongLogin()
	}
	token, hash := newToken(sessionPrefix)
	return store.Update(ctx, e.db, func(tx *store.Tx) (*LoggedIn, error) {
		// Comparing took its time: the password may be another one by now, and the account disabled.
		now, err := tx.Credentials(a.known.Agent.ID)
		if err != nil {
			return nil, err
		}
		if now == nil || now.PasswordHash != a.known.PasswordHash || now.Agent.DisabledAt != nil {
			return nil, errWrongLogin()
		}
		return e.insertSession(tx, &now.Agent, a, token, hash)
	})
}

func (e *Engine) compareLogin(a logInAttempt, password string) (bool, error) {
	hash := e.accounts.decoy // an unknown email takes as long as a wrong password
	if a.known != nil {
		hash = a.known.PasswordHash
	}
	return matches(password, hash)
}

func (e *Engine) insertSession(tx *store.Tx, agent *inbox.Agent, a logInAttempt, token string, hash []byte) (*LoggedIn, error) {
	now := e.now()
	if err := tx.DeleteExpiredSessions(now); err != nil {
		return nil, err
	}
	s := store.Session{AgentID: agent.ID, CreatedAt: now, ExpiresAt: e.sessionEnd(now, now)}
	if err := firstError(tx.InsertSession(hash, s), e.endOldest(tx, agent.ID)); err != nil {
		return nil, err
	}
	if a.from.IsValid() {
		if err := tx.RememberNetwork(agent.ID, a.network, now, now.Add(-networkMemory)); err != nil {
			return nil, err
		}
	}
	return &LoggedIn{Token: token, Agent: agent, ExpiresAt: s.ExpiresAt}, nil
}

// endOldest ends the sessions that an agent has beyond maxSessions, the oldest first: a change of the password ends all of them
// in one transaction.
func (e *Engine) endOldest(tx *store.Tx, agent inbox.AgentID) error {
	old, err := tx.SessionsBeyond(agent, maxSessions)
	if err != nil || len(old) == 0 {
		return err
	}
	for _, hash := range old {
		if err := tx.DeleteSession(hash); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() {
		e.accounts.end(inbox.ByAgent(agent), func(token string) bool {
			return slices.ContainsFunc(old, func(hash []byte) bool { return bytes.Equal(hash, hashToken(token)) })
		})
	})
	return nil
}

func (e *Engine) reportLogin(ctx context.Context, a logInAttempt, err error) {
	own, refused := errors.AsType[*inbox.Error](err)
	report := LoginReport{Outcome: LoginSucceeded, From: a.from}
	switch {
	case err == nil:
	case !refused:
		return
	case own.Code == inbox.CodeLimitExceeded:
		report.Outcome = LoginLimited
	default:
		report.Outcome = LoginFailed
	}
	if a.known != nil {
		report.Agent = a.known.Agent.ID
	} else {
		report.Pseudonym = e.accounts.pseudonym(a.email)
	}
	e.onLogin(ctx, report)
}

// newPseudonyms returns a function that tells texts apart without saying what they are, until the process ends.
func newPseudonyms() func(text string) string {
	var key [32]byte
	_, _ = rand.Read(key[:]) // it never fails: see crypto/rand
	return func(text string) string {
		mac := hmac.New(sha256.New, key[:])
		mac.Write([]byte(text))
		return hex.EncodeToString(mac.Sum(nil)[:8])
	}
}

func checkEmailSize(email string) error {
	if len(email) > maxEmail {
		return inbox.Errorf(inbox.CodeInvalid, "email", "An email address has at most %d bytes.", maxEmail)
	}
	return nil
}
