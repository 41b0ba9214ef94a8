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
	"strings"
	"sync"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/live"
	"foyer/resolvers"
	"foyer/store"
	"foyer/transport"
	"foyer/vault"
)

// office is a server in this process, with what operations are tried on.
type office struct {
	db      *store.DB
	engine  *engine.Engine
	handler http.Handler
	token   string // of an owner, who may do everything
	values  *values

	stop    context.CancelFunc
	working sync.WaitGroup

	mu     sync.Mutex
	writer spent // of the batches since it was last looked at
}

// openOffice opens a database and furnishes it.
func openOffice(ctx context.Context, path string, size int) (*office, error) {
	o := &office{}
	silent := slog.New(slog.DiscardHandler)
	var err error
	o.db, err = store.Open(ctx, store.Options{Path: path, Logger: silent, OnBatch: o.batch})
	if err != nil {
		return nil, err
	}
	key, err := vault.NewKey(make([]byte, vault.KeySize))
	if err != nil {
		return nil, err
	}
	o.engine = engine.New(o.db, engine.Options{Logger: silent, Secrets: vault.New(o.db, key, time.Now)})
	events := live.New(o.db, live.Options{Logger: silent})
	r := resolvers.New(o.engine, o.db, events, silent)
	o.handler = transport.New(transport.Config{Executor: r.Executor(), Authenticate: r.Authenticate, Account: r.Account, Logger: silent})
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	o.stop = stop
	for _, run := range []func(context.Context) error{o.engine.Run, o.engine.RunTasks, events.Run} {
		o.working.Go(func() { _ = run(working) })
	}
	if err := o.furnish(ctx, size); err != nil {
		o.close()
		return nil, fmt.Errorf("furnish: %w", err)
	}
	return o, nil
}

func (o *office) close() {
	o.stop()
	o.working.Wait()
	_ = o.db.Close() // of a copy that is thrown away
}

// batch notes what the writer did.
func (o *office) batch(r store.BatchReport) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.writer.writer, o.writer.commit = max(o.writer.writer, r.Longest), max(o.writer.commit, r.Commit)
}

func (o *office) taken() spent {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.writer
	o.writer = spent{}
	return s
}

// request is what is sent.
type request struct {
	token string
	body  []byte
}

func requestOf(token, query string, variables map[string]any) request {
	body, err := json.Marshal(operation{query, variables})
	if err != nil {
		panic(err) // values made here can be encoded
	}
	return request{token, body}
}

// serve answers a request.
func (o *office) serve(r request) *httptest.ResponseRecorder {
	asked := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(r.body))
	asked.Header.Set("Content-Type", "application/json")
	if r.token != "" {
		asked.Header.Set("Authorization", "Bearer "+r.token)
	}
	answer := httptest.NewRecorder()
	o.handler.ServeHTTP(answer, asked)
	return answer
}

// measure answers a request, and lets what follows from it come to its end.
func (o *office) measure(r request) (spent, []byte) {
	o.taken()
	before := ownCPU()
	answer := o.serve(r)
	cpu := ownCPU() - before
	o.settle()
	s := o.taken()
	s.cpu, s.bytes = cpu, answer.Body.Len()
	return s, answer.Body.Bytes()
}

// settlePause is how long nothing must wait for the writer until a request has no more consequences.
const settlePause = 2 * time.Millisecond

func (o *office) settle() {
	for quiet := 0; quiet < 2; quiet++ {
		time.Sleep(settlePause)
		if people, background := o.db.Waiting(); people+background > 0 {
			quiet = 0
		}
	}
}

// ask tries a request. What is refused counts too.
func (o *office) ask(r request) spent {
	s, body := o.measure(r)
	s.code = refusalOf(body)
	return s
}

// refusalOf returns the code with which an answer refuses a request, or nothing if it does not.
func refusalOf(body []byte) string {
	var answer struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
		Data map[string]json.RawMessage
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "not JSON"
	}
	if len(answer.Errors) > 0 {
		e := answer.Errors[0]
		return strings.TrimSpace(e.Extensions.Code + " " + e.Message)
	}
	for _, root := range answer.Data {
		var payload struct {
			UserErrors []struct {
				Code, Message string
				Field         []string
			}
		}
		_ = json.Unmarshal(root, &payload) // where it is one
		for _, e := range payload.UserErrors {
			return fmt.Sprint(e.Code, " ", e.Field, " ", e.Message)
		}
	}
	return ""
}

// furnish adds what the database lacks to try everything: people who log in, many agents, workflows, fields.
func (o *office) furnish(ctx context.Context, size int) error {
	if err := o.engine.CreateOwner(ctx, ownerEmail, ownerPassword); err != nil {
		return err
	}
	in, err := o.engine.Accounts().Login(ctx, account.LoginInput{Email: ownerEmail, Password: ownerPassword})
	if err != nil {
		return err
	}
	o.token = in.Token
	owner := in.Agent.Caller()
	o.values = newValues(size)
	if err := o.furnishAgents(ctx, owner); err != nil {
		return err
	}
	return errors.Join(o.furnishContacts(ctx, owner), o.furnishWorkflows(ctx, owner), o.furnishRare(ctx, owner))
}

