package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// theSecret must appear nowhere.
const theSecret = "e2e-s3cret-of-the-shop"

// shop is a service that workflows send requests to. It answers the first one only when the test lets it.
type shop struct {
	*httptest.Server
	asked chan http.Header // of each request
	first chan struct{}    // closed: the first request may be answered
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{asked: make(chan http.Header, 10), first: make(chan struct{})}
	var number atomic.Int32
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hold := number.Add(1) == 1
		s.asked <- r.Header.Clone()
		if hold {
			<-s.first
		}
		_, _ = fmt.Fprintf(w, `{"order": {"state": "shipped"}, "echo": %q}`, r.Header.Get("Authorization"))
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(s.first) })
	return s
}

// order is a workflow that webhooks start: it asks the shop and answers the contact.
func (s *shop) order() object {
	return object{"format": 1, "trigger": object{"on": "webhook", "contact": object{"email": "who"}, "mapping": object{"number": "order"}},
		"steps": []object{
			{"key": "ask", "http": object{"url": s.URL + "/orders/{{ vars.number }}", "headers": object{"Authorization": "Bearer {{ secrets.SHOP }}"},
				"save": object{"state": "order.state", "echo": "echo"}}, "exits": object{"failure": "end"}},
			{"key": "open", "open": object{}},
			{"key": "tell", "send": object{"text": "Order {{ vars.number }} is {{ vars.state }} {{ vars.echo }}"}},
		}}
}

// hook sends a webhook and returns the status and the answer.
func (s *server) hook(path, body, key string) (int, string) {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.url+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	return response.StatusCode, strings.TrimSpace(string(said))
}

// page returns the server's response to a GET of a path.
func (s *server) page(path string) string {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.url+path, http.NoBody)
	if err != nil {
		s.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	return string(text)
}

// allOf returns everything that a manager can read about runs and secrets, as the API returns it.
func (c *caller) allOf(conversation string) string {
	c.Helper()
	var all strings.Builder
	for query, variables := range map[string]object{
		`{ secrets { name createdAt updatedAt } workflows(first: 5) { nodes { name definition publishedDefinition runs(first: 10) { nodes { id status variables error steps { key exit detail error } } } } } }`: nil,
		`query($id: ID!) { conversation(id: $id) { messages(first: 50) { nodes { text } } timeline(first: 50) { nodes { __typename } } } }`:                                                                      {"id": conversation},
	} {
		var answer any
		c.read(query, variables, &answer)
		_, _ = fmt.Fprintln(&all, answer)
	}
	return all.String()
}

func TestAWebhookAsksTheOutsideAndSurvivesTheDeathOfTheServer(t *testing.T) {
	s := newServer(t, "--http-allow", "127.0.0.1", "--log-level", "debug")
	outside := newShop(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana"}})
	in := d.incoming("ada", "", "Where is my order?")
	in["contact"].(object)["email"] = "ada@example.com"
	first := s.key.do("messageReceive", in, received)
	s.key.do("conversationClose", object{"conversationId": first.Conversation.ID}, "")

	made := s.key.do("workflowCreate", object{"name": "Orders", "definition": outside.order()}, "workflow { id }").Workflow.ID
	if _, err := s.key.try("workflowPublish", object{"id": made}, ""); err == nil || !strings.Contains(err.Error(), `There is no secret "SHOP"`) {
		t.Errorf("publishing with an unknown secret: %v", err)
	}
	s.key.do("secretSet", object{"name": "SHOP", "value": theSecret}, "")
	path := s.key.do("workflowPublish", object{"id": made}, "webhookPath").WebhookPath
	if path == "" || s.key.do("workflowPublish", object{"id": made}, "webhookPath").WebhookPath != "" {
		t.Fatalf("the path %q is not shown once", path)
	}

	head := s.key.head()
	const body = `{"who": "ada@example.com", "order": 77}`
	code, said := s.hook(path, body, "k1")
	if code != http.StatusAccepted || !strings.HasPrefix(said, `{"run":"run_`) {
		t.Fatalf("got %d %s", code, said)
	}
	before := <-outside.asked
	log := s.running.log.String()
	s.kill()
	s.start()
	after := <-outside.asked
	if before.Get("Idempotency-Key") == "" || before.Get("Idempotency-Key") != after.Get("Idempotency-Key") ||
		after.Get("Authorization") != "Bearer "+theSecret || !strings.HasPrefix(after.Get("User-Agent"), "Foyer/") {
		t.Errorf("the shop was asked with %v, then with %v", before, after)
	}
	if again, answer := s.hook(path, body, "k1"); again != code || answer != said {
		t.Errorf("sent again it is answered with %d %s", again, answer)
	}
	var opened string
	s.key.follow(head, nil).await("the message of the run", func(items []item) bool {
		at := slices.IndexFunc(items, func(i item) bool { return i.Type == "MessageSent" })
		if at >= 0 {
			opened = items[at].Conversation.ID
		}
		return at >= 0
	})
	shown := s.key.allOf(opened)
	if !strings.Contains(shown, "Order 77 is shipped Bearer ***") || !strings.Contains(shown, "SHOP") {
		t.Errorf("the API shows %s", shown)
	}
	if code, said := s.hook(path, `{"who": "bob@example.com"}`, ""); code != http.StatusAccepted || !strings.Contains(said, `"reason":"CONTACT_NOT_FOUND"`) {
		t.Errorf("got %d %s", code, said)
	}
	if code, _ := s.hook("/hooks/unknown", body, ""); code != http.StatusNotFound {
		t.Errorf("an unknown token is answered with %d", code)
	}
	var metrics string
	for _, want := range []string{
		`foyer_tasks_waiting 0`, `foyer_task_attempt_seconds_count{kind="HTTP",outcome="done"} 1`,
		`foyer_hook_seconds_count{outcome="started"} 1`, `foyer_hook_seconds_count{outcome="contact_not_found"} 1`,
		`foyer_hook_seconds_count{outcome="not_found"} 1`,
	} {
		for late := time.Now().Add(patience); !strings.Contains(metrics, want); metrics = s.page("/metrics") {
			if time.Now().After(late) { // an attempt is counted only after its outcome is stored
				t.Fatalf("the metrics have no %s", want)
			}
		}
	}
	running := s.running
	s.stop()
	everything := log + running.log.String() + running.out.String() + shown + metrics + everyFile(t, filepath.Dir(s.database))
	for _, hidden := range []string{theSecret, strings.TrimPrefix(path, "/hooks/")} {
		if strings.Contains(everything, hidden) {
			t.Errorf("%q shows", hidden)
		}
	}
	if info, err := os.Stat(s.database + ".key"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v, %v", info, err)
	}
}

// everyFile returns the contents of all files in a folder.
func everyFile(t *testing.T, folder string) string {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
