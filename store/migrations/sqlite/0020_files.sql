-- +goose Up
-- The files that were uploaded. Their contents are in a folder beside the database, under their ids, which are random.
CREATE TABLE files (
    id              INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL,
    mime_type       TEXT    NOT NULL,
    bytes           INTEGER NOT NULL CHECK (bytes >= 0),
    width           INTEGER,
    height          INTEGER,
    thumbnail_bytes INTEGER,
    sha256          BLOB    NOT NULL,
    uploader_kind   TEXT    NOT NULL,
    uploader_id     INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    unused_since    INTEGER -- NULL while something uses it
);
CREATE INDEX files_unused ON files (unused_since) WHERE unused_since IS NOT NULL;
CREATE INDEX files_unused_uploader ON files (uploader_kind, uploader_id, bytes, thumbnail_bytes) WHERE unused_since IS NOT NULL;

-- What uses which files: kind says in which table the subject is.
CREATE TABLE file_uses (
    kind       TEXT    NOT NULL CHECK (kind IN ('MESSAGE', 'NOTE', 'DRAFT', 'REPLY', 'AVATAR')),
    subject_id INTEGER NOT NULL,
    file_id    INTEGER NOT NULL REFERENCES files (id),
    PRIMARY KEY (kind, subject_id, file_id)
) WITHOUT ROWID;
CREATE INDEX file_uses_file ON file_uses (file_id, kind);

-- What all files take with their thumbnails, so that an upload need not add them up.
CREATE TABLE file_total (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    bytes INTEGER NOT NULL CHECK (bytes >= 0)
);
INSERT INTO file_total (id, bytes) VALUES (1, 0);
-- +goose StatementBegin
CREATE TRIGGER file_added AFTER INSERT ON files BEGIN
    UPDATE file_total SET bytes = bytes + NEW.bytes + COALESCE(NEW.thumbnail_bytes, 0);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_removed AFTER DELETE ON files BEGIN
    UPDATE file_total SET bytes = bytes - OLD.bytes - COALESCE(OLD.thumbnail_bytes, 0);
END;
-- +goose StatementEnd

ALTER TABLE notes ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]'; -- JSON list
