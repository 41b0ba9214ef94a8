package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/client"
	"foyer/live"
	"foyer/resolvers"
	"foyer/store"
	"foyer/transport"
	"foyer/vault"
)

// localServer is a server in this process, with objects for every operation.
type localServer struct {
	db      *store.DB
	engine  *engine.Engine
	handler http.Handler
	token   string // of an owner
	values  *values

	stop    context.CancelFunc
	working sync.WaitGroup

	mu     sync.Mutex
	writer spent // of the batches since the last call of taken
}

// openLocalServer opens a database and seeds it.
func openLocalServer(ctx context.Context, path string, size int) (*localServer, error) {
	l := &localServer{}
	silent := slog.New(slog.DiscardHandler)
	var err error
	l.db, err = store.Open(ctx, store.Options{Path: path, Logger: silent, OnBatch: l.batch})
	if err != nil {
		return nil, err
	}
	key, err := vault.NewKey(make([]byte, vault.KeySize))
	if err != nil {
		return nil, err
	}
	l.engine = engine.New(l.db, engine.Options{Logger: silent, Secrets: vault.New(l.db, key, time.Now)})
	events := live.New(l.db, live.Options{Logger: silent})
	r := resolvers.New(l.engine, l.db, events, silent)
	l.handler = transport.New(transport.Config{Executor: r.Executor(), Authenticate: r.Authenticate, Account: r.Account, Logger: silent})
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	for _, run := range []func(context.Context) error{l.engine.Run, l.engine.RunTasks, events.Run} {
		l.working.Go(func() { _ = run(working) })
	}
	if err := l.seed(ctx, size); err != nil {
		l.close()
		return nil, fmt.Errorf("seed: %w", err)
	}
	return l, nil
}

func (l *localServer) close() {
	l.stop()
	l.working.Wait()
	_ = l.db.Close() // a copy, which is thrown away
}

// batch notes how long a function had the writer.
func (l *localServer) batch(r store.BatchReport) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writer.writer, l.writer.commit = max(l.writer.writer, r.Longest), max(l.writer.commit, r.Commit)
}

func (l *localServer) taken() spent {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.writer
	l.writer = spent{}
	return s
}

// newRequest returns a request with a token, unless that is empty.
func newRequest(token, query string, variables map[string]any) *http.Request {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err) // values made here can be encoded
	}
	request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return request
}

// serve returns the answer to a request.
func (l *localServer) serve(r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	l.handler.ServeHTTP(answer, r)
	return answer
}

// ask answers a request, waits for the work that follows from it, and returns what they used.
func (l *localServer) ask(r *http.Request) spent {
	l.taken()
	before := ownCPU()
	answer := l.serve(r)
	cpu := ownCPU() - before
	l.awaitQuiet()
	s := l.taken()
	s.cpu, s.bytes, s.code = cpu, answer.Body.Len(), refusalOf(answer.Body.Bytes())
	return s
}

// quietPause is how long no change may wait for the writer before the work that follows from a request counts as done.
const quietPause = 2 * time.Millisecond

func (l *localServer) awaitQuiet() {
	for quiet := 0; quiet < 2; quiet++ {
		time.Sleep(quietPause)
		if people, background := l.db.Waiting(); people+background > 0 {
			quiet = 0
		}
	}
}

// refusalOf returns the error of an answer, or "" if there is none.
func refusalOf(body []byte) string {
	var answer struct {
		Errors []client.Problem
		Data   map[string]json.RawMessage
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "not JSON"
	}
	if len(answer.Errors) > 0 {
		return (&client.Error{Problems: answer.Errors[:1]}).Error()
	}
	for _, root := range answer.Data {
		var payload struct{ UserErrors client.UserErrors }
		_ = json.Unmarshal(root, &payload) // if it is one
		if len(payload.UserErrors) > 0 {
			return payload.UserErrors[:1].Error()
		}
	}
	return ""
}

// seed adds the objects that the database lacks: people who log in, many agents, workflows, fields.
func (l *localServer) seed(ctx context.Context, size int) error {
	if err := l.engine.CreateOwner(ctx, ownerEmail, ownerPassword); err != nil {
		return err
	}
	in, err := l.engine.Accounts().Login(ctx, account.LoginInput{Email: ownerEmail, Password: ownerPassword})
	if err != nil {
		return err
	}
	l.token = in.Token
	owner := in.Agent.Caller()
	l.values = newValues(size)
	_, err = l.engine.AgentUpdate(ctx, owner, engine.AgentPatch{ID: 1, Password: &account.PasswordChange{New: agentPassword}})
	return errors.Join(err, l.seedRows(ctx), l.seedWorkflows(ctx, owner), l.seedRare(ctx, owner))
}

