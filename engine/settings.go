package engine

import (
	"sync"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// settings caches what every message needs of channels, teams and workflows, which rarely change, for one version of them. A
// transaction reads the version that it runs under, so it always finds the changes of others, even earlier ones of the same
// commit. What was cached under a version that was undone is never found again.
type settings struct {
	mu        sync.Mutex
	version   int64
	channels  map[inbox.ChannelID]inbox.Channel
	rules     map[inbox.TeamID]rules
	triggered map[string][]store.Version
}

// of clears the cache unless it is of this version, and returns it. The caller holds mu.
func (s *settings) of(version int64) *settings {
	if s.version != version || s.channels == nil {
		s.version = version
		s.channels = make(map[inbox.ChannelID]inbox.Channel)
		s.rules = make(map[inbox.TeamID]rules)
		s.triggered = make(map[string][]store.Version)
	}
	return s
}

// known returns the cached value of a key, or loads it. A loaded value is cached if the settings are still of the version
// that it was loaded under.
func known[K comparable, V any](w world, key K, of func(*settings) map[K]V, load func(K) (V, bool, error)) (V, error) {
	var none V
	version, err := w.read.SettingsVersion()
	if err != nil {
		return none, err
	}
	kept := &w.engine.settings
	kept.mu.Lock()
	value, ok := of(kept.of(version))[key]
	kept.mu.Unlock()
	if ok {
		return value, nil
	}
	value, found, err := load(key)
	if err != nil || !found {
		return none, err
	}
	if stand, err := w.read.SettingsStand(); err != nil || !stand {
		return value, err
	}
	kept.mu.Lock()
	defer kept.mu.Unlock()
	of(kept.of(version))[key] = value
	return value, nil
}

// channelInUse returns a channel, or one with the id zero if there is none.
func (w world) channelInUse(id inbox.ChannelID) (inbox.Channel, error) {
	return known(w, id, func(s *settings) map[inbox.ChannelID]inbox.Channel { return s.channels },
		func(id inbox.ChannelID) (inbox.Channel, bool, error) {
			channel, err := w.read.Channel(id)
			if err != nil || channel == nil {
				return inbox.Channel{}, false, err
			}
			return *channel, true, nil
		})
}

// rules are what a team chooses an agent by, and when it is open.
type rules struct {
	policy   inbox.AssignmentPolicy
	schedule *workflow.Schedule // nil: always
}

// rules returns those of a team or, without a team, of the workspace.
func (w world) rules(team *inbox.TeamID) (rules, error) {
	if team == nil {
		return rules{policy: inbox.DefaultPolicy()}, nil
	}
	return known(w, *team, func(s *settings) map[inbox.TeamID]rules { return s.rules },
		func(id inbox.TeamID) (rules, bool, error) {
			team, err := w.team(id)
			if err != nil {
				return rules{}, false, err
			}
			schedule, err := w.engine.schedule(team)
			return rules{team.Policy, schedule}, err == nil, err
		})
}

// triggeredBy returns the newest version of each published workflow with this trigger, oldest workflow first. The list is
// shared and must not be changed.
func (w world) triggeredBy(trigger string) ([]store.Version, error) {
	return known(w, trigger, func(s *settings) map[string][]store.Version { return s.triggered },
		func(trigger string) ([]store.Version, bool, error) {
			versions, err := w.read.VersionsTriggeredBy(trigger)
			return versions, true, err
		})
}
