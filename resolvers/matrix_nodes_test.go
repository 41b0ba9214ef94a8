package resolvers_test

import (
	"fmt"

	"foyer/inbox"
)

// queryRow is how a query is asked, and who gets an answer.
type queryRow struct {
	may  right  // all others get FORBIDDEN
	none right  // these get null; nil: nobody
	of   string // the kind of object that it shows; empty: none in particular
	args func(m *matrix, s *scene) string
}

// queries has the row of each query.
func queries() map[string]queryRow {
	byID := func(kind string) queryRow {
		return queryRow{may: everybody, of: kind, args: func(_ *matrix, s *scene) string { return fmt.Sprintf("(id: %q)", s.ids[kind]) }}
	}
	open := queryRow{may: everybody}
	return map[string]queryRow{
		"drafts": {may: people}, "contacts": {may: seeingAll}, "workflowRuns": {may: managing}, "apiKeys": {may: managing}, "secrets": {may: managing},
		"viewer": open, "sessions": open, "server": open, "workspace": open, "head": open, "inboxCounts": open, "savedViews": open, "agents": open, "teams": open, "channels": open, "workflows": open,
		"notifications": {may: people},
		"contact":       byID("Contact"), "conversation": byID("Conversation"), "workflowRun": byID("WorkflowRun"),
		"savedReplies": open,
		"savedReplyRender": {may: everybody, of: "Conversation", args: func(m *matrix, s *scene) string {
			return fmt.Sprintf("(id: %q, conversationId: %q)", m.spareReply(nil), s.ids["Conversation"])
		}},
		"me":   {may: everybody, none: func(a asker) bool { return a.key }},
		"node": byID("Message"), // every kind has its row in nodes
		"nodes": {may: everybody, args: func(_ *matrix, s *scene) string {
			return fmt.Sprintf("(ids: [%q, %q, %q, %q])", s.ids["Conversation"], s.ids["Contact"], s.ids["Message"], s.ids["Note"])
		}},
		"contactByIdentity": {may: everybody, of: "Contact", args: func(m *matrix, s *scene) string {
			return fmt.Sprintf("(channelId: %q, externalId: %q)", m.channel, s.external)
		}},
		"conversationByNumber": {may: everybody, of: "Conversation", args: func(_ *matrix, s *scene) string { return fmt.Sprintf("(number: %d)", s.number) }},
		"viewCounts": {may: everybody, args: func(m *matrix, _ *scene) string {
			return fmt.Sprintf("(ids: [%q, %q])", m.spareView(asker{}, true), m.spareView(asker{person: m.busy}, false))
		}},
		"conversations": {may: everybody, args: func(_ *matrix, s *scene) string {
			return fmt.Sprintf("(filter: {contactIds: [%q]})", s.ids["Contact"])
		}},
		"job": {may: everybody, none: func(a asker) bool { return !a.manages }, args: func(m *matrix, s *scene) string {
			return fmt.Sprintf("(id: %q)", m.job(asker{person: m.busy}, s))
		}},
		"workflow": {may: everybody, args: func(m *matrix, _ *scene) string { return fmt.Sprintf("(id: %q)", m.greeter) }},
	}
}

// nodes says which node of each kind is asked for, and who sees it. Kinds that are governed by access have no row.
func nodes() map[string]func(m *matrix) (id string, may right) {
	open := func(id func(*matrix) fmt.Stringer) func(*matrix) (string, right) {
		return func(m *matrix) (string, right) { return id(m).String(), everybody }
	}
	return map[string]func(*matrix) (string, right){
		"Agent":   open(func(m *matrix) fmt.Stringer { return m.busy.Actor.Agent() }),
		"Team":    open(func(m *matrix) fmt.Stringer { return m.support }),
		"Channel": open(func(m *matrix) fmt.Stringer { return m.channel }),
		"SavedReply": func(m *matrix) (string, right) {
			return m.spareReply(&m.sales), func(a asker) bool { return a.all || a.name == "an agent who sees their teams'" }
		},
		"Workflow":     open(func(m *matrix) fmt.Stringer { return m.greeter }),
		"ContactField": open(func(m *matrix) fmt.Stringer { return m.field }),
		"Job":          func(m *matrix) (string, right) { return m.doneJob(asker{person: m.busy}, m.play(false)), managing },
		"Notification": func(m *matrix) (string, right) { m.play(false); return m.notificationOf(m.own), assigned(m) },
		"SavedView":    func(m *matrix) (string, right) { return m.spareView(asker{}, true), everybody },
		"ApiKey":       func(m *matrix) (string, right) { return inbox.APIKeyID(m.writer.Actor.ID).String(), managing },
		"Session": func(m *matrix) (string, right) {
			return m.spareSession(m.owner), func(a asker) bool { return a.Actor == m.owner.Actor }
		},
	}
}

// forManagers are the fields that are null, or empty, for role AGENT, wherever they are selected.
var forManagers = map[string]struct{}{
	"Workflow.definition": {}, "Workflow.publishedDefinition": {}, "Workflow.problems": {}, "Workflow.warnings": {}, "Workflow.yaml": {}, "Workflow.diagram": {},
	"Workflow.webhookCreatedAt": {}, "WorkflowRun.variables": {}, "WorkflowRun.error": {}, "WorkflowRun.steps": {},
	"ApiKey.details": {}, "Agent.presenceHistory": {},
}
