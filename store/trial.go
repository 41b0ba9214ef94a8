package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"foyer/inbox"
)

// Try calls fn with a transaction that is never committed, a trial, and returns fn's result. The transaction sees the database
// as it is stored, and its own changes; nobody else ever sees those, no event is published, and the writer is not kept. A
// trial lasts at most as long as a View may, and one per core runs at a time. Try fails as fn does, and as View says.
//
// Of conversations, messages and runs a trial has only the few of one contact that trialTables selects, or none if contact
// is zero.
//
// The connection cannot write to the file. For each table that use cases write to it has a temporary table of the same name
// and shape, in which SQLite looks first: the statements are those of every other transaction, on copies. So a table that is
// missing in trialTables makes a trial fail, and never changes.
func Try[T any](ctx context.Context, db *DB, contact inbox.ContactID, fn func(*Tx) (T, error)) (result T, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, db.options.viewLimit, ErrViewExpired)
	defer cancel()
	slot, err := db.trials.acquire(ctx)
	if err != nil {
		return result, err
	}
	conn := slot.conn
	if conn == nil {
		if conn, err = connectTrial(ctx, db); err != nil {
			db.trials.release(slot, nil)
			return result, err
		}
	}
	defer func() { // after a panic too
		if _, failed := conn.exec(`ROLLBACK`); failed != nil {
			err = errors.Join(err, failed, conn.close())
			conn = nil
		}
		db.trials.release(slot, conn)
	}()
	return try(ctx, db, conn, contact, fn)
}

// try begins the transaction, copies the rows that the trial has, and calls fn.
func try[T any](ctx context.Context, db *DB, conn *connection, contact inbox.ContactID, fn func(*Tx) (T, error)) (result T, err error) {
	if _, err := conn.exec(`BEGIN`); err != nil {
		return result, err
	}
	for _, table := range trialTables {
		if table.rows == none {
			continue
		}
		var of []any
		if strings.Contains(table.rows, `?1`) {
			of = []any{contact}
		}
		if _, err := conn.exec(`INSERT INTO temp.`+table.name+` SELECT * FROM main.`+table.name+` WHERE `+table.rows, of...); err != nil {
			return result, err
		}
	}
	if _, err := conn.exec(standAside); err != nil {
		return result, err
	}
	tx := &Tx{
		Reader:    Reader{db: db, ctx: ctx, conn: conn, writes: true},
		now:       inbox.At(db.options.Clock()),
		sequences: &sequences{},
	}
	defer tx.end(ErrViewClosed)
	if result, err = fn(tx); err == nil {
		err = tx.broken
	}
	return result, err
}

const (
	all  = `TRUE` // a trial has every row of the table
	none = ``     // it begins with none
)

// trialTables are the tables that use cases write to, and which of their rows a trial has: ?1 is its contact. Never written to.
var trialTables = [...]struct{ name, rows string }{
	{"agents", all}, {"teams", all}, {"team_members", all}, {"channels", all}, {"inbox_counts", all},
	{"contacts", `id = ?1`}, {"contact_identities", `contact_id = ?1`},
	{"conversations", `contact_id = ?1 ORDER BY id DESC LIMIT 3`}, // the open one is the newest
	{"messages", lastTexts},
	{"timers", `kind = 'WAKE' AND subject_id IN (SELECT id FROM temp.conversations)`},
	{"workflow_contacts", `contact_id = ?1`}, {"workflow_runs", `contact_id = ?1 AND ended_at IS NULL`},
	{"message_extras", none}, {"notes", none}, {"decisions", none}, {"trigger_events", none}, {"tasks", none}, {"lanes", none},
}

// lastTexts selects the newest text in each direction of each conversation that the trial has.
const lastTexts = `id IN (SELECT (SELECT m.id FROM main.messages m
		WHERE m.conversation_id = c.id AND m.direction = d.column1 AND m.text IS NOT NULL ORDER BY m.id DESC LIMIT 1)
	FROM temp.conversations c, (VALUES ('INBOUND'), ('OUTBOUND')) d)`

// standAside takes the contact's active runs out of their conversations. They still keep their workflows from starting again,
// and do nothing else.
const standAside = `UPDATE temp.workflow_runs SET conversation_id = NULL`

// connectTrial opens a connection for trials, with a temporary table for each of trialTables.
func connectTrial(ctx context.Context, db *DB) (*connection, error) {
	conn, err := connect(dsn(db.options.Path, url.Values{
		"mode": {"ro"}, "_mutex": {"no"}, "_foreign_keys": {"off"}, "_busy_timeout": {"5000"}, "_cache_size": {"-16384"},
	}), db.health.fail, `PRAGMA temp_store = MEMORY`)
	if err != nil {
		return nil, err
	}
	for _, table := range trialTables {
		if err := conn.copyShape(ctx, table.name); err != nil {
			return nil, errors.Join(fmt.Errorf("copy the table %s: %w", table.name, err), conn.close())
		}
	}
	return conn, nil
}

// copyShape makes a temporary table like a stored one, with its indexes: some of them keep rows unique.
func (c *connection) copyShape(ctx context.Context, table string) error {
	var shapes []string
	err := c.query(ctx, `SELECT sql FROM main.sqlite_schema WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL
		ORDER BY type DESC`, []any{table}, func(r row) error {
		shapes = append(shapes, "")
		return r.Scan(&shapes[len(shapes)-1])
	})
	if err != nil {
		return err
	}
	for _, shape := range shapes {
		if _, err := c.conn.ExecContext(ctx, madeBy.ReplaceAllString(shape, `${1}temp.`)); err != nil {
			return err
		}
	}
	return nil
}

// madeBy matches the statement that made a table or an index, as SQLite stores it, up to the name. Never written to.
var madeBy = regexp.MustCompile(`^(CREATE (?:TABLE|(?:UNIQUE )?INDEX) )`)
