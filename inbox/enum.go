package inbox

// Enum texts are the same in Go, SQL and GraphQL; a test compares them.
type (
	// Role says what an agent or an API key may do.
	Role string
	// Visibility says which conversations an agent of role AGENT sees.
	Visibility string
	// Presence says whether an agent is available.
	Presence string
	// AssignmentStrategy says how a team chooses among its eligible members.
	AssignmentStrategy string
	// Stickiness says how much a team prefers the contact's owner.
	Stickiness string
	// OutsideHours says what happens to a conversation while its team is closed.
	OutsideHours string
	// PassedOverReason says why a candidate was not assigned.
	PassedOverReason string
	// DecisionTrigger says what made automation decide.
	DecisionTrigger string
	// ChannelKind is the messaging service behind a channel.
	ChannelKind string
	// FieldType is the type of the values of a custom field, or of a field of a form.
	FieldType string
	// ConversationStatus says whether a conversation is open.
	ConversationStatus string
	// ConversationSource says who opened a conversation.
	ConversationSource string
	// CloseSource says who or what closed a conversation.
	CloseSource string
	// ConversationOrder is the order of a list of conversations.
	ConversationOrder string
	// Priority is a head start in the queue.
	Priority string
	// Direction says which way a message went.
	Direction string
	// MessageStatus says how far a message got.
	MessageStatus string
	// DraftKind says what a draft is to become.
	DraftKind string
	// WorkflowStatus is the state of a workflow.
	WorkflowStatus string
	// WorkflowRunStatus is the state of one run of a workflow.
	WorkflowRunStatus string
	// ActivityKind is what somebody does in a conversation at the moment.
	ActivityKind string
	// FileUseKind is a kind of what files are used for.
	FileUseKind string
	// NotificationKind says what an agent is notified of.
	NotificationKind string
	// ActorKind is a kind of actor.
	ActorKind string
)

