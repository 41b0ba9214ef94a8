-- +goose Up
-- Lists by priority. Most conversations are NORMAL, and are found by the indexes of activity.
CREATE INDEX conversations_priority ON conversations (status, priority, last_activity_at, id) WHERE priority <> 'NORMAL';
CREATE INDEX conversations_team_priority ON conversations (team_id, status, priority, last_activity_at, id) WHERE priority <> 'NORMAL';
CREATE INDEX conversations_assignee_priority ON conversations (assignee_id, status, priority, last_activity_at, id) WHERE priority <> 'NORMAL';
CREATE INDEX conversations_team_unassigned_priority ON conversations (team_id, assignee_id, status, priority, last_activity_at, id)
    WHERE assignee_id IS NULL AND priority <> 'NORMAL';
