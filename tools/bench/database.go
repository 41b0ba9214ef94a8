package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"

	"foyer/store"
)

// filled is the folder of databases full of conversations, which are kept because they take long to build.
type filled struct {
	Cache string `placeholder:"DIR" help:"Where databases of more than 100,000 conversations are kept for the next run; the user's cache folder where it is left out."`
}

// keptSize is the number of conversations above which a database is kept.
const keptSize = 100_000

// copyTo writes a database with n conversations to path.
func (f filled) copyTo(ctx context.Context, path string, size int) error {
	if size <= keptSize {
		return createFilled(ctx, path, size)
	}
	kept, err := f.kept(ctx, size)
	if err != nil {
		return err
	}
	if _, err := os.Stat(kept); errors.Is(err, os.ErrNotExist) {
		unfinished := kept + ".unfinished"
		_ = os.Remove(unfinished) // that of an earlier run, which ended half-way
		if err := createFilled(ctx, unfinished, size); err != nil {
			return errors.Join(err, os.Remove(unfinished))
		}
		if err := os.Rename(unfinished, kept); err != nil {
			return err
		}
	}
	return copyFile(kept, path)
}

// kept returns the path of the file that keeps a database. Its name changes with the schema and with filling.
func (f filled) kept(ctx context.Context, size int) (string, error) {
	dir := f.Cache
	if dir == "" {
		caches, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("--cache: %w", err)
		}
		dir = filepath.Join(caches, "foyer-bench")
	}
	schema, err := schemaOf(ctx)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(schema + strings.Join(filling(), ";")))
	return filepath.Join(dir, fmt.Sprintf("%d-%x.db", size, sum[:4])), os.MkdirAll(dir, 0o700)
}

// schemaOf returns the schema of an empty database, as SQL.
func schemaOf(ctx context.Context) (schema string, err error) {
	return inScratch(func(dir string) (string, error) {
		path := filepath.Join(dir, "schema.db")
		if err := create(ctx, path); err != nil {
			return "", err
		}
		pool, err := sqlx.Open("sqlite3", "file:"+path+"?mode=ro")
		if err != nil {
			return "", err
		}
		err = pool.GetContext(ctx, &schema, `SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master ORDER BY name)`)
		return schema, errors.Join(err, pool.Close())
	})
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Sync(), target.Close()) // what is not on the disk yet would be written during the measurement
}

