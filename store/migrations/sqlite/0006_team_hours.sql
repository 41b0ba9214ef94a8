-- +goose Up
ALTER TABLE teams ADD COLUMN hours TEXT; -- JSON: when it works; NULL: always
