-- +goose Up
-- The fields that a workspace gives its contacts. An id is never used again: values on contacts stand under it, and those
-- of a deleted field stay there until the contact is next written.
CREATE TABLE contact_fields (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE, -- as documents and callers write it; lower case, and never changed
    label      TEXT    NOT NULL,
    type       TEXT    NOT NULL CHECK (type IN ('TEXT', 'LIST', 'CHECKBOX', 'EMAIL', 'NUMBER', 'URL', 'DATE', 'TIME')),
    options    TEXT    NOT NULL DEFAULT '[]', -- JSON list: what can be chosen; empty: anything
    created_at INTEGER NOT NULL
);
ALTER TABLE contacts ADD COLUMN field_values TEXT; -- JSON: value by the field's id; NULL: none
-- Which stages are in use.
CREATE INDEX contacts_stage ON contacts (lifecycle_stage) WHERE lifecycle_stage IS NOT NULL;
