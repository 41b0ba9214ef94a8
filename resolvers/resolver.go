package resolvers

import (
	"crypto/rand"
	"log/slog"
	"time"

	"foyer/engine"
	"foyer/file"
	"foyer/graph"
	"foyer/live"
	"foyer/store"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	engine *engine.Engine
	db     *store.DB
	live   *live.Log
	log    *slog.Logger

	links   *file.Links
	server  graph.Server
	limits  Limits
	budgets budgets

	following *following
	counts    *viewCounts
	after     func(time.Duration, func()) // calls a function later; tests set it

	wait    time.Duration        // how long a loader gathers ids at least; tests set it
	onScope func(statements int) // called at the end of each scope, with the number of statements that it has run; may be nil
}

var _ graph.ResolverRoot = (*Resolver)(nil)

// New returns resolvers on an engine and its database, with the limits of the zero Limits. Logger logs the failures that
// callers see only as a reference; nil: slog.Default().
func New(e *engine.Engine, db *store.DB, events *live.Log, logger *slog.Logger) *Resolver {
	if logger == nil {
		logger = slog.Default()
	}
	r := &Resolver{engine: e, db: db, live: events, log: logger, following: newFollowing(), links: file.NewLinks([]byte(rand.Text()), "", time.Now),
		after: func(d time.Duration, call func()) { time.AfterFunc(d, call) }}
	return r.WithLimits(Limits{})
}

// WithLinks returns the resolver with the links to files that it shows. Without it, they are signed with a key of its own.
func (r *Resolver) WithLinks(links *file.Links) *Resolver {
	r.links = links
	return r
}

// WithServer has the resolvers say which program answers.
func (r *Resolver) WithServer(server graph.Server) *Resolver {
	r.server = server
	return r
}

type (
	agentResolver         struct{ *Resolver }
	apiKeyResolver        struct{ *Resolver }
	attachmentResolver    struct{ *Resolver }
	candidateResolver     struct{ *Resolver }
	contactResolver       struct{ *Resolver }
	conversationResolver  struct{ *Resolver }
	decisionResolver      struct{ *Resolver }
	fileResolver          struct{ *Resolver }
	draftResolver         struct{ *Resolver }
	identityResolver      struct{ *Resolver }
	messageResolver       struct{ *Resolver }
	mutationResolver      struct{ *Resolver }
	noteResolver          struct{ *Resolver }
	queryResolver         struct{ *Resolver }
	renderedReplyResolver struct{ *Resolver }
	runResolver           struct{ *Resolver }
	savedReplyResolver    struct{ *Resolver }
	shortcutResolver      struct{ *Resolver }
	teamCountResolver     struct{ *Resolver }
	teamResolver          struct{ *Resolver }
	workflowResolver      struct{ *Resolver }
	workspaceResolver     struct{ *Resolver }
	savedViewResolver     struct{ *Resolver }
)

// Agent resolves the fields of agents.
func (r *Resolver) Agent() graph.AgentResolver { return agentResolver{r} }

// ApiKey resolves the fields of API keys.
func (r *Resolver) ApiKey() graph.ApiKeyResolver { //nolint:revive,staticcheck // gqlgen requires the schema's spelling
	return apiKeyResolver{r}
}

// AssignmentCandidate resolves the fields of a decision's candidates.
func (r *Resolver) AssignmentCandidate() graph.AssignmentCandidateResolver {
	return candidateResolver{r}
}

// AssignmentDecision resolves the fields of decisions.
func (r *Resolver) AssignmentDecision() graph.AssignmentDecisionResolver { return decisionResolver{r} }

// Attachment resolves the fields of attachments.
func (r *Resolver) Attachment() graph.AttachmentResolver { return attachmentResolver{r} }

// File resolves the fields of files.
func (r *Resolver) File() graph.FileResolver { return fileResolver{r} }

// Contact resolves the fields of contacts.
func (r *Resolver) Contact() graph.ContactResolver { return contactResolver{r} }

// ContactIdentity resolves the fields of a contact's identities.
func (r *Resolver) ContactIdentity() graph.ContactIdentityResolver { return identityResolver{r} }

// Conversation resolves the fields of conversations.
func (r *Resolver) Conversation() graph.ConversationResolver { return conversationResolver{r} }

// Draft resolves the fields of drafts.
func (r *Resolver) Draft() graph.DraftResolver { return draftResolver{r} }

// Message resolves the fields of messages.
func (r *Resolver) Message() graph.MessageResolver { return messageResolver{r} }

// Mutation resolves the mutations.
func (r *Resolver) Mutation() graph.MutationResolver { return mutationResolver{r} }

// Note resolves the fields of notes.
func (r *Resolver) Note() graph.NoteResolver { return noteResolver{r} }

// Query resolves the queries.
func (r *Resolver) Query() graph.QueryResolver { return queryResolver{r} }

// RenderedReply resolves the fields of saved replies for a conversation.
func (r *Resolver) RenderedReply() graph.RenderedReplyResolver { return renderedReplyResolver{r} }

// SavedReply resolves the fields of saved replies.
func (r *Resolver) SavedReply() graph.SavedReplyResolver { return savedReplyResolver{r} }

// SavedView resolves the fields of saved views.
func (r *Resolver) SavedView() graph.SavedViewResolver { return savedViewResolver{r} }

// Shortcut resolves the fields of shortcuts.
func (r *Resolver) Shortcut() graph.ShortcutResolver { return shortcutResolver{r} }

// Team resolves the fields of teams.
func (r *Resolver) Team() graph.TeamResolver { return teamResolver{r} }

// TeamCount resolves the fields of a team's counts.
func (r *Resolver) TeamCount() graph.TeamCountResolver { return teamCountResolver{r} }

// Workflow resolves the fields of workflows.
func (r *Resolver) Workflow() graph.WorkflowResolver { return workflowResolver{r} }

// WorkflowRun resolves the fields of runs.
func (r *Resolver) WorkflowRun() graph.WorkflowRunResolver { return runResolver{r} }

// Workspace resolves the fields of the workspace.
func (r *Resolver) Workspace() graph.WorkspaceResolver { return workspaceResolver{r} }
