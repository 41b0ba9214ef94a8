package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"

	"foyer/store"
)

// inboxs measures the page an agent's inbox shows.
type inboxs struct {
	Sizes   []int `default:"1000,100000" help:"Conversations in the database, a tenth of them open."`
	Reads   int   `default:"3000" help:"Pages read at each size."`
	Callers int   `default:"1" help:"How many at a time."`
}

const page = `query { conversations(filter: {status: OPEN}, first: 25) { pageInfo { hasNextPage endCursor } nodes { id number status priority
	waitingSince lastActivityAt contact { id displayName } assignee { id name } team { id name } lastMessage { id text createdAt } } } }`

// Run fills a database for each size and reads the page from a server on it.
func (in inboxs) Run(ctx context.Context) error {
	var rows []measured
	for _, size := range in.Sizes {
		row, err := in.measure(ctx, size)
		if err != nil {
			return fmt.Errorf("%d conversations: %w", size, err)
		}
		rows = append(rows, row)
	}
	printTable(rows)
	return nil
}

func (in inboxs) measure(ctx context.Context, size int) (measured, error) {
	dir, err := os.MkdirTemp("", "foyer-bench")
	if err != nil {
		return measured{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "inbox.db")
	if err := fill(ctx, path, size); err != nil {
		return measured{}, fmt.Errorf("fill: %w", err)
	}
	s, err := start(ctx, dir, path)
	if err != nil {
		return measured{}, err
	}
	before := s.cpu()
	perSecond, took, err := load(ctx, in.Callers, in.Reads, func(ctx context.Context, _ int) error {
		var answer struct {
			Conversations struct{ Nodes []struct{ ID string } }
		}
		err := s.query(ctx, page, nil, &answer)
		if err == nil && len(answer.Conversations.Nodes) != 25 {
			err = fmt.Errorf("%d conversations on the page", len(answer.Conversations.Nodes))
		}
		return err
	})
	row := measured{name: fmt.Sprintf("inbox page at %d conversations", size), perSecond: perSecond, latencies: took,
		cpu: (s.cpu() - before) / time.Duration(in.Reads)}
	if stopped := s.stop(); err == nil {
		err = stopped
	}
	return row, err
}

// fill writes conversations straight into the tables: ten teams, a hundred agents, one in ten open.
func fill(ctx context.Context, path string, size int) error {
	db, err := store.Open(ctx, store.Options{Path: path}) // for the schema
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	pool, err := sqlx.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=OFF&_foreign_keys=on")
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	for _, sql := range filling {
		if _, err := pool.ExecContext(ctx, sql, size); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `

var filling = []string{
	`INSERT INTO channels (id, name, name_key, kind, grace_after_close, created_at) SELECT 1, 'Bench', 'bench', 'API', 0, 0 WHERE ?1 > 0`,
	numbers + `10) INSERT INTO teams (id, name, name_key, strategy, online_only, created_at)
		SELECT i, 'Team ' || i, 'team ' || i, 'ROUND_ROBIN', TRUE, 0 FROM n WHERE ?1 > 0`,
	numbers + `100) INSERT INTO agents (id, name, email, email_key, password_hash, role, visibility, presence, last_activity_at, created_at)
		SELECT i, 'Agent ' || i, i || '@localhost', i || '@localhost', '', 'AGENT', 'ALL', 'ONLINE', 0, 0 FROM n WHERE ?1 > 0`,
	numbers + `100) INSERT INTO team_members (team_id, agent_id) SELECT i % 10 + 1, i FROM n WHERE ?1 > 0`,
	numbers + `?1) INSERT INTO contacts (id, first_name, last_name, first_identity, created_at)
		SELECT i, 'Contact', 'Number ' || i, 'contact-' || i, i FROM n`,
	numbers + `?1) INSERT INTO contact_identities (channel_id, external_id, contact_id) SELECT 1, 'contact-' || i, i FROM n`,
	numbers + `?1) INSERT INTO conversations (id, number, status, source, opened_by_kind, opened_by_id, priority, contact_id, channel_id,
			team_id, assignee_id, opened_at, waiting_since, closed_at, closed_by_kind, closed_by_id, closed_source, last_activity_at, last_message_id, inbound_count)
		SELECT i, i AS number, CASE WHEN i % 10 = 0 THEN 'OPEN' ELSE 'CLOSED' END, 'CONTACT' AS source, 'CONTACT', i, 'NORMAL', i, 1,
			i % 10 + 1, i % 100 + 1, i, CASE WHEN i % 10 = 0 THEN i END, CASE WHEN i % 10 <> 0 THEN i END,
			CASE WHEN i % 10 <> 0 THEN 'AGENT' END, CASE WHEN i % 10 <> 0 THEN i % 100 + 1 END,
			CASE WHEN i % 10 <> 0 THEN 'AGENT' END, i * 7919 % 1000003, i, 1 FROM n`,
	numbers + `?1) INSERT INTO messages (id, conversation_id, contact_id, channel_id, direction, author_kind, author_id, text, status, external_id, created_at)
		SELECT i, i AS conversation, i AS contact, 1, 'INBOUND', 'CONTACT', i AS author, 'Hello, I have a question about invoice ' || i, 'RECEIVED', 'message-' || i, i AS at FROM n`,
	`ANALYZE`, // takes no argument, which the driver allows
}
