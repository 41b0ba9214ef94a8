package engine_test

import (
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

// TestNamesHoldWhatCanBeSeen names everything that has a name with invisible characters, and with nothing else.
func TestNamesHoldWhatCanBeSeen(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{})
	flow := d.publish("format: 1\nname: Flow\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: n, note: { text: Hi } }\n")
	for what, set := range map[string]func(name string) (string, error){
		"a new agent": func(n string) (string, error) {
			c, err := d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: n, Email: "new@example.org", Password: "correct horse battery", Role: inbox.RoleAgent})
			if err != nil {
				return "", err
			}
			return c.Agent.Name, nil
		},
		"an agent": func(n string) (string, error) {
			c, err := d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Name: &n})
			if err != nil {
				return "", err
			}
			return c.Agent.Name, nil
		},
		"a team": func(n string) (string, error) {
			c, err := d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, Name: &n})
			if err != nil {
				return "", err
			}
			return c.Team.Name, nil
		},
		"a channel": func(n string) (string, error) {
			h, err := d.ChannelUpdate(d.ctx(), d.owner, engine.ChannelPatch{ID: d.channel, Name: &n})
			if err != nil {
				return "", err
			}
			return h.Name, nil
		},
		"a key": func(n string) (string, error) {
			k, err := d.APIKeyCreate(d.ctx(), d.owner, engine.NewAPIKey{Name: n, Role: inbox.RoleAgent})
			if err != nil {
				return "", err
			}
			return k.Key.Name, nil
		},
		"the workspace": func(n string) (string, error) {
			w, err := d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{Name: &n})
			if err != nil {
				return "", err
			}
			return w.Name, nil
		},
		"a workflow": func(n string) (string, error) {
			f, err := d.WorkflowUpdate(d.ctx(), d.owner, engine.WorkflowPatch{ID: flow.ID, Name: &n})
			if err != nil {
				return "", err
			}
			return f.Workflow.Name, nil
		},
	} {
		t.Run(what, func(t *testing.T) {
			if got, err := set("\u202a Zo\u200bë\u202c\n"); err != nil || got != "Zoë" {
				t.Errorf("it is called %q: %v", got, err)
			}
			_, err := set("\u200b\u2060\u202e")
			refused(t, err, inbox.CodeRequired, "name")
		})
	}
}
