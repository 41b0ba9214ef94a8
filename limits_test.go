package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/resolvers"
	"foyer/transport"
)

// flags reads a command line as the program does.
func flags(t *testing.T, args ...string) Config {
	t.Helper()
	var line commands
	parser, err := kong.New(&line)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		t.Fatal(err)
	}
	return line.Serve.config("foyer.db")
}

// withoutFunctions leaves functions out of a comparison: who may read the schema has a test of its own.
var withoutFunctions = cmp.FilterValues(func(a, b func(inbox.Caller) bool) bool { return true }, cmp.Ignore())

func TestLimitsAreConfigured(t *testing.T) {
	want := Limits{
		Transport: transport.Config{MaxConnectionsPerAddress: 10_000, MaxWaitingPerAddress: 500, ConnectionRate: ratelimit.Rate{PerSecond: 200, Burst: 2000},
			StrangerRate: ratelimit.Rate{PerSecond: 20, Burst: 1000}, MaxOperationsPerAccount: 128, MaxOperationsPerAddress: 256,
			OperationTimeout: 10 * time.Second, MaxAnswer: 16 << 20, MaxBody: 1 << 20, MaxMessage: 1 << 20, MaxQuery: 64 << 10,
			MaxSubscriptions: 100, MaxConnections: 30_000, MaxConnectionsPerToken: 15_000},
		Operations: resolvers.Limits{MaxTokens: 1000, MaxDepth: 12, MaxAliases: 30, MaxCost: 5000, MaxAnswer: 16 << 20,
			Sessions: ratelimit.Rate{PerSecond: 10_000, Burst: 100_000}, Keys: ratelimit.Rate{PerSecond: 1_000_000, Burst: 2_000_000}},
		Content: engine.Limits{Text: 10_000, Name: 200, Category: 128, Summary: 2000, Attachments: 20, Tags: 100, Fields: 32 << 10},
		Files:   engine.FileLimits{Total: 20 << 30, Unused: 500 << 20}, MaxFile: 25 << 20,
		Accounts: account.Limits{Logins: ratelimit.Every(6*time.Second, 10), FailedLogins: ratelimit.Every(2*time.Second, 30)}}
	if diff := cmp.Diff(want, flags(t).Limits, withoutFunctions); diff != "" {
		t.Errorf("the defaults (-want +got):\n%s", diff)
	}
	want = Limits{
		Transport: transport.Config{MaxConnectionsPerAddress: 31, MaxWaitingPerAddress: 32, ConnectionRate: ratelimit.Rate{PerSecond: 33, Burst: 34},
			StrangerRate: ratelimit.Rate{PerSecond: 35, Burst: 36}, MaxOperationsPerAccount: 37, MaxOperationsPerAddress: 38,
			OperationTimeout: 39 * time.Second, MaxAnswer: 40 << 20, MaxBody: 2 << 20, MaxMessage: 2 << 20, MaxQuery: 100,
			MaxSubscriptions: 6, MaxConnections: 7, MaxConnectionsPerToken: 8},
		Operations: resolvers.Limits{MaxTokens: 2, MaxDepth: 3, MaxAliases: 4, MaxCost: 5, MaxAnswer: 40 << 20,
			Sessions: ratelimit.Rate{Burst: 9}, Keys: ratelimit.Rate{PerSecond: 10, Burst: 11}},
		Content: engine.Limits{Text: 12, Name: 13, Category: 14, Summary: 15, Attachments: 16, Tags: 17, Fields: 21},
		Files:   engine.FileLimits{Total: 42 << 30, Unused: 43}, MaxFile: 41 << 10,
		Accounts: account.Limits{Logins: ratelimit.Every(19*time.Second, 18), FailedLogins: ratelimit.Rate{Burst: 20}}}
	t.Setenv("FOYER_MAX_DEPTH", "3")
	t.Setenv("FOYER_MAX_ALIASES", "40")
	config := flags(t, "--max-body", "2MiB", "--max-query", "100", "--max-tokens", "2", "--max-aliases", "4", "--max-cost", "5",
		"--max-subscriptions", "6", "--max-connections", "7", "--max-connections-per-token", "8", "--introspection", "none",
		"--max-connections-per-address", "31", "--max-waiting-per-address", "32", "--connection-rate-limit", "33", "--connection-rate-burst", "34",
		"--stranger-rate-limit", "35", "--stranger-rate-burst", "36", "--max-operations-per-account", "37", "--max-operations-per-address", "38",
		"--operation-timeout", "39s", "--max-answer", "40MiB",
		"--rate-limit", "0", "--rate-burst", "9", "--key-rate-limit", "10", "--key-rate-burst", "11",
		"--max-text", "12", "--max-name", "13", "--max-category", "14", "--max-summary", "15", "--max-attachments", "16", "--max-tags", "17", "--max-fields", "21",
		"--max-file", "41KiB", "--max-files", "42GiB", "--max-unused-files", "43",
		"--login-burst", "18", "--login-interval", "19s", "--failed-login-burst", "20", "--failed-login-interval", "0s",
		"--trusted-proxy", "10.0.0.1,192.168.3.4/16")
	if diff := cmp.Diff(want, config.Limits, withoutFunctions); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(config.TrustedProxies) != 2 || config.TrustedProxies[0].String() != "10.0.0.1/32" || config.TrustedProxies[1].String() != "192.168.0.0/16" {
		t.Errorf("got the proxies %v", config.TrustedProxies)
	}
}

