// Package gallery holds workflows to begin with: complete documents in YAML, each with tests, to be imported by name and then
// adapted.
//
// The caller owns everything that its functions return.
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

	"foyer/engine/workflow/exchange"

	"github.com/goccy/go-yaml"
)

//go:embed *.yaml
var files embed.FS

// Entry is one workflow of the gallery.
type Entry struct {
	// Name is the name by which it is imported, such as inbound-menu.
	Name string
	// Title is the name of the imported workflow, Description what it does.
	Title, Description string
	// Teams and Secrets are those that it names, in its order. They must exist before it is published.
	Teams, Secrets []string
}

// labelsSuffix ends the names of files with labels, which are no workflows.
const labelsSuffix = ".labels.yaml"

// List returns the entries in order of their names.
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

// secret matches the name of a secret in a document.
var secret = regexp.MustCompile(`\{\{-?\s*secrets\.(\w+)`)

func read(name string) (Entry, error) {
	text, err := YAML(name)
	if err != nil {
		return Entry{}, err
	}
	document, err := exchange.FromYAML(text)
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

// YAML returns the document of a workflow. It fails if the gallery has none of this name.
func YAML(name string) ([]byte, error) {
	text, err := files.ReadFile(name + ".yaml")
	if err != nil || strings.HasSuffix(name+".yaml", labelsSuffix) {
		return nil, fmt.Errorf("the gallery has no workflow %q; foyer workflow gallery lists those it has", name)
	}
	return text, nil
}

// Labels returns the team of each label of the data set that belongs to a workflow. It fails if the gallery has no labels of
// this name.
func Labels(name string) (map[string]string, error) {
	text, err := files.ReadFile(name + labelsSuffix)
	if err != nil {
		return nil, fmt.Errorf("the gallery has no labels for %q", name)
	}
	return ReadLabels(text)
}

// ReadLabels reads labels by team from YAML, such as {Cards: [lost_card, new_card]}. It fails if a label appears twice.
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