const (
	RoleOwner   Role = "OWNER"
	RoleManager Role = "MANAGER"
	RoleAgent   Role = "AGENT"

	VisibilityAll      Visibility = "ALL"
	VisibilityTeam     Visibility = "TEAM"     // own teams' conversations, those with neither team nor assignee, own ones
	VisibilityAssigned Visibility = "ASSIGNED" // own ones

	PresenceOnline  Presence = "ONLINE"
	PresenceBusy    Presence = "BUSY"
	PresenceOffline Presence = "OFFLINE"

	StrategyRoundRobin  AssignmentStrategy = "ROUND_ROBIN"  // longest not assigned from this team
	StrategyLeastOpen   AssignmentStrategy = "LEAST_OPEN"   // fewest open; ties: longest not assigned
	StrategyLongestIdle AssignmentStrategy = "LONGEST_IDLE" // longest since last activity
	StrategyManual      AssignmentStrategy = "MANUAL"       // queue only

	StickyOff          Stickiness = "OFF"
	StickyPrefer       Stickiness = "PREFER"        // the owner first, if eligible
	StickyRequireUntil Stickiness = "REQUIRE_UNTIL" // the owner alone, until a wait is over

	OutsideHoursKeep OutsideHours = "KEEP" // it waits until the team opens

	PassedOverDisabled     PassedOverReason = "DISABLED"
	PassedOverMissingSkill PassedOverReason = "MISSING_SKILL"
	PassedOverLanguage     PassedOverReason = "LANGUAGE"
	PassedOverNotOwner     PassedOverReason = "NOT_OWNER"  // the conversation waits for the contact's owner alone
	PassedOverTakenBack    PassedOverReason = "TAKEN_BACK" // the conversation is being taken from this agent
	PassedOverOutOfHours   PassedOverReason = "OUT_OF_HOURS"
	PassedOverOffline      PassedOverReason = "OFFLINE"
	PassedOverBusy         PassedOverReason = "BUSY"
	PassedOverAtCapacity   PassedOverReason = "AT_CAPACITY"
	PassedOverNotChosen    PassedOverReason = "NOT_CHOSEN" // eligible, but the strategy preferred another

	TriggerStep          DecisionTrigger = "STEP"            // of a workflow
	TriggerAsked         DecisionTrigger = "ASKED"           // by a person or an integration
	TriggerOnline        DecisionTrigger = "ONLINE"          // an agent came online
	TriggerClose         DecisionTrigger = "CLOSE"           // an agent has a conversation less
	TriggerCapacity      DecisionTrigger = "CAPACITY"        // an agent or a policy allows more
	TriggerJoined        DecisionTrigger = "JOINED"          // an agent joined the team
	TriggerWoken         DecisionTrigger = "WOKEN"           // the conversation's snooze ended
	TriggerOpenedHours   DecisionTrigger = "OPENED_HOURS"    // the team opened
	TriggerReassign      DecisionTrigger = "REASSIGN"        // its agent was offline, silent or disabled
	TriggerDefaultTeam   DecisionTrigger = "DEFAULT_TEAM"    // nobody else took care of it
	TriggerOwnerWaitOver DecisionTrigger = "OWNER_WAIT_OVER" // it had waited for its owner long enough

	ChannelAPI       ChannelKind = "API"
	ChannelWebChat   ChannelKind = "WEB_CHAT"
	ChannelTelegram  ChannelKind = "TELEGRAM"
	ChannelWhatsApp  ChannelKind = "WHATSAPP"
	ChannelMessenger ChannelKind = "MESSENGER"
	ChannelEmail     ChannelKind = "EMAIL"
	ChannelSMS       ChannelKind = "SMS"

	FieldText     FieldType = "TEXT"
	FieldList     FieldType = "LIST" // of texts
	FieldCheckbox FieldType = "CHECKBOX"
	FieldEmail    FieldType = "EMAIL"
	FieldNumber   FieldType = "NUMBER"
	FieldURL      FieldType = "URL"
	FieldDate     FieldType = "DATE" // a day: 2026-01-31
	FieldTime     FieldType = "TIME" // a moment: 2026-01-31T09:30:00Z

	Open   ConversationStatus = "OPEN"
	Closed ConversationStatus = "CLOSED"

	SourceContact  ConversationSource = "CONTACT"
	SourceAgent    ConversationSource = "AGENT"
	SourceWorkflow ConversationSource = "WORKFLOW"
	SourceAPI      ConversationSource = "API"

	CloseAgent    CloseSource = "AGENT"
	CloseWorkflow CloseSource = "WORKFLOW"
	CloseAPI      CloseSource = "API"
	CloseAuto     CloseSource = "AUTO"
	CloseMerge    CloseSource = "MERGE"
	CloseBlock    CloseSource = "BLOCK"

	OrderLastActivity    ConversationOrder = "LAST_ACTIVITY"
	OrderFirstActivity   ConversationOrder = "FIRST_ACTIVITY"
	OrderLongestWaiting  ConversationOrder = "LONGEST_WAITING"  // those that do not wait come last, by last activity
	OrderShortestWaiting ConversationOrder = "SHORTEST_WAITING" // likewise
	OrderNewest          ConversationOrder = "NEWEST"
	OrderOldest          ConversationOrder = "OLDEST"
	OrderQueue           ConversationOrder = "QUEUE"     // those that are not queued come last, by last activity
	OrderQueueEnd        ConversationOrder = "QUEUE_END" // likewise
	OrderPriority        ConversationOrder = "PRIORITY"  // by last activity within a priority; closed ones come last
	OrderLowPriority     ConversationOrder = "LOW_PRIORITY"

	PriorityLow    Priority = "LOW"
	PriorityNormal Priority = "NORMAL"
	PriorityHigh   Priority = "HIGH"
	PriorityUrgent Priority = "URGENT"

	Inbound  Direction = "INBOUND"
	Outbound Direction = "OUTBOUND"

	StatusReceived  MessageStatus = "RECEIVED"
	StatusQueued    MessageStatus = "QUEUED"
	StatusSent      MessageStatus = "SENT"
	StatusDelivered MessageStatus = "DELIVERED"
	StatusRead      MessageStatus = "READ"
	StatusFailed    MessageStatus = "FAILED"

	DraftReply DraftKind = "REPLY"
	DraftNote  DraftKind = "NOTE"

	WorkflowDraft     WorkflowStatus = "DRAFT"
	WorkflowPublished WorkflowStatus = "PUBLISHED"
	WorkflowStopped   WorkflowStatus = "STOPPED"

	RunRunning   WorkflowRunStatus = "RUNNING"
	RunWaiting   WorkflowRunStatus = "WAITING"
	RunCompleted WorkflowRunStatus = "COMPLETED"
	RunFailed    WorkflowRunStatus = "FAILED"
	RunCancelled WorkflowRunStatus = "CANCELLED"
	RunTakenOver WorkflowRunStatus = "TAKEN_OVER"

	ActivityViewing ActivityKind = "VIEWING"
	ActivityTyping  ActivityKind = "TYPING"
	ActivityNone    ActivityKind = "NONE"

	FileUseMessage FileUseKind = "MESSAGE"
	FileUseNote    FileUseKind = "NOTE"
	FileUseDraft   FileUseKind = "DRAFT"
	FileUseReply   FileUseKind = "REPLY" // a saved one
	FileUseAvatar  FileUseKind = "AVATAR"

	NotificationMention   NotificationKind = "MENTION"    // a note mentions the agent
	NotificationAssigned  NotificationKind = "ASSIGNED"   // somebody or something else assigned the agent
	NotificationMessage   NotificationKind = "MESSAGE"    // the contact wrote to their assignee
	NotificationFailed    NotificationKind = "FAILED"     // a message was not delivered
	NotificationWatched   NotificationKind = "WATCHED"    // something happened in a conversation that the agent watches
	NotificationStranded  NotificationKind = "STRANDED"   // nobody takes care of a conversation
	NotificationTakenBack NotificationKind = "TAKEN_BACK" // time alone took a conversation from its agent, or would have

	ActorAgent       ActorKind = "AGENT"
	ActorContact     ActorKind = "CONTACT"
	ActorWorkflowRun ActorKind = "WORKFLOW_RUN"
	ActorAPIKey      ActorKind = "API_KEY"
	ActorSystem      ActorKind = "SYSTEM"
)
