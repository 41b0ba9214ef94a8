package main

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/internal/client"
	"foyer/outbox/fetch"
)

// keeper is a server whose whole log is checked, with the texts that must not be in it.
type keeper struct {
	*running
	log     *output
	secrets map[string]string // by what they are
}

// TestNothingSecretIsLogged uses everything that has a secret, while the server logs everything it can.
func TestNothingSecretIsLogged(t *testing.T) {
	config := testConfig(t)
	config.SecretKey = base64.StdEncoding.EncodeToString([]byte("thirty-two bytes that seal them."))
	config.OwnerPassword = "owners-s3cret-password"
	allowed, err := fetch.ParseAllowed("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	config.HTTPAllow = []fetch.Allowed{allowed}
	k := &keeper{log: newOutput(), secrets: map[string]string{"the owner's password": config.OwnerPassword, "the key of secrets": config.SecretKey}}
	k.running = serveLogging(t, config, slog.New(slog.NewTextHandler(k.log, &slog.HandlerOptions{Level: slog.LevelDebug})))

	owner := k.accounts(config.OwnerPassword)
	k.tokens()
	hook := k.workflow(owner)
	k.hooks(hook)
	k.await(`foyer_task_attempt_seconds_count{kind="HTTP",outcome="retry"}`)
	k.shutDown()

	written := k.log.String()
	for _, want := range []string{"reason=unauthenticated", "reason=request", "msg=stopped", "level=DEBUG"} {
		if !strings.Contains(written, want) {
			t.Errorf("the tour was not logged: %s is missing in\n%s", want, written)
		}
	}
	for what, secret := range k.secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
			if strings.Contains(written, form) {
				t.Errorf("%s is in the log, as %s:\n%s", what, form, written)
			}
		}
	}
}

// keep notes that a text must not be logged, and returns it.
func (k *keeper) keep(what, text string) string {
	k.secrets[what] = text
	return text
}

// accounts logs in with right and wrong passwords, and sets good ones and bad ones.
func (k *keeper) accounts(password string) *client.Client {
	k.t.Helper()
	anybody, err := client.New(k.URL(), "")
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(anybody.Close)
	owner, err := anybody.Login(k.t.Context(), testOwner, password)
	if err != nil {
		k.t.Fatal(err)
	}
	if _, err := anybody.Login(k.t.Context(), testOwner, k.keep("a wrong password", "wr0ng-but-nearly-right")); err == nil {
		k.t.Error("a wrong password lets in")
	}
	var made struct{ Secret string }
	if err := owner.Mutate(k.t.Context(), "apiKeyCreate", map[string]any{"name": "test", "role": "MANAGER"}, "secret", &made); err != nil {
		k.t.Fatal(err)
	}
	k.keep("an API key", made.Secret)
	agent := map[string]any{"name": "Ana", "email": "ana@localhost", "password": k.keep("an agent's password", "anas-g00d-password")}
	for range 2 { // the second time her email is taken
		_ = owner.Mutate(k.t.Context(), "agentCreate", agent, "", nil)
	}
	agent["password"] = k.keep("too short a password", "sh0rt!")
	_ = owner.Mutate(k.t.Context(), "agentCreate", agent, "", nil)
	return owner
}

// tokens sends tokens, right ones and wrong ones, in every place that takes one.
func (k *keeper) tokens() {
	k.t.Helper()
	_, body := k.post("", `{"query": "mutation { login(input: {email: \"`+testOwner+`\", password: \"`+k.secrets["the owner's password"]+`\"}) { token } }"}`)
	_, after, _ := strings.Cut(body, `"token":"`)
	token, _, found := strings.Cut(after, `"`)
	if !found {
		k.t.Fatal(body)
	}
	for what, token := range map[string]string{
		"a session's token": token, "an ended token": "fs_" + base64.RawURLEncoding.EncodeToString([]byte("a token of 32 bytes, of nobody's")), "no token": "n0t-a-t0ken-at-all",
	} {
		k.keep(what, token)
		for _, query := range []string{"{ head }", "{ nothing }", "{", "mutation { logout(input: {}) { userErrors { message } } }"} {
			k.post(token, fmt.Sprintf(`{"query": %q}`, query))
		}
		_, _ = k.get("/graphql?query=%7Bhead%7D&token=" + token)
		k.cookie(token)
		socket, response, err := (&websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}}).DialContext(k.t.Context(),
			strings.Replace(k.URL(), "http", "ws", 1)+"/graphql?token="+token, http.Header{"Authorization": {"Bearer " + token}})
		if err != nil {
			k.t.Fatal(err)
		}
		_ = response.Body.Close()
		_ = socket.WriteMessage(websocket.TextMessage, []byte(`{"type":"connection_init","payload":{"authorization":"Bearer `+token+`"}}`))
		_, _, _ = socket.ReadMessage()
		_ = socket.WriteMessage(websocket.TextMessage, []byte(token))
		_ = socket.Close()
	}
}

