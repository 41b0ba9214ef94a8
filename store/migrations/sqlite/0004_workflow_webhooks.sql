-- +goose Up
-- The secret URL that starts a workflow.
CREATE TABLE workflow_webhooks (
    workflow_id INTEGER NOT NULL PRIMARY KEY REFERENCES workflows (id),
    token_hash  BLOB    NOT NULL UNIQUE, -- SHA-256
    created_at  INTEGER NOT NULL
) WITHOUT ROWID;
