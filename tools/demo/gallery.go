package demo

import (
	"fmt"
	"slices"

	"foyer/gallery"
	"foyer/tools/seed"
)

// alongside are the workflows of the gallery that run beside the others on every channel: one waits for what they have
// done, the other is for contacts that the demo's own workflow leaves to it. Never written to.
var alongside = []string{"escalation", "vip"}

// addGallery adds the workflows of the gallery to a plan, and the teams that they name, each with two of the agents. Those
// that have a site answer contacts there. The others are drafts to look at and to simulate: published, they would route
// conversations that another workflow routes, or call a service that does not exist.
func addGallery(p *seed.Plan) error {
	entries, err := gallery.List()
	if err != nil {
		return err
	}
	for _, e := range entries {
		yaml, err := gallery.YAML(e.Name)
		if err != nil {
			return err
		}
		document, err := read(yaml)
		if err != nil {
			return fmt.Errorf("gallery:%s: %w", e.Name, err)
		}
		at := slices.IndexFunc(sites(), func(s site) bool { return s.workflow == e.Name })
		if at >= 0 {
			confine(document, sites()[at].name)
		}
		p.Workflows = append(p.Workflows, seed.Workflow{Name: e.Title, Document: document, Keep: true,
			Draft: at < 0 && !slices.Contains(alongside, e.Name)})
		for _, name := range e.Teams {
			if slices.ContainsFunc(p.Teams, func(t seed.Team) bool { return t.Name == name }) {
				continue
			}
			at := 2 * len(p.Teams) % len(p.Agents)
			p.Teams = append(p.Teams, seed.Team{Name: name, Members: []string{p.Agents[at].Email, p.Agents[at+1].Email}})
		}
	}
	return nil
}

// confine makes a workflow start in one channel only, so that it does not interfere with the others.
func confine(document object, channel string) {
	trigger := document["trigger"].(object)
	here := object{"field": "conversation.channel", "op": "equals", "value": channel}
	trigger["when"] = object{"all": []any{trigger["when"], here}}
}
