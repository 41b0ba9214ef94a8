-- +goose Up
-- What an agent has for themselves, and their picture. Agents who have set none of it have no row.
CREATE TABLE agent_profiles (
    agent_id  INTEGER PRIMARY KEY REFERENCES agents (id),
    signature TEXT CHECK (length(signature) BETWEEN 1 AND 2000),
    time_zone TEXT CHECK (length(time_zone) BETWEEN 1 AND 100),
    avatar_id INTEGER REFERENCES files (id)
);

-- What front ends keep for an agent.
CREATE TABLE preferences (
    agent_id INTEGER PRIMARY KEY REFERENCES agents (id),
    settings TEXT NOT NULL CHECK (length(CAST(settings AS BLOB)) <= 32768) -- JSON: an object by namespace
);
