package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// What documents can say and runs cannot do yet. Publishing refuses it: a step that does nothing would be a promise.
// Neither list is ever written to. With the last entry this file goes.
var (
	gatedTriggers = []string{workflow.TriggerWebhook}
	gatedSteps    = []string{"http"}
)

// gated gives what a document asks for that runs cannot do yet. Of what is no document it says nothing.
func gated(document inbox.JSON) []workflow.Problem {
	var doc struct {
		Trigger struct {
			On string `json:"on"`
		} `json:"trigger"`
		Steps []map[string]json.RawMessage `json:"steps"`
	}
	if json.Unmarshal(document, &doc) != nil {
		return nil
	}
	var problems []workflow.Problem
	if slices.Contains(gatedTriggers, doc.Trigger.On) {
		problems = append(problems, workflow.Problem{Path: []string{"trigger", "on"},
			Message: fmt.Sprintf("the trigger %q cannot be published yet: nothing starts it", doc.Trigger.On)})
	}
	for i, step := range doc.Steps {
		var key *string
		_ = json.Unmarshal(step["key"], &key) // what is no key is for the checks of the document
		at := []string{"steps", strconv.Itoa(i)}
		for _, kind := range gatedSteps {
			if _, ok := step[kind]; ok {
				problems = append(problems, workflow.Problem{Step: key, Path: append(slices.Clip(at), kind),
					Message: fmt.Sprintf("the step %q cannot be published yet: runs cannot execute it", kind)})
			}
		}
	}
	return problems
}
