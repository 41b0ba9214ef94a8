-- +goose Up
-- The custom fields of contacts. An id is never used again: the values on contacts are stored by it, and those of a deleted
-- field are removed later than the field.
CREATE TABLE contact_fields (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE, -- as documents and callers write it; lower case, and never changed
    label      TEXT    NOT NULL,
    type       TEXT    NOT NULL CHECK (type IN ('TEXT', 'LIST', 'CHECKBOX', 'EMAIL', 'NUMBER', 'URL', 'DATE', 'TIME')),
    options    TEXT    NOT NULL DEFAULT '[]', -- JSON list: what can be chosen; empty: anything
    created_at INTEGER NOT NULL
);
-- Deleted fields that some contacts may still have values for. A timer FIELD removes the values, some contacts at a time.
CREATE TABLE contact_fields_gone (
    field_id INTEGER PRIMARY KEY,
    cleared  INTEGER NOT NULL -- contacts up to this id have none
);
ALTER TABLE contacts ADD COLUMN field_values TEXT; -- JSON: value by the field's id; NULL: none
-- Finds the stages that are in use.
CREATE INDEX contacts_stage ON contacts (lifecycle_stage) WHERE lifecycle_stage IS NOT NULL;
