package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

const endless = `WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)`

func timers(r *ReadTx) ([]int64, error) {
	return query(&r.Reader, scanValue[int64], `SELECT subject_id FROM timers ORDER BY subject_id`)
}

func beginView(ctx context.Context, t *testing.T, db *DB) *ReadTx {
	t.Helper()
	view, err := db.BeginView(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(view.Close)
	return view
}

func TestAViewSeesOneStateFromItsFirstStatementOn(t *testing.T) {
	db := openTest(t)
	view := beginView(t.Context(), t, db)
	if err := add(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := timers(view); err != nil || !slices.Equal(got, []int64{1}) {
			t.Errorf("the view sees %v, %v", got, err)
		}
		if head, err := view.HeadNumber(); err != nil || head != 1 {
			t.Errorf("the view's head is %d, %v", head, err)
		}
		if err := add(t.Context(), db, 2+db.HeadNumber()); err != nil {
			t.Fatal(err)
		}
	}
	view.Close()
	view.Close()
	if got := stored(t, db); len(got) != 3 {
		t.Errorf("a later view sees %v", got)
	}
	if _, err := timers(view); !errors.Is(err, ErrViewClosed) {
		t.Errorf("a closed view was read: %v", err)
	}
}

func TestAViewCannotWrite(t *testing.T) {
	db := openTest(t)
	view := beginView(t.Context(), t, db)
	if _, err := query(&view.Reader, scanValue[int64],
		`INSERT INTO timers (kind, subject_id, due) VALUES ('WAKE', 1, 0) RETURNING subject_id`); err == nil {
		t.Error("a view wrote")
	}
}

func TestAtMostOneViewPerCoreRuns(t *testing.T) {
	db := openTest(t)
	connections := runtime.GOMAXPROCS(0)
	var views []*ReadTx
	for range connections {
		view := beginView(t.Context(), t, db)
		if _, err := timers(view); err != nil {
			t.Fatal(err)
		}
		views = append(views, view)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	refused := beginView(ctx, t, db)
	answer := make(chan error)
	go func() {
		_, err := timers(refused)
		answer <- err
	}()
	cancel(errRefused)
	if err := <-answer; !errors.Is(err, errRefused) {
		t.Errorf("a view beyond the connections ended with %v", err)
	}
	waiting := beginView(t.Context(), t, db)
	go func() {
		_, err := timers(waiting)
		answer <- err
	}()
	views[0].Close()
	if err := <-answer; err != nil {
		t.Errorf("a view that waited for its connection: %v", err)
	}
}

func TestAViewExpires(t *testing.T) {
	db := openTest(t, func(o *Options) { o.viewLimit = time.Second })
	view := beginView(t.Context(), t, db)
	if _, err := query(&view.Reader, scanValue[int64], endless+` SELECT COUNT(*) FROM n`); !errors.Is(err, ErrViewExpired) {
		t.Errorf("a statement without end ended with %v", err)
	}
	if _, err := timers(view); !errors.Is(err, ErrViewExpired) {
		t.Errorf("a later statement ended with %v", err)
	}
	idle := beginView(t.Context(), t, db)
	if _, err := timers(idle); err != nil {
		t.Fatal(err)
	}
	<-idle.ctx.Done()
	for range db.readers.total { // its place is free though nobody closed it
		if _, err := timers(beginView(t.Context(), t, db)); err != nil {
			t.Error(err)
		}
	}
}

func TestTheEndOfAContextInterruptsAStatement(t *testing.T) {
	db := openTest(t)
	for _, sql := range []string{` SELECT COUNT(*) FROM n`, ` SELECT x FROM n`} {
		ctx, cancel := context.WithCancelCause(t.Context())
		view := beginView(ctx, t, db)
		if _, err := timers(view); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(5*time.Millisecond, func() { cancel(errRefused) })
		if _, err := query(&view.Reader, func(row) (struct{}, error) { return struct{}{}, nil }, endless+sql); !errors.Is(err, errRefused) {
			t.Errorf("%s ended with %v", sql, err)
		}
		if got := stored(t, db); len(got) != 0 {
			t.Errorf("later views see %v", got)
		}
	}
}

func TestViewsThatEndAsTheyAreInterruptedLeaveOthersAlone(t *testing.T) {
	db := openTest(t)
	if err := add(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	for reader := range 8 {
		readers.Go(func() {
			for i := range 200 {
				ctx, cancel := context.WithCancel(t.Context())
				view, err := db.BeginView(ctx)
				if err != nil {
					t.Error(err)
				}
				if reader%2 == 0 {
					go cancel()
				}
				for range i % 3 {
					if got, err := timers(view); err == nil && len(got) != 1 || err != nil && !errors.Is(err, context.Canceled) {
						t.Errorf("a view read %v, %v", got, err)
					} else if err != nil && reader%2 == 1 {
						t.Errorf("a view that nobody cancelled was interrupted: %v", err)
					}
				}
				view.Close()
				cancel()
			}
		})
	}
	readers.Wait()
}

func TestAnInterruptMeantForAnEarlierViewIsIgnored(t *testing.T) {
	db := openTest(t)
	earlier := beginView(t.Context(), t, db)
	if _, err := timers(earlier); err != nil {
		t.Fatal(err)
	}
	conn, lease := earlier.conn, earlier.lease
	earlier.Close()
	var view *ReadTx
	for view == nil || view.conn != conn { // until it has the same connection
		view = beginView(t.Context(), t, db)
		if _, err := timers(view); err != nil {
			t.Fatal(err)
		}
	}
	over, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-over:
				return
			default:
				conn.interrupt(lease)
			}
		}
	}()
	got, err := query(&view.Reader, scanValue[int], endless+` SELECT COUNT(*) FROM (SELECT x FROM n LIMIT 300000)`)
	close(over)
	<-stopped
	if err != nil || got[0] != 300000 {
		t.Errorf("the later view read %v, %v", got, err)
	}
}

func TestStatementsOfOneViewMayBeRunTogether(t *testing.T) {
	db := openTest(t)
	for i := range 20 {
		if err := add(t.Context(), db, int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	view := beginView(t.Context(), t, db)
	var siblings sync.WaitGroup
	for range 16 {
		siblings.Go(func() {
			if got, err := timers(view); err != nil || len(got) != 20 {
				t.Errorf("read %v, %v", got, err)
			}
		})
	}
	siblings.Wait()
}

func TestAConnectionKeepsABoundedNumberOfStatements(t *testing.T) {
	db := openTest(t)
	view := beginView(t.Context(), t, db)
	for i := range maxStatements + 10 {
		sql := fmt.Sprintf(`SELECT %d`, i)
		if got, err := query(&view.Reader, scanValue[int], sql); err != nil || len(got) != 1 || got[0] != i {
			t.Fatalf("%s returned %v, %v", sql, got, err)
		}
	}
	if got := len(view.conn.statements); got > maxStatements {
		t.Errorf("%d statements are kept", got)
	}
}