// cookie sends a token in the cookie of a session, in which it counts and in which it does not, and has it replaced.
func (k *keeper) cookie(token string) {
	k.t.Helper()
	_, port, _ := strings.Cut(strings.TrimPrefix(k.URL(), "http://"), ":")
	for _, origin := range []string{k.URL(), "https://evil.example.com"} {
		for _, query := range []string{"{ head }", `mutation { login(input: {email: \"` + testOwner + `\", password: \"` + k.secrets["the owner's password"] + `\", cookie: true}) { token } }`} {
			request, err := http.NewRequestWithContext(k.t.Context(), http.MethodPost, k.URL()+"/graphql", strings.NewReader(`{"query": "`+query+`"}`))
			if err != nil {
				k.t.Fatal(err)
			}
			request.Header = http.Header{"Content-Type": {"application/json"}, "X-Foyer-Csrf": {"1"}, "Origin": {origin}, "Cookie": {"foyer_session_" + port + "=" + token}}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				k.t.Fatal(err)
			}
			_ = response.Body.Close()
			for _, made := range response.Cookies() {
				k.keep(fmt.Sprint("a token in cookie ", len(k.secrets)), made.Value)
			}
		}
	}
}

// workflow publishes a workflow whose requests contain a secret in every place and fail, and returns the path of its
// webhook.
func (k *keeper) workflow(owner *client.Client) (path string) {
	k.t.Helper()
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, r.URL.RawQuery+r.Header.Get("Authorization"), http.StatusNotFound) // it echoes
	}))
	k.t.Cleanup(shop.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for name, value := range map[string]string{"SHOP": k.keep("a secret", "s3cret/of the+shop?"), "no name": k.keep("a refused secret", "s3cret-without-a-name")} {
		err := owner.Mutate(k.t.Context(), "secretSet", map[string]any{"name": name, "value": value}, "", nil)
		if (err == nil) != (name == "SHOP") {
			k.t.Fatalf("%s: %v", name, err)
		}
	}
	step := func(key, base, next string) map[string]any {
		return map[string]any{"key": key, "http": map[string]any{"url": base + "/orders?token={{ secrets.SHOP }}",
			"headers": map[string]any{"Authorization": "Bearer {{ secrets.SHOP }}"}}, "exits": map[string]any{"failure": next}}
	}
	definition := map[string]any{"format": 1, "trigger": map[string]any{"on": "webhook", "contact": map[string]any{"email": "who"}},
		"steps": []any{step("ask", shop.URL, "again"), step("again", closed.URL, "end")}}
	var made struct{ Workflow struct{ ID string } }
	if err := owner.Mutate(k.t.Context(), "workflowCreate", map[string]any{"name": "Orders", "definition": definition}, "workflow { id }", &made); err != nil {
		k.t.Fatal(err)
	}
	var published struct{ WebhookPath string }
	if err := owner.Mutate(k.t.Context(), "workflowPublish", map[string]any{"id": made.Workflow.ID}, "webhookPath", &published); err != nil {
		k.t.Fatal(err)
	}
	var channel struct{ Channel struct{ ID string } }
	if err := owner.Mutate(k.t.Context(), "channelCreate", map[string]any{"name": "Website", "kind": "API"}, "channel { id }", &channel); err != nil {
		k.t.Fatal(err)
	}
	err := owner.Mutate(k.t.Context(), "messageReceive", map[string]any{"channelId": channel.Channel.ID,
		"contact": map[string]any{"externalId": "ada", "email": "ada@example.com"},
		"message": map[string]any{"externalId": "m-1", "text": "Hello"}}, "", nil)
	if err != nil {
		k.t.Fatal(err)
	}
	_, token, _ := strings.Cut(published.WebhookPath, "/hooks/")
	k.keep("the token of a webhook", token)
	return published.WebhookPath
}

// hooks calls a webhook with right and wrong tokens and bodies.
func (k *keeper) hooks(path string) {
	k.t.Helper()
	for _, c := range []struct{ method, path, body string }{
		{http.MethodPost, path, `{"who": "ada@example.com"}`}, {http.MethodPost, path, `{`}, {http.MethodGet, path, ""},
		{http.MethodPost, path + "x", `{}`}, {http.MethodPost, path + "/more", `{}`}, {http.MethodPost, path + "%zz", `{}`},
	} {
		target, err := url.Parse(k.URL())
		if err != nil {
			k.t.Fatal(err)
		}
		target.Opaque = "//" + target.Host + c.path
		request := (&http.Request{Method: c.method, URL: target, Header: http.Header{"Content-Type": {"application/json"}}, Close: true,
			Body: http.NoBody}).WithContext(k.t.Context())
		if c.body != "" {
			request.Body, request.ContentLength = httptest.NewRequest(c.method, "/", strings.NewReader(c.body)).Body, int64(len(c.body))
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			k.t.Fatal(err)
		}
		_ = response.Body.Close()
	}
}

// await waits until a metric shows.
func (k *keeper) await(metric string) {
	k.t.Helper()
	for late := time.Now().Add(patience); ; {
		_, body := k.get("/metrics")
		if strings.Contains(body, metric) {
			return
		}
		if time.Now().After(late) {
			k.t.Fatalf("%s does not show", metric)
		}
	}
}
