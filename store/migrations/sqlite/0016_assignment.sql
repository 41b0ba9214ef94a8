-- +goose Up
-- What agents can do, and since and until when they are present.
ALTER TABLE agents ADD COLUMN skills TEXT NOT NULL DEFAULT '[]';    -- JSON list
ALTER TABLE agents ADD COLUMN languages TEXT NOT NULL DEFAULT '[]'; -- JSON list
ALTER TABLE agents ADD COLUMN skill_keys TEXT NOT NULL DEFAULT '';    -- folded, each between two separators (char 31)
ALTER TABLE agents ADD COLUMN language_keys TEXT NOT NULL DEFAULT ''; -- likewise
ALTER TABLE agents ADD COLUMN presence_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agents ADD COLUMN presence_until INTEGER; -- when presence_then follows
ALTER TABLE agents ADD COLUMN presence_then TEXT CHECK (presence_then IN ('ONLINE', 'BUSY', 'OFFLINE'));
ALTER TABLE agents ADD COLUMN former_presence TEXT CHECK (former_presence IN ('ONLINE', 'BUSY', 'OFFLINE')); -- what the next connection brings back
ALTER TABLE agents ADD COLUMN last_seen_at INTEGER;
UPDATE agents SET presence_since = MAX(created_at, last_activity_at);

-- What policies add. Durations are seconds.
ALTER TABLE teams ADD COLUMN require_skills TEXT NOT NULL DEFAULT '[]'; -- JSON list
ALTER TABLE teams ADD COLUMN match_language BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE teams ADD COLUMN sticky TEXT NOT NULL DEFAULT 'OFF' CHECK (sticky IN ('OFF', 'PREFER', 'REQUIRE_UNTIL'));
ALTER TABLE teams ADD COLUMN sticky_wait INTEGER CHECK (sticky_wait > 0);
ALTER TABLE teams ADD COLUMN keep_owner BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE teams ADD COLUMN reassign_when_offline INTEGER CHECK (reassign_when_offline > 0);
ALTER TABLE teams ADD COLUMN reassign_when_no_reply INTEGER CHECK (reassign_when_no_reply > 0);
ALTER TABLE teams ADD COLUMN outside_hours TEXT NOT NULL DEFAULT 'KEEP' CHECK (outside_hours IN ('KEEP'));
ALTER TABLE teams ADD COLUMN head_starts TEXT NOT NULL DEFAULT '{"low":-14400,"normal":0,"high":14400,"urgent":86400}'; -- JSON

-- What is cached of a team is its policy, with what it has got now, and its hours.
DROP TRIGGER settings_team;
-- +goose StatementBegin
CREATE TRIGGER settings_team AFTER UPDATE OF strategy, online_only, max_open, require_skills, match_language, sticky, sticky_wait, keep_owner,
    reassign_when_offline, reassign_when_no_reply, outside_hours, head_starts, hours ON teams
WHEN (OLD.strategy, OLD.online_only, OLD.max_open, OLD.require_skills, OLD.match_language, OLD.sticky, OLD.sticky_wait, OLD.keep_owner,
    OLD.reassign_when_offline, OLD.reassign_when_no_reply, OLD.outside_hours, OLD.head_starts, OLD.hours)
    IS NOT (NEW.strategy, NEW.online_only, NEW.max_open, NEW.require_skills, NEW.match_language, NEW.sticky, NEW.sticky_wait, NEW.keep_owner,
    NEW.reassign_when_offline, NEW.reassign_when_no_reply, NEW.outside_hours, NEW.head_starts, NEW.hours)
BEGIN UPDATE settings SET version = random(); END;
-- +goose StatementEnd

ALTER TABLE workspace ADD COLUMN auto_close INTEGER CHECK (auto_close > 0);                              -- seconds
ALTER TABLE workspace ADD COLUMN presence_grace INTEGER NOT NULL DEFAULT 45 CHECK (presence_grace >= 0); -- seconds

