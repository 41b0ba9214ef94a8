package main

import (
	"fmt"
	"slices"
	"strings"
)

// seed writes a channel, a team and its agents, and the workflow that runs belong to.
func (f *floor) seed(agents int) {
	f.exec(`INSERT INTO channels (id, name, name_key, kind, grace_after_close, created_at) VALUES (1, 'Bench', 'bench', 'API', 0, 0)`)
	f.exec(`INSERT INTO teams (id, name, name_key, strategy, online_only, created_at) VALUES (1, 'Support', 'support', 'ROUND_ROBIN', TRUE, 0)`)
	for i := range agents {
		f.exec(`INSERT INTO agents (id, name, email, email_key, password_hash, role, visibility, presence, last_activity_at, created_at)
			VALUES (?, 'Agent', ?, ?, '', 'AGENT', 'ALL', 'ONLINE', 0, 0)`, i+1, i, i)
		f.exec(`INSERT INTO team_members (team_id, agent_id) VALUES (1, ?)`, i+1)
		f.exec(`INSERT INTO inbox_counts (team_id, agent_id) VALUES (1, ?)`, i+1)
	}
	f.exec(`INSERT INTO workflows (id, name, name_key, status, definition, created_at, updated_at) VALUES (1, 'Inbound', 'inbound', 'DRAFT', '{}', 0, 0)`)
	f.exec(`INSERT INTO workflow_versions (id, workflow_id, version, definition, names, published_at) VALUES (1, 1, 1, '{}', '{}', 0)`)
}

const runLog = `[{"key":"to_support","type":"route","exit":"next","at":1},{"key":"hand_over","type":"assign","exit":"next","at":1}]`

// open finds and writes the rows for a new contact's first message. Every row is written once, in its final state.
func (f *floor) open(i int64, agents int) {
	id, now := i+1, i
	agent := i%int64(agents) + 1
	contact, message := fmt.Sprintf("contact-%d", i), fmt.Sprintf("new-%d", i)
	f.look(`SELECT c.* FROM contact_identities i JOIN contacts c ON c.id = i.contact_id WHERE i.channel_id = 1 AND i.external_id = ?`, contact)
	f.exec(`INSERT INTO contacts (id, owner_id, first_identity, created_at) VALUES (?, ?, ?, ?)`, id, agent, contact, now)
	f.exec(`INSERT INTO contact_identities (channel_id, external_id, contact_id) VALUES (1, ?, ?)`, contact, id)
	f.exec(`INSERT INTO conversations (id, number, status, source, opened_by_kind, opened_by_id, priority, contact_id, channel_id,
		team_id, assignee_id, opened_at, first_assigned_at, waiting_since, last_activity_at, last_message_id, inbound_count)
		VALUES (?, ?, 'OPEN', 'CONTACT', 'CONTACT', ?, 'NORMAL', ?, 1, 1, ?, ?, ?, ?, ?, ?, 1)`, id, id, id, id, agent, now, now, now, now, id)
	f.exec(`INSERT INTO messages (conversation_id, contact_id, channel_id, direction, author_kind, author_id, text, status, external_id, created_at)
		VALUES (?, ?, 1, 'INBOUND', 'CONTACT', ?, ?, 'RECEIVED', ?, ?)`, id, id, id, question, message, now)
	f.exec(`INSERT INTO workflow_runs (workflow_id, version_id, version, status, contact_id, conversation_id, state, variables, steps, started_at, ended_at)
		VALUES (1, 1, 1, 'COMPLETED', ?, ?, '{}', '{}', ?, ?, ?)`, id, id, runLog, now, now)
	f.look(`SELECT '[' || group_concat(entry) || ']' FROM (SELECT '{"agent":' || a.id || ',"passedOver":"NOT_CHOSEN","open":' ||
		a.open_conversations || COALESCE(',"lastAssignedAt":' || m.last_assigned_at, '') || '}' AS entry
		FROM team_members m JOIN agents a ON a.id = m.agent_id WHERE m.team_id = 1 AND a.presence = 'ONLINE' ORDER BY m.turn, a.id LIMIT 50)`)
	f.exec(`INSERT INTO decisions (at, conversation_id, team_id, strategy, assignee_id, reason, candidates, passed_over)
		VALUES (?, ?, 1, 'ROUND_ROBIN', ?, 'The one longest not assigned.', ?, '[{"reason":"NOT_CHOSEN","count":19}]')`, now, id, agent, f.candidates)
	f.exec(`UPDATE agents SET open_conversations = open_conversations + 1, last_assigned_at = ?, turn = ? WHERE id = ?`, now, id, agent)
	f.exec(`UPDATE team_members SET last_assigned_at = ?, turn = ? WHERE team_id = 1 AND agent_id = ?`, now, id, agent)
	f.exec(`UPDATE inbox_counts SET open = open + 1 WHERE team_id = 1 AND agent_id = ?`, agent)
	f.events(now, id, 6)
	f.search = append(f.search, id*8, contact, 0, id, id*8+1, question, id, id)
}

// follow finds and writes the rows for a message in an open conversation.
func (f *floor) follow(i int64) {
	id, now := i+1, i+1_000_000
	contact, message := fmt.Sprintf("contact-%d", i), fmt.Sprintf("follow-%d", i)
	f.look(`SELECT c.*, v.id, v.number, v.source, v.opened_by_kind, v.opened_by_id, v.priority, v.channel_id, v.team_id, v.assignee_id,
		v.opened_at, v.first_assigned_at, v.waiting_since, v.last_activity_at, v.last_message_id, v.inbound_count, v.outbound_count,
		EXISTS (SELECT 1 FROM messages WHERE channel_id = 1 AND external_id = ?)
		FROM contact_identities i JOIN contacts c ON c.id = i.contact_id
		JOIN conversations v ON v.contact_id = c.id AND v.status = 'OPEN' WHERE i.channel_id = 1 AND i.external_id = ?`, message, contact)
	f.exec(`INSERT INTO messages (conversation_id, contact_id, channel_id, direction, author_kind, author_id, text, status, external_id, created_at)
		VALUES (?, ?, 1, 'INBOUND', 'CONTACT', ?, ?, 'RECEIVED', ?, ?)`, id, id, id, question, message, now)
	f.exec(`UPDATE conversations SET last_activity_at = ?, last_message_id = last_insert_rowid(), inbound_count = inbound_count + 1 WHERE id = ?`, now, id)
	f.events(now, id, 1)
	f.search = append(f.search, id*8+2, question, id, id)
}

// events writes n events of a conversation.
func (f *floor) events(at, conversation int64, n int) {
	const columns = `INSERT INTO events (number, at, type, subject_kind, subject_id, actor_kind, actor_id, team_after, assignee_after, data) VALUES `
	const row = `(?, ?, 'MESSAGE_RECEIVED', 'CONVERSATION', ?, 'CONTACT', ?, 1, 1, '{"message":123456}')`
	var sql strings.Builder
	sql.WriteString(columns + row)
	args := make([]any, 0, 4*n)
	for i := range n {
		if i > 0 {
			sql.WriteString(", " + row)
		}
		f.number++
		args = append(args, f.number, at, conversation, conversation)
	}
	f.exec(sql.String(), args...)
}

// index writes the group's rows of the index.
func (f *floor) index() {
	for row := range slices.Chunk(f.search, 4) {
		f.exec(`INSERT INTO search (docid, text, conversation_id, contact_id) VALUES (?, ?, ?, ?)`, row...)
	}
	f.search = f.search[:0]
}
