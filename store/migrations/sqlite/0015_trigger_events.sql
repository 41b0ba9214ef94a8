-- +goose Up
-- The table is named as the code and the documents name what it holds.
ALTER TABLE occasions RENAME TO trigger_events;
DROP INDEX occasions_contact;
DROP INDEX occasions_conversation;
CREATE INDEX trigger_events_contact ON trigger_events (contact_id);
CREATE INDEX trigger_events_conversation ON trigger_events (conversation_id) WHERE conversation_id IS NOT NULL;
