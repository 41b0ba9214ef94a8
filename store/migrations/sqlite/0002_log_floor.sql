-- +goose Up
-- One row: how far retention has come. Cursors below number are no places in the log any more, and up to swept what no
-- timeline shows has been removed.
CREATE TABLE log_floor (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    swept  INTEGER NOT NULL CHECK (swept <= number)
);
INSERT INTO log_floor (only, number, swept) VALUES (1, 0, 0);
