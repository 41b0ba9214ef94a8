package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

	"foyer/inbox"
)

// maxStatements is how many prepared statements one connection keeps.
const maxStatements = 512

// connection is one SQLite connection with its prepared statements. Only interrupt is safe for concurrent use.
type connection struct {
	db         *sqlx.DB // a pool of this one connection
	conn       *sqlx.Conn
	sqlite     *sqlite3.SQLiteConn // the driver's connection, for what database/sql cannot do
	statements map[string]*statement
	clock      int64                  // counts uses, to tell the statement used longest ago
	guard      sync.Mutex             // held by interrupt
	leases     int64                  // uses so far; guarded by guard
	stop       *sqlite3.SQLiteStmt    // what interrupt runs; guarded by guard
	fault      func(sql string) error // tests make statements fail with it; nil outside them
	failed     func(error)            // called with errors that put the storage in doubt
}

type statement struct {
	*sqlx.Stmt
	used int64
}

// row is one row of a result, while its statement runs.
type row interface{ Scan(targets ...any) error }

// writeDSN opens the file for the writer. The connection is used by one goroutine at a time, so SQLite need not lock it
// on every call. The time-out is for checkpoints only: nobody else takes the write lock.
func writeDSN(path string) string {
	return dsn(path, url.Values{
		"mode":          {"rwc"},
		"_mutex":        {"no"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_txlock":       {"immediate"},
		"_busy_timeout": {"100"},
		"_cache_size":   {"-65536"},
	})
}

// readDSN opens the file for views. SQLite locks the connection, so that interrupt may be called from outside.
func readDSN(path string) string {
	return dsn(path, url.Values{
		"mode":          {"ro"},
		"_mutex":        {"full"},
		"_query_only":   {"on"},
		"_busy_timeout": {"5000"},
		"_cache_size":   {"-16384"},
	})
}

// migrateDSN opens the file for migrations: with foreign keys on, rebuilding a table would delete its children.
func migrateDSN(path string) string {
	return dsn(path, url.Values{
		"mode":          {"rwc"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"off"},
		"_txlock":       {"immediate"},
		"_busy_timeout": {"5000"},
	})
}

func dsn(path string, options url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + options.Encode()
}

// labelKey is the SQL function for inbox.LabelKey. For ASCII texts lower returns the same, faster.
const labelKey = `label_key`

// connect opens a connection. pragmas are settings that a DSN cannot have.
func connect(dsn string, failed func(error), pragmas ...string) (*connection, error) {
	db, err := sqlx.Open("sqlite3", dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	c := &connection{db: db, statements: make(map[string]*statement), failed: failed}
	if err := c.open(pragmas); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), c.close())
	}
	return c, nil
}

func (c *connection) open(pragmas []string) (err error) {
	if c.conn, err = c.db.Connx(context.Background()); err != nil {
		return err
	}
	err = c.conn.Raw(func(beneath any) error {
		c.sqlite = beneath.(*sqlite3.SQLiteConn)
		return c.sqlite.RegisterFunc(labelKey, inbox.LabelKey, true)
	})
	if err != nil {
		return err
	}
	for _, pragma := range pragmas {
		if _, err := c.conn.ExecContext(context.Background(), pragma); err != nil {
			return fmt.Errorf("%s: %w", pragma, err)
		}
	}
	stop, err := c.sqlite.Prepare(`SELECT 1 WHERE 0`) // with a row it would be unfinished, and the interrupt would stay in force
	if err != nil {
		return err
	}
	c.stop = stop.(*sqlite3.SQLiteStmt)
	return nil
}

// close closes the statements and the connection.
func (c *connection) close() error {
	var errs []error
	for text, s := range c.statements {
		errs = append(errs, s.Close())
		delete(c.statements, text)
	}
	if c.stop != nil {
		errs = append(errs, c.stop.Close())
	}
	if c.conn != nil {
		errs = append(errs, c.conn.Close())
	}
	return errors.Join(append(errs, c.db.Close())...)
}

// query runs a statement and calls scan with each row, to the last one: SQLite checks the foreign keys of a statement with
// RETURNING only after its last row. It stops if ctx ends or scan fails. The statement's own context never ends: the driver
// would start a goroutine for each that could.
func (c *connection) query(ctx context.Context, text string, args []any, scan func(row) error) error {
	s, err := c.prepare(text)
	if err != nil {
		return c.failure(text, err)
	}
	return c.failure(text, s.read(ctx, args, scan))
}

