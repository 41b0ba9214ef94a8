-- +goose Up
-- The networks that agents logged in from lately: wrong passwords from elsewhere do not delay log-ins from there.
CREATE TABLE agent_networks (
    agent_id INTEGER NOT NULL REFERENCES agents (id),
    network  TEXT    NOT NULL, -- an IPv4 address, or 64 bits of IPv6
    used_at  INTEGER NOT NULL,
    PRIMARY KEY (agent_id, network)
) WITHOUT ROWID;
