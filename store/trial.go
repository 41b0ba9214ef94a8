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

// Try calls fn with a transaction that nothing comes of, and returns its result: a trial. It begins as the database is
// stored, and what fn writes is seen by fn alone; nothing is committed, no event is published, nobody is woken, and the
// writer is not held. A trial lasts as long as a View may, and one per core runs at a time. It fails as fn does, and as View.
//
// Of conversations, messages and runs it has the few of one contact that trialTables names, or none where contact is zero.
//
// The connection can read the file and not write it. For each table that use cases change it has a temporary one of the same
// name and shape, and SQLite looks for a table there first: the statements are those of every other transaction, on copies.
// A table that is missing in trialTables is therefore an error where it is written to, and never a change.
func Try[T any](ctx context.Context, db *DB, contact inbox.ContactID, fn func(*Tx) (T, error)) (T, error) {
	var zero T
	ctx, cancel := context.WithTimeoutCause(ctx, db.options.viewLimit, ErrViewExpired)
	defer cancel()
	slot, err := db.trials.acquire(ctx)
	if err != nil {
		return zero, err
	}
	conn := slot.conn
	defer func() { db.trials.release(slot, conn) }()
	if conn == nil {
		if conn, err = connectTrial(ctx, db); err != nil {
			return zero, err
		}
	}
	result, err := try(ctx, db, conn, contact, fn)
	if _, undone := conn.exec(`ROLLBACK`); undone != nil {
		err = errors.Join(err, undone, conn.close())
		conn = nil
	}
	if err != nil {
		return zero, err
	}
	return result, nil
}

// try begins the transaction, copies what it works on, and calls fn.
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

// trialTables are the tables that use cases write to, with the rows that a trial begins with, ?1 being its contact; never
// written to.
var trialTables = [...]struct{ name, rows string }{
	{"agents", all}, {"teams", all}, {"team_members", all}, {"channels", all}, {"inbox_counts", all},
	{"contacts", `id = ?1`}, {"contact_identities", `contact_id = ?1`},
	{"conversations", `contact_id = ?1 ORDER BY id DESC LIMIT 3`}, // the open one is the newest
	{"messages", lastTexts},
	{"timers", `kind = 'WAKE' AND subject_id IN (SELECT id FROM temp.conversations)`},
	{"workflow_contacts", `contact_id = ?1`}, {"workflow_runs", `contact_id = ?1 AND ended_at IS NULL`},
	{"message_extras", none}, {"notes", none}, {"decisions", none}, {"trigger_events", none}, {"tasks", none}, {"lanes", none},
}

// lastTexts are the newest text in each direction of the conversations that the trial has.
const lastTexts = `id IN (SELECT (SELECT m.id FROM main.messages m
		WHERE m.conversation_id = c.id AND m.direction = d.column1 AND m.text IS NOT NULL ORDER BY m.id DESC LIMIT 1)
	FROM temp.conversations c, (VALUES ('INBOUND'), ('OUTBOUND')) d)`

// standAside takes the runs that the contact has under way out of their conversations: their workflows cannot be started
// again, and they do nothing else.
const standAside = `UPDATE temp.workflow_runs SET conversation_id = NULL`

// connectTrial opens a connection for trials, with an empty copy of each table that they write to.
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

// copyShape makes a temporary table like a stored one, with its indexes: they hold what may be there once.
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

// madeBy is how SQLite keeps the statement that made a table or an index, up to its name; never written to.
var madeBy = regexp.MustCompile(`^(CREATE (?:TABLE|(?:UNIQUE )?INDEX) )`)
