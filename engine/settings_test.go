package engine_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestWhatIsSetUpHoldsForTheNextMessage(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support", engine.PolicyPatch{}, d.hire("Ana"))
	f := d.publish(`{format: 1, name: In, trigger: {on: conversation.opened}, steps: [{key: r, route: {team: Support}}, {key: a, assign: {by: team}}]}`)
	if d.assignee(d.opened("c1")) == 0 {
		t.Fatal("nobody was assigned")
	}
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, Policy: &engine.PolicyPatch{MaxOpen: engine.SetTo(int32(1))}}))
	if got := d.assignee(d.opened("c2")); got != 0 {
		t.Errorf("%v got a second conversation, and may have one", got)
	}
	must(d.WorkflowStop(d.ctx(), d.owner, f.ID, true))
	if runs := d.runs(d.opened("c3")); len(runs) != 0 {
		t.Errorf("a stopped workflow started %d runs", len(runs))
	}
	must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
	if got := d.run(d.opened("c4")).Version; got != 2 {
		t.Errorf("version %d ran, and 2 is published", got)
	}
	must(d.ChannelUpdate(d.ctx(), d.owner, engine.ChannelPatch{ID: d.channel, Disabled: new(true)}))
	_, err := d.MessageReceive(d.ctx(), d.key, d.message("c5", "Hello"))
	refused(t, err, inbox.CodeInvalid, "channelId")
}

var errUndone = errors.New("undone")

func TestSettingsThatWereUndoneAreNeverThoseOfAVersion(t *testing.T) {
	t.Parallel()
	db := scratch(t)
	h := &inbox.Channel{Name: "Website", Kind: inbox.ChannelAPI, CreatedAt: 1}
	version := func(tx *store.Tx) int64 { return must(tx.SettingsVersion()) }
	first := must(store.Update(t.Context(), db, func(tx *store.Tx) (int64, error) {
		before := version(tx)
		if err := tx.InsertChannel(h, "website"); err != nil {
			return 0, err
		}
		if version(tx) == before {
			t.Error("a new channel, whose id is used again if it is undone, has not changed the version")
		}
		return version(tx), nil
	}))
	seen := map[int64]bool{first: true}
	rename := func(name string, err error) {
		t.Helper()
		_, got := store.Update(t.Context(), db, func(tx *store.Tx) (int64, error) {
			if now := version(tx); now != first {
				t.Errorf("the version is %d before %s, want %d", now, name, first)
			}
			changed := *h
			changed.Name = name
			if err := tx.UpdateChannel(&changed, name); err != nil {
				return 0, err
			}
			now := version(tx)
			if seen[now] {
				t.Errorf("%s has a version that another had", name)
			}
			seen[now] = true
			return now, err
		})
		if !errors.Is(got, err) {
			t.Errorf("%s: %v", name, got)
		}
	}
	rename("one", errUndone)
	rename("two", errUndone)
	rename("three", nil)
	_ = must(store.Update(t.Context(), db, func(tx *store.Tx) (int64, error) {
		now := version(tx)
		if now == first || !seen[now] {
			t.Errorf("the version is %d after a change", now)
		}
		return now, nil
	}))
}

// inOneBatch runs functions in one batch of the writer, in this order.
func (d *desk) inOneBatch(functions ...func()) {
	d.Helper()
	var running sync.WaitGroup
	free, held := make(chan struct{}), make(chan struct{})
	running.Go(func() {
		_, _ = store.Update(d.ctx(), d.db, func(*store.Tx) (struct{}, error) {
			close(held)
			<-free
			return struct{}{}, nil
		})
	})
	<-held
	for i, fn := range functions {
		running.Go(fn)
		for waiting := 0; waiting <= i; waiting, _ = d.db.Waiting() {
			runtime.Gosched()
		}
	}
	close(free)
	running.Wait()
}

// undone lets a function see what another has changed, and then undoes the change. It reports whether it did: on a slow
// machine the two may be in different batches.
func (d *desk) undone(change func(*store.Tx) error, seeing func()) bool {
	d.Helper()
	times := 0
	d.inOneBatch(func() {
		_, _ = store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) {
			if times++; times > 1 {
				return struct{}{}, errUndone
			}
			return struct{}{}, change(tx)
		})
	}, seeing, func() {
		_, _ = store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) {
			return struct{}{}, errors.Join(tx.SetTimer(store.Timer{Kind: store.TimerDrain}), errUndone)
		})
	})
	return times > 1
}

func TestNothingIsKeptOfAVersionThatWasUndone(t *testing.T) {
	t.Parallel()
	for range 50 {
		d := newDeskHere(t)
		if !d.undone(func(tx *store.Tx) error {
			w := &inbox.Workflow{Name: "Lost", Status: inbox.WorkflowDraft, Definition: inbox.JSON(noting("lost"))}
			if err := tx.InsertWorkflow(w, "lost"); err != nil {
				return err
			}
			_, err := tx.Publish(w, "conversation.opened", `{}`)
			return err
		}, func() { must(d.MessageReceive(d.ctx(), d.key, d.message("c1", "Hello"))) }) {
			continue
		}
		d.publish(noting("kept"))
		same(t, d.notes(d.opened("c2")), []string{"kept"})
		return
	}
	t.Error("nothing was undone")
}

// noting returns a workflow that notes a text in conversations that open.
func noting(text string) string {
	return fmt.Sprintf(`{"format": 1, "name": "Noting %[1]s", "trigger": {"on": "conversation.opened"}, "steps": [{"key": "n", "note": {"text": "%[1]s"}}]}`, text)
}
