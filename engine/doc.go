// Package engine is every use case of Foyer: intake, the life of conversations, assignment, queues, presence, teams,
// agents, workflows, the timers, and the tasks that leave the process.
//
// A use case is one method of Engine. It checks its input and then runs in one transaction, together with everything that
// follows from it: workflows start and go on, queues drain. Its result is as committed. An *inbox.Error is for the caller to
// act on and has changed nothing; every other error is internal.
//
// The table in CONTRIBUTING.md says what it may import. An Engine is safe for concurrent use. Run drives its timers and
// RunTasks its tasks until their contexts end.
//
// # Where things are
//
// A file is named after its subject, and has its use cases and what only they need. To follow a message through
// the package read engine.go (change), work.go, intake.go, settle.go, trigger.go, run.go, effect.go, decision.go and
// assignment.go, in this order.
//
//   - One transaction. engine.go: how a use case runs in one. work.go: how its statements run. rows.go: the rows that it has
//     loaded, changed and added so far; flush.go: how each is written once. settings.go: what is cached. settle.go: what
//     follows from a use case (runs start and go on, queues drain); budget.go: how much of that one transaction does.
//     timer.go: timers. world.go: what facts and decisions are read from.
//   - Messages. intake.go: of contacts; raw_message.go: in the form of requests; intake_content.go: what is stored of them, and
//     what is left out with a warning. message.go: of agents and integrations, and their status. note.go: notes; note_change.go:
//     how they are edited and deleted. draft_set.go: what agents have written and not sent yet. saved_reply.go: saved replies;
//     saved_reply_render.go: their variables. file.go: files that were uploaded: who sees them, what uses them, how many there may be.
//   - Conversations. conversation.go: from opening to close; snooze.go: set aside for a time. assignment.go: assigning, by hand or
//     by a team's policy.
//     decision.go: the choice of an agent, and its reason. queue.go: queues and their order; queue_state.go: why a
//     conversation waits. activity.go: who views a conversation or types in it; activity_sight.go: what follows from who loses
//     sight of it. attend.go: what happens because time passes. engine/assign has the parts of assignment that need no
//     transaction: overrides, demands, explanations.
//   - Attention. seen.go: how far agents have seen conversations; attention.go: what follows for it from what happens.
//     notification.go, watch.go: what agents have read of it, and what they watch.
//   - Contacts. contact.go: creating and changing them. profile.go: what a message tells about one. contact_field.go: which
//     custom fields there are. contact_value.go: their values.
//   - The workspace. workspace.go, team.go, policy.go, hours.go, zone.go, channel.go.
//   - Agents and keys. agent.go; agent_retire.go: what happens to the work of an agent who is disabled; api_key.go.
//     agent_profile.go: what agents say about themselves, and what front ends keep for them. presence.go: presence; presence_connections.go: what follows from live connections that come and go; session.go:
//     what follows when an agent logs out. Package account has sessions, logins and passwords.
//   - Workflows as documents. workflow.go: drafts, stopping. publish.go: compiling before the transaction that publishes, and
//     that transaction. draft.go: what the names in drafts of workflows mean. portable.go: import and export as YAML. engine/workflow has the
//     document and the step function.
//   - Simulations. simulate.go: the input. simulation.go: what happens when, and the result. simulation_scene.go: the contact
//     and the conversation. simulation_host.go: what steps do differently in a simulation.
//   - Starting runs. trigger.go: by an event. trigger_later.go: what the event's transaction had no time for. shortcut.go:
//     by an agent. webhook.go: from outside. start.go: by a step of another run.
//   - Runs. run.go: from the first step on. run_end.go: how they end, by themselves or by somebody, and how that is reported.
//     stranded.go: how many conversations nobody takes care of. run_state.go: how they are loaded and stored. facts.go: what
//     they read. effect.go: what their steps do. question.go: whose turn it is to ask.
//   - What leaves the process. request.go: tasks, which are the requests of workflows. Package outbox runs them, outbox/fetch
//     sends them, vault has their secrets.
//   - Many conversations at once. job.go: jobs are started, cancelled and undone. job_run.go: how they are done. job_action.go: what
//     is done with each conversation; job_undo.go: how that is taken back.
//   - Input. check.go: checks and normal forms. limits.go: maximum sizes. patch.go: fields that are left out, null or a value.
//     idempotency.go: repeated calls.
//   - Views. saved_view.go: filters that agents keep under names.
//   - Forgetting. retention.go: of the log; housekeeping.go: of everything else that need not be kept. engine/verify compares the
//     log with the tables.
package engine
