package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/transport"
)

const schemaSource = `
type Query {
	hello: String
	echo(text: String!): String
	number(value: Int!): Int
	text(size: Int!): String
	broken(code: String): String
	required: String!
	panics: String
	waits: String
	header: String
}
type Mutation {
	set(value: Int!): Int
}
type Subscription {
	ticks(count: Int!): Int
	ticksAfter(after: String): String
	texts(size: Int!, count: Int!): String
	holds: Int
	refused(code: String): Int
	ends: Int
	failing: Int!
	panics: Int
}
`

// schema is an executable schema written by hand, which works like those that
// gqlgen generates: fields report errors to the response context.
type schema struct {
	parsed *ast.Schema
	// fields resolve Query and Mutation, streams Subscription: see subscribe.
	fields  map[string]func(ctx context.Context, args map[string]any) (any, error)
	streams map[string]func(ctx context.Context, args map[string]any) (<-chan any, error)
}

func newSchema() *schema {
	s := &schema{parsed: gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: schemaSource})}
	s.fields = map[string]func(context.Context, map[string]any) (any, error){
		"hello":  func(context.Context, map[string]any) (any, error) { return "world", nil },
		"echo":   func(_ context.Context, args map[string]any) (any, error) { return args["text"], nil },
		"number": func(_ context.Context, args map[string]any) (any, error) { return args["value"], nil },
		"set":    func(_ context.Context, args map[string]any) (any, error) { return args["value"], nil },
		"text": func(_ context.Context, args map[string]any) (any, error) {
			return strings.Repeat("x", integer(args["size"])), nil
		},
		"broken": func(_ context.Context, args map[string]any) (any, error) {
			return nil, failure(args["code"])
		},
		"required": func(context.Context, map[string]any) (any, error) { return nil, errors.New("nothing there") },
		"panics":   func(context.Context, map[string]any) (any, error) { panic("a resolver's panic") },
		"waits": func(ctx context.Context, _ map[string]any) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}
	s.streams = map[string]func(context.Context, map[string]any) (<-chan any, error){
		"ticks": func(ctx context.Context, args map[string]any) (<-chan any, error) {
			return produce(ctx, integer(args["count"]), func(i int) any { return i }), nil
		},
		"ticksAfter": func(ctx context.Context, args map[string]any) (<-chan any, error) {
			after, _ := args["after"].(string)
			return produce(ctx, 2, func(i int) any { return fmt.Sprintf("%s+%d", after, i+1) }), nil
		},
		"texts": func(ctx context.Context, args map[string]any) (<-chan any, error) {
			text := strings.Repeat("x", integer(args["size"]))
			return produce(ctx, integer(args["count"]), func(int) any { return text }), nil
		},
		"holds": func(context.Context, map[string]any) (<-chan any, error) { return make(chan any), nil },
		"refused": func(_ context.Context, args map[string]any) (<-chan any, error) {
			return nil, failure(args["code"])
		},
		"failing": func(ctx context.Context, _ map[string]any) (<-chan any, error) {
			return produce(ctx, 2, func(i int) any { return errors.New("item " + fmt.Sprint(i)) }), nil
		},
		"panics": func(context.Context, map[string]any) (<-chan any, error) { panic("a resolver's panic") },
	}
	return s
}

// produce sends count items on an unbuffered channel.
func produce(ctx context.Context, count int, item func(int) any) <-chan any {
	items := make(chan any)
	go func() {
		defer close(items)
		for i := range count {
			select {
			case items <- item(i):
			case <-ctx.Done():
				return
			}
		}
	}()
	return items
}

func failure(code any) error {
	err := gqlerror.Errorf("it broke")
	if code != nil {
		err.Extensions = map[string]any{"code": code}
	}
	return err
}

func integer(value any) int {
	switch value := value.(type) {
	case int64:
		return int(value)
	case json.Number:
		n, _ := value.Int64()
		return int(n)
	default:
		panic(fmt.Sprintf("%T is no integer", value))
	}
}

func (s *schema) Schema() *ast.Schema { return s.parsed }

func (s *schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	if operation.Operation.Operation == ast.Subscription {
		return s.subscribe(ctx, operation)
	}
	done := false
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		return &graphql.Response{Data: s.resolve(ctx, operation)}
	}
}

func (s *schema) resolve(ctx context.Context, operation *graphql.OperationContext) []byte {
	object := map[string]any{}
	kind := "Query"
	if operation.Operation.Operation == ast.Mutation {
		kind = "Mutation"
	}
	for _, field := range graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{kind}) {
		if field.Name == "__typename" {
			object[field.Alias] = kind
			continue
		}
		resolve := s.fields[field.Name]
		if resolve == nil {
			object[field.Alias] = nil
			continue
		}
		value, err := resolve(ctx, field.ArgumentMap(operation.Variables))
		if err != nil {
			graphql.AddError(ctx, err)
			if field.Definition.Type.NonNull {
				return []byte("null")
			}
			value = nil
		}
		object[field.Alias] = value
	}
	data, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	return data
}

// subscribe begins a subscription. Its items come from a channel, unless the stream attaches a source itself and has no
// channel.
func (s *schema) subscribe(ctx context.Context, operation *graphql.OperationContext) graphql.ResponseHandler {
	field := graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Subscription"})[0]
	lasting, leave := context.WithCancel(context.WithoutCancel(ctx))
	items, err := s.streams[field.Name](lasting, field.ArgumentMap(operation.Variables))
	if err != nil {
		leave()
		graphql.AddError(ctx, err)
		return nil
	}
	if p := (&pipe{sink: transport.SinkOf(ctx), room: make(chan struct{}, 1), leave: leave}); items != nil && p.sink.Attach(p) {
		go p.run(lasting, field.Alias, items)
	} else {
		leave()
	}
	return func(context.Context) *graphql.Response { return nil }
}

// pipe is a Source of the items of a channel. It takes the next one when there was room for
// the one before.
type pipe struct {
	sink  transport.Sink
	room  chan struct{}
	leave context.CancelFunc
}

func (p *pipe) Pull() { p.room <- struct{}{} }

func (p *pipe) Leave() { p.leave() }

func (p *pipe) TooSlowAt(int64) *gqlerror.Error {
	return &gqlerror.Error{Message: "Too slow", Extensions: map[string]any{"code": "CONSUMER_TOO_SLOW"}}
}

func (p *pipe) run(ctx context.Context, name string, items <-chan any) {
	for place := int64(1); ; place++ {
		select {
		case item, open := <-items:
			if !open {
				p.sink.End(nil)
				return
			}
			payload := shown(name, item)
			for !p.sink.Offer(payload, place) {
				select {
				case <-p.room:
				case <-ctx.Done():
					return
				}
			}
		case <-ctx.Done():
			return
		}
	}
}

// shown returns the response for an item, in the form that the sink takes.
func shown(name string, item any) []byte {
	response := &graphql.Response{}
	var err error
	if failed, ok := item.(error); ok {
		response.Errors = gqlerror.List{gqlerror.Errorf("%s", failed)}
		response.Data = []byte("null")
	} else if response.Data, err = json.Marshal(map[string]any{name: item}); err != nil {
		panic(err)
	}
	payload, err := transport.EncodeResponse(response)
	if err != nil {
		panic(err)
	}
	return payload
}
