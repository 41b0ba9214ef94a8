-- +goose Up
-- The secret URL that starts a workflow.
CREATE TABLE workflow_webhooks (
    workflow_id INTEGER NOT NULL PRIMARY KEY REFERENCES workflows (id),
    token_hash  BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- SHA-256
    created_at  INTEGER NOT NULL -- of the URL; a new one is another
) WITHOUT ROWID;
