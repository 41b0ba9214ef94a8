-- +goose Up
-- One row: how far retention has come. Cursors below number have expired; up to swept, events that no timeline shows have
-- been removed.
CREATE TABLE log_floor (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    swept  INTEGER NOT NULL CHECK (swept <= number)
);
INSERT INTO log_floor (only, number, swept) VALUES (1, 0, 0);
