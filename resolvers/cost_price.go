package resolvers

import "strings"

// listCost is how many members a list counts as if it is neither paged nor small.
const listCost = 20

// listLength returns how many members a list counts as if it is not paged, given as "Type.field".
func listLength(list string) int {
	if length, small := smallLists[list]; small {
		return length
	}
	if strings.HasSuffix(list, ".userErrors") {
		return 1 // so small that it hardly ever has more than one
	}
	return listCost
}

// smallLists are the lists that have few members by their nature, and how many they count as. Answers with more are charged
// afterwards. Never written to.
var smallLists = map[string]int{
	"Agent.teams":                        3,  // people work in few teams
	"AssignmentDecision.candidates":      5,  // the agents who were online and had capacity
	"AssignmentDecision.passedOver":      3,  // one for each reason there is
	"Contact.identities":                 2,  // one for each channel a person writes on
	"ContactChanged.changes":             2,  // what one form or message says
	"Conversation.decisions":             3,  // one for each assignment by policy
	"Query.savedViews":                   20, // what a sidebar has
	"QueueState.passedOver":              3,  // one for each reason there is
	"Conversation.runs":                  3,  // most conversations start one workflow
	"Draft.files":                        1,  // most have none
	"SavedReply.files":                   1,  // likewise
	"SavedReply.texts":                   2,  // the languages that a team writes
	"RenderedReply.files":                1,  // most replies have none
	"Query.drafts":                       10, // what one agent has begun
	"Conversation.shortcuts":             10, // as many as fit into a menu
	"Conversation.viewers":               3,  // hardly ever more than two
	"InboxCounts.byTeam":                 10, // one for each team
	"Message.attachments":                2,  // most messages have none
	"MessageReceivePayload.warnings":     2,  // most messages have none
	"Note.attachments":                   2,  // likewise
	"Job.failed":                         5,  // most jobs do not fail with many
	"Note.mentions":                      2,  // likewise
	"Shortcut.form":                      5,  // what an agent fills in
	"Query.sessions":                     5,  // a person has few devices
	"Team.members":                       10, // the agents that one policy assigns to
	"Workflow.problems":                  3,  // a published one has none
	"Workflow.warnings":                  2,  // likewise
	"WorkflowRun.steps":                  10, // what a run has done by the time somebody reads it
	"WorkflowSimulatePayload.candidates": 5,  // as of a decision
	"WorkflowSimulatePayload.steps":      10, // as of a run
	"Workspace.contactFields":            10, // what a contact's card shows
}

// extra returns the price of a field besides its point, given as "Type.field".
func extra(field string) int { return extras[field] }

// extras are for fields that have more than a word, at a point for each half kilobyte that is usual, and for fields that take
// more time than a lookup. Never written to.
var extras = map[string]int{
	"Agent.avatar":                 1,
	"Agent.preferences":            8, // 32 KiB at most
	"Agent.signature":              1,
	"Change.from":                  2,
	"Change.to":                    2,
	"Contact.field":                1,
	"Contact.fields":               8, // 32 KiB at most
	"Draft.text":                   1,
	"SavedReplyText.text":          1,
	"RenderedReply.text":           1,
	"Message.text":                 1, // 10,000 characters at most
	"Note.text":                    1,
	"ShortcutField.default":        1,
	"Workflow.definition":          20, // 256 KiB at most
	"Workflow.publishedDefinition": 20,
	"Workflow.problems":            60,  // the document is compiled each time, which takes up to a tenth of a second
	"Workflow.yaml":                150, // and is written out each time, which takes as long again
	"Team.load":                    5,   // a row for each member
	"UserError.params":             1,
	"SavedView.filter":             2,
	"ViewCount.count":              10, // it is counted every ten seconds at most
	"WorkflowDiagram.mermaid":      20, // it is drawn each time
	"WorkflowDiagram.svg":          50,
	"WorkflowRun.variables":        8,
	"WorkflowRunStep.detail":       4,

	"ContactConnection.totalCount":      50, // counts as far as 10,000
	"ConversationConnection.totalCount": 50,
	"MessageConnection.totalCount":      5,
	"Conversation.queuePosition":        5,  // counts the conversations before it
	"Conversation.queueState":           50, // looks at each agent of the team
	"Conversation.unread":               2,  // looks at what is newer than what the viewer has seen
	"Conversation.firstUnreadId":        2,
	"Conversation.shortcuts":            50,  // evaluates the condition of each workflow
	"Mutation.workflowPublish":          300, // compiles a document
	"Mutation.workflowSimulate":         450,
	"Query.inboxCounts":                 5,
	"Query.savedReplies":                20, // a search reads all of them
	"Query.savedReplyRender":            20, // compiles a text
}

const (
	// searchPrice is the price of a search, and of each word of it.
	searchPrice = 100
	// scanPrice is the price of a filter that no index serves: rows are read until the page is full.
	scanPrice = 100
)

// itemsOfPoint is how many conversations of a job cost a point: to store them, to find them, and to keep what becomes of them. That
// they are changed costs nothing more. It happens when nobody else needs the writer, and accounts take turns.
const itemsOfPoint = 4

// scans are the filters that no index serves. Never written to.
var scans = map[string]bool{"tags": true, "blocked": true}

// filterPrice returns the cost of a list's filter: a point for each value, more for searches and scans.
func filterPrice(filter any) int {
	given, _ := filter.(map[string]any)
	price := 0
	for name, value := range given {
		if value == nil {
			continue
		}
		if scans[name] {
			price += scanPrice
		}
		switch v := value.(type) {
		case string:
			if name == "search" {
				price += searchPrice * (1 + len(strings.Fields(v)))
			}
		case []any:
			price += len(v)
		}
	}
	return price
}
