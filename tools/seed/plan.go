package seed

// Plan is what a help desk should have.
type Plan struct {
	Agents   []Agent
	Teams    []Team
	Channels []string
	Workflow Workflow
	Extras   []Extra
	// Password is that of agents who are made.
	Password string
}

// Agent is one who should exist and be online.
type Agent struct {
	Name string
	// Email is in lower case, as Foyer keeps it.
	Email string
}

// Team is a team with these members at least, and this policy where it is made.
type Team struct {
	Name    string
	Members []string // by email
	Policy  Policy
}

// Policy is how a team assigns, as the API takes it.
type Policy struct {
	Strategy string `json:"strategy,omitempty"`
	MaxOpen  *int   `json:"maxOpen,omitempty"`
}

// Workflow is one that should be published with this document.
type Workflow struct {
	Name     string
	Document any
}

// Extra is a further workflow that should exist, in YAML.
type Extra struct {
	Name, YAML string
	// Publish tells that it is published where it is made; else it is a draft to look at.
	Publish bool
}

// Desk is what there is, by name.
type Desk struct {
	// Agents returns ids by email, Teams and Channels by name.
	Agents, Teams, Channels map[string]string
	// Made counts what was missing, by kind.
	Made map[string]int
}
