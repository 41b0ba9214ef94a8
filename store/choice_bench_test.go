package store

import (
	"fmt"
	"testing"

	"foyer/inbox"
)

// BenchmarkChoose chooses among the members of a team and encodes the candidates as a decision stores them.
func BenchmarkChoose(b *testing.B) {
	for _, members := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("members=%d", members), func(b *testing.B) {
			db := openTest(b)
			policy := inbox.AssignmentPolicy{Strategy: inbox.StrategyLeastOpen, OnlineOnly: true, Sticky: inbox.StickyOff, OutsideHours: inbox.OutsideHoursKeep}
			team := &inbox.Team{Name: "Support", Policy: policy, CreatedAt: 1}
			_, err := Update(b.Context(), db, func(tx *Tx) (struct{}, error) { return struct{}{}, staff(tx, team, members) })
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			_, err = View(b.Context(), db, func(view *ReadTx) (struct{}, error) {
				for b.Loop() {
					choice, err := view.Choose(Choosing{Team: &team.ID, Policy: policy})
					if err != nil {
						return struct{}{}, err
					}
					if text := jsonText(choice.Candidates); choice.Winner == nil || len(text) < 2 {
						b.Error("nobody was chosen")
					}
				}
				return struct{}{}, nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

// staff stores a team whose members are online, offline and busy by turns.
func staff(tx *Tx, team *inbox.Team, members int) error {
	if err := tx.InsertTeam(team, team.Name); err != nil {
		return err
	}
	presences := []inbox.Presence{inbox.PresenceOnline, inbox.PresenceOffline, inbox.PresenceBusy}
	for i := range members {
		a := &inbox.Agent{Name: fmt.Sprint("Agent ", i), Email: fmt.Sprint(i), Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll,
			Presence: presences[i%len(presences)], LastActivityAt: 1, CreatedAt: 1}
		if err := tx.InsertAgent(a, a.Email, "-"); err != nil {
			return err
		}
		if _, err := tx.AddMember(team.ID, a.ID); err != nil {
			return err
		}
		if _, err := tx.Occupy(a.ID, &team.ID, nil, true, 2); err != nil {
			return err
		}
	}
	return nil
}
