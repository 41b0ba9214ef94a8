-- +goose Up
-- What agents have written and not sent yet: nobody's but theirs.
CREATE TABLE drafts (
    agent_id        INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    kind            TEXT    NOT NULL CHECK (kind IN ('REPLY', 'NOTE')),
    text            TEXT    NOT NULL CHECK (length(text) > 0),
    updated_at      INTEGER NOT NULL, -- it lapses some time after this
    PRIMARY KEY (agent_id, conversation_id, kind)
);
CREATE INDEX drafts_conversation ON drafts (conversation_id);
CREATE INDEX drafts_updated ON drafts (updated_at);
