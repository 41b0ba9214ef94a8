package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Client calls one server as one caller.
type Client struct {
	endpoint string // of GraphQL, http or https
	token    string
	tries    int // how often a request is sent at most
	http     *http.Client
}

const (
	// maxResponse is the largest response in bytes.
	maxResponse = 64 << 20
	// maxTries is how often a request is sent while the server is too busy or does not know its outcome.
	maxTries = 6
	// firstPause is the wait before the second try, unless the server asks for another. It doubles with each further one.
	firstPause = 100 * time.Millisecond
	// maxPause is the longest wait that the server can ask for.
	maxPause = 30 * time.Second
)

// New returns a client of the server at a base URL such as http://127.0.0.1:8080. Without a token it can only log in. It
// fails if the URL is malformed.
func New(server, token string) (*Client, error) {
	base, err := url.Parse(server)
	if err != nil {
		return nil, fmt.Errorf("the server's address: %w", err)
	}
	if base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("the server's address %q is not like http://127.0.0.1:8080", server)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &Client{
		endpoint: base.JoinPath("graphql").String(),
		token:    token,
		tries:    maxTries,
		http:     &http.Client{Transport: transport, Timeout: time.Minute},
	}, nil
}

// As returns a client of the same server with another token. The two share their connections.
func (c *Client) As(token string) *Client {
	other := *c
	other.token = token
	return &other
}

// Once returns the same client, except that it sends each request once and fails if the server refuses it.
func (c *Client) Once() *Client {
	other := *c
	other.tries = 1
	return &other
}

// Close closes the idle connections, also those of clients that As returned.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Login exchanges email and password for a client with an agent's session. It fails with UserErrors if they are wrong.
func (c *Client) Login(ctx context.Context, email, password string) (*Client, error) {
	var answer struct{ Token string }
	err := c.Mutate(ctx, "login", map[string]any{"email": email, "password": password}, "token", &answer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", email, err)
	}
	return c.As(answer.Token), nil
}

// Do runs a query or a mutation and decodes its data into the value that into points to. It repeats the request while the
// server is too busy or does not know the outcome, which is safe for every mutation. It fails with an *Error if the response
// has errors, even if it has data too.
func (c *Client) Do(ctx context.Context, query string, variables, into any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return fmt.Errorf("encode the request: %w", err)
	}
	pause := firstPause
	for try := 1; ; try++ {
		wait, err := c.once(ctx, body, into)
		if err == nil || try == c.tries || !repeatable(err) {
			return err
		}
		if err := sleep(ctx, max(wait, pause)); err != nil {
			return err
		}
		pause *= 2
	}
}

// once sends the request once. It returns how long the server asks to wait before the next try, if it does.
func (c *Client) once(ctx context.Context, body []byte, into any) (wait time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/graphql-response+json, application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, err
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return 0, fmt.Errorf("read the response: %w", err)
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		wait = min(time.Duration(seconds)*time.Second, maxPause)
	}
	return wait, decode(response, content, into)
}

// decode decodes the data of a response.
func decode(response *http.Response, content []byte, into any) error {
	failure := &Error{Status: response.StatusCode}
	var answer struct {
		Data   json.RawMessage
		Errors []Problem
	}
	if err := json.Unmarshal(content, &answer); err != nil || len(answer.Data) == 0 && len(answer.Errors) == 0 {
		failure.Body = strings.TrimSpace(string(content[:min(len(content), 200)]))
		return failure
	}
	if len(answer.Errors) > 0 {
		failure.Problems = answer.Errors
		return failure
	}
	if err := json.Unmarshal(answer.Data, into); err != nil {
		return fmt.Errorf("decode the answer: %w", err)
	}
	return nil
}

// repeatable reports whether the same request may succeed a moment later.
func repeatable(err error) bool {
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	if failure.Status == http.StatusTooManyRequests || failure.Status == http.StatusServiceUnavailable {
		return true
	}
	return slices.ContainsFunc(failure.Problems, func(p Problem) bool {
		return p.Extensions.Outcome == "UNKNOWN" || p.Extensions.Code == "OVERLOADED" || p.Extensions.Code == "RATE_LIMITED"
	})
}

// sleep waits, or fails with the cause of ctx if that ends first.
func sleep(ctx context.Context, wait time.Duration) error {
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
