-- +goose Up
-- Failed runs are looked for across workflows; and a contact's runs in no conversation, as those in one are found with it.
-- Both are few: no run that an inbound message starts and that does not fail is in either.
CREATE INDEX workflow_runs_failed ON workflow_runs (id) WHERE status = 'FAILED';
CREATE INDEX workflow_runs_contact ON workflow_runs (contact_id, id) WHERE conversation_id IS NULL;
