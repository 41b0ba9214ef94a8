-- +goose Up
-- What agents have written and not sent yet: nobody's but theirs.
CREATE TABLE drafts (
    id              INTEGER PRIMARY KEY,
    agent_id        INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    kind            TEXT    NOT NULL CHECK (kind IN ('REPLY', 'NOTE')),
    text            TEXT    NOT NULL,
    files           TEXT    NOT NULL DEFAULT '[]', -- JSON list
    updated_at      INTEGER NOT NULL,              -- it lapses some time after this
    UNIQUE (agent_id, conversation_id, kind),
    CHECK (length(text) > 0 OR length(files) > 2)
);
CREATE INDEX drafts_conversation ON drafts (conversation_id);
CREATE INDEX drafts_updated ON drafts (updated_at);

-- Texts that agents insert into what they write. Those of a team are for its members, those without one for everybody.
CREATE TABLE saved_replies (
    id           INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: clients keep it
    team_id      INTEGER REFERENCES teams (id) ON DELETE CASCADE,
    shortcut     TEXT    NOT NULL,
    shortcut_key TEXT    NOT NULL, -- folded
    title        TEXT    NOT NULL,
    texts        TEXT    NOT NULL CHECK (length(texts) > 2), -- JSON list: a text in each language
    files        TEXT    NOT NULL DEFAULT '[]',                  -- JSON list
    search_key   TEXT    NOT NULL, -- folded: shortcut, title and texts
    uses         INTEGER NOT NULL DEFAULT 0,
    used_at      INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE UNIQUE INDEX saved_replies_shortcut ON saved_replies (COALESCE(team_id, 0), shortcut_key);
CREATE INDEX saved_replies_team ON saved_replies (team_id);
