package store

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// hold keeps the writer busy with a function of its own until release is called.
func hold(t *testing.T, db *DB) (release func()) {
	t.Helper()
	running, let, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	run := sync.OnceFunc(func() { close(running) })
	go func() {
		defer close(over)
		_, err := Update(context.Background(), db, func(*Tx) (struct{}, error) {
			run()
			<-let
			return struct{}{}, nil
		})
		if err != nil && !errors.Is(err, ErrOutcomeUnknown) {
			t.Errorf("the holding function: %v", err)
		}
	}()
	<-running
	return func() {
		close(let)
		<-over
	}
}

// awaitWaiting waits until n functions are queued.
func awaitWaiting(db *DB, n int) {
	for {
		if people, background := db.Waiting(); people+background >= n {
			return
		}
		runtime.Gosched()
	}
}

// addAll queues an add for each subject behind a held writer, lets them run, and returns their errors.
func addAll(t *testing.T, db *DB, subjects []int64, fn func(tx *Tx, subject int64) error) []error {
	t.Helper()
	release := hold(t, db)
	answers := make(chan []Result[int64])
	go func() {
		answers <- UpdateEach(context.Background(), db, len(subjects), func(tx *Tx, i int) (int64, error) {
			return subjects[i], fn(tx, subjects[i])
		})
	}()
	awaitWaiting(db, len(subjects))
	release()
	errs := make([]error, len(subjects))
	for i, result := range <-answers {
		errs[i] = result.Err
		if result.Err == nil && result.Value != subjects[i] {
			t.Errorf("function %d was given the result of another: %d", i, result.Value)
		}
	}
	return errs
}

