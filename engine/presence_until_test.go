package engine_test

import (
	"fmt"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestAPresenceSetUntilATimeGivesWayToTheOneBefore(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.connect(ana)
	d.chooses(ana, inbox.PresenceBusy, time.Hour)
	d.later(59 * time.Minute)
	d.is(ana, inbox.PresenceBusy)
	d.chooses(ana, inbox.PresenceOffline, time.Hour) // replaces the first
	d.later(59 * time.Minute)
	d.is(ana, inbox.PresenceOffline)
	d.later(time.Minute)
	d.is(ana, inbox.PresenceOnline)

	d.chooses(ana, inbox.PresenceBusy, time.Hour)
	d.chooses(ana, inbox.PresenceBusy, 0) // from now on it stays
	d.later(2 * time.Hour)
	d.is(ana, inbox.PresenceBusy)
	same(t, d.agent(ana).PresenceEnds(), (*inbox.Time)(nil))
	for _, past := range []time.Duration{0, -time.Second} {
		_, err := d.PresenceSet(d.ctx(), d.caller(ana), engine.PresenceSetInput{Presence: inbox.PresenceBusy, Until: new(inbox.At(d.clock.Now().Add(past)))})
		refused(t, err, inbox.CodeInvalid, "until")
	}
}

func TestOtherDevicesAreToldUntilWhenAPresenceStays(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	same(t, d.during(func() { d.chooses(ana, inbox.PresenceOnline, time.Hour) }), []string{"PRESENCE_CHANGED by AGENT"})
	same(t, d.during(func() { d.later(time.Hour) }), []string{"PRESENCE_CHANGED by SYSTEM"})
	d.unchanged(func() { d.chooses(ana, inbox.PresenceOnline, 0) })
}

func TestWhoWasAwayComesBackAsTheyWouldBeByThen(t *testing.T) {
	for name, test := range map[string]struct {
		set        inbox.Presence
		until, out time.Duration
		want       inbox.Presence
	}{
		"before the time":        {inbox.PresenceBusy, 2 * time.Hour, time.Hour, inbox.PresenceBusy},
		"after it":               {inbox.PresenceBusy, time.Hour, 2 * time.Hour, inbox.PresenceOnline},
		"offline, before":        {inbox.PresenceOffline, 2 * time.Hour, time.Hour, inbox.PresenceOffline},
		"offline, after":         {inbox.PresenceOffline, time.Hour, 2 * time.Hour, inbox.PresenceOnline},
		"a long time":            {inbox.PresenceOffline, 14 * time.Hour, 15 * time.Hour, inbox.PresenceOnline},
		"long after":             {inbox.PresenceBusy, time.Hour, 14 * time.Hour, inbox.PresenceOffline},
		"long before":            {inbox.PresenceBusy, 48 * time.Hour, 24 * time.Hour, inbox.PresenceBusy},
		"before, within a grace": {inbox.PresenceBusy, time.Hour, 20 * time.Second, inbox.PresenceBusy},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ana := d.hire("Ana")
			disconnect := d.connect(ana)
			d.chooses(ana, test.set, test.until)
			disconnect()
			if test.out > time.Minute {
				d.later(grace)
				d.is(ana, inbox.PresenceOffline)
			}
			d.later(test.out)
			d.connect(ana)
			d.is(ana, test.want)
			if test.out < test.until {
				d.later(test.until)
				d.is(ana, inbox.PresenceOnline)
			}
		})
	}
}

func TestTheHistoryOfPresenceHasItsSpans(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	d.later(time.Minute)
	d.chooses(ana, inbox.PresenceOnline, 0)
	d.connect(ana)()
	d.later(grace)
	d.later(time.Hour)
	spans := func(before int64, limit int) (list []string, last int64) {
		for _, s := range view(d, func(r *store.ReadTx) ([]*inbox.PresenceSpan, error) {
			return r.PresenceSpans(ana, before, d.Now(), limit)
		}) {
			list = append(list, fmt.Sprint(s.Presence, " ", s.Duration, " ", s.Until == nil))
			last = s.ID
		}
		return list, last
	}
	newest, last := spans(0, 2)
	same(t, newest, []string{"OFFLINE PT1H true", "ONLINE PT46S false"})
	older, _ := spans(last, 2)
	same(t, older, []string{"OFFLINE PT1M false"})
	if got := d.agent(ana); *got.SeenAt() != got.PresenceSince.Add(-grace) {
		t.Errorf("they were last seen at %s, and are away since %s", *got.SeenAt(), got.PresenceSince)
	}
}

func TestRetentionLeavesTheSpanThatReachesIntoWhatIsKept(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	for range 300 {
		d.clock.move(time.Hour)
		d.chooses(ana, inbox.PresenceBusy, 0)
		d.clock.move(time.Hour)
		d.chooses(ana, inbox.PresenceOnline, 0)
	}
	d.clock.move(30 * time.Minute)
	must(d.Forget(d.ctx(), 3*time.Hour))
	left := view(d, func(r *store.ReadTx) ([]*inbox.PresenceSpan, error) { return r.PresenceSpans(ana, 0, d.Now(), 1000) })
	if len(left) != 4 {
		t.Errorf("%d spans are left", len(left))
	}
}
