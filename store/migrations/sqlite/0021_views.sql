-- +goose Up
-- Lists by priority. Most conversations are NORMAL, and are found by the indexes of activity.
CREATE INDEX conversations_priority ON conversations (status, priority, last_activity_at, id) WHERE priority <> 'NORMAL';
CREATE INDEX conversations_team_priority ON conversations (team_id, status, priority, last_activity_at, id) WHERE priority <> 'NORMAL';
CREATE INDEX conversations_assignee_priority ON conversations (assignee_id, status, priority, last_activity_at, id) WHERE priority <> 'NORMAL';
CREATE INDEX conversations_team_unassigned_priority ON conversations (team_id, assignee_id, status, priority, last_activity_at, id)
    WHERE assignee_id IS NULL AND priority <> 'NORMAL';

-- Filters and orders of conversations that agents keep under names. Ids in a filter may name what is gone: they find nothing.
CREATE TABLE saved_views (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: clients keep it
    agent_id   INTEGER NOT NULL REFERENCES agents (id),
    name       TEXT    NOT NULL,
    filter     TEXT    NOT NULL, -- JSON: an input ConversationFilter of the API
    list_order TEXT    NOT NULL CHECK (list_order IN ('LAST_ACTIVITY', 'FIRST_ACTIVITY', 'LONGEST_WAITING', 'SHORTEST_WAITING', 'NEWEST',
        'OLDEST', 'QUEUE', 'QUEUE_END', 'PRIORITY', 'LOW_PRIORITY')),
    shared     BOOLEAN NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX saved_views_agent ON saved_views (agent_id);
CREATE INDEX saved_views_shared ON saved_views (id) WHERE shared;

-- The order in which an agent has arranged the views that they see. Ids of views that are gone are ignored.
CREATE TABLE view_orders (
    agent_id INTEGER PRIMARY KEY REFERENCES agents (id),
    view_ids TEXT    NOT NULL -- JSON list
);
