package demo

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"foyer/gallery"
	"foyer/tools/seed"
)

// alongside are the workflows of the gallery that run beside the others on every channel: one waits for what they have
// done, the other for contacts whom the demo's own workflow leaves to it. Never written to.
var alongside = []string{"escalation", "vip"}

// addGallery adds the workflows of the gallery to a plan, and the teams that they name, each with two of the agents. Those
// that have a site take what is written there. The others are drafts to look at and to simulate: they would route
// conversations that another workflow routes, or need a service that is not there.
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
		publish := slices.Contains(alongside, e.Name)
		if at := slices.IndexFunc(sites(), func(s site) bool { return s.workflow == e.Name }); at >= 0 {
			if yaml, err = confine(yaml, sites()[at].name); err != nil {
				return fmt.Errorf("gallery:%s: %w", e.Name, err)
			}
			publish = true
		}
		p.Extras = append(p.Extras, seed.Extra{Name: e.Title, YAML: string(yaml), Publish: publish})
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

// confine returns a workflow that starts in one channel alone, so that it does not meet the others.
func confine(text []byte, channel string) ([]byte, error) {
	var document struct {
		Trigger object
		Rest    object `yaml:",inline"`
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	here := object{"field": "conversation.channel", "op": "equals", "value": channel}
	document.Trigger["when"] = object{"all": []any{document.Trigger["when"], here}}
	document.Rest["trigger"] = document.Trigger
	return json.Marshal(document.Rest) // which is YAML too
}
