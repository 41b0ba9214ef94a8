package store

import (
	"strings"
	"testing"

	"foyer/inbox"
)

// TestWhateverChangesOfATeamsPolicyOrHoursIsAnotherVersionOfTheSettings: after a change, values that are cached under the
// former version must not be used.
func TestWhateverChangesOfATeamsPolicyOrHoursIsAnotherVersionOfTheSettings(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	values := map[string]string{"strategy": "'MANUAL'", "online_only": "FALSE", "max_open": "3", "require_skills": `'["billing"]'`, "match_language": "TRUE",
		"sticky": "'PREFER'", "sticky_wait": "60", "keep_owner": "FALSE", "reassign_when_offline": "60", "reassign_when_no_reply": "60",
		"head_starts": `'{}'`, "hours": `'{"timeZone":"UTC","week":{}}'`}
	for column := range strings.SplitSeq(policyColumns, ", ") {
		if column == "name" || column == "outside_hours" { // not cached; has one value only
			continue
		}
		changed, err := Update(t.Context(), db, func(tx *Tx) (bool, error) {
			team := &inbox.Team{Name: column, Policy: inbox.DefaultPolicy(), CreatedAt: 1}
			if err := tx.InsertTeam(team, team.Name); err != nil {
				return false, err
			}
			if _, err := tx.SettingsVersion(); err != nil {
				return false, err
			}
			if err := tx.change(`UPDATE teams SET `+column+` = `+values[column]+` WHERE id = ?`, team.ID); err != nil {
				return false, err
			}
			stand, err := tx.SettingsStand()
			return !stand, err
		})
		if err != nil || !changed {
			t.Errorf("%s has changed and the settings are of the same version, %v", column, err)
		}
	}
}
