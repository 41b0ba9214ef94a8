package verify

import (
	"foyer/inbox"
	"foyer/store"
)

// comparePresences checks that the history of each agent's presence ends with what they are now.
func (m *model) comparePresences(t tables) {
	newest := make(map[inbox.AgentID]*store.PresenceChange, len(t.presences))
	for _, change := range t.presences {
		newest[change.AgentID] = change
	}
	for _, a := range t.agents {
		change := newest[a.ID]
		if change == nil {
			m.find("%s has no history of presence.", a.ID)
			continue
		}
		if change.Presence != a.Presence || change.At != a.PresenceSince {
			m.find("%s is %s since %s in the tables; by the history of their presence, %s since %s.", a.ID, a.Presence, a.PresenceSince,
				change.Presence, change.At)
		}
		if (a.PresenceThen == nil) != (a.PresenceUntil == nil) {
			m.find("%s is %s until %s, and what follows is not known.", a.ID, a.Presence, valueOf(a.PresenceUntil))
		}
		if a.FormerPresence != nil && a.Presence != inbox.PresenceOffline {
			m.find("%s is %s, and the next connection would bring back %s.", a.ID, a.Presence, *a.FormerPresence)
		}
	}
}

// comparePresenceTimers checks the timers of agents, and removes them from those that are left to explain.
func (m *model) comparePresenceTimers(t tables, timers map[subject]inbox.Time) {
	for _, c := range t.connections {
		if _, ok := timers[subject{store.TimerAway, int64(c.AgentID)}]; ok {
			m.find("%s is connected to %s, and a timer is set to make them go away.", c.AgentID, c.Node)
		}
	}
	for _, a := range t.agents {
		presence := subject{store.TimerPresence, int64(a.ID)}
		due, ok := timers[presence]
		// While an agent is away the timer may have fired: the next connection looks at the time.
		if due != valueOf(a.PresenceUntil) && (ok || a.FormerPresence == nil) {
			m.find("%s is %s until %s; their timer is due at %s.", a.ID, a.Presence, valueOf(a.PresenceUntil), due)
		}
		delete(timers, presence)
		delete(timers, subject{store.TimerAway, int64(a.ID)})
	}
}
