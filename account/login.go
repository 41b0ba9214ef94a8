package account

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
	"strings"
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

// LoginInput is what an agent logs in with.
type LoginInput struct {
	Email, Password string
	// From is the address that the login comes from, or the zero value if it is unknown.
	From netip.Addr
	// UserAgent is how the client names itself, or empty.
	UserAgent string
}

// LoggedIn is a new session. The token is shown once.
type LoggedIn struct {
	Token     string
	Agent     *inbox.Agent
	ExpiresAt inbox.Time
}

// LoginOutcome is how a log-in ended, unless the server itself failed.
type LoginOutcome string

// The outcomes of log-ins.
const (
	LoginSucceeded LoginOutcome = "succeeded"
	LoginFailed    LoginOutcome = "failed"  // a wrong password, or an email that nobody has
	LoginLimited   LoginOutcome = "limited" // refused before the password was compared
)

// LoginReport is how a log-in ended.
type LoginReport struct {
	Outcome LoginOutcome
	// From is the address that it came from, or the zero value if it is unknown.
	From netip.Addr
	// Agent is the agent with the email, or zero if nobody has it. Then Pseudonym stands for the email, the same one each time
	// until the process ends.
	Agent     inbox.AgentID
	Pseudonym string
}

// Login exchanges email and password for a token. It fails with INVALID, which does not reveal whether the email is known,
// and with LIMIT_EXCEEDED if too many log-ins have failed: to the account from there, to the account, or from there.
func (a *Accounts) Login(ctx context.Context, in LoginInput) (*LoggedIn, error) {
	if err := CheckSizes(in.Email, in.Password); err != nil {
		return nil, err
	}
	l, err := a.beginLogin(ctx, in)
	if err != nil {
		return nil, err
	}
	session, err := a.logIn(ctx, l, in.Password)
	a.reportLogin(ctx, l, err)
	return session, err
}

// login is a log-in under way.
type login struct {
	email   string // folded
	from    netip.Addr
	network string
	client  string             // how it names itself
	stored  *store.Credentials // nil: nobody has this email
	known   bool               // the account has logged in from the network before
}

func (a *Accounts) beginLogin(ctx context.Context, in LoginInput) (login, error) {
	l := login{email: fold(in.Email), from: in.From, network: ratelimit.Network(in.From), client: in.UserAgent}
	return store.View(ctx, a.db, func(r *store.ReadTx) (login, error) {
		var err error
		if l.stored, err = r.CredentialsOf(l.email); err != nil {
			return l, err
		}
		var agent inbox.AgentID // looked up even if it is zero, so that an unknown email takes as long
		if l.stored != nil {
			agent = l.stored.Agent.ID
		}
		l.known, err = r.KnowsNetwork(agent, l.network, a.now().Add(-networkMemory))
		return l, err
	})
}

// errWrongLogin is the error of every log-in with an unknown email or a wrong password, which must not be told apart.
func errWrongLogin() error {
	return inbox.Errorf(inbox.CodeInvalid, "", "The email address or the password is wrong.")
}

func (a *Accounts) logIn(ctx context.Context, l login, password string) (*LoggedIn, error) {
	if err := a.failures.check(l.email, l.network, l.known); err != nil {
		return nil, err // before it waits for a slot
	}
	acquire := a.hashing.acquireUnknown
	if l.known {
		acquire = a.hashing.acquireKnown
	}
	release, err := acquire(ctx)
	if err != nil {
		return nil, err
	}
	// Charged only now: logins that wait have not failed, and an office where many log in at once must not be limited.
	attempt, err := a.failures.login(l.email, l.network, l.known)
	if err != nil {
		release()
		return nil, err
	}
	hash := dummyHash(a.hashing.cost) // so that an unknown email takes as long as a wrong password
	if l.stored != nil {
		hash = l.stored.PasswordHash
	}
	match, err := matches(password, hash)
	release()
	var session *LoggedIn
	if err == nil {
		session, err = a.openSession(ctx, l, match && l.stored != nil)
	}
	if own, ok := errors.AsType[*inbox.Error](err); !ok || own.Code != inbox.CodeInvalid {
		attempt.refund()
	}
	return session, err
}