func TestIntrospectionIsConfiguredByRole(t *testing.T) {
	for flag, want := range map[string]string{"": "AGENT MANAGER OWNER", "--introspection=agent": "AGENT MANAGER OWNER",
		"--introspection=manager": "MANAGER OWNER", "--introspection=owner": "OWNER", "--introspection=none": ""} {
		mayLook := flags(t, strings.Fields(flag)...).Limits.Operations.Introspection
		var may []string
		for _, role := range []inbox.Role{inbox.RoleAgent, inbox.RoleManager, inbox.RoleOwner} {
			if mayLook(inbox.Caller{Role: role}) {
				may = append(may, string(role))
			}
		}
		if got := strings.Join(may, " "); got != want {
			t.Errorf("%q: %q may look at the schema", flag, got)
		}
	}
}

// post sends a request to the server.
func (r *running) post(token, body string) (*http.Response, string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.URL()+"/graphql", strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response, string(content)
}

func TestWhoSpendsTooMuchIsToldWhenToComeBack(t *testing.T) {
	config := testConfig(t)
	config.Limits.Operations.Keys = ratelimit.Rate{PerSecond: 1, Burst: 5000}
	r := serve(t, config)
	key := r.key()
	const dear = `{"query": "{ agents(first: 100) { nodes { id name role presence teams { id name members { id } } } } }"}` // 4,402 points
	response, body := r.post(key, dear)
	var answer struct {
		Extensions struct {
			Cost struct{ Requested, Charged, Remaining, Limit int }
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	cost := answer.Extensions.Cost
	spent := max(cost.Requested, cost.Charged) // more if the machine is busy
	if response.StatusCode != http.StatusOK || cost.Requested != 4402 || cost.Limit != 5000 || cost.Remaining != 5000-spent {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	for name, want := range map[string]string{"RateLimit-Limit": "5000", "RateLimit-Remaining": strconv.Itoa(max(0, 5000-spent)),
		"RateLimit-Reset": strconv.Itoa(spent), "Retry-After": ""} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	response, body = r.post(key, dear)
	if response.StatusCode != http.StatusTooManyRequests || !strings.Contains(body, `"code":"RATE_LIMITED"`) || response.Header.Get("Retry-After") == "" {
		t.Errorf("got %d %s %v", response.StatusCode, body, response.Header)
	}
	if response, body = r.post(key, `{"query": "{ head }"}`); response.StatusCode != http.StatusOK {
		t.Errorf("what it can pay was answered %d %s", response.StatusCode, body)
	}
}

func TestConfiguredLimitsApply(t *testing.T) {
	config := testConfig(t)
	config.Limits = Limits{Transport: transport.Config{MaxBody: 200, MaxQuery: 100},
		Operations: resolvers.Limits{MaxDepth: 2, MaxAliases: 1, MaxCost: 10, Introspection: introspection("none")}}
	r := serve(t, config)
	token := r.login()
	for _, c := range []struct {
		body   string
		status int
		want   string
	}{
		{`{"query": "{ head }"}`, 200, `"maximum":10`},
		{`{"query": "{ head }", "variables": {"x": "` + strings.Repeat("x", 200) + `"}}`, 413, "larger than 200 bytes"},
		{`{"query": "{ head ` + strings.Repeat(" ", 100) + `}"}`, 400, "longer than 100 bytes"},
		{`{"query": "{ workspace { defaultTeam { name } } }"}`, 200, "3 levels deep; at most 2"},
		{`{"query": "{ a: head b: head }"}`, 200, "2 aliases; at most 1"},
		{`{"query": "{ conversations(first: 10) { totalCount } }"}`, 200, "costs 52 points; at most 10"},
		{`{"query": "{ __type(name: \"Query\") { name } }"}`, 403, "FORBIDDEN"},
	} {
		response, body := r.post(token, c.body)
		if response.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%.60s: got %d %s, want %d %q", c.body, response.StatusCode, body, c.status, c.want)
		}
	}
}

// login returns the owner's token, at the least cost.
func (r *running) login() string {
	r.t.Helper()
	_, body := r.post("", `{"query": "mutation { login(input: {email: \"`+testOwner+`\", password: \"`+testPassword+`\"}) { token } }"}`)
	_, after, _ := strings.Cut(body, `"token":"`)
	token, _, found := strings.Cut(after, `"`)
	if !found {
		r.t.Fatal(body)
	}
	return token
}

func TestALogOutIsAnswered(t *testing.T) {
	r := serve(t, testConfig(t))
	token := r.login()
	const logout = `{"query": "mutation { logout(input: {}) { userErrors { message } } }"}`
	if response, body := r.post(token, logout); response.StatusCode != http.StatusOK || !strings.Contains(body, `{"logout":{"userErrors":[]}}`) {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	if response, body := r.post(token, logout); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("then got %d %s", response.StatusCode, body)
	}
}

func TestTheDocumentationListsEveryFlagOfTheServer(t *testing.T) {
	table, err := os.ReadFile("docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	parser, err := kong.New(new(commands))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range parser.Model.Children {
		if command.Name != "serve" {
			continue
		}
		for _, flag := range command.Flags {
			row := "| `--" + flag.Name + "` | `" + strings.Join(flag.Envs, "") + "` | "
			if flag.Hidden { // only for the environment
				row = "| | `" + strings.Join(flag.Envs, "") + "` | "
			}
			if flag.HasDefault {
				row += "`" + flag.Default + "`"
			}
			if !strings.Contains(string(table), "\n"+row) {
				t.Errorf("there is no row %s", row)
			}
		}
	}
}
