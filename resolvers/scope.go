package resolvers

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// scope is one snapshot, with its loaders and what the caller sees in it.
type scope struct {
	loaders
	caller inbox.Caller

	begun  sync.Once
	begin  func() (*store.ReadTx, error)
	view   *store.ReadTx // nil if none was begun
	failed error         // why there is none

	looked sync.Once
	seen   inbox.Access
	blind  error // why what the caller sees is not known

	listed   sync.Once
	custom   []*inbox.ContactField
	unlisted error // why the custom fields are not known

	arranged    sync.Once
	inOrder     []*inbox.SavedView
	disarranged error // why the views are not known

	accounts *account.Accounts
	own      ownSessions
}

type scopeKey struct{}

// withScope returns a context whose resolvers read one snapshot, as the caller in ctx. The snapshot begins when it is first
// read from. No other one may begin until end is called, and end must be called.
func (r *Resolver) withScope(ctx context.Context) (scoped context.Context, end func()) {
	s := &scope{caller: callerOf(ctx), accounts: r.engine.Accounts()}
	ctx = store.WithOrigin(ctx, originOf(ctx))
	s.loaders.scope, s.loaders.wait = s, r.wait
	s.begin = func() (*store.ReadTx, error) { return r.db.BeginView(ctx) }
	return context.WithValue(ctx, scopeKey{}, s), func() {
		s.begun.Do(func() { s.failed = store.ErrViewClosed })
		statements := 0
		if s.view != nil {
			statements = s.view.Statements()
			s.view.Close()
		}
		if r.onScope != nil {
			r.onScope(statements)
		}
	}
}

// originOf returns the account that the store works for, and the root field, if there is one.
func originOf(ctx context.Context) store.Origin {
	origin := store.Origin{Account: store.AccountOf(callerOf(ctx).Actor)}
	if root := graphql.GetRootFieldContext(ctx); root != nil {
		origin.Operation = root.Field.Name
	}
	return origin
}

// scopeOf returns the scope that a resolver reads with. There is one below every field of a query, of a mutation and of an
// item of a stream.
func scopeOf(ctx context.Context) *scope {
	s, _ := ctx.Value(scopeKey{}).(*scope)
	return s
}

// reader returns the snapshot.
func (s *scope) reader() (*store.Reader, error) {
	s.begun.Do(func() { s.view, s.failed = s.begin() })
	if s.failed != nil {
		return nil, s.failed
	}
	return &s.view.Reader, nil
}

// read reads from the snapshot.
func read[T any](ctx context.Context, fn func(*store.Reader) (T, error)) (T, error) {
	r, err := scopeOf(ctx).reader()
	if err != nil {
		var none T
		return none, err
	}
	return fn(r)
}

// forManagers reads for managers, and returns the zero value for other callers.
func forManagers[T any](ctx context.Context, fn func(*store.Reader) (T, error)) (T, error) {
	if !scopeOf(ctx).caller.Manages() {
		var none T
		return none, nil
	}
	return read(ctx, fn)
}

// access returns what the caller sees, as of the snapshot. It is looked up once.
func (s *scope) access() (inbox.Access, error) {
	s.looked.Do(func() { s.seen, s.blind = s.look() })
	return s.seen, s.blind
}

// look works like engine.AccessOf. For a caller who sees the conversations of their teams it loads whole teams, in the same
// single statement: what the caller sees includes them.
func (s *scope) look() (inbox.Access, error) {
	r, err := s.reader()
	if err != nil {
		return inbox.Access{}, err
	}
	if s.caller.Visibility != inbox.VisibilityTeam {
		return engine.AccessOf(r, s.caller)
	}
	access := inbox.Access{Visibility: s.caller.Visibility, Agent: s.caller.Actor.Agent()}
	teams, err := r.TeamsJoined(access.Agent)
	for _, t := range teams {
		access.Teams = append(access.Teams, t.ID)
		s.teams().Prime(t.ID, t)
	}
	return access, err
}

// revision returns the cursor of a subject's newest event, or the beginning of the log if all of them were removed.
func (r *Resolver) revision(ctx context.Context, kind inbox.SubjectKind, id int64) (inbox.Cursor, error) {
	cursor, err := scopeOf(ctx).revisions().Load(ctx, inbox.Subject{Kind: kind, ID: id})
	if err == nil && cursor == "" {
		cursor = r.db.CursorAt(0)
	}
	return cursor, err
}

// scopeResponse runs a query in a scope, and each item of a stream that has none yet.
func (r *Resolver) scopeResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if scopeOf(ctx) != nil || isMutation(ctx) {
		return next(ctx)
	}
	ctx, end := r.withScope(ctx)
	defer end()
	return next(ctx)
}

// scopeRootField runs each field of a mutation in a scope of its own: they run one after another, and the answer of each is
// read after its own commit.
func (r *Resolver) scopeRootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	if !isMutation(ctx) {
		return next(ctx)
	}
	ctx, end := r.withScope(ctx)
	defer end()
	return next(ctx)
}

// isMutation reports whether a mutation runs. The context may have no operation, or one that was refused before it was read.
func isMutation(ctx context.Context) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	operation := graphql.GetOperationContext(ctx).Operation
	return operation != nil && operation.Operation == ast.Mutation
}
