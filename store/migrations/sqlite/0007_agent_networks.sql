-- +goose Up
-- The networks that agents logged in from lately: guesses from elsewhere do not hold up whoever comes from there.
CREATE TABLE agent_networks (
    agent_id INTEGER NOT NULL REFERENCES agents (id),
    network  TEXT    NOT NULL, -- an IPv4 address, or 64 bits of IPv6
    used_at  INTEGER NOT NULL,
    PRIMARY KEY (agent_id, network)
) WITHOUT ROWID;