func (s *statement) read(ctx context.Context, args []any, scan func(row) error) (err error) {
	rows, err := s.QueryxContext(context.Background(), args...)
	if err != nil {
		return err
	}
	defer func() { // also if scan panics, since the connection is used again
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// exec runs a statement that returns no rows.
func (c *connection) exec(text string, args ...any) (sql.Result, error) {
	s, err := c.prepare(text)
	if err != nil {
		return nil, c.failure(text, err)
	}
	result, err := s.ExecContext(context.Background(), args...)
	return result, c.failure(text, err)
}

// prepare returns the prepared statement for a text.
func (c *connection) prepare(text string) (*statement, error) {
	if c.fault != nil {
		if err := c.fault(text); err != nil {
			return nil, err
		}
	}
	c.clock++
	if s := c.statements[text]; s != nil {
		s.used = c.clock
		return s, nil
	}
	if len(c.statements) >= maxStatements {
		if err := c.forgetOldest(); err != nil {
			return nil, err
		}
	}
	// A statement must not be interrupted while it is prepared: if SQLite has forgotten the interrupt by the time the driver
	// asks for the error, the driver returns neither a statement nor an error, and using that panics.
	c.guard.Lock()
	prepared, err := c.conn.PreparexContext(context.Background(), c.db.Rebind(text))
	c.guard.Unlock()
	if err != nil {
		return nil, err
	}
	s := &statement{Stmt: prepared, used: c.clock}
	c.statements[text] = s
	return s, nil
}

func (c *connection) forgetOldest() error {
	oldest, used := "", int64(math.MaxInt64)
	for text, s := range c.statements {
		if s.used < used {
			oldest, used = text, s.used
		}
	}
	s := c.statements[oldest]
	delete(c.statements, oldest)
	return s.Close()
}

// lease returns the number of the present use of the connection, for interrupt.
func (c *connection) lease() int64 {
	c.guard.Lock()
	defer c.guard.Unlock()
	return c.leases
}

// endLease makes sure that no interrupt meant for the use that ends here reaches the next one.
func (c *connection) endLease() {
	c.guard.Lock()
	defer c.guard.Unlock()
	c.leases++
}

// interrupt ends the statement that runs now, if the lease is still the present one. Any goroutine may call it, for
// connections opened with readDSN. The driver interrupts a connection when the context of one of its statements ends. As
// every statement with such a context would cost a goroutine per row, only a statement made for this has one.
func (c *connection) interrupt(lease int64) {
	c.guard.Lock()
	defer c.guard.Unlock()
	if lease != c.leases {
		return
	}
	ended, end := context.WithCancel(context.Background())
	end()
	_, _ = c.stop.ExecContext(ended, nil) // waits until SQLite lets go; being interrupted itself is no failure
}

// thrownAway reports whether SQLite has given up the transaction on its own.
func (c *connection) thrownAway() bool { return c.sqlite.AutoCommit() }

// failure adds the statement to an error, and passes on errors that put the storage in doubt.
func (c *connection) failure(text string, err error) error {
	if err == nil {
		return nil
	}
	if isStorageFailure(err) {
		c.failed(err)
	}
	return fmt.Errorf("%w (%s)", err, headline(text))
}

// headline is the beginning of a statement, enough to find it by.
func headline(text string) string {
	words := strings.Join(strings.Fields(text), " ")
	if len(words) > 60 {
		return words[:60] + "…"
	}
	return words
}

// isStorageFailure reports whether the disk is full, reading or writing has failed, or the file is damaged.
func isStorageFailure(err error) bool {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Code == sqlite3.ErrFull || e.Code == sqlite3.ErrIoErr || isDamage(err)
}

// isDamage reports whether the file is damaged.
func isDamage(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB)
}

// isConstraint reports whether a constraint was violated: the statement alone was undone, and the caller may go on.
func isConstraint(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && e.Code == sqlite3.ErrConstraint
}

// IsUnique reports whether a statement failed because a value that must be unique would exist twice. columns narrows it to
// constraints that have all of these columns, each written table.column.
func IsUnique(err error, columns ...string) bool {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.ExtendedCode {
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey, sqlite3.ErrConstraintRowID:
	default:
		return false
	}
	// The code does not say which constraint it was: only the text lists its columns.
	_, text, _ := strings.Cut(e.Error(), ": ")
	named := strings.Split(text, ", ")
	for _, column := range columns {
		if !slices.Contains(named, column) {
			return false
		}
	}
	return true
}
