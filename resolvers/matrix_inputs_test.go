package resolvers_test

// idsOfInputs says which kind of id each id in an input is. filter: an id that lists and streams are narrowed by, which
// check each member anyway. compared: an id of which an answer says only whether it is another one's.
var idsOfInputs = map[string]string{
	"EventFilter.conversationIds": "filter", "EventFilter.teamIds": "filter", "EventFilter.assigneeIds": "filter",
	"ConversationFilter.teamIds": "filter", "ConversationFilter.assigneeIds": "filter", "ConversationFilter.contactIds": "filter",
	"ConversationFilter.channelIds": "filter", "WorkflowRunFilter.workflowIds": "filter", "WorkflowRunFilter.contactId": "filter",
	"WorkflowRunFilter.conversationId": "filter",

	"AttachmentInput.fileId": "File", "ViewerUpdateInput.avatarFileId": "File",
	"ConversationsChangeInput.ids": "filter", "AssignAction.agentId": "Agent", "RouteAction.teamId": "Team", "JobCancelInput.id": "Job",
	"JobUndoInput.id": "Job",

	"SavedViewUpdateInput.id": "SavedView", "SavedViewDeleteInput.id": "SavedView",
	"MessageReceiveInput.channelId": "Channel", "MessageSendInput.conversationId": "Conversation", "MessageSendInput.channelId": "Channel", "MessageSendInput.ifLatestMessageId": "compared",
	"MessageStatusReportInput.messageId": "Message", "NoteAddInput.conversationId": "Conversation", "NoteAddInput.mentionIds": "Agent",
	"DraftSetInput.conversationId": "Conversation", "DraftSetInput.fileIds": "File",
	"NoteUpdateInput.id": "Note", "NoteUpdateInput.mentionIds": "Agent", "NoteDeleteInput.id": "Note",
	"SavedReplyCreateInput.teamId": "Team", "SavedReplyCreateInput.fileIds": "File", "SavedReplyUpdateInput.id": "SavedReply",
	"SavedReplyUpdateInput.teamId": "Team", "SavedReplyUpdateInput.fileIds": "File", "SavedReplyDeleteInput.id": "SavedReply",
	"MessageSendInput.savedReplyId": "SavedReply", "NoteAddInput.savedReplyId": "SavedReply",
	"ConversationOpenInput.contactId": "Contact", "ConversationOpenInput.channelId": "Channel", "ConversationOpenInput.teamId": "Team",
	"ConversationOpenInput.assigneeId": "Agent", "ConversationAssignInput.conversationId": "Conversation", "ConversationAssignInput.agentId": "Agent",
	"ConversationUnassignInput.conversationId": "Conversation", "ConversationRouteInput.conversationId": "Conversation",
	"ConversationRouteInput.teamId": "Team", "ConversationSnoozeInput.conversationId": "Conversation",
	"ConversationWakeInput.conversationId": "Conversation", "ConversationReadInput.conversationId": "Conversation",
	"ConversationReadInput.messageId": "Message", "ActivitySetInput.conversationId": "Conversation", "ConversationCloseInput.conversationId": "Conversation",
	"ConversationWatchInput.conversationId": "Conversation", "ConversationUnwatchInput.conversationId": "Conversation",
	"NotificationsReadInput.ids": "filter", "NotificationsReadInput.upToId": "filter", "NotificationsReadInput.conversationId": "filter",
	"ConversationSeenInput.conversationId": "Conversation", "ConversationSeenInput.messageId": "Message", "ConversationSeenInput.noteId": "Note",
	"ContactIdentityInput.channelId": "Channel", "ContactUpdateInput.id": "Contact", "ContactUpdateInput.ownerId": "Agent",
	"SessionEndInput.id": "Session", "ApiKeyRevokeInput.id": "ApiKey", "AgentUpdateInput.id": "Agent", "PresenceSetInput.agentId": "Agent",
	"TeamCreateInput.memberIds": "Agent", "TeamUpdateInput.id": "Team", "TeamUpdateInput.addMemberIds": "Agent",
	"TeamUpdateInput.removeMemberIds": "Agent", "ChannelUpdateInput.id": "Channel", "ContactFieldUpdateInput.id": "ContactField",
	"ContactFieldDeleteInput.id": "ContactField", "WorkspaceUpdateInput.defaultTeamId": "Team", "ShortcutRunInput.workflowId": "Workflow",
	"ShortcutRunInput.conversationId": "Conversation", "WorkflowUpdateInput.id": "Workflow", "WorkflowPublishInput.id": "Workflow",
	"WorkflowStopInput.id": "Workflow", "WorkflowSimulateInput.contactId": "Contact", "WorkflowWebhookRotateInput.id": "Workflow",
}
