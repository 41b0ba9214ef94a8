-- +goose Up
-- Times are UTC milliseconds since 1970. Names that people type are compared by a folded copy in *_key.

CREATE TABLE teams (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL UNIQUE,
    strategy     TEXT    NOT NULL CHECK (strategy IN ('ROUND_ROBIN', 'LEAST_OPEN', 'LONGEST_IDLE', 'MANUAL')),
    online_only  BOOLEAN NOT NULL,
    max_open     INTEGER CHECK (max_open > 0),
    queue_length INTEGER NOT NULL DEFAULT 0 CHECK (queue_length >= 0),
    created_at   INTEGER NOT NULL
);

CREATE TABLE workspace (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    name             TEXT NOT NULL,
    time_zone        TEXT NOT NULL,
    default_team_id  INTEGER REFERENCES teams (id),
    acknowledgements TEXT NOT NULL, -- JSON list
    lifecycle_stages TEXT NOT NULL  -- JSON list
);
INSERT INTO workspace (id, name, time_zone, acknowledgements, lifecycle_stages)
VALUES (1, 'Foyer', 'UTC', '["thanks","thank you","thx","ok","okay","great","perfect","👍","🙏"]', '[]');

CREATE TABLE agents (
    id                 INTEGER PRIMARY KEY,
    name               TEXT    NOT NULL,
    email              TEXT    NOT NULL,
    email_key          TEXT    NOT NULL UNIQUE,
    password_hash      TEXT    NOT NULL,
    role               TEXT    NOT NULL CHECK (role IN ('OWNER', 'MANAGER', 'AGENT')),
    visibility         TEXT    NOT NULL CHECK (visibility IN ('ALL', 'TEAM', 'ASSIGNED')),
    presence           TEXT    NOT NULL CHECK (presence IN ('ONLINE', 'BUSY', 'OFFLINE')),
    max_open           INTEGER CHECK (max_open > 0),
    open_conversations INTEGER NOT NULL DEFAULT 0 CHECK (open_conversations >= 0), -- open and not snoozed
    last_activity_at   INTEGER NOT NULL,
    last_assigned_at   INTEGER,
    turn               INTEGER NOT NULL DEFAULT 0, -- rises with each assignment: who was assigned longest ago has the lowest
    created_at         INTEGER NOT NULL,
    disabled_at        INTEGER,
    CHECK (disabled_at IS NULL OR presence = 'OFFLINE')
);
CREATE INDEX agents_turn ON agents (turn);

CREATE TABLE team_members (
    team_id          INTEGER NOT NULL REFERENCES teams (id),
    agent_id         INTEGER NOT NULL REFERENCES agents (id),
    turn             INTEGER NOT NULL DEFAULT 0, -- of the agent, at this team's last assignment to them
    last_assigned_at INTEGER,
    PRIMARY KEY (team_id, agent_id)
);
CREATE INDEX team_members_agent ON team_members (agent_id);

