package inbox

// Workflow is a document with a trigger and steps.
type Workflow struct {
	ID                  WorkflowID
	Name                string
	Description         *string
	Status              WorkflowStatus
	Version             int32 // of the published definition; 0 until first published
	Definition          JSON  // the draft
	PublishedDefinition JSON  `db:"published_definition,joined"` // nil until first published
	CreatedAt           Time
	UpdatedAt           Time
	WebhookPath         *string `db:"-"` // of its secret URL, only when a change has just created it; never stored
}

// WorkflowRun is one execution of a workflow.
type WorkflowRun struct {
	ID             WorkflowRunID
	WorkflowID     WorkflowID
	VersionID      WorkflowVersionID
	Version        int32
	Status         WorkflowRunStatus
	ContactID      ContactID
	ConversationID *ConversationID
	CurrentStep    *string
	State          JSON // what the step function needs to go on
	Variables      JSON
	Error          *string
	Steps          []WorkflowRunStep // the run log
	StartedAt      Time
	EndedAt        *Time
	EndedBy        *ActorRef // who ended it; nil if it ended by itself, or has yet to end
	EndReason      *string   // why they did, as a sentence
}

// WorkflowRunStep is one executed step in a run's log.
type WorkflowRunStep struct {
	Key    string  `json:"key"`
	Type   string  `json:"type"`
	Exit   *string `json:"exit,omitempty"`
	At     Time    `json:"at"`
	Detail JSON    `json:"detail,omitempty"`
	Error  *string `json:"error,omitempty"`
}

// Active reports whether the run has yet to end.
func (s WorkflowRunStatus) Active() bool { return s == RunRunning || s == RunWaiting }
