-- +goose Up
-- Finds failed runs across workflows, and a contact's runs that are in no conversation. Both indexes stay small: a run that an
-- inbound message starts and that does not fail is in neither.
CREATE INDEX workflow_runs_failed ON workflow_runs (id) WHERE status = 'FAILED';
CREATE INDEX workflow_runs_contact ON workflow_runs (contact_id, id) WHERE conversation_id IS NULL;
