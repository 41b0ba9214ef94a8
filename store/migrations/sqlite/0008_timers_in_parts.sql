-- +goose Up
-- Two more kinds of timer, for work that is done in parts: RETIRE takes from a disabled agent what they had, CANCEL ends the
-- runs of a workflow that was stopped with its runs.
CREATE TABLE timers_new (
    kind       TEXT    NOT NULL CHECK (kind IN ('WAKE', 'RUN', 'DRAIN', 'FIELD', 'TRIGGER', 'RETIRE', 'CANCEL')),
    subject_id INTEGER NOT NULL, -- a conversation, a workflow run, a team, a deleted field of contacts, an occasion, an agent, a workflow
    due        INTEGER NOT NULL, -- of CANCEL: when the workflow was stopped; runs that started later stay
    PRIMARY KEY (kind, subject_id)
) WITHOUT ROWID;
INSERT INTO timers_new (kind, subject_id, due) SELECT kind, subject_id, due FROM timers;
DROP TABLE timers;
ALTER TABLE timers_new RENAME TO timers;
CREATE INDEX timers_due ON timers (due);
-- Finds the runs of a workflow that have not ended.
CREATE INDEX workflow_runs_workflow_active ON workflow_runs (workflow_id, id) WHERE ended_at IS NULL;