// openSession stores a session if the password matched and the account is as it was when it was compared.
func (a *Accounts) openSession(ctx context.Context, l login, match bool) (*LoggedIn, error) {
	if !match {
		return nil, errWrongLogin()
	}
	token, hash := newToken(sessionPrefix)
	return store.Update(ctx, a.db, func(tx *store.Tx) (*LoggedIn, error) {
		stored, err := tx.Credentials(l.stored.Agent.ID)
		if err != nil {
			return nil, err
		}
		if stored == nil || stored.PasswordHash != l.stored.PasswordHash || stored.Agent.DisabledAt != nil {
			return nil, errWrongLogin()
		}
		now := a.now()
		s := &inbox.Session{AgentID: stored.Agent.ID, CreatedAt: now, LastUsedAt: now, ExpiresAt: a.sessionEnd(now, now), UserAgent: named(l.client)}
		if l.from.IsValid() {
			s.Network = &l.network
		}
		if err := a.insertSession(tx, s, l, hash); err != nil {
			return nil, err
		}
		return &LoggedIn{Token: token, Agent: &stored.Agent, ExpiresAt: s.ExpiresAt}, nil
	})
}

func (a *Accounts) insertSession(tx *store.Tx, s *inbox.Session, l login, hash []byte) error {
	if err := tx.DeleteExpiredSessions(s.CreatedAt); err != nil {
		return err
	}
	if err := tx.InsertSession(hash, s); err != nil {
		return err
	}
	if err := a.endOldest(tx, s.AgentID); err != nil || !l.from.IsValid() {
		return err
	}
	return tx.RememberNetwork(s.AgentID, l.network, s.CreatedAt, s.CreatedAt.Add(-networkMemory))
}

// maxUserAgent is how much of a client's name is kept, in characters.
const maxUserAgent = 200

// named returns how a client names itself in the form that is kept, or nil if it does not.
func named(userAgent string) *string {
	clean := inbox.CleanLine(strings.ToValidUTF8(userAgent, ""))
	if runes := []rune(clean); len(runes) > maxUserAgent {
		clean = strings.TrimSpace(string(runes[:maxUserAgent])) + "…"
	}
	if clean == "" {
		return nil
	}
	return &clean
}

// endOldest ends an agent's sessions beyond maxSessions, the oldest first: a change of the password ends all of them in one
// transaction.
func (a *Accounts) endOldest(tx *store.Tx, agent inbox.AgentID) error {
	old, err := tx.SessionsBeyond(agent, maxSessions)
	if err != nil || len(old) == 0 {
		return err
	}
	for _, hash := range old {
		if err := tx.DeleteSession(hash); err != nil {
			return err
		}
	}
	a.endAfter(tx, agent, old...)
	return nil
}

// endAfter ends what is bound to an agent's tokens with these hashes, once the transaction has committed.
func (a *Accounts) endAfter(tx *store.Tx, agent inbox.AgentID, hashes ...[]byte) {
	tx.AfterCommit(func() {
		a.sessions.end(inbox.ByAgent(agent), func(token string) bool {
			return slices.ContainsFunc(hashes, func(hash []byte) bool { return bytes.Equal(hash, HashToken(token)) })
		})
	})
}

func (a *Accounts) reportLogin(ctx context.Context, l login, err error) {
	own, refused := errors.AsType[*inbox.Error](err)
	report := LoginReport{Outcome: LoginSucceeded, From: l.from}
	switch {
	case err == nil:
	case !refused:
		return
	case own.Code == inbox.CodeLimitExceeded:
		report.Outcome = LoginLimited
	default:
		report.Outcome = LoginFailed
	}
	if l.stored != nil {
		report.Agent = l.stored.Agent.ID
	} else {
		report.Pseudonym = a.pseudonym(l.email)
	}
	a.onLogin(ctx, report)
}

// newPseudonyms returns a function that replaces a text by a name that does not reveal it, the same one each time.
func newPseudonyms() func(text string) string {
	var key [32]byte
	_, _ = rand.Read(key[:]) // it never fails: see crypto/rand
	return func(text string) string {
		mac := hmac.New(sha256.New, key[:])
		mac.Write([]byte(text))
		return hex.EncodeToString(mac.Sum(nil)[:8])
	}
}
