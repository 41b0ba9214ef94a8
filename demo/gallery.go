package demo

import (
	"slices"

	"foyer/desk"
	"foyer/gallery"
)

// alongside are the workflows of the gallery that the demo publishes. The others wait for a contact's new conversation, as
// the demo's own does: side by side they would route one conversation several times, so they are drafts to look at and to
// simulate. Never written to.
var alongside = []string{"escalation"}

// addGallery adds the workflows of the gallery to a plan, and the teams that they name, each with two of the agents.
func addGallery(p *desk.Plan) error {
	entries, err := gallery.List()
	if err != nil {
		return err
	}
	for _, e := range entries {
		yaml, err := gallery.YAML(e.Name)
		if err != nil {
			return err
		}
		p.Extras = append(p.Extras, desk.Extra{Name: e.Title, YAML: string(yaml), Publish: slices.Contains(alongside, e.Name)})
		for _, name := range e.Teams {
			if slices.ContainsFunc(p.Teams, func(t desk.Team) bool { return t.Name == name }) {
				continue
			}
			at := 2 * len(p.Teams) % len(p.Agents)
			p.Teams = append(p.Teams, desk.Team{Name: name, Members: []string{p.Agents[at].Email, p.Agents[at+1].Email}})
		}
	}
	return nil
}
