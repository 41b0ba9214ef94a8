package client

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// Mutate runs a mutation with its input, selects fields of its payload and decodes them into the value that into points to,
// unless into is nil. It fails with the mutation's UserErrors, and then decodes the payload too: on a conflict it holds the
// present object.
func (c *Client) Mutate(ctx context.Context, name string, input any, fields string, into any) error {
	// By convention a mutation has one argument, whose type has its name.
	query := fmt.Sprintf("mutation($input: %sInput!) { payload: %s(input: $input) { %s userErrors { code message field } } }",
		strings.ToUpper(name[:1])+name[1:], name, fields)
	var answer struct{ Payload json.RawMessage }
	if err := c.Do(ctx, query, map[string]any{"input": input}, &answer); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var outcome struct{ UserErrors UserErrors }
	if err := json.Unmarshal(answer.Payload, &outcome); err != nil {
		return fmt.Errorf("%s: decode the payload: %w", name, err)
	}
	if into != nil {
		if err := json.Unmarshal(answer.Payload, into); err != nil {
			return fmt.Errorf("%s: decode the payload: %w", name, err)
		}
	}
	if err := outcome.UserErrors.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// All reads a list, such as teams, to its end and returns these fields of its nodes. The arguments say how many nodes are on a
// page, such as "first: 50", and may filter them.
func All[T any](ctx context.Context, c *Client, list, arguments, fields string) ([]T, error) {
	query := fmt.Sprintf("query($after: String) { page: %s(%s, after: $after) { nodes { %s } pageInfo { hasNextPage endCursor } } }",
		list, arguments, fields)
	var all []T
	var after *string
	for {
		var answer struct {
			Page *struct {
				Nodes    []T
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		if err := c.Do(ctx, query, map[string]any{"after": after}, &answer); err != nil {
			return nil, err
		}
		if answer.Page == nil {
			return all, nil
		}
		all = append(all, answer.Page.Nodes...)
		if !answer.Page.PageInfo.HasNextPage {
			return all, nil
		}
		after = answer.Page.PageInfo.EndCursor
	}
}
