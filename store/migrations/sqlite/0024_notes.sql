-- +goose Up
ALTER TABLE notes ADD COLUMN edited_at INTEGER;
-- A deleted note keeps its place, and nothing of what it said.
ALTER TABLE notes ADD COLUMN deleted_at INTEGER
    CHECK (deleted_at IS NULL OR length(text) = 0 AND length(mentions) = 2 AND length(attachments) = 2);
