-- +goose Up
-- Tasks are what leaves the process: decided by one transaction, executed after it, at least once. The tasks of a lane are
-- executed in order, and the lane is leased while one is. A lane is removed with its last task.
CREATE TABLE lanes (
    key          TEXT    NOT NULL PRIMARY KEY,
    due          INTEGER NOT NULL, -- when it is looked at; while it is held, the end of that
    leased_until INTEGER,          -- null: nobody holds it
    token        TEXT,             -- of who holds it
    CHECK ((leased_until IS NULL) = (token IS NULL)),
    CHECK (leased_until IS NULL OR due = leased_until)
) WITHOUT ROWID;
CREATE INDEX lanes_due ON lanes (due);

CREATE TABLE tasks (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: a late outcome must find no other task
    lane            TEXT    NOT NULL REFERENCES lanes (key),
    kind            TEXT    NOT NULL CHECK (kind IN ('HTTP')),
    subject_id      INTEGER NOT NULL,        -- HTTP: the workflow run that waits for it
    idempotency_key TEXT    NOT NULL UNIQUE, -- the same in every attempt
    payload         TEXT    NOT NULL,        -- JSON: what to do, with the names of secrets for their values
    attempts        INTEGER NOT NULL DEFAULT 0, -- that the outside failed
    faults          INTEGER NOT NULL DEFAULT 0, -- attempts that the server itself failed
    created_at      INTEGER NOT NULL
);
CREATE INDEX tasks_lane ON tasks (lane, id);
CREATE UNIQUE INDEX tasks_run ON tasks (subject_id) WHERE kind = 'HTTP';

-- What requests are authorised with. Values are encrypted with the server's key, which is not in the database.
CREATE TABLE secrets (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    sealed     BLOB    NOT NULL CHECK (length(sealed) > 37), -- format, mark of the key, nonce and tag; then the value
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
