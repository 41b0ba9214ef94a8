package inbox

// Job is one action on many conversations, which are fixed when it starts. They are changed one after another, each as the
// mutation for one conversation does it, by whoever started the job.
type Job struct {
	ID          JobID
	Starter     ActorRef // an agent or an API key
	Action      JSON     // what is done, as the engine writes it
	UndoesID    *JobID   `db:"undoes"` // the job whose changes it takes back
	Head        int64    // conversations that have changed after this event are left as they are
	Total       int32    // conversations
	Position    int32    // the conversations up to this one have an outcome
	Done        int32    // those that were changed, or were already as they should be
	FailedCount int32    `db:"failed"`
	CreatedAt   Time
	FinishedAt  *Time // nil: it waits or runs
	CancelledAt *Time
}

// JobFailure is a conversation that a job has left as it was, and why.
type JobFailure struct {
	ConversationID ConversationID
	Error          Error
}

// JobChanged says that a job got further or ended.
type JobChanged struct{ JobID JobID }

// IsStreamItem marks the items of streams.
func (*JobChanged) IsStreamItem() {}
