package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"foyer/store"
)

// floor is the least that durable intake can cost on this machine: the rows it has to find and to write, one prepared
// statement each, with foreign keys, checks and search, in groups of one commit. No HTTP, no GraphQL, no engine.
type floor struct {
	conn  *sqlx.Conn
	jobs  chan *floorJob
	ended sync.WaitGroup

	statements map[string]*sqlx.Stmt
	number     int64  // of the newest event
	search     []any  // rows for the index, four values each: they are written once for the whole group
	candidates string // as a decision keeps them
}

type floorJob struct {
	do   func() error
	done chan error
}

// group is how many jobs share a commit at the most.
const group = 64

func measureFloor(ctx context.Context, path string, in intake) ([]measured, error) {
	db, err := store.Open(ctx, store.Options{Path: path}) // for the schema
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	pool, err := sqlx.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=FULL&_foreign_keys=on&_txlock=immediate&_cache_size=-65536&_mutex=no")
	if err != nil {
		return nil, err
	}
	defer func() { _ = pool.Close() }()
	f := &floor{jobs: make(chan *floorJob, 4096), statements: make(map[string]*sqlx.Stmt), candidates: "[" + strings.TrimSuffix(
		strings.Repeat(`{"agent":12,"passedOver":"NOT_CHOSEN","open":120,"lastAssignedAt":1790000000000},`, in.Agents), ",") + "]"}
	if f.conn, err = pool.Connx(ctx); err != nil {
		return nil, err
	}
	for _, pragma := range []string{`PRAGMA temp_store = MEMORY`, `PRAGMA wal_autocheckpoint = 16384`} { // as the store has them: 64 MiB
		if err := f.exec(pragma); err != nil {
			return nil, err
		}
	}
	if err := f.furnish(in.Agents); err != nil {
		return nil, err
	}
	f.ended.Go(f.write)
	defer f.ended.Wait()
	defer close(f.jobs)
	opening, err := f.measure(ctx, in, "floor: new conversation", func(i int) error { return f.open(int64(i), in.Agents) })
	if err != nil {
		return nil, err
	}
	following, err := f.measure(ctx, in, "floor: follow-up", func(i int) error { return f.follow(int64(i)) })
	return []measured{opening, following}, err
}

func (f *floor) measure(ctx context.Context, in intake, name string, do func(i int) error) (measured, error) {
	before := ownCPU()
	perSecond, took, err := load(ctx, in.Callers, in.Messages, func(_ context.Context, i int) error {
		job := &floorJob{do: func() error { return do(i) }, done: make(chan error, 1)}
		f.jobs <- job
		return <-job.done
	})
	return measured{name: name, perSecond: perSecond, latencies: took, cpu: (ownCPU() - before) / time.Duration(in.Messages)}, err
}

// write commits what waits, up to a group at a time.
func (f *floor) write() {
	for first := range f.jobs {
		batch := []*floorJob{first}
		for len(batch) < group && len(f.jobs) > 0 {
			batch = append(batch, <-f.jobs)
		}
		err := f.exec(`BEGIN IMMEDIATE`)
		for _, job := range batch {
			if err == nil {
				err = job.do()
			}
		}
		if err == nil {
			err = f.index()
		}
		if err == nil {
			err = f.exec(`COMMIT`)
		}
		for _, job := range batch {
			job.done <- err
		}
	}
}

func (f *floor) prepare(sql string) (*sqlx.Stmt, error) {
	if s := f.statements[sql]; s != nil {
		return s, nil
	}
	s, err := f.conn.PreparexContext(context.Background(), sql)
	f.statements[sql] = s
	return s, err
}

func (f *floor) exec(sql string, args ...any) error {
	s, err := f.prepare(sql) //nolint:sqlclosecheck // kept for the next time
	if err == nil {
		_, err = s.Exec(args...)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// look runs a query and reads its rows to the end.
func (f *floor) look(sql string, args ...any) error {
	s, err := f.prepare(sql) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return err
	}
	rows, err := s.Queryx(args...) //nolint:sqlclosecheck // it is closed below
	if err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if _, err := rows.SliceScan(); err != nil {
			return err
		}
	}
	return rows.Err()
}
