package inbox

// Actor is who or what caused something: *Agent, *Contact, *WorkflowRun, *APIKey or *System.
type Actor interface{ IsActor() }

// Author is who or what wrote something: *Agent, *Contact, *WorkflowRun or *APIKey.
type Author interface{ IsAuthor() }

// Viewer is who a token belongs to: *Agent or *APIKey.
type Viewer interface{ IsViewer() }

// Node is an object with an id of its own.
type Node interface{ IsNode() }

// System is Foyer itself as an actor: the queue, a timer, a rule.
type System struct{ Name string }

// ActorRef identifies an actor by kind and id, as the database stores it. ID is zero for ActorSystem.
type ActorRef struct {
	Kind ActorKind
	ID   int64
}

// BySystem returns Foyer itself as an actor: the queue, a timer, a rule.
func BySystem() ActorRef { return ActorRef{Kind: ActorSystem} }

// ByAgent returns an agent as an actor.
func ByAgent(id AgentID) ActorRef { return ActorRef{ActorAgent, int64(id)} }

// ByContact returns a contact as an actor.
func ByContact(id ContactID) ActorRef { return ActorRef{ActorContact, int64(id)} }

// ByRun returns a workflow run as an actor.
func ByRun(id WorkflowRunID) ActorRef { return ActorRef{ActorWorkflowRun, int64(id)} }

// ByAPIKey returns an API key as an actor.
func ByAPIKey(id APIKeyID) ActorRef { return ActorRef{ActorAPIKey, int64(id)} }

// Agent returns the agent's id, or zero if the actor is not an agent.
func (a ActorRef) Agent() AgentID {
	if a.Kind != ActorAgent {
		return 0
	}
	return AgentID(a.ID)
}

// Run returns the workflow run's id, or zero if the actor is not a run.
func (a ActorRef) Run() WorkflowRunID {
	if a.Kind != ActorWorkflowRun {
		return 0
	}
	return WorkflowRunID(a.ID)
}

// IsPerson reports whether a human agent acts.
func (a ActorRef) IsPerson() bool { return a.Kind == ActorAgent }

func (*Agent) IsActor()       {}
func (*Contact) IsActor()     {}
func (*WorkflowRun) IsActor() {}
func (*APIKey) IsActor()      {}
func (*System) IsActor()      {}

func (*Agent) IsAuthor()       {}
func (*Contact) IsAuthor()     {}
func (*WorkflowRun) IsAuthor() {}
func (*APIKey) IsAuthor()      {}

func (*Agent) IsViewer()  {}
func (*APIKey) IsViewer() {}

func (*Agent) IsNode()              {}
func (*APIKey) IsNode()             {}
func (*Team) IsNode()               {}
func (*Channel) IsNode()            {}
func (*ContactField) IsNode()       {}
func (*Contact) IsNode()            {}
func (*Conversation) IsNode()       {}
func (*Message) IsNode()            {}
func (*Note) IsNode()               {}
func (*Notification) IsNode()       {}
func (*SavedReply) IsNode()         {}
func (*AssignmentDecision) IsNode() {}
func (*Workflow) IsNode()           {}
func (*WorkflowRun) IsNode()        {}
func (*File) IsNode()               {}
func (*Session) IsNode()            {}
func (*Job) IsNode()                {}