// furnishRare adds what few operations take: shortcuts and webhooks, secrets, messages that went out, conversations of the
// one who asks.
func (o *office) furnishRare(ctx context.Context, owner inbox.Caller) error {
	const step = `"steps": [{"key": "note", "note": {"text": "Hello"}}]}`
	for kind, trigger := range map[string]string{"Shortcut": `{"on": "shortcut", "title": "Note"}`, "Webhook": `{"on": "webhook", "contact": {"id": "$.contact"}}`} {
		document := inbox.JSON(`{"format": 1, "name": "` + kind + `", "trigger": ` + trigger + `, ` + step)
		f, err := o.engine.WorkflowCreate(ctx, owner, engine.WorkflowCreateInput{Name: kind, Definition: document})
		if err == nil {
			_, err = o.engine.WorkflowPublish(ctx, owner, f.ID)
		}
		if err != nil {
			return fmt.Errorf("add %s: %w", kind, err)
		}
		o.values.add(kind, f.ID.String())
	}
	for i := range furnished {
		id := inbox.ConversationID(o.values.size - 10*i) // far from those that others are tried on
		_, err := o.engine.ConversationAssign(ctx, owner, engine.ConversationAssignInput{ConversationID: id, AgentID: new(owner.Actor.Agent()), OverCapacity: true})
		if err != nil {
			return err
		}
		sent, err := o.engine.MessageSend(ctx, owner, engine.MessageSendInput{ConversationID: id, Text: new("Hello")})
		if err != nil {
			return err
		}
		secret := fmt.Sprintf("kept_%d", i)
		if _, err := o.engine.Secrets().Set(ctx, owner, vault.SetInput{Name: secret, Value: "not a secret"}); err != nil {
			return err
		}
		o.values.add("Own", id.String())
		o.values.add("OwnMessage", inbox.MessageID(id).String()) // messages are numbered as their conversations
		o.values.add("Sent", sent.Message.ID.String())
		o.values.add("Secret", secret)
	}
	return nil
}

// moreAgents is how many are added to those that the database has.
const moreAgents = 1000

// furnishAgents adds agents and keys.
func (o *office) furnishAgents(ctx context.Context, owner inbox.Caller) error {
	for i := range furnished {
		made, err := o.engine.APIKeyCreate(ctx, owner, engine.NewAPIKey{Name: fmt.Sprintf("Key %d", i), Role: inbox.RoleAgent})
		if err != nil {
			return err
		}
		o.values.add("ApiKey", made.Key.ID.String())
	}
	_, err := o.engine.AgentUpdate(ctx, owner, engine.AgentPatch{ID: 1, Password: &account.PasswordChange{New: agentPassword}})
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, o.db, func(tx *store.Tx) (struct{}, error) {
		for i := range moreAgents {
			a := &inbox.Agent{Name: fmt.Sprintf("Helper %d", i), Email: fmt.Sprintf("helper-%d@localhost", i), Role: inbox.RoleAgent,
				Visibility: inbox.VisibilityAll, Presence: inbox.PresenceOnline, CreatedAt: tx.Now()}
			if err := tx.InsertAgent(a, a.Email, "none"); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
	return err
}

// loggedOut is who logs out, everywhere too.
const loggedOut inbox.AgentID = 2

// session returns the token of a new session of somebody who is about to log out.
func (o *office) session() string {
	token := fmt.Sprintf("fs_%043d", time.Now().UnixNano())
	_, err := store.Update(context.Background(), o.db, func(tx *store.Tx) (struct{}, error) {
		hash := sha256.Sum256([]byte(token))
		return struct{}{}, tx.InsertSession(hash[:], store.Session{AgentID: loggedOut, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Hour)})
	})
	if err != nil {
		panic(err) // of a database that is thrown away
	}
	return token
}

// furnishContacts adds custom fields and stages.
func (o *office) furnishContacts(ctx context.Context, owner inbox.Caller) error {
	for i := range furnished {
		f, err := o.engine.ContactFieldCreate(ctx, owner, engine.ContactFieldCreateInput{Name: fmt.Sprintf("field_%d", i), Type: inbox.FieldText})
		if err != nil {
			return err
		}
		o.values.add("ContactField", f.ID.String())
	}
	stages := make([]string, furnished)
	for i := range stages {
		stages[i] = stageNamed(i)
	}
	_, err := o.engine.WorkspaceUpdate(ctx, owner, engine.WorkspacePatch{LifecycleStages: stages})
	return err
}

// furnished is how many of what has a small maximum there are: fewer than that, so that some can be added.
const furnished = 60

func stageNamed(i int) string { return fmt.Sprintf("Stage %d", i) }

// furnishWorkflows adds drafts that are as large as they may be, and one that looks at each message with patterns as dear as
// they may be.
func (o *office) furnishWorkflows(ctx context.Context, owner inbox.Caller) error {
	for i := range furnished {
		name := fmt.Sprintf("Draft %d", i)
		f, err := o.engine.WorkflowCreate(ctx, owner, engine.WorkflowCreateInput{Name: name, Definition: inbox.JSON(largestDocument(i, name))})
		if err != nil {
			return fmt.Errorf("add %s: %w", name, err)
		}
		o.values.add("Workflow", f.ID.String())
	}
	f, err := o.engine.WorkflowCreate(ctx, owner, engine.WorkflowCreateInput{Name: "Patterns", Definition: inbox.JSON(patternDocument())})
	if err == nil {
		_, err = o.engine.WorkflowPublish(ctx, owner, f.ID)
	}
	return err
}
