package verify

// compareJobs checks that jobs count what their items say, that no conversation was left out, and that what they changed is in the
// log.
func (m *model) compareJobs(t tables) {
	for _, j := range t.jobs {
		id := j.Job.ID
		if j.Items != j.Job.Total {
			m.find("%s has %d conversations, and counts %d.", id, j.Items, j.Job.Total)
		}
		if j.Finished != j.Job.Done || j.Refused != j.Job.FailedCount {
			m.find("%s has done %d and failed with %d conversations, and counts %d and %d.", id, j.Finished, j.Refused, j.Job.Done, j.Job.FailedCount)
		}
		if j.Passed > 0 {
			m.find("%s is at %d, and has left out %d conversations before.", id, j.Job.Position, j.Passed)
		}
		switch {
		case j.Job.FinishedAt == nil && j.Job.Position == j.Job.Total:
			m.find("%s has nothing left to do, and has not finished.", id)
		case j.Job.FinishedAt != nil && j.Job.CancelledAt == nil && j.Waiting > 0:
			m.find("%s has finished, and %d conversations have no outcome.", id, j.Waiting)
		}
		if j.Unlogged > 0 {
			m.find("%s has changed %d conversations, and the log does not have that.", id, j.Unlogged)
		}
	}
}