// create makes an empty database.
func create(ctx context.Context, path string) error {
	db, err := store.Open(ctx, store.Options{Path: path, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return db.Close()
}

// createFilled makes a database with conversations.
func createFilled(ctx context.Context, path string, size int) error {
	if err := create(ctx, path); err != nil {
		return err
	}
	return fill(ctx, path, size)
}

// fill writes conversations straight into the tables of an empty database.
func fill(ctx context.Context, path string, size int) error {
	pool, err := sqlx.Open("sqlite3", "file:"+path+"?_journal_mode=DELETE&_synchronous=OFF&_foreign_keys=off&_cache_size=-1048576&_busy_timeout=5000")
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(1)
	for _, sql := range filling() {
		if _, err := pool.ExecContext(ctx, sql, size); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", sql, err), pool.Close())
		}
	}
	return errors.Join(pool.Close(), os.Remove(path+".lock"))
}

// filledChannel is the id of the channel of a database full of conversations.
const filledChannel = "chn_1"

// viewer is the first agent, who sees the conversations of their teams: four that are busy, one with none open, and one whose open
// conversations are older than all others.
const viewer = "1@localhost"

// filling returns the statements that fill a database. The argument of each is the number of conversations. One in ten is
// open: of these most are with ten teams and a hundred agents, one in 20 has no assignee, and one in 200 is with a team
// without agents.
func filling() []string {
	const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `
	const isOpen, isOld = `i % 10 = 0`, `i % 2000 = 0`
	return []string{
		`INSERT INTO channels (id, name, name_key, kind, grace_after_close, created_at) SELECT 1, 'Bench', 'bench', 'API', 0, 0 WHERE ?1 > 0`,
		numbers + `12) INSERT INTO teams (id, name, name_key, strategy, online_only, created_at)
			SELECT i, 'Team ' || i, 'team ' || i, 'ROUND_ROBIN', TRUE, 0 FROM n WHERE ?1 > 0`,
		numbers + `100) INSERT INTO agents (id, name, email, email_key, password_hash, role, visibility, presence, last_activity_at, created_at)
			SELECT i, 'Agent ' || i, i || '@localhost', i || '@localhost', '', 'AGENT', CASE i WHEN 1 THEN 'TEAM' ELSE 'ALL' END, 'ONLINE', 0, 0
			FROM n WHERE ?1 > 0`,
		numbers + `100) INSERT INTO team_members (team_id, agent_id) SELECT i % 10 + 1, i FROM n WHERE ?1 > 0`,
		`INSERT INTO team_members (team_id, agent_id) SELECT id, 1 FROM teams WHERE id IN (1, 3, 4, 11, 12) AND ?1 > 0`,
		numbers + `?1) INSERT INTO contacts (id, first_name, last_name, tags, first_identity, created_at)
			SELECT i, 'Contact', 'Number ' || i, CASE WHEN i % 50 = 0 THEN '["vip","newsletter"]' ELSE '["newsletter"]' END, 'contact-' || i, i FROM n`,
		numbers + `?1) INSERT INTO contact_identities (channel_id, external_id, contact_id) SELECT 1, 'contact-' || i, i FROM n`,
		numbers + `?1) INSERT INTO conversations (id, number, status, source, opened_by_kind, opened_by_id, priority, contact_id, channel_id,
				team_id, assignee_id, opened_at, waiting_since, closed_at, closed_by_kind, closed_by_id, closed_source, last_activity_at,
				last_message_id, inbound_count)
			SELECT i, i AS number, CASE WHEN ` + isOpen + ` THEN 'OPEN' ELSE 'CLOSED' END, 'CONTACT' AS source, 'CONTACT', i, 'NORMAL', i, 1,
				CASE WHEN ` + isOld + ` THEN 12 WHEN i % 10 = 1 THEN 11 ELSE i / 10 % 10 + 1 END,
				CASE WHEN i % 200 <> 70 THEN i / 10 % 100 + 1 END, i,
				CASE WHEN ` + isOpen + ` THEN i END, CASE WHEN NOT ` + isOpen + ` THEN i END,
				CASE WHEN NOT ` + isOpen + ` THEN 'AGENT' END, CASE WHEN NOT ` + isOpen + ` THEN i % 100 + 1 END,
				CASE WHEN NOT ` + isOpen + ` THEN 'AGENT' END,
				CASE WHEN ` + isOld + ` THEN i ELSE 10000000 + i * 7919 % 1000003 END, i, 1 FROM n`,
		`UPDATE agents SET open_conversations = (SELECT COUNT(*) FROM conversations WHERE assignee_id = agents.id AND status = 'OPEN') WHERE ?1 > 0`,
		`INSERT INTO inbox_counts (team_id, agent_id, open, snoozed, queued)
			SELECT team_id, COALESCE(assignee_id, 0), COUNT(*), 0, 0 FROM conversations WHERE status = 'OPEN' AND ?1 > 0 GROUP BY 1, 2`,
		numbers + `?1) INSERT INTO messages (id, conversation_id, contact_id, channel_id, direction, author_kind, author_id, text, status, external_id, created_at)
			SELECT i, i AS conversation, i AS contact, 1, 'INBOUND', 'CONTACT', i AS author, 'Hello, I have a question about invoice ' || i, 'RECEIVED', 'message-' || i, i AS at FROM n`,
		numbers + `?1) INSERT INTO events (number, at, type, subject_kind, subject_id, actor_kind, actor_id, team_after, assignee_after, data)
			SELECT i, i AS at, 'MESSAGE_RECEIVED', 'CONVERSATION', i AS conversation, 'CONTACT', i AS contact, 1, 1, '{"message":' || i || '}' FROM n`,
		`INSERT INTO search (docid, text, conversation_id, contact_id) SELECT id * 4, text, conversation_id, contact_id FROM messages WHERE ?1 > 0`,
		`INSERT INTO search (docid, text, conversation_id, contact_id) SELECT id * 4 + 2, first_name || ' ' || last_name, 0, id FROM contacts WHERE ?1 > 0`,
	}
}
