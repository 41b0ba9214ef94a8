// Package engine is every use case of Foyer: intake, the life of conversations, assignment, queues, presence, teams,
// agents, workflows, the timers that drive what waits, and the tasks that leave the process.
//
// A use case is one method of Engine: it checks its input, then runs in one transaction, inside which everything that
// follows from it happens too: workflows start and go on, queues drain. What it answers is as committed; an
// *inbox.Error is for the caller to act on and changed nothing; every other error is internal.
//
// The table in CONTRIBUTING.md says what it may import. An Engine is safe for concurrent use; Run drives its timers and
// RunTasks its tasks until their contexts end.
//
// # Where things are
//
// A file is named after what it is about, and holds its use cases and what only they need. To follow a message through
// the package read engine.go (change), work.go, intake.go, settle.go, trigger.go, run.go, effect.go, decision.go and
// assignment.go, in this order.
//
//   - One transaction. engine.go: how a use case runs in one. work.go: how its statements run. rows.go: the rows that it has
//     loaded, changed and added so far; flush.go: how each is written once. settings.go: what it need not look up. settle.go:
//     what follows from it (runs start and go on, queues drain), budget.go: how much of that one transaction does. timer.go:
//     what waits for a time. world.go: what facts and decisions are read from.
//   - Messages. intake.go: of contacts; raw_message.go: as requests bring them; intake_content.go: what is stored of them, and
//     what is left out with a warning. message.go: of agents and integrations, and what became of them. note.go.
//   - Conversations. conversation.go: from opening to close. assignment.go: who gets one, by hand or by a team's policy.
//     decision.go: whom a policy chooses, and why. queue.go: who waits, and in what order; queue_state.go: why. attend.go: what time alone does.
//     engine/assign is what needs no transaction of it: overrides, demands, explanations.
//   - Contacts. contact.go: creating and changing them. profile.go: what a message tells of one. contact_field.go: which
//     custom fields there are. contact_value.go: their values.
//   - The house. workspace.go, team.go, policy.go, hours.go, zone.go, channel.go.
//   - Agents and keys. agent.go, agent_retire.go: what happens to the work of an agent who is disabled, api_key.go.
//     presence.go: what agents are; presence_connections.go: what follows from their connections coming and going.
//     Who may come in (sessions, log-ins, passwords) is package account.
//   - Workflows as documents. workflow.go: drafts, stopping. publish.go: what happens before and within the transaction that
//     publishes. draft.go: what their names mean. portable.go: in and out as YAML. engine/workflow is what a document says, and
//     the step function, without any of this.
//   - Trying one. simulate.go: what is given. simulation.go: what happens when, and the result. simulation_scene.go: the contact
//     and the conversation. simulation_host.go: what steps do in a simulation besides what they do in a run.
//   - Starting runs. trigger.go: by an event. trigger_later.go: what the event's transaction had no time for. shortcut.go:
//     by an agent. webhook.go: from outside. start.go: by a step of another run.
//   - Runs. run.go: from the first step on. run_end.go: how they end, by themselves or by somebody, and who is told.
//     stranded.go: how many conversations nobody takes care of. run_state.go: how they are loaded and stored. facts.go: what they read.
//     effect.go: what their steps do. question.go: whose turn it is to ask.
//   - What leaves the process. request.go: what tasks do, which are the requests of workflows. Package outbox runs
//     them, outbox/fetch sends them, vault has their secrets.
//   - Input. check.go: checks and normal forms. limits.go: how much of it there may be. patch.go: left out, null or a value.
//     idempotency.go: repeated calls.
//   - The log. retention.go: forgetting. engine/verify compares the whole of it with the tables.
package engine
