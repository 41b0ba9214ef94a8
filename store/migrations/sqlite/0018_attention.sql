-- +goose Up
-- What an agent has seen of an open conversation. An agent who was mentioned there has a row before they have looked.
CREATE TABLE seen (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    agent_id        INTEGER NOT NULL REFERENCES agents (id),
    message_id      INTEGER,                    -- the newest message they have seen, 0: there was none; NULL: they have not looked
    note_id         INTEGER NOT NULL DEFAULT 0, -- the newest note they have seen
    PRIMARY KEY (conversation_id, agent_id)
) WITHOUT ROWID;
CREATE INDEX seen_agent ON seen (agent_id);

-- The notes that mention an agent. notes.mentions has the same, for who reads a note.
CREATE TABLE mentions (
    agent_id        INTEGER NOT NULL REFERENCES agents (id),
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    note_id         INTEGER NOT NULL REFERENCES notes (id),
    PRIMARY KEY (agent_id, conversation_id, note_id)
) WITHOUT ROWID;

-- The agents who watch an open conversation. conversations.watchers counts them, so that one without is not looked up.
CREATE TABLE watches (
    agent_id        INTEGER NOT NULL REFERENCES agents (id),
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    at              INTEGER NOT NULL,
    PRIMARY KEY (agent_id, conversation_id)
) WITHOUT ROWID;
CREATE INDEX watches_conversation ON watches (conversation_id);
ALTER TABLE conversations ADD COLUMN watchers INTEGER NOT NULL DEFAULT 0
    CHECK (watchers BETWEEN 0 AND 100 AND (watchers = 0 OR status = 'OPEN'));

CREATE TABLE notifications (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: clients keep it
    agent_id        INTEGER NOT NULL REFERENCES agents (id),
    kind            TEXT    NOT NULL CHECK (kind IN ('MENTION', 'ASSIGNED', 'MESSAGE', 'FAILED', 'WATCHED', 'STRANDED', 'TAKEN_BACK')),
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    actor_kind      TEXT    NOT NULL,
    actor_id        INTEGER NOT NULL,
    message_id      INTEGER,
    note_id         INTEGER,
    at              INTEGER NOT NULL,
    read_at         INTEGER
);
CREATE INDEX notifications_agent ON notifications (agent_id, id);
-- One unread notification per conversation and kind: a newer one takes its place.
CREATE UNIQUE INDEX notifications_unread ON notifications (agent_id, conversation_id, kind) WHERE read_at IS NULL;

INSERT INTO mentions (agent_id, conversation_id, note_id)
    SELECT DISTINCT m.value, n.conversation_id, n.id FROM notes n, json_each(n.mentions) m;
-- What assignees have read they have seen. Mentions from before the upgrade count as seen.
INSERT INTO seen (conversation_id, agent_id, message_id, note_id)
    SELECT v.id, v.assignee_id,
        COALESCE((SELECT MAX(m.id) FROM messages m WHERE m.conversation_id = v.id AND m.created_at <= v.assignee_read_at), 0),
        COALESCE((SELECT MAX(n.id) FROM notes n WHERE n.conversation_id = v.id), 0)
    FROM conversations v WHERE v.status = 'OPEN' AND v.assignee_id IS NOT NULL AND v.assignee_read_at IS NOT NULL;
INSERT OR IGNORE INTO seen (conversation_id, agent_id, note_id)
    SELECT x.conversation_id, x.agent_id, MAX(x.note_id) FROM mentions x JOIN conversations v ON v.id = x.conversation_id
    WHERE v.status = 'OPEN' GROUP BY x.conversation_id, x.agent_id;
