package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"time"
)

// Options say where the database is and what it reports to. Only Path is required.
type Options struct {
	// Path is the database file. <Path>-wal, <Path>-shm and <Path>.lock are beside it.
	Path string
	// Clock returns the time; nil means time.Now.
	Clock func() time.Time
	// Logger logs what no caller is told: panics, checkpoints, migrations; nil: slog.Default().
	Logger *slog.Logger
	// Fatal is called when it is unknown what is durable, so that only a restart can find out. It should end the
	// process; nil: log and exit with status 1.
	Fatal func(error)
	// OnBatch is called with each batch of functions after its commit; nil: not called. It must return at once.
	OnBatch func(BatchReport)
	// OnSlow is called for each function that had the writer longer than SlowFunction, with its operation; nil: not
	// called. It must return at once.
	OnSlow func(operation string, took time.Duration)
	// OnCheckpoint is called with how long each checkpoint held up the writer; nil: not called. It must return at once.
	OnCheckpoint func(took time.Duration)

	migrations fs.FS                  // instead of the embedded ones
	viewLimit  time.Duration          // instead of maxViewTime
	batchTime  time.Duration          // instead of maxBatchTime
	walLimit   int64                  // instead of maxWALBytes
	fault      func(sql string) error // makes statements of the writer fail
}

// BatchReport is how a batch of functions went.
type BatchReport struct {
	Functions int           // that ran
	Took      time.Duration // from the first function to the end of the commit
	Commit    time.Duration // of the commit alone
	Longest   time.Duration // that one function had the writer, or what it left for the full-text index
	Rows      int           // that one function changed, at most
	Reads     int           // statements that one function read with, at most
	Repeated  bool          // a function failed after it had changed something, and all ran again with savepoints
	Replayed  bool          // SQLite threw the transaction away, and each function ran again on its own
}

// DB is an open database. All methods are safe for concurrent use.
type DB struct {
	options Options
	logger  *slog.Logger
	lock    *os.File // see takeLock
	health  health
	log     eventLog
	queue   *queue
	writer  *writer
	readers *readPool
	trials  *readPool

	closing  sync.Once
	closeErr error
}

// maxViewTime is how long a View's snapshot may last: while one does, the write-ahead log cannot start over.
const maxViewTime = 5 * time.Second

// SlowFunction is how long a function may have the writer before it is logged and reported to OnSlow.
const SlowFunction = 100 * time.Millisecond

// maxWALBytes is how large the write-ahead log may grow before a checkpoint.
const maxWALBytes = 64 << 20

// Open opens the database, creating it if there is none: it takes the lock file, backs up and migrates an older schema,
// begins a new epoch of the event log and starts the writer. ctx bounds opening alone. It fails if another process has
// the database open or if the schema is newer than this program. Close must be called at the end.
func Open(ctx context.Context, o Options) (*DB, error) {
	o = o.withDefaults()
	lock, err := takeLock(o.Path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", o.Path, err)
	}
	cores := min(runtime.GOMAXPROCS(0), runtime.NumCPU())
	db := &DB{
		options: o,
		logger:  o.Logger,
		lock:    lock,
		queue:   newQueue(),
		readers: newReadPool(cores, o.Clock),
		trials:  newReadPool(cores, o.Clock),
	}
	if err := db.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", o.Path, err), lock.Close())
	}
	return db, nil
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Fatal == nil {
		o.Fatal = func(err error) {
			o.Logger.Error("the database cannot go on", "error", err)
			os.Exit(1)
		}
	}
	if o.OnBatch == nil {
		o.OnBatch = func(BatchReport) {}
	}
	if o.OnSlow == nil {
		o.OnSlow = func(string, time.Duration) {}
	}
	if o.OnCheckpoint == nil {
		o.OnCheckpoint = func(time.Duration) {}
	}
	if o.migrations == nil {
		o.migrations = embedded()
	}
	o.batchTime = cmp.Or(o.batchTime, maxBatchTime)
	o.viewLimit = cmp.Or(o.viewLimit, maxViewTime)
	o.walLimit = cmp.Or(o.walLimit, maxWALBytes)
	return o
}

func (db *DB) start(ctx context.Context) error {
	if err := createPrivate(db.options.Path); err != nil {
		return err
	}
	if err := migrate(ctx, db.options); err != nil {
		return err
	}
	conn, err := connect(writeDSN(db.options.Path), db.health.fail,
		`PRAGMA wal_autocheckpoint = 0`, // the writer makes checkpoints itself, between batches
		`PRAGMA temp_store = MEMORY`)    // what savepoints keep
	if err != nil {
		return err
	}
	if err := db.log.open(conn); err != nil {
		return errors.Join(err, conn.close())
	}
	conn.fault = db.options.fault
	db.writer = newWriter(db, conn)
	go db.writer.run()
	return nil
}

// createPrivate makes an empty database file that only its owner may read; SQLite gives its other files the same
// permissions.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	return file.Close()
}

// Close takes no more functions, waits for those that wait and for open Views (at most as long as a View may last),
// makes a last checkpoint and closes the files. Calling it again returns the same error.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.queue.close()
		<-db.writer.ended
		db.log.tail.close()
		errs := append(db.readers.close(), db.trials.close()...)
		errs = append(errs, db.writer.close(), db.lock.Close())
		db.closeErr = errors.Join(errs...)
	})
	return db.closeErr
}

// Ready fails while the storage is in doubt: after a full disk or a failure to read or write until a later change was
// stored, and after damage to the file until the process starts again. Asking it makes a harmless change, so that it
// recovers without traffic too.
func (db *DB) Ready() error {
	probe, err := db.health.ask()
	if probe {
		db.queue.addProbe(db)
	}
	return err
}

// Waiting returns how many functions wait for the writer, in each of its queues.
func (db *DB) Waiting() (people, background int) { return db.queue.waiting() }
