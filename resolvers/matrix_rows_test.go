package resolvers_test

import (
	"fmt"

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
		"viewerUpdate": {
			"": {may: always(people), input: func(m *matrix, s *scene, _ asker) variables {
				return object{"name": named(m, "Name"), "signature": "Bye", "languages": []string{"de"}, "timeZone": "Europe/Vienna", "avatarFileId": s.ids["File"]}
			}},
		},
		"preferencesSet": plain(people, func(*matrix, *scene, asker) variables {
			return object{"namespace": "console", "value": object{"dense": true}}
		}),
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
