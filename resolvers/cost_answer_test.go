package resolvers_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"foyer/resolvers"
	"foyer/transport"
)

// wholeSchema asks for the schema several times over.
const wholeSchema = `{ __schema { types { ...t } directives { args { type { ...t } } } } }
	fragment t on __Type { name description fields { name description args { name description } type { name fields { name description } } } }`

// counting returns an executor that counts the values it resolves.
func counting(r *resolvers.Resolver) (*resolvers.Executor, *atomic.Int64) {
	e, resolved := r.Executor(), new(atomic.Int64)
	e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		resolved.Add(1)
		return next(ctx)
	})
	return e, resolved
}

func TestAnAnswerThatBecomesTooLargeIsStoppedWhileItIsMade(t *testing.T) {
	d := newDesk(t)
	e, all := counting(d.resolver)
	d.askWith(e, d.owner, wholeSchema, nil).ok()
	e, some := counting(d.resolver.WithLimits(resolvers.Limits{MaxAnswer: 10_000}))
	a := d.askWith(e, d.owner, wholeSchema, nil)
	a.wantCode("QUERY_TOO_COMPLEX")
	if a.Data != nil {
		t.Error("a part of the answer is given")
	}
	if some.Load() > 10_000/4 || all.Load() < 10*some.Load() {
		t.Errorf("%d fields of %d were resolved for 10,000 bytes", some.Load(), all.Load())
	}
}

func TestTextsCountTowardsAnAnswer(t *testing.T) {
	d := newDesk(t)
	id := d.receive("a", strings.Repeat("x", 5_000)).Conversation.ID.String()
	query := `query($id: ID!) { a: conversation(id: $id) { ...m } b: conversation(id: $id) { ...m } }
		fragment m on Conversation { messages { nodes { text } } }`
	for most, code := range map[int]string{9_000: "QUERY_TOO_COMPLEX", 11_000: ""} {
		e := d.resolver.WithLimits(resolvers.Limits{MaxAnswer: most}).Executor()
		d.askWith(e, d.owner, query, variables{"id": id}).wantCode(code)
	}
}

func TestIntrospectionEndsWithItsTime(t *testing.T) {
	d := newDesk(t)
	e, resolved := counting(d.resolver)
	ctx, err := d.resolver.Authenticate(d.Context(), d.owner.token)
	d.must(err)
	ctx, end := context.WithCancelCause(ctx)
	e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		if resolved.Load() == 1_000 {
			end(transport.ErrDeadline)
		}
		return next(ctx)
	})
	a := d.askIn(ctx, e, wholeSchema, nil)
	a.wantCode("OVERLOADED")
	if n := resolved.Load(); n > 1_100 {
		t.Errorf("%d fields were resolved, 1,000 of them in time", n)
	}
}

func TestAMutationSaysWhetherItWasRunInTime(t *testing.T) {
	d := newDesk(t)
	for field, want := range map[string]struct {
		code    string
		outcome any
	}{"teamCreate": {"OVERLOADED", nil}, "team": {"INTERNAL", "UNKNOWN"}} {
		ctx, err := d.resolver.Authenticate(d.Context(), d.owner.token)
		d.must(err)
		ctx, end := context.WithCancelCause(ctx)
		e := d.resolver.Executor()
		e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
			if graphql.GetFieldContext(ctx).Field.Name == field {
				end(transport.ErrDeadline)
				return nil, ctx.Err()
			}
			return next(ctx)
		})
		a := d.askIn(ctx, e, `mutation { teamCreate(input: {name: "Sales"}) { team { id } userErrors { code } } }`, nil)
		a.wantCode(want.code)
		if got := a.Errors[0].Extensions["outcome"]; got != want.outcome {
			t.Errorf("%s: the outcome is %v, want %v", field, got, want.outcome)
		}
	}
}

func TestAMutationBehindOneWhoseAnswerIsTooLargeSaysThatItWasNotRun(t *testing.T) {
	d := newDesk(t)
	e := d.resolver.WithLimits(resolvers.Limits{MaxAnswer: 300}).Executor()
	a := d.askWith(e, d.owner, `mutation {
		a: contactCreate(input: {firstName: "`+strings.Repeat("x", 200)+`"}) { contact { firstName displayName } }
		b: teamCreate(input: {name: "Sales"}) { team { id } }
	}`, nil)
	var paths []string
	for _, problem := range a.Errors {
		paths = append(paths, problem.Path.String()+" "+problem.Extensions["code"].(string))
	}
	if got := strings.Join(paths, ", "); got != "a.contact.displayName QUERY_TOO_COMPLEX, b QUERY_TOO_COMPLEX" {
		t.Errorf("got %s", got)
	}
	if teams := d.ask(d.owner, `{ teams { nodes { id } } }`, nil).ok().at("teams.nodes").([]any); len(teams) != 0 {
		t.Errorf("the mutation was run: there is %v", teams)
	}
}