ALTER TABLE conversations ADD COLUMN assigned_at INTEGER; -- when its assignee got it
ALTER TABLE conversations ADD COLUMN answered_at INTEGER; -- when an agent wrote last, if the contact has not written since
ALTER TABLE conversations ADD COLUMN queue_owner INTEGER REFERENCES agents (id); -- the one agent for whom it waits until a time
ALTER TABLE conversations ADD COLUMN taken_from TEXT; -- JSON list: agents from whom it was taken during the contact's wait
-- Finds those in which an agent had the last word, longest ago first. Those set aside or waiting for an agent do not close of themselves.
CREATE INDEX conversations_answered ON conversations (answered_at)
    WHERE answered_at IS NOT NULL AND status = 'OPEN' AND snoozed_until IS NULL AND waits_since IS NULL;
UPDATE conversations SET answered_at = (
    SELECT CASE m.author_kind WHEN 'AGENT' THEN m.created_at END FROM messages m
    WHERE m.conversation_id = conversations.id AND m.author_kind IN ('AGENT', 'CONTACT') ORDER BY m.id DESC LIMIT 1)
    WHERE status = 'OPEN' AND first_response_at IS NOT NULL AND waiting_since IS NULL;
CREATE INDEX conversations_queue_owner ON conversations (queue_owner, queue_key, id) WHERE queue_owner IS NOT NULL;
-- Finds since when a team's queue has had the one that has waited longest: the first in line may have waited less.
CREATE INDEX conversations_queued ON conversations (team_id, queued_at) WHERE queued_at IS NOT NULL;
-- Has all queues in one order.
CREATE INDEX conversations_all_queued ON conversations (queue_key, id) WHERE queue_key IS NOT NULL;
-- Finds the first conversation of each policy in a queue.
DROP INDEX conversations_queue_policy;
CREATE INDEX conversations_queue_policy ON conversations (team_id, queue_policy, queue_key, id)
    WHERE queue_key IS NOT NULL AND queue_owner IS NULL;

-- What made a decision, and from where in the queue it took the conversation. NULL: an older decision, or none from a queue.
ALTER TABLE decisions ADD COLUMN made_by TEXT CHECK (made_by IN ('STEP', 'ASKED', 'ONLINE', 'CLOSE', 'CAPACITY', 'JOINED', 'WOKEN',
    'OPENED_HOURS', 'REASSIGN', 'DEFAULT_TEAM', 'OWNER_WAIT_OVER'));
ALTER TABLE decisions ADD COLUMN queued_for INTEGER; -- seconds
ALTER TABLE decisions ADD COLUMN position INTEGER;
-- Finds the newest decisions that took a conversation from a team's queue.
CREATE INDEX decisions_queued ON decisions (team_id, id) WHERE queued_for IS NOT NULL AND assignee_id IS NOT NULL;

-- More kinds of timer: AWAY ends the presence of an agent without a connection, PRESENCE one that was set until a time, OPENING
-- drains a team's queue when the team opens, ATTEND looks at what time alone does to a conversation.
CREATE TABLE timers_new (
    kind       TEXT    NOT NULL CHECK (kind IN ('WAKE', 'RUN', 'DRAIN', 'FIELD', 'TRIGGER', 'RETIRE', 'CANCEL', 'AWAY', 'PRESENCE',
        'OPENING', 'ATTEND')),
    subject_id INTEGER NOT NULL, -- a conversation, a workflow run, a team, a deleted field of contacts, a trigger event, an agent, a workflow
    due        INTEGER NOT NULL, -- of CANCEL: when the workflow was stopped; runs that started later stay
    PRIMARY KEY (kind, subject_id)
) WITHOUT ROWID;
INSERT INTO timers_new (kind, subject_id, due) SELECT kind, subject_id, due FROM timers;
DROP TABLE timers;
ALTER TABLE timers_new RENAME TO timers;
CREATE INDEX timers_due ON timers (due);
