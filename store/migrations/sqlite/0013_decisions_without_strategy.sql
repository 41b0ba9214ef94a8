-- +goose Up
-- A decision about the one agent whom a step names, or about the contact's owner, has no strategy.
CREATE TABLE decisions_new (
    id              INTEGER PRIMARY KEY,
    at              INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    team_id         INTEGER REFERENCES teams (id),
    strategy        TEXT    CHECK (strategy IN ('ROUND_ROBIN', 'LEAST_OPEN', 'LONGEST_IDLE', 'MANUAL')),
    assignee_id     INTEGER REFERENCES agents (id),
    reason          TEXT    NOT NULL,
    candidates      TEXT    NOT NULL, -- JSON list
    passed_over     TEXT    NOT NULL  -- JSON list
);
INSERT INTO decisions_new SELECT id, at, conversation_id, team_id, strategy, assignee_id, reason, candidates, passed_over FROM decisions;
DROP TABLE decisions;
ALTER TABLE decisions_new RENAME TO decisions;
CREATE INDEX decisions_conversation ON decisions (conversation_id, id);

-- Who ended a run that did not end by itself, and why.
ALTER TABLE workflow_runs ADD COLUMN ended_by_kind TEXT;
ALTER TABLE workflow_runs ADD COLUMN ended_by_id INTEGER;
ALTER TABLE workflow_runs ADD COLUMN end_reason TEXT;
