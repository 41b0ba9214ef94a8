package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
)

// floor is the minimum cost of durable intake on this machine: the rows that it has to find and to write, one prepared
// statement each, with foreign keys, checks and search, in groups of one commit. It has no HTTP, no GraphQL and no
// engine.
type floor struct {
	conn  *sqlx.Conn
	jobs  chan *floorJob
	ended sync.WaitGroup

	statements map[string]*sqlx.Stmt
	number     int64  // of the newest event
	search     []any  // rows of the full-text index, four values each: written once for a whole group
	candidates string // of a decision
	err        error  // the first error; no statement runs after it
}

type floorJob struct {
	do   func()
	done chan error
}

// group is the most jobs that share a commit.
const group = 64

func measureFloor(ctx context.Context, path string, in intake) ([]measured, error) {
	if err := create(ctx, path); err != nil {
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
	for _, pragma := range []string{`PRAGMA temp_store = MEMORY`, `PRAGMA wal_autocheckpoint = 16384`} { // like the store: 64 MiB
		f.exec(pragma)
	}
	if f.seed(in.Agents); f.err != nil {
		return nil, f.err
	}
	f.ended.Go(f.write)
	defer f.ended.Wait()
	defer close(f.jobs)
	opening, err := f.measure(ctx, in, "floor: new conversation", func(i int) { f.open(int64(i), in.Agents) })
	if err != nil {
		return nil, err
	}
	following, err := f.measure(ctx, in, "floor: follow-up", func(i int) { f.follow(int64(i)) })
	return []measured{opening, following}, err
}

func (f *floor) measure(ctx context.Context, in intake, name string, do func(i int)) (measured, error) {
	row, err := load(ctx, ownCPU, in.Callers, in.Messages, func(_ context.Context, i int) error {
		job := &floorJob{do: func() { do(i) }, done: make(chan error, 1)}
		f.jobs <- job
		return <-job.done
	})
	row.name = name
	return row, err
}

// write runs the jobs that wait, and commits up to a group of them at a time.
func (f *floor) write() {
	for first := range f.jobs {
		batch := []*floorJob{first}
		for len(batch) < group && len(f.jobs) > 0 {
			batch = append(batch, <-f.jobs)
		}
		f.exec(`BEGIN IMMEDIATE`)
		for _, job := range batch {
			job.do()
		}
		f.index()
		f.exec(`COMMIT`)
		for _, job := range batch {
			job.done <- f.err
		}
	}
}

// prepare returns the statement for a text, prepared once, or nil after an error.
func (f *floor) prepare(sql string) *sqlx.Stmt {
	s := f.statements[sql]
	if s == nil && f.err == nil {
		s, f.err = f.conn.PreparexContext(context.Background(), sql)
		f.statements[sql] = s
	}
	return s
}

func (f *floor) exec(sql string, args ...any) {
	s := f.prepare(sql)
	if f.err != nil {
		return
	}
	if _, err := s.Exec(args...); err != nil {
		f.err = fmt.Errorf("%s: %w", sql, err)
	}
}

// look runs a query and reads its rows to the end.
func (f *floor) look(sql string, args ...any) {
	s := f.prepare(sql) //nolint:sqlclosecheck // kept for the next time
	if f.err != nil {
		return
	}
	rows, err := s.Queryx(args...) //nolint:sqlclosecheck // closed below
	if err != nil {
		f.err = fmt.Errorf("%s: %w", sql, err)
		return
	}
	for rows.Next() && f.err == nil {
		_, f.err = rows.SliceScan()
	}
	f.err = errors.Join(f.err, rows.Err(), rows.Close())
}