func TestFunctionsThatWaitAreCommittedTogether(t *testing.T) {
	var batches []BatchReport
	db := openTest(t, func(o *Options) {
		o.batchTime = time.Hour // a busy machine is no reason for another commit
		o.OnBatch = func(r BatchReport) { batches = append(batches, r) }
	})
	release := hold(t, db)
	var callers sync.WaitGroup
	for i := range 100 {
		callers.Go(func() {
			if err := add(t.Context(), db, int64(i)); err != nil {
				t.Error(err)
			}
		})
	}
	awaitWaiting(db, 100)
	release()
	callers.Wait()
	if got := len(stored(t, db)); got != 100 {
		t.Errorf("%d of 100 functions are stored", got)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if len(batches) > 2 { // together with the one that had the writer they are more than one batch takes
		t.Errorf("100 functions that waited took %d commits", len(batches))
	}
	for _, batch := range batches {
		if batch.Functions > maxBatch {
			t.Errorf("a batch had %d functions", batch.Functions)
		}
	}
}

func TestWhatWasAnsweredIsThereAfterTheNextStart(t *testing.T) {
	db := openTest(t)
	for i := range 50 {
		if err := add(t.Context(), db, int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := openTest(t, func(o *Options) { o.Path = db.options.Path })
	if got := len(stored(t, again)); got != 50 {
		t.Errorf("%d of 50 functions are stored", got)
	}
}

func TestAnErrorOrAPanicUndoesItsFunctionAlone(t *testing.T) {
	db := openTest(t)
	errs := addAll(t, db, []int64{1, 2, 3, 4, 5}, func(tx *Tx, subject int64) error {
		tx.Append(contactChanged(subject))
		tx.Index(subject, "text", 1, 1)
		if err := addTimer(tx, subject); err != nil {
			return err
		}
		switch subject {
		case 2:
			return errRefused
		case 4:
			panic("at four")
		}
		return nil
	})
	var panicked *PanicError
	if errs[0] != nil || errs[2] != nil || errs[4] != nil || !errors.Is(errs[1], errRefused) || !errors.As(errs[3], &panicked) {
		t.Errorf("the functions were answered %v", errs)
	}
	if got := stored(t, db); !slices.Equal(got, []int64{1, 3, 5}) {
		t.Errorf("stored are %v", got)
	}
	if got := subjectsOfLog(t, db); !slices.Equal(got, []int64{1, 3, 5}) {
		t.Errorf("the log has events of %v", got)
	}
	if got := found(t, db, "text"); !slices.Equal(got, []int64{1, 3, 5}) {
		t.Errorf("search finds %v", got)
	}
}

func TestAResultLeavesOnlyAfterTheCommit(t *testing.T) {
	var answered, after, early atomic.Int64
	db := openTest(t, func(o *Options) {
		o.fault = func(sql string) error {
			if sql == `COMMIT` {
				early.Add(answered.Load() + after.Load())
			}
			return nil
		}
	})
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		tx.AfterCommit(func() { after.Add(1) })
		return struct{}{}, addTimer(tx, 1)
	})
	answered.Add(1)
	if err != nil || early.Load() != 0 || after.Load() != 1 {
		t.Errorf("error %v, %d too early, %d after the commit", err, early.Load(), after.Load())
	}
}

func TestAfterCommitRunsInOrderAndOnlyForWhatIsStored(t *testing.T) {
	db := openTest(t)
	var order []int64
	addAll(t, db, []int64{1, 2, 3}, func(tx *Tx, subject int64) error {
		tx.AfterCommit(func() { order = append(order, subject*10) })
		tx.AfterCommit(func() { panic("contained") })
		tx.AfterCommit(func() { order = append(order, subject*10+1) })
		if subject == 2 {
			return errRefused
		}
		return nil
	})
	if !slices.Equal(order, []int64{10, 11, 30, 31}) {
		t.Errorf("called in the order %v", order)
	}
}

func TestAContextEndsTheWaitButNotTheFunction(t *testing.T) {
	db := openTest(t)
	release := hold(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	answer := make(chan error)
	go func() { answer <- add(ctx, db, 1) }()
	awaitWaiting(db, 1)
	cancel()
	if err := <-answer; !errors.Is(err, context.Canceled) {
		t.Errorf("the wait ended with %v", err)
	}
	release()

	taken, cancelTaken := context.WithCancel(t.Context())
	_, err := Update(taken, db, func(tx *Tx) (struct{}, error) {
		cancelTaken()
		return struct{}{}, addTimer(tx, 2)
	})
	if err != nil {
		t.Errorf("a function that was taken ended with %v", err)
	}
	if err := add(taken, db, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context was answered %v", err)
	}
	if got := stored(t, db); !slices.Equal(got, []int64{2}) {
		t.Errorf("stored are %v", got)
	}
}

func TestTooManyWaitingAreRefused(t *testing.T) {
	db := openTest(t)
	release := hold(t, db)
	answers := make(chan []Result[int])
	go func() {
		answers <- UpdateEach(context.Background(), db, maxWaiting, func(_ *Tx, i int) (int, error) { return i, nil })
	}()
	awaitWaiting(db, maxWaiting)
	if err := add(t.Context(), db, 1); !errors.Is(err, ErrOverloaded) {
		t.Errorf("one too many was answered %v", err)
	}
	release()
	for i, answer := range <-answers {
		if answer.Err != nil || answer.Value != i {
			t.Fatalf("function %d was answered %v", i, answer)
		}
	}
	if err := add(t.Context(), db, 2); err != nil {
		t.Errorf("after the queue ran empty: %v", err)
	}
}

func TestTheBackgroundGetsOneInEight(t *testing.T) {
	db := openTest(t)
	release := hold(t, db)
	var order []lane
	var callers sync.WaitGroup
	queue := func(n int, to lane) {
		for range n {
			callers.Go(func() {
				_, err := update(context.Background(), db, to, func(*Tx) (struct{}, error) {
					order = append(order, to)
					return struct{}{}, nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	queue(80, people)
	queue(20, background)
	awaitWaiting(db, 100)
	release()
	callers.Wait()
	for i := 0; i+backgroundShare <= 80; i += backgroundShare {
		share := 0
		for _, from := range order[i : i+backgroundShare] {
			share += int(from)
		}
		if share != 1 {
			t.Fatalf("functions %d to %d had %d of the background: %v", i, i+backgroundShare, share, order)
		}
	}
}

func TestCloseLetsWaitingFunctionsFinish(t *testing.T) {
	db := openTest(t)
	release := hold(t, db)
	var callers sync.WaitGroup
	for i := range 10 {
		callers.Go(func() {
			if err := add(context.Background(), db, int64(i)); err != nil {
				t.Error(err)
			}
		})
	}
	awaitWaiting(db, 10)
	closed := make(chan error, 2)
	for range 2 {
		go func() { closed <- db.Close() }()
	}
	for db.queue.add(people) == nil {
		runtime.Gosched()
	}
	if err := add(t.Context(), db, 100); !errors.Is(err, ErrClosed) {
		t.Errorf("a function after Close was answered %v", err)
	}
	release()
	callers.Wait()
	if err := errors.Join(<-closed, <-closed, db.Close()); err != nil {
		t.Error(err)
	}
	if _, err := View(t.Context(), db, func(r *ReadTx) (int64, error) { return r.HeadNumber() }); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed database was read: %v", err)
	}
	again := openTest(t, func(o *Options) { o.Path = db.options.Path })
	if got := stored(t, again); len(got) != 10 {
		t.Errorf("stored are %v", got)
	}
}

func TestAFunctionThatEndsItsGoroutineLeavesNobodyWaiting(t *testing.T) {
	db := openTest(t)
	answers := UpdateEach(t.Context(), db, 3, func(tx *Tx, i int) (struct{}, error) {
		if i == 1 {
			runtime.Goexit()
		}
		return struct{}{}, addTimer(tx, int64(i))
	})
	for i, want := range []error{ErrOutcomeUnknown, ErrOutcomeUnknown, ErrClosed} {
		if !errors.Is(answers[i].Err, want) {
			t.Errorf("function %d was answered %v", i, answers[i].Err)
		}
	}
	if err := add(t.Context(), db, 4); !errors.Is(err, ErrClosed) {
		t.Errorf("a later function was answered %v", err)
	}
}
