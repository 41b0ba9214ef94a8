package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// What documents can say and runs cannot do yet. Publishing refuses it: a step that does nothing would be a promise.
// The list is never written to. With the last entry this file goes.
var gatedTriggers = []string{workflow.TriggerShortcut}

// gatedField stands for the hours of teams, which teams do not have yet.
const gatedField = "team.is_open"

// gated gives what a document asks for that runs cannot do yet. Of what is no document it says nothing.
func gated(document inbox.JSON) []workflow.Problem {
	var doc struct {
		Trigger struct {
			On string `json:"on"`
		} `json:"trigger"`
		Steps []map[string]json.RawMessage `json:"steps"`
	}
	var parts map[string]any
	if json.Unmarshal(document, &doc) != nil || json.Unmarshal(document, &parts) != nil {
		return nil
	}
	var problems []workflow.Problem
	if slices.Contains(gatedTriggers, doc.Trigger.On) {
		problems = append(problems, workflow.Problem{Path: []string{"trigger", "on"},
			Message: fmt.Sprintf("the trigger %q cannot be published yet: nothing starts it", doc.Trigger.On)})
	}
	problems = append(problems, gatedReads(nil, nil, parts["trigger"], "trigger")...)
	for i, step := range doc.Steps {
		var key *string
		_ = json.Unmarshal(step["key"], &key) // what is no key is for the checks of the document
		at := []string{"steps", strconv.Itoa(i)}
		problems = append(problems, gatedHours(key, at, step["hours"])...)
		if list, ok := parts["steps"].([]any); ok && i < len(list) {
			problems = append(problems, gatedReads(key, at[:1], list[i], at[1])...)
		}
	}
	return problems
}

// gatedHours refuses hours that are not the step's own.
func gatedHours(key *string, at []string, body json.RawMessage) []workflow.Problem {
	var hours struct {
		Schedule json.RawMessage `json:"schedule"`
	}
	if body == nil || json.Unmarshal(body, &hours) == nil && hours.Schedule != nil {
		return nil
	}
	return []workflow.Problem{{Step: key, Path: append(slices.Clip(at), "hours"),
		Message: "hours without a schedule cannot be published yet: teams have no hours"}}
}

// gatedReads finds where a part of a document reads the hours of a team.
func gatedReads(key *string, above []string, part any, name string) []workflow.Problem {
	at := append(slices.Clip(above), name)
	var problems []workflow.Problem
	switch part := part.(type) {
	case string:
		if strings.Contains(strings.ReplaceAll(part, " ", ""), gatedField) {
			problems = append(problems, workflow.Problem{Step: key, Path: at,
				Message: fmt.Sprintf("the field %q cannot be published yet: teams have no hours", gatedField)})
		}
	case []any:
		for i, below := range part {
			problems = append(problems, gatedReads(key, at, below, strconv.Itoa(i))...)
		}
	case map[string]any:
		for _, member := range slices.Sorted(maps.Keys(part)) {
			problems = append(problems, gatedReads(key, at, part[member], member)...)
		}
	}
	return problems
}