// seedRare adds the objects that few operations need: shortcuts and webhooks, secrets, outgoing messages, conversations
// assigned to the owner.
func (l *localServer) seedRare(ctx context.Context, owner inbox.Caller) error {
	const step = `"steps": [{"key": "note", "note": {"text": "Hello"}}]}`
	for kind, trigger := range map[string]string{"Shortcut": `{"on": "shortcut", "title": "Note"}`, "Webhook": `{"on": "webhook", "contact": {"id": "$.contact"}}`} {
		id, err := l.publish(ctx, owner, kind, `{"format": 1, "name": "`+kind+`", "trigger": `+trigger+`, `+step)
		if err != nil {
			return err
		}
		l.values.add(kind, id.String())
	}
	for i := range seeded {
		id := inbox.ConversationID(l.values.size - 10*i) // far from those that other operations use
		_, err := l.engine.ConversationAssign(ctx, owner, engine.ConversationAssignInput{ConversationID: id, AgentID: new(owner.Actor.Agent()), OverCapacity: true})
		if err != nil {
			return err
		}
		sent, err := l.engine.MessageSend(ctx, owner, engine.MessageSendInput{ConversationID: id, Text: new("Hello")})
		if err != nil {
			return err
		}
		secret := fmt.Sprintf("kept_%d", i)
		if _, err := l.engine.Secrets().Set(ctx, owner, vault.SetInput{Name: secret, Value: "not a secret"}); err != nil {
			return err
		}
		l.values.add("Own", id.String())
		l.values.add("OwnMessage", inbox.MessageID(id).String()) // messages are numbered as their conversations
		l.values.add("Sent", sent.Message.ID.String())
		l.values.add("Secret", secret)
	}
	return nil
}

// moreAgents is the number of agents that are added to those of the database.
const moreAgents = 1000

// seedRows adds what needs no use case: agents, API keys, custom fields and stages.
func (l *localServer) seedRows(ctx context.Context) error {
	_, err := store.Update(ctx, l.db, func(tx *store.Tx) (struct{}, error) {
		for i := range moreAgents {
			a := &inbox.Agent{Name: fmt.Sprintf("Helper %d", i), Email: fmt.Sprintf("helper-%d@localhost", i), Role: inbox.RoleAgent,
				Visibility: inbox.VisibilityAll, Presence: inbox.PresenceOnline, CreatedAt: tx.Now()}
			if err := tx.InsertAgent(a, a.Email, "none"); err != nil {
				return struct{}{}, err
			}
		}
		workspace, err := tx.Workspace()
		if err != nil {
			return struct{}{}, err
		}
		for i := range seeded {
			key := &inbox.APIKey{Name: fmt.Sprintf("Key %d", i), Role: inbox.RoleAgent, CreatedAt: tx.Now()}
			field := &inbox.ContactField{Name: fmt.Sprintf("field_%d", i), Label: fmt.Sprintf("Field %d", i), Type: inbox.FieldText}
			if err := errors.Join(tx.InsertAPIKey(key, []byte(key.Name)), tx.InsertContactField(field)); err != nil {
				return struct{}{}, err
			}
			l.values.add("ApiKey", key.ID.String())
			l.values.add("ContactField", field.ID.String())
			workspace.LifecycleStages = append(workspace.LifecycleStages, stageNamed(i))
		}
		return struct{}{}, tx.UpdateWorkspace(workspace)
	})
	return err
}

// loggedOut is the agent who logs out.
const loggedOut inbox.AgentID = 2

// session returns the token of a new session, for a logout.
func (l *localServer) session() string {
	token := fmt.Sprintf("fs_%043d", time.Now().UnixNano())
	_, err := store.Update(context.Background(), l.db, func(tx *store.Tx) (struct{}, error) {
		hash := sha256.Sum256([]byte(token))
		return struct{}{}, tx.InsertSession(hash[:], &inbox.Session{AgentID: loggedOut, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Hour)})
	})
	if err != nil {
		panic(err) // the database is thrown away
	}
	return token
}

// seeded is the number of objects of kinds that have a small maximum. It is below that, so that some can be added.
const seeded = 60

func stageNamed(i int) string { return fmt.Sprintf("Stage %d", i) }

// seedWorkflows adds drafts of the largest size, and a published workflow that examines each message with the costliest
// patterns.
func (l *localServer) seedWorkflows(ctx context.Context, owner inbox.Caller) error {
	for i := range seeded {
		name := fmt.Sprintf("Draft %d", i)
		f, err := l.engine.WorkflowCreate(ctx, owner, engine.WorkflowCreateInput{Name: name, Definition: inbox.JSON(largestDocument(i, name))})
		if err != nil {
			return fmt.Errorf("add %s: %w", name, err)
		}
		l.values.add("Workflow", f.ID.String())
	}
	_, err := l.publish(ctx, owner, "Patterns", patternDocument())
	return err
}

// publish adds a published workflow.
func (l *localServer) publish(ctx context.Context, owner inbox.Caller, name, document string) (inbox.WorkflowID, error) {
	f, err := l.engine.WorkflowCreate(ctx, owner, engine.WorkflowCreateInput{Name: name, Definition: inbox.JSON(document)})
	if err == nil {
		_, err = l.engine.WorkflowPublish(ctx, owner, f.ID)
	}
	if err != nil {
		return 0, fmt.Errorf("add %s: %w", name, err)
	}
	return f.ID, nil
}
