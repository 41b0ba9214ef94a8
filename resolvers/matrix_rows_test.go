package resolvers_test

import (
	"fmt"
	"maps"

	"foyer/engine"
	"foyer/inbox"
	"foyer/vault"
)

// right reports whether somebody who is logged in may do something with objects that they see.
type right func(asker) bool

func everybody(asker) bool   { return true }
func people(a asker) bool    { return !a.key }
func managing(a asker) bool  { return a.manages }
func handingIn(a asker) bool { return a.manages || a.key }
func seeingAll(a asker) bool { return a.all }

// staffing is the right of those who manage people, passwords and keys; staffingAsOwner, of those who manage owners
// too.
func staffing(a asker) bool              { return a.manages && !a.key }
func staffingAsOwner(a asker) bool       { return a.owns && !a.key }
func assigned(m *matrix) right           { return func(a asker) bool { return a.Actor == m.own.Actor } }
func always(r right) func(*matrix) right { return func(*matrix) right { return r } }

// governedKinds are the kinds of object that may be hidden.
var governedKinds = map[string]struct{}{"Conversation": {}, "Contact": {}, "Message": {}, "Note": {}, "AssignmentDecision": {}, "WorkflowRun": {}, "File": {}}

// idsOfInputs says which kind of id each id in an input is. filter: an id that lists and streams are narrowed by, which
// check each member anyway. compared: an id of which an answer says only whether it is another one's.
var idsOfInputs = map[string]string{
	"EventFilter.conversationIds": "filter", "EventFilter.teamIds": "filter", "EventFilter.assigneeIds": "filter",
	"ConversationFilter.teamIds": "filter", "ConversationFilter.assigneeIds": "filter", "ConversationFilter.contactIds": "filter",
	"ConversationFilter.channelIds": "filter", "WorkflowRunFilter.workflowIds": "filter", "WorkflowRunFilter.contactId": "filter",
	"WorkflowRunFilter.conversationId": "filter",

	"AttachmentInput.fileId":       "File",
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

// mutationRow is what a mutation does with an input, and who may do it.
type mutationRow struct {
	may   func(*matrix) right
	input func(m *matrix, s *scene, who asker) variables
	// asObject says that the right is checked once the object is known to be visible: for callers who do not see it, it
	// does not exist.
	asObject bool
	// together says that all objects must be of one conversation, which is checked first.
	together bool
	// ends says that the caller's session then ends.
	ends bool
	// otherwise returns the outcome if it is neither ok nor FORBIDDEN, or an empty text if it is the usual one.
	otherwise func(asker) string
}

type object = variables

func named(m *matrix, prefix string) string { return fmt.Sprintf("%s %d", prefix, m.next()) }

// withFile is the input of what takes a text and a file into a conversation.
func withFile(_ *matrix, s *scene, _ asker) variables {
	return object{"conversationId": s.ids["Conversation"], "text": "Hi", "attachments": []object{{"fileId": s.ids["File"]}}}
}

func inConversation(more object) func(*matrix, *scene, asker) variables {
	return func(_ *matrix, s *scene, _ asker) variables {
		in := object{"conversationId": s.ids["Conversation"]}
		maps.Copy(in, more)
		return in
	}
}

func (m *matrix) message(s *scene, external string) object {
	return object{"channelId": m.channel.String(), "contact": object{"externalId": s.external}, "message": object{"text": "Hi", "externalId": external}}
}

const document = `{"format":1,"name":"%s","trigger":{"on":"conversation.opened","when":{"field":"message.text","op":"equals","value":"never"}},"steps":[{"key":"a","end":{}}]}`

func (m *matrix) draft() string {
	m.Helper()
	name := named(m, "Draft")
	w, err := m.engine.WorkflowCreate(m.Context(), m.owner.Caller, engine.WorkflowCreateInput{Name: name, Definition: inbox.JSON(fmt.Sprintf(document, name))})
	m.must(err)
	return w.ID.String()
}

func (m *matrix) spareField() string {
	m.Helper()
	f, err := m.engine.ContactFieldCreate(m.Context(), m.owner.Caller, engine.ContactFieldCreateInput{Name: fmt.Sprintf("spare_%d", m.next()), Type: inbox.FieldText})
	m.must(err)
	return f.ID.String()
}

// reply is the input of a new saved reply.
func (m *matrix) reply(s *scene, team *inbox.TeamID) variables {
	in := object{"shortcut": fmt.Sprintf("reply-%d", m.next()), "title": "Reply", "texts": []object{{"language": "en", "text": "Hi"}},
		"fileIds": []string{s.ids["File"]}}
	if team != nil {
		in["teamId"] = team.String()
	}
	return in
}

func (m *matrix) spareReply(team *inbox.TeamID) string {
	m.Helper()
	s, err := m.engine.SavedReplyCreate(m.Context(), m.owner.Caller, engine.SavedReplyCreateInput{TeamID: team,
		Shortcut: fmt.Sprintf("spare-%d", m.next()), Title: "Spare", Texts: []inbox.SavedReplyText{{Language: "en", Text: "Hi"}}})
	m.must(err)
	return s.ID.String()
}

// inSales is the right of managers and of those who are in the team Sales.
func inSales(*matrix) right {
	return func(a asker) bool { return a.manages || a.name == "an agent who sees their teams'" }
}

func (m *matrix) spareKey(role inbox.Role) string {
	return inbox.APIKeyID(m.newKey(named(m, "spare"), role).Actor.ID).String()
}

func (m *matrix) spareAgent(role inbox.Role) string {
	return m.hire(fmt.Sprintf("Spare%d", m.next()), role, inbox.VisibilityAll).Actor.Agent().String()
}

// spareView returns a view of an agent's or, if there is no agent, of the owner's.
func (m *matrix) spareView(of asker, shared bool) string {
	m.Helper()
	caller := m.owner.Caller
	if of.Actor.Agent() != 0 {
		caller = of.Caller
	}
	v, err := m.engine.SavedViewCreate(m.Context(), caller, engine.NewSavedView{Name: named(m, "View"), Filter: inbox.JSON(`{"mine":true}`), Order: inbox.OrderNewest, Shared: shared})
	m.must(err)
	return v.ID.String()
}

// notFoundForPeople is the outcome for a view of another: a key may not even try.
func notFoundForPeople(a asker) string {
	if a.key {
		return ""
	}
	return "NOT_FOUND id"
}

// definition returns a document as a client sends it.
func definition(name string) object {
	return object{"format": 1, "name": name, "trigger": object{"on": "conversation.closed"}, "steps": []object{{"key": "a", "end": object{}}}}
}

// job starts a job of somebody, which nobody does.
func (m *matrix) job(who asker, s *scene) string {
	m.Helper()
	starter := who.Caller
	if who.out {
		starter = m.owner.Caller
	}
	j, err := m.engine.ConversationsChange(m.Context(), starter, engine.ConversationsChange{IDs: []inbox.ConversationID{inbox.ID(s.ids["Conversation"]).Conversation()},
		Action: engine.JobAction{Tags: &engine.TagsAction{AddTags: []string{named(m, "tag")}}}})
	m.must(err)
	return j.ID.String()
}

// doneJob does a job of somebody.
func (m *matrix) doneJob(who asker, s *scene) string {
	m.Helper()
	id := m.job(who, s)
	m.engine.DoJobs(m.Context())
	return id
}

// jobOfOthers is what becomes of a request about somebody else's job: for whom it is not, it does not exist.
func jobOfOthers(a asker) string {
	if a.manages {
		return ""
	}
	return "NOT_FOUND id"
}

// mutations has the rows of all mutations, by name.
func mutations() map[string]map[string]mutationRow {
	plain := func(may right, input func(m *matrix, s *scene, who asker) variables) map[string]mutationRow {
		return map[string]mutationRow{"": {may: always(may), input: input}}
	}
	return map[string]map[string]mutationRow{
		"login": {"": {may: always(everybody), otherwise: func(asker) string { return "INVALID " },
			input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"email": fmt.Sprintf("nobody-%d@example.com", m.next()), "password": "wrong password"}
			}}},
		"logout": {"": {may: always(people), ends: true, input: func(*matrix, *scene, asker) variables { return object{} },
			otherwise: func(a asker) string {
				if a.key {
					return "INVALID "
				}
				return ""
			}}},
		"sessionEnd": {
			"": {may: always(people), input: func(m *matrix, _ *scene, who asker) variables { return object{"id": m.spareSession(who.person)} },
				otherwise: func(a asker) string {
					if a.key {
						return "NOT_FOUND id"
					}
					return ""
				}},
			"of somebody else": {may: always(everybody), input: func(m *matrix, _ *scene, _ asker) variables { return object{"id": m.spareSession(m.own)} },
				otherwise: func(a asker) string {
					if a.name == "an agent who sees their own" {
						return "ok" // it is theirs
					}
					return "NOT_FOUND id"
				}},
		},
		"apiKeyCreate": {
			"": {may: always(staffing), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"name": named(m, "Key"), "role": "AGENT"}
			}},
			"for an owner": {may: always(staffingAsOwner), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"name": named(m, "Key"), "role": "OWNER"}
			}},
		},
		"apiKeyRevoke": {
			"": {may: always(staffing), input: func(m *matrix, _ *scene, _ asker) variables { return object{"id": m.spareKey(inbox.RoleManager)} }},
			"of an owner": {may: always(staffingAsOwner), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareKey(inbox.RoleOwner)}
			}},
		},
		"agentCreate": {
			"": {may: always(staffing), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"name": "New", "email": fmt.Sprintf("new-%d@example.com", m.next()), "password": "correct horse battery staple"}
			}},
			"an owner": {may: always(staffingAsOwner), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"name": "New", "email": fmt.Sprintf("new-%d@example.com", m.next()), "password": "correct horse battery staple", "role": "OWNER"}
			}},
		},
		"agentUpdate": {
			"": {may: always(staffing), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareAgent(inbox.RoleAgent), "name": named(m, "Name")}
			}},
			"enabled again": {may: always(staffing), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareAgent(inbox.RoleManager), "disabled": false}
			}},
			"the password": {may: always(staffing), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareAgent(inbox.RoleAgent), "password": "correct horse battery staple"}
			}},
			"an owner": {may: always(staffingAsOwner), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareAgent(inbox.RoleOwner), "name": named(m, "Name")}
			}},
			"to an owner": {may: always(staffingAsOwner), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareAgent(inbox.RoleAgent), "role": "OWNER"}
			}},
			"their own visibility": {may: always(staffing), input: func(m *matrix, _ *scene, who asker) variables {
				if who.key {
					return object{"id": m.spareAgent(inbox.RoleOwner), "visibility": "ALL"}
				}
				return object{"id": who.Actor.Agent().String(), "visibility": "ALL"}
			}},
		},
		"presenceSet": {
			"": {may: always(people), input: func(*matrix, *scene, asker) variables { return object{"presence": "OFFLINE"} },
				otherwise: func(a asker) string {
					if a.key {
						return "REQUIRED agentId"
					}
					return ""
				}},
			"of others": {may: always(handingIn), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"presence": "OFFLINE", "agentId": m.busy.Actor.Agent().String()}
			}},
		},
		"teamCreate": plain(managing, func(m *matrix, _ *scene, _ asker) variables { return object{"name": named(m, "Team")} }),
		"teamUpdate": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			return object{"id": m.support.String(), "name": named(m, "Support")}
		}),
		"channelCreate": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			return object{"name": named(m, "Channel"), "kind": "API"}
		}),
		"channelUpdate": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			return object{"id": m.channel.String(), "name": named(m, "Channel")}
		}),
		"contactFieldCreate": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			return object{"name": fmt.Sprintf("field_%d", m.next()), "type": "TEXT"}
		}),
		"contactFieldUpdate": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			return object{"id": m.field.String(), "label": named(m, "Plan")}
		}),
		"contactFieldDelete": plain(managing, func(m *matrix, _ *scene, _ asker) variables { return object{"id": m.spareField()} }),
		"workspaceUpdate":    plain(managing, func(m *matrix, _ *scene, _ asker) variables { return object{"name": named(m, "Desk")} }),

		"messageReceive": {
			"": {may: always(handingIn), input: func(m *matrix, s *scene, _ asker) variables { return m.message(s, named(m, "m")) }},
			"again": {may: always(handingIn), input: func(m *matrix, s *scene, _ asker) variables {
				external := named(m, "m")
				_, err := m.engine.MessageReceive(m.Context(), m.owner.Caller, engine.MessageReceiveInput{ChannelID: m.channel,
					Contact: engine.InboundContactInput{ExternalID: s.external}, Message: engine.InboundMessageInput{ExternalID: &external, Text: new("Hi")}})
				m.must(err)
				return m.message(s, external)
			}},
		},
		"messageReceiveBatch": plain(handingIn, func(m *matrix, s *scene, _ asker) variables {
			return object{"messages": []object{m.message(s, named(m, "m"))}}
		}),
		"messageSend": plain(everybody, withFile),
		"messageStatusReport": plain(handingIn, func(_ *matrix, s *scene, _ asker) variables {
			return object{"messageId": s.sent, "status": "SENT"}
		}),
		"noteAdd": plain(everybody, withFile),
		"noteUpdate": {
			"": {may: always(func(asker) bool { return false }), asObject: true, input: func(_ *matrix, s *scene, _ asker) variables {
				return object{"id": s.ids["Note"], "text": "Another's"}
			}},
		},
		"noteDelete": {
			"": {may: always(managing), asObject: true, input: func(_ *matrix, s *scene, _ asker) variables {
				return object{"id": s.ids["Note"]}
			}},
		},
		"draftSet": {
			"": {may: always(people), input: func(_ *matrix, s *scene, _ asker) variables {
				return object{"conversationId": s.ids["Conversation"], "kind": "REPLY", "text": "Hi", "fileIds": []string{s.ids["File"]}}
			}},
			"nothing": {may: always(people), input: func(_ *matrix, s *scene, _ asker) variables {
				return object{"conversationId": s.ids["Conversation"], "kind": "NOTE", "text": "", "fileIds": []string{s.ids["File"]}}
			}},
		},
		"savedReplyCreate": {
			"":           {may: always(managing), input: func(m *matrix, s *scene, _ asker) variables { return m.reply(s, nil) }},
			"for a team": {may: inSales, input: func(m *matrix, s *scene, _ asker) variables { return m.reply(s, &m.sales) }},
		},
		"savedReplyUpdate": {
			"": {may: always(managing), input: func(m *matrix, s *scene, _ asker) variables {
				return object{"id": m.spareReply(nil), "title": "New", "fileIds": []string{s.ids["File"]}}
			}},
		},
		"savedReplyDelete": plain(managing, func(m *matrix, _ *scene, _ asker) variables { return object{"id": m.spareReply(nil)} }),
		"contactCreate":    plain(seeingAll, func(m *matrix, _ *scene, _ asker) variables { return object{"firstName": named(m, "New")} }),
		"contactUpdate": {
			"": {may: always(everybody), input: func(m *matrix, s *scene, _ asker) variables {
				return object{"id": s.ids["Contact"], "firstName": named(m, "New")}
			}},
			"blocked": {may: always(managing), asObject: true, input: func(_ *matrix, s *scene, _ asker) variables {
				return object{"id": s.ids["Contact"], "blocked": true}
			}},
		},
		"conversationOpen": plain(everybody, func(_ *matrix, s *scene, _ asker) variables { return object{"contactId": s.ids["Contact"]} }),
		"conversationAssign": {
			"": {may: always(everybody), input: func(m *matrix, s *scene, _ asker) variables {
				return object{"conversationId": s.ids["Conversation"], "agentId": m.busy.Actor.Agent().String()}
			}},
			"over capacity": {may: always(people), input: func(m *matrix, s *scene, _ asker) variables {
				return object{"conversationId": s.ids["Conversation"], "agentId": m.busy.Actor.Agent().String(), "overCapacity": true}
			}},
		},
		"conversationUnassign": plain(everybody, inConversation(nil)),
		"conversationRoute":    plain(everybody, inConversation(object{"priority": "HIGH"})),
		"conversationSnooze":   plain(everybody, inConversation(object{"until": "2100-01-01T00:00:00Z"})),
		"conversationWake":     plain(everybody, inConversation(nil)),
		"conversationWatch":    {"": {may: always(people), asObject: true, input: inConversation(nil)}},
		"conversationUnwatch":  {"": {may: always(people), asObject: true, input: inConversation(nil)}},
		"notificationsRead": {
			"": {may: always(people), input: func(*matrix, *scene, asker) variables { return object{"all": true} }},
			"some": {may: always(people), input: func(m *matrix, _ *scene, who asker) variables {
				return object{"ids": []string{m.notificationOf(m.busy)}}
			}},
			"of a conversation": {may: always(people), input: inConversation(nil)},
		},
		"conversationSeen": {"": {may: always(people), asObject: true, together: true, input: func(_ *matrix, s *scene, _ asker) variables {
			return object{"conversationId": s.ids["Conversation"], "messageId": s.ids["Message"], "noteId": s.ids["Note"]}
		}}},
		"conversationRead": {"": {may: assigned, asObject: true, together: true, input: func(_ *matrix, s *scene, _ asker) variables {
			return object{"conversationId": s.ids["Conversation"], "messageId": s.ids["Message"]}
		}}},
		"conversationClose": plain(everybody, inConversation(nil)),
		"activitySet":       plain(people, inConversation(object{"activity": "VIEWING"})),
		"conversationsChange": plain(everybody, func(_ *matrix, s *scene, _ asker) variables {
			return object{"ids": []string{s.ids["Conversation"]}, "action": object{"close": object{}}}
		}),
		"jobCancel": {
			"": {may: always(everybody), input: func(m *matrix, s *scene, who asker) variables { return object{"id": m.job(who, s)} }},
			"of others": {may: always(managing), input: func(m *matrix, s *scene, _ asker) variables { return object{"id": m.job(asker{person: m.busy}, s)} },
				otherwise: jobOfOthers},
		},
		"jobUndo": {
			"": {may: always(everybody), input: func(m *matrix, s *scene, who asker) variables { return object{"id": m.doneJob(who, s)} }},
			"of others": {may: always(managing), input: func(m *matrix, s *scene, _ asker) variables { return object{"id": m.doneJob(asker{person: m.busy}, s)} },
				otherwise: jobOfOthers},
		},
		"savedViewCreate": {
			"": {may: always(people), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"name": named(m, "View"), "filter": object{"mine": true}}
			}},
			"shared": {may: always(staffing), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"name": named(m, "View"), "filter": object{"status": "OPEN"}, "shared": true}
			}},
		},
		"savedViewUpdate": {
			"": {may: always(people), input: func(m *matrix, _ *scene, who asker) variables {
				return object{"id": m.spareView(who, false), "name": named(m, "View")}
			}},
			"a shared one": {may: always(staffing), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareView(asker{}, true), "order": "NEWEST"}
			}},
			"its position": {may: always(people), input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareView(asker{}, true), "position": 1}
			}},
			"of another": {may: always(people), otherwise: notFoundForPeople, input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareView(asker{person: m.busy}, false), "name": "Mine now"}
			}},
		},
		"savedViewDelete": {
			"":             {may: always(people), input: func(m *matrix, _ *scene, who asker) variables { return object{"id": m.spareView(who, false)} }},
			"a shared one": {may: always(staffing), input: func(m *matrix, _ *scene, _ asker) variables { return object{"id": m.spareView(asker{}, true)} }},
			"of another": {may: always(people), otherwise: notFoundForPeople, input: func(m *matrix, _ *scene, _ asker) variables {
				return object{"id": m.spareView(asker{person: m.busy}, false)}
			}},
		},
		"shortcutRun": plain(everybody, func(m *matrix, s *scene, _ asker) variables {
			return object{"workflowId": m.shortcut.String(), "conversationId": s.ids["Conversation"]}
		}),
		"workflowCreate": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			name := named(m, "Flow")
			return object{"name": name, "definition": definition(name)}
		}),
		"workflowUpdate":  plain(managing, func(m *matrix, _ *scene, _ asker) variables { return object{"id": m.draft(), "description": "New"} }),
		"workflowPublish": plain(managing, func(m *matrix, _ *scene, _ asker) variables { return object{"id": m.draft()} }),
		"workflowStop": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			name := named(m, "Stop")
			return object{"id": m.publish(name, fmt.Sprintf(document, name)).String()}
		}),
		"workflowImport": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			return object{"yaml": fmt.Sprintf("format: 1\nname: %s\ntrigger: { on: conversation.closed }\nsteps: [ { key: a, end: {} } ]\n", named(m, "Import"))}
		}),
		"workflowSimulate": plain(managing, func(_ *matrix, s *scene, _ asker) variables {
			return object{"definition": definition("Try"), "contactId": s.ids["Contact"]}
		}),
		"workflowWebhookRotate": plain(managing, func(m *matrix, _ *scene, _ asker) variables { return object{"id": m.hook.String()} }),
		"secretSet": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			return object{"name": fmt.Sprintf("S_%d", m.next()), "value": "long enough"}
		}),
		"secretDelete": plain(managing, func(m *matrix, _ *scene, _ asker) variables {
			name := fmt.Sprintf("D_%d", m.next())
			_, err := m.engine.Secrets().Set(m.Context(), m.owner.Caller, vault.SetInput{Name: name, Value: "long enough"})
			m.must(err)
			return object{"name": name}
		}),
	}
}

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
