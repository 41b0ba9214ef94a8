-- +goose Up
-- What few messages have: the whole text, if it is too long to show, and what of the message was left out or cut.
CREATE TABLE message_extras (
    message_id INTEGER PRIMARY KEY REFERENCES messages (id),
    full_text  TEXT,
    warnings   TEXT -- JSON list
);
