-- +goose Up
-- Sessions have ids, by which an agent ends one of them, and what an agent recognises them by.
CREATE TABLE sessions_with_ids (
    id           INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: whoever ends a session must end no other
    token_hash   BLOB    NOT NULL UNIQUE,           -- SHA-256
    agent_id     INTEGER NOT NULL REFERENCES agents (id),
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    user_agent   TEXT, -- how the client named itself at the log-in
    network      TEXT  -- from where it logged in
);
INSERT INTO sessions_with_ids (token_hash, agent_id, created_at, last_used_at, expires_at)
    SELECT token_hash, agent_id, created_at, MAX(created_at, expires_at - 1209600000), expires_at FROM sessions ORDER BY created_at;
DROP TABLE sessions;
ALTER TABLE sessions_with_ids RENAME TO sessions;
CREATE INDEX sessions_agent ON sessions (agent_id);
CREATE INDEX sessions_expires ON sessions (expires_at);
