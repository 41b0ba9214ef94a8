package verify

import (
	"encoding/json"
	"maps"
	"slices"

	"foyer/inbox"
	"foyer/store"
)

// compareTasks checks that a run waits for every task, that the task of every waiting run exists, and that lanes have tasks.
func (m *model) compareTasks(t tables) {
	waiting := make(map[inbox.WorkflowRunID]int64) // the task that a run waits for
	for _, r := range t.runs {
		var state struct {
			Task int64 `json:"task"`
		}
		if err := json.Unmarshal(r.State, &state); len(r.State) > 0 && err != nil {
			m.find("The state of %s cannot be read: %v.", r.ID, err)
		}
		if state.Task != 0 {
			waiting[r.ID] = state.Task
		}
	}
	used := make(map[string]bool)
	for _, task := range t.tasks {
		used[task.Lane] = true
		if task.Kind != store.TaskHTTP {
			continue
		}
		run := inbox.WorkflowRunID(task.SubjectID)
		if waiting[run] != task.ID {
			m.find("Task %d is for %s, which does not wait for it.", task.ID, run)
		}
		delete(waiting, run)
	}
	for _, run := range slices.Sorted(maps.Keys(waiting)) {
		m.find("%s waits for task %d, which does not exist.", run, waiting[run])
	}
	for _, lane := range t.lanes {
		if !used[lane.Key] {
			m.find("The lane %q has no tasks.", lane.Key)
		}
	}
}
