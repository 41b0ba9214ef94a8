package replay

import (
	"context"
	"errors"
	"fmt"

	"foyer/internal/client"
)

// withKey returns a client with a new API key, which may spend more than a session, and a function that revokes the key. A
// client that has a key already is returned unchanged: keys cannot create keys.
func withKey(ctx context.Context, c *client.Client) (sender *client.Client, revoke func() error, err error) {
	var made struct {
		Secret string
		APIKey struct{ ID string }
	}
	err = c.Mutate(ctx, "apiKeyCreate", map[string]any{"name": "Replay", "role": "MANAGER"}, "secret apiKey { id }", &made)
	if _, refused := errors.AsType[client.UserErrors](err); refused {
		return c, func() error { return nil }, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("make a key for the replay: %w", err)
	}
	return c.As(made.Secret), func() error {
		// Also if the replay was interrupted: nobody else has the key.
		return c.Mutate(context.WithoutCancel(ctx), "apiKeyRevoke", map[string]any{"id": made.APIKey.ID}, "", nil)
	}, nil
}
