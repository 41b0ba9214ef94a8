package workflow

import (
	"encoding/json"
	"fmt"
)

// Takes returns the variables that a published document accepts from the workflow that starts it, never nil. It is not
// ok if its trigger is another.
func Takes(document []byte) (variables map[string]FieldType, ok bool) {
	var written struct {
		Trigger triggerDocument `json:"trigger"`
	}
	if err := json.Unmarshal(document, &written); err != nil || written.Trigger.On != TriggerWorkflow {
		return nil, false
	}
	if written.Trigger.Variables == nil {
		return map[string]FieldType{}, true
	}
	return written.Trigger.Variables, true
}

// Accept checks the variables with which another workflow starts this one, and returns them for
// Facts.Trigger["variables"]. It fails, with a reason for the log, if the trigger is another, or a variable is unknown
// or not of its type.
func (d *Definition) Accept(variables map[string]any) (map[string]any, error) {
	if d.trigger != TriggerWorkflow {
		return nil, fmt.Errorf("its trigger is %s instead of %s", d.trigger, TriggerWorkflow)
	}
	accepted := make(map[string]any, len(variables))
	for _, name := range sortedKeys(variables) {
		declared, known := d.call.variables[name]
		if !known {
			return nil, fmt.Errorf("it takes no variable %s", quote(name))
		}
		value, ok := Coerce(variables[name], declared)
		if !ok {
			return nil, fmt.Errorf("its variable %s is %s", quote(name), declared.wording())
		}
		if value != nil {
			accepted[name] = value
		}
	}
	return accepted, nil
}
