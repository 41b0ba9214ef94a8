package transport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
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

// schema is an executable schema written by hand, in the ways of those that
// gqlgen generates: fields report errors to the response context, and the
// items of a stream share one buffer.
type schema struct {
	parsed *ast.Schema
	// fields resolve Query and Mutation, streams Subscription.
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

func (s *schema) subscribe(ctx context.Context, operation *graphql.OperationContext) graphql.ResponseHandler {
	field := graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Subscription"})[0]
	items, err := s.streams[field.Name](ctx, field.ArgumentMap(operation.Variables))
	if err != nil {
		graphql.AddError(ctx, err)
		return nil
	}
	var buffer bytes.Buffer
	return func(ctx context.Context) *graphql.Response {
		select {
		case item, ok := <-items:
			if !ok {
				return nil
			}
			buffer.Reset()
			if err, failed := item.(error); failed {
				graphql.AddError(ctx, err)
				buffer.WriteString("null")
				return &graphql.Response{Data: buffer.Bytes()}
			}
			encoded, err := json.Marshal(map[string]any{field.Alias: item})
			if err != nil {
				panic(err)
			}
			buffer.Write(encoded)
			return &graphql.Response{Data: buffer.Bytes()}
		case <-ctx.Done():
			return nil
		}
	}
}