CREATE TABLE sessions (
    token_hash BLOB    NOT NULL PRIMARY KEY, -- SHA-256
    agent_id   INTEGER NOT NULL REFERENCES agents (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_agent ON sessions (agent_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE api_keys (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL,
    role         TEXT    NOT NULL CHECK (role IN ('OWNER', 'MANAGER', 'AGENT')),
    secret_hash  BLOB    NOT NULL UNIQUE, -- SHA-256
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at   INTEGER
);

CREATE TABLE channels (
    id                INTEGER PRIMARY KEY,
    name              TEXT    NOT NULL,
    name_key          TEXT    NOT NULL UNIQUE,
    kind              TEXT    NOT NULL CHECK (kind IN ('API')),
    grace_after_close INTEGER NOT NULL CHECK (grace_after_close >= 0), -- seconds
    created_at        INTEGER NOT NULL,
    disabled_at       INTEGER
);

CREATE TABLE contacts (
    id              INTEGER PRIMARY KEY,
    first_name      TEXT,
    last_name       TEXT,
    email           TEXT,
    phone           TEXT,
    language        TEXT,
    country         TEXT,
    avatar          TEXT,
    tags            TEXT    NOT NULL DEFAULT '[]', -- JSON list, sorted
    lifecycle_stage TEXT,
    blocked         BOOLEAN NOT NULL DEFAULT FALSE,
    owner_id        INTEGER REFERENCES agents (id),
    first_identity  TEXT,
    created_at      INTEGER NOT NULL
);
CREATE INDEX contacts_email ON contacts (email) WHERE email IS NOT NULL;
CREATE INDEX contacts_phone ON contacts (phone) WHERE phone IS NOT NULL;
CREATE INDEX contacts_owner ON contacts (owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE contact_identities (
    channel_id  INTEGER NOT NULL REFERENCES channels (id),
    external_id TEXT    NOT NULL,
    contact_id  INTEGER NOT NULL REFERENCES contacts (id),
    PRIMARY KEY (channel_id, external_id)
) WITHOUT ROWID;
CREATE INDEX contact_identities_contact ON contact_identities (contact_id);

CREATE TABLE conversations (
    id                INTEGER PRIMARY KEY,
    number            INTEGER NOT NULL UNIQUE,
    status            TEXT    NOT NULL CHECK (status IN ('OPEN', 'CLOSED')),
    source            TEXT    NOT NULL CHECK (source IN ('CONTACT', 'AGENT', 'WORKFLOW', 'API')),
    opened_by_kind    TEXT    NOT NULL,
    opened_by_id      INTEGER NOT NULL,
    priority          TEXT    NOT NULL CHECK (priority IN ('LOW', 'NORMAL', 'HIGH', 'URGENT')),
    contact_id        INTEGER NOT NULL REFERENCES contacts (id),
    channel_id        INTEGER REFERENCES channels (id),
    team_id           INTEGER REFERENCES teams (id),
    assignee_id       INTEGER REFERENCES agents (id),
    assignee_read_at  INTEGER,
    snoozed_until     INTEGER,
    queued_at         INTEGER,
    queue_key         INTEGER, -- queue order: when it began to wait, less its priority's head start
    queue_policy      TEXT,    -- JSON: the policy an assign step asked for in place of the team's
    waits_since       INTEGER, -- when it first began to wait for an agent; kept over requeueing and snoozing
    opened_at         INTEGER NOT NULL,
    first_assigned_at INTEGER,
    first_response_at INTEGER,
    waiting_since     INTEGER,
    closed_at         INTEGER,
    closed_by_kind    TEXT,
    closed_by_id      INTEGER,
    closed_source     TEXT CHECK (closed_source IN ('AGENT', 'WORKFLOW', 'API', 'AUTO', 'MERGE', 'BLOCK')),
    category          TEXT,
    summary           TEXT,
    last_activity_at  INTEGER NOT NULL,
    last_message_id   INTEGER,
    inbound_count     INTEGER NOT NULL DEFAULT 0,
    outbound_count    INTEGER NOT NULL DEFAULT 0,
    CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (closed_source IS NULL)),
    CHECK ((queued_at IS NULL) = (queue_key IS NULL)),
    CHECK (queued_at IS NULL OR (status = 'OPEN' AND assignee_id IS NULL AND snoozed_until IS NULL)),
    CHECK (status = 'OPEN' OR (snoozed_until IS NULL AND waiting_since IS NULL))
);
-- One open conversation per contact, whoever opens it.
CREATE UNIQUE INDEX conversations_open_contact ON conversations (contact_id) WHERE status = 'OPEN';
CREATE INDEX conversations_queue ON conversations (team_id, queue_key, id) WHERE queue_key IS NOT NULL;
CREATE INDEX conversations_queue_policy ON conversations (team_id, queue_key, id)
    WHERE queue_key IS NOT NULL AND queue_policy IS NOT NULL;
CREATE INDEX conversations_contact ON conversations (contact_id);
-- One index for each order and each way to narrow a list: not at all, by team, by assignee or its absence, by team and the
-- absence of an assignee.
CREATE INDEX conversations_activity ON conversations (status, last_activity_at, id);
CREATE INDEX conversations_team_activity ON conversations (team_id, status, last_activity_at, id);
CREATE INDEX conversations_assignee_activity ON conversations (assignee_id, status, last_activity_at, id);
CREATE INDEX conversations_team_unassigned_activity ON conversations (team_id, assignee_id, status, last_activity_at, id) WHERE assignee_id IS NULL;
CREATE INDEX conversations_newest ON conversations (status, id);
CREATE INDEX conversations_team_newest ON conversations (team_id, status, id);
CREATE INDEX conversations_assignee_newest ON conversations (assignee_id, status, id);
CREATE INDEX conversations_team_unassigned_newest ON conversations (team_id, assignee_id, status, id) WHERE assignee_id IS NULL;
CREATE INDEX conversations_waiting ON conversations (waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_team_waiting ON conversations (team_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_assignee_waiting ON conversations (assignee_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_team_unassigned_waiting ON conversations (team_id, assignee_id, waiting_since, id)
    WHERE waiting_since IS NOT NULL AND assignee_id IS NULL;

CREATE TABLE messages (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER REFERENCES conversations (id),
    contact_id      INTEGER NOT NULL REFERENCES contacts (id),
    channel_id      INTEGER NOT NULL REFERENCES channels (id),
    direction       TEXT    NOT NULL CHECK (direction IN ('INBOUND', 'OUTBOUND')),
    author_kind     TEXT    NOT NULL,
    author_id       INTEGER NOT NULL,
    text            TEXT,
    attachments     TEXT    NOT NULL DEFAULT '[]', -- JSON list
    status          TEXT    NOT NULL,
    failure_reason  TEXT,
    external_id     TEXT,
    idempotency_key TEXT,
    sent_at         INTEGER,
    created_at      INTEGER NOT NULL,
    CHECK (CASE direction WHEN 'INBOUND' THEN status = 'RECEIVED'
           ELSE status IN ('QUEUED', 'SENT', 'DELIVERED', 'READ', 'FAILED') AND conversation_id IS NOT NULL END)
);
CREATE INDEX messages_conversation ON messages (conversation_id, id);
-- A message that a channel delivers again is refused here, whatever the code does.
CREATE UNIQUE INDEX messages_external ON messages (channel_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX messages_unsent ON messages (conversation_id) WHERE status = 'QUEUED';

CREATE TABLE notes (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    author_kind     TEXT    NOT NULL,
    author_id       INTEGER NOT NULL,
    text            TEXT    NOT NULL,
    mentions        TEXT    NOT NULL DEFAULT '[]', -- JSON list of agent ids
    created_at      INTEGER NOT NULL
);
CREATE INDEX notes_conversation ON notes (conversation_id, id);

CREATE TABLE decisions (
    id              INTEGER PRIMARY KEY,
    at              INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    team_id         INTEGER REFERENCES teams (id),
    strategy        TEXT    NOT NULL CHECK (strategy IN ('ROUND_ROBIN', 'LEAST_OPEN', 'LONGEST_IDLE', 'MANUAL')),
    assignee_id     INTEGER REFERENCES agents (id),
    reason          TEXT    NOT NULL,
    candidates      TEXT    NOT NULL, -- JSON list
    passed_over     TEXT    NOT NULL  -- JSON list
);
CREATE INDEX decisions_conversation ON decisions (conversation_id, id);

-- The counts that inboxes show, updated by every transaction that changes them. Zero stands for no team, no agent.
CREATE TABLE inbox_counts (
    team_id  INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    open     INTEGER NOT NULL DEFAULT 0 CHECK (open >= 0),
    snoozed  INTEGER NOT NULL DEFAULT 0 CHECK (snoozed >= 0),
    queued   INTEGER NOT NULL DEFAULT 0 CHECK (queued >= 0),
    PRIMARY KEY (team_id, agent_id)
) WITHOUT ROWID;
CREATE INDEX inbox_counts_agent ON inbox_counts (agent_id, team_id);

CREATE TABLE workflows (
    id          INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL UNIQUE,
    description TEXT,
    status      TEXT    NOT NULL CHECK (status IN ('DRAFT', 'PUBLISHED', 'STOPPED')),
    definition  TEXT    NOT NULL, -- the draft
    version_id  INTEGER REFERENCES workflow_versions (id), -- the newest published
    version     INTEGER NOT NULL DEFAULT 0,
    trigger_on  TEXT, -- of the newest published version
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CHECK (status = 'DRAFT' OR version_id IS NOT NULL)
);
CREATE INDEX workflows_trigger ON workflows (trigger_on) WHERE status = 'PUBLISHED';

CREATE TABLE workflow_versions (
    id           INTEGER PRIMARY KEY,
    workflow_id  INTEGER NOT NULL REFERENCES workflows (id),
    version      INTEGER NOT NULL,
    definition   TEXT    NOT NULL,
    names        TEXT    NOT NULL, -- JSON: what each name in the document meant when it was published
    published_at INTEGER NOT NULL,
    UNIQUE (workflow_id, version)
);

CREATE TABLE workflow_runs (
    id              INTEGER PRIMARY KEY,
    workflow_id     INTEGER NOT NULL REFERENCES workflows (id),
    version_id      INTEGER NOT NULL REFERENCES workflow_versions (id),
    version         INTEGER NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('RUNNING', 'WAITING', 'COMPLETED', 'FAILED', 'CANCELLED', 'TAKEN_OVER')),
    contact_id      INTEGER NOT NULL REFERENCES contacts (id),
    conversation_id INTEGER REFERENCES conversations (id),
    current_step    TEXT,
    state           TEXT    NOT NULL, -- JSON: what the step function needs to go on
    variables       TEXT    NOT NULL, -- JSON
    error           TEXT,
    steps           TEXT    NOT NULL, -- JSON list: the run log
    started_at      INTEGER NOT NULL,
    ended_at        INTEGER,
    CHECK ((status IN ('RUNNING', 'WAITING')) = (ended_at IS NULL))
);
-- At most one active run per workflow and contact.
CREATE UNIQUE INDEX workflow_runs_active ON workflow_runs (contact_id, workflow_id) WHERE ended_at IS NULL;
CREATE INDEX workflow_runs_conversation ON workflow_runs (conversation_id, id) WHERE conversation_id IS NOT NULL;
CREATE INDEX workflow_runs_workflow ON workflow_runs (workflow_id, id);

-- The contacts for whom a workflow that runs once per contact has run.
CREATE TABLE workflow_contacts (
    workflow_id INTEGER NOT NULL REFERENCES workflows (id),
    contact_id  INTEGER NOT NULL REFERENCES contacts (id),
    PRIMARY KEY (workflow_id, contact_id)
) WITHOUT ROWID;

-- What is to happen at a time. There is one timer per kind and subject.
CREATE TABLE timers (
    kind       TEXT    NOT NULL CHECK (kind IN ('WAKE', 'RUN', 'DRAIN', 'FIELD', 'TRIGGER')),
    subject_id INTEGER NOT NULL, -- a conversation, a workflow run, a team, a deleted field of contacts, an occasion
    due        INTEGER NOT NULL,
    PRIMARY KEY (kind, subject_id)
) WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due);

-- Events that may start workflows which the event's own transaction had no time left to look at.
CREATE TABLE occasions (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order they came
    contact_id      INTEGER NOT NULL REFERENCES contacts (id),
    conversation_id INTEGER REFERENCES conversations (id), -- NULL: in none
    state           TEXT    NOT NULL                       -- JSON
);
CREATE INDEX occasions_contact ON occasions (contact_id);
CREATE INDEX occasions_conversation ON occasions (conversation_id) WHERE conversation_id IS NOT NULL;

CREATE TABLE idempotency_keys (
    caller     TEXT    NOT NULL, -- actor kind and id
    key        TEXT    NOT NULL,
    input_hash BLOB    NOT NULL, -- SHA-256 of operation and input
    result     TEXT    NOT NULL, -- JSON: ids and cursor of the first result
    created_at INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- The log: everything that happened, in the order of commits.
CREATE TABLE events (
    number          INTEGER PRIMARY KEY,
    at              INTEGER NOT NULL,
    type            TEXT    NOT NULL,
    subject_kind    TEXT    NOT NULL,
    subject_id      INTEGER NOT NULL,
    actor_kind      TEXT    NOT NULL,
    actor_id        INTEGER NOT NULL,
    team_before     INTEGER,
    team_after      INTEGER,
    assignee_before INTEGER,
    assignee_after  INTEGER,
    data            TEXT    NOT NULL -- JSON: ids and changed scalars, never texts
);
CREATE INDEX events_subject ON events (subject_kind, subject_id, number);

CREATE TABLE log_epochs (
    epoch TEXT    NOT NULL PRIMARY KEY,
    first INTEGER NOT NULL
) WITHOUT ROWID;

-- Full text of messages (doc = 4 × id), notes (4 × id + 1) and contacts' names (4 × id + 2).
CREATE VIRTUAL TABLE search USING fts4(text, conversation_id, contact_id,
    notindexed=conversation_id, notindexed=contact_id, tokenize=unicode61);

-- The version of the settings: channels, the policies of teams and the triggers of workflows. What was read of them under a
-- version is true while this is the version. Versions are random, so that one that was undone never comes back. Inserts
-- change it too: the id of a row that was undone will be another's.
CREATE TABLE settings (
    only    INTEGER PRIMARY KEY CHECK (only = 1),
    version INTEGER NOT NULL
);
INSERT INTO settings (only, version) VALUES (1, random());
-- +goose StatementBegin
CREATE TRIGGER settings_channel_new AFTER INSERT ON channels
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER settings_channel AFTER UPDATE ON channels
WHEN (OLD.name, OLD.kind, OLD.grace_after_close, OLD.created_at, OLD.disabled_at)
    IS NOT (NEW.name, NEW.kind, NEW.grace_after_close, NEW.created_at, NEW.disabled_at)
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER settings_channel_gone AFTER DELETE ON channels
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER settings_team_new AFTER INSERT ON teams
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER settings_team AFTER UPDATE OF strategy, online_only, max_open ON teams
WHEN (OLD.strategy, OLD.online_only, OLD.max_open) IS NOT (NEW.strategy, NEW.online_only, NEW.max_open)
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER settings_team_gone AFTER DELETE ON teams
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER settings_workflow_new AFTER INSERT ON workflows WHEN NEW.status = 'PUBLISHED'
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER settings_workflow AFTER UPDATE ON workflows
WHEN (OLD.status, OLD.version_id, OLD.version, OLD.trigger_on) IS NOT (NEW.status, NEW.version_id, NEW.version, NEW.trigger_on)
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER settings_workflow_gone AFTER DELETE ON workflows
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd
