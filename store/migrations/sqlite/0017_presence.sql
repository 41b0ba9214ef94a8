-- +goose Up
-- The agents who have a live connection to a node, which removes its rows when it starts.
CREATE TABLE connections (
    agent_id INTEGER NOT NULL REFERENCES agents (id),
    node     TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (agent_id, node)
) WITHOUT ROWID;
CREATE INDEX connections_node ON connections (node);

-- The presence of agents over time: each holds until the same agent's next.
CREATE TABLE presence_changes (
    id       INTEGER PRIMARY KEY,
    agent_id INTEGER NOT NULL REFERENCES agents (id),
    at       INTEGER NOT NULL,
    presence TEXT    NOT NULL CHECK (presence IN ('ONLINE', 'BUSY', 'OFFLINE'))
);
CREATE INDEX presence_changes_agent ON presence_changes (agent_id, id);
INSERT INTO presence_changes (agent_id, at, presence) SELECT id, presence_since, presence FROM agents;
