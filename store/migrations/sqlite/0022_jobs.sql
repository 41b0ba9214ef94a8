-- +goose Up
-- Actions on many conversations. A job is done from one position to the next; up to `position` each item has its outcome.
CREATE TABLE jobs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: clients keep it
    starter_kind TEXT    NOT NULL,
    starter_id   INTEGER NOT NULL,
    action       TEXT    NOT NULL, -- JSON
    undoes       INTEGER, -- a job, which may have been forgotten since
    head         INTEGER NOT NULL, -- of the log
    total        INTEGER NOT NULL CHECK (total > 0),
    position     INTEGER NOT NULL CHECK (position BETWEEN 0 AND total),
    done         INTEGER NOT NULL CHECK (done >= 0),
    failed       INTEGER NOT NULL CHECK (failed >= 0),
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    cancelled_at INTEGER,
    CHECK (done + failed <= total),
    CHECK (cancelled_at IS NULL OR finished_at IS NOT NULL)
);
CREATE INDEX jobs_unfinished ON jobs (starter_kind, starter_id, id) WHERE finished_at IS NULL;
CREATE INDEX jobs_finished ON jobs (starter_kind, starter_id, id) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_age ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- The conversations of a job. A conversation is named as it was given: that there is none such is told when its turn comes.
CREATE TABLE job_items (
    job_id          INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position        INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    outcome         TEXT CHECK (outcome IN ('DONE', 'FAILED')), -- NULL: its turn has yet to come
    head            INTEGER, -- of the log, after the item was done; before that, of an item of an undoing job, what the job's head is to others
    undo            TEXT, -- JSON: what brings the conversation back; NULL: nothing to undo
    error           TEXT, -- JSON: why it failed
    PRIMARY KEY (job_id, position),
    CHECK ((outcome IS 'FAILED') = (error IS NOT NULL))
) WITHOUT ROWID;
CREATE INDEX job_items_failed ON job_items (job_id, position) WHERE outcome = 'FAILED';
