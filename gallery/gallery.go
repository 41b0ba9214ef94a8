// Package gallery holds workflows to begin with: whole documents in YAML, each tried by its tests, to be imported by name
// and then made one's own.
//
// Of Foyer's packages it imports engine/workflow alone, to read them. What it gives belongs to the caller.
package gallery

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"foyer/engine/workflow"
)

//go:embed *.yaml
var files embed.FS

// Entry is one workflow of the gallery.
type Entry struct {
	// Name is what it is imported by: inbound-menu.
	Name string
	// Title is what the workflow is called once it is imported, Description what it does.
	Title, Description string
	// Teams are those it names, and Secrets those it sends, in its order: what there has to be before it is published.
	Teams, Secrets []string
}

// labelsSuffix is the end of the files that say where the rows of a data set belong; they are no workflows.
const labelsSuffix = ".labels.yaml"

// List returns what there is, by name.
func List() ([]Entry, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list the gallery: %w", err)
	}
	var entries []Entry
	for _, name := range names {
		if strings.HasSuffix(name, labelsSuffix) {
			continue
		}
		entry, err := read(strings.TrimSuffix(name, path.Ext(name)))
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// secret is how documents name one.
var secret = regexp.MustCompile(`\{\{-?\s*secrets\.(\w+)`)

func read(name string) (Entry, error) {
	text, err := YAML(name)
	if err != nil {
		return Entry{}, err
	}
	document, err := workflow.FromYAML(text)
	if err != nil {
		return Entry{}, fmt.Errorf("gallery:%s: %w", name, err)
	}
	var told struct {
		Name, Description string
		Steps             []struct{ Route struct{ Team string } }
	}
	if err := json.Unmarshal(document, &told); err != nil {
		return Entry{}, fmt.Errorf("gallery:%s: %w", name, err)
	}
	entry := Entry{Name: name, Title: told.Name, Description: told.Description}
	for _, step := range told.Steps {
		if team := step.Route.Team; team != "" && !slices.Contains(entry.Teams, team) {
			entry.Teams = append(entry.Teams, team)
		}
	}
	for _, found := range secret.FindAllSubmatch(text, -1) {
		if name := string(found[1]); !slices.Contains(entry.Secrets, name) {
			entry.Secrets = append(entry.Secrets, name)
		}
	}
	return entry, nil
}

// YAML returns a workflow as it is written. It fails where the gallery has none of this name.
func YAML(name string) ([]byte, error) {
	text, err := files.ReadFile(name + ".yaml")
	if err != nil || strings.HasSuffix(name+".yaml", labelsSuffix) {
		return nil, fmt.Errorf("the gallery has no workflow %q; foyer workflow gallery lists those it has", name)
	}
	return text, nil
}

// Labels returns where the rows of a data set belong that goes with a workflow: for each of its labels the team. It fails
// where the gallery has none of this name.
func Labels(name string) (map[string]string, error) {
	text, err := files.ReadFile(name + labelsSuffix)
	if err != nil {
		return nil, fmt.Errorf("the gallery has no labels for %q", name)
	}
	return ReadLabels(text)
}

// ReadLabels reads labels by team from YAML: {Cards: [lost_card, new_card]}. It fails where a label is there twice.
func ReadLabels(text []byte) (map[string]string, error) {
	var teams map[string][]string
	if err := yaml.Unmarshal(bytes.TrimPrefix(text, []byte("\uFEFF")), &teams); err != nil {
		return nil, fmt.Errorf("read labels: want a list of labels for each team: %w", err)
	}
	labels := map[string]string{}
	for team, list := range teams {
		for _, label := range list {
			if other, twice := labels[label]; twice {
				return nil, fmt.Errorf("the label %q leads to %q and to %q", label, other, team)
			}
			labels[label] = team
		}
	}
	return labels, nil
}
