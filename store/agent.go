package store

import "foyer/inbox"

var agentRows = rowsOf[inbox.Agent]("agents a")

// Agents returns the agents with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Agents(ids []inbox.AgentID) ([]*inbox.Agent, error) {
	return agentRows.all(r, `FROM agents a WHERE a.id IN `+inList, list(ids))
}

// Agent returns one agent, or nil.
func (r *Reader) Agent(id inbox.AgentID) (*inbox.Agent, error) {
	return agentRows.one(r, `FROM agents a WHERE a.id = ?`, id)
}

// AgentList returns at most limit agents after the given one, in the order they were created.
func (r *Reader) AgentList(after inbox.AgentID, limit int) ([]*inbox.Agent, error) {
	return agentRows.all(r, `FROM agents a WHERE a.id > ? ORDER BY a.id`+limited, after, limit)
}

// AgentByEmail returns the agent with this email (folded), or nil.
func (r *Reader) AgentByEmail(key string) (*inbox.Agent, error) {
	return agentRows.one(r, `FROM agents a WHERE a.email_key = ?`, key)
}

// AgentsNamed returns the agents with this name; ASCII letters match in either case.
func (r *Reader) AgentsNamed(name string) ([]*inbox.Agent, error) {
	return agentRows.all(r, `FROM agents a WHERE LOWER(a.name) = LOWER(?)`, name)
}

// AnyOwner reports whether there is an owner who is not disabled.
func (r *Reader) AnyOwner() (bool, error) {
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM agents WHERE role = 'OWNER' AND disabled_at IS NULL)`)
}

// Owners returns the owners, disabled ones too, in the order they were created.
func (r *Reader) Owners() ([]*inbox.Agent, error) {
	return agentRows.all(r, `FROM agents a WHERE a.role = 'OWNER' ORDER BY a.id`)
}

// Credentials is an agent with the hash of their password.
type Credentials struct {
	Agent        inbox.Agent `db:",inline"`
	PasswordHash string
}

var credentialRows = rowsOf[Credentials]("agents a")

// Credentials returns an agent's credentials, or nil if there is no such agent.
func (r *Reader) Credentials(id inbox.AgentID) (*Credentials, error) {
	return credentialRows.one(r, `FROM agents a WHERE a.id = ?`, id)
}

// CredentialsOf returns the credentials of the agent with this email (folded), or nil if there is none.
func (r *Reader) CredentialsOf(emailKey string) (*Credentials, error) {
	return credentialRows.one(r, `FROM agents a WHERE a.email_key = ?`, emailKey)
}

// InsertAgent stores a new agent, starts the history of their presence, and sets the id. If the email is taken, IsUnique
// is true of the error.
func (tx *Tx) InsertAgent(a *inbox.Agent, emailKey, passwordHash string) error {
	err := agentRows.insert(tx, a, append(traitKeys(a), hidden{"email_key", emailKey}, hidden{"password_hash", passwordHash})...)
	if err != nil {
		return err
	}
	return tx.InsertPresenceChange(a)
}

// UpdateAgent stores the fields that administration changes.
func (tx *Tx) UpdateAgent(a *inbox.Agent) error {
	return agentRows.set(tx, a, `name, role, visibility, skills, languages, max_open, disabled_at`, traitKeys(a)...)
}

// SetPassword stores the hash of an agent's password. If replaces is not nil it does so only if that hash is stored now. It
// reports whether it stored the hash.
func (tx *Tx) SetPassword(id inbox.AgentID, hash string, replaces *string) (bool, error) {
	return tx.changesAny(`UPDATE agents SET password_hash = ? WHERE id = ? AND password_hash = COALESCE(?, password_hash)`,
		hash, id, replaces)
}

// TouchAgent stores when an agent last did something themselves.
func (tx *Tx) TouchAgent(id inbox.AgentID, at inbox.Time) error {
	return tx.change(`UPDATE agents SET last_activity_at = ? WHERE id = ? AND last_activity_at < ?`, at, id, at)
}

// Occupy counts one more open conversation for an agent and moves their turn behind all others, in the team's order too if
// there is a team. It enforces capacity: it returns false, and changes nothing, if the agent is disabled or has as many
// conversations as their own limit allows or, without one, the given limit (nil: any number). With over it disregards
// limits.
func (tx *Tx) Occupy(id inbox.AgentID, team *inbox.TeamID, limit *int32, over bool, at inbox.Time) (bool, error) {
	n, err := tx.exec(`UPDATE agents SET open_conversations = open_conversations + 1, last_assigned_at = ?,
		turn = (SELECT MAX(turn) + 1 FROM agents)
		WHERE id = ? AND disabled_at IS NULL AND (? OR open_conversations < COALESCE(max_open, ?, open_conversations + 1))`, at, id, over, limit)
	if err != nil || n == 0 || team == nil {
		return n > 0, err
	}
	err = tx.change(`UPDATE team_members SET last_assigned_at = ?, turn = (SELECT turn FROM agents WHERE id = agent_id)
		WHERE team_id = ? AND agent_id = ?`, at, *team, id)
	return true, err
}

// AddOpen adds n, which may be negative, to an agent's open conversations, whatever their capacity: for closing,
// unassigning, snoozing and waking.
func (tx *Tx) AddOpen(id inbox.AgentID, n int) error {
	return tx.change(`UPDATE agents SET open_conversations = open_conversations + ? WHERE id = ?`, n, id)
}
