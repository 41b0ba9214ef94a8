package main

import (
	"fmt"
	"strings"
)

// documentRoom is the space for steps in the largest workflow document, in bytes.
const documentRoom = 262_144 - 400

// largestDocument returns a workflow document at its limits, of one of several kinds in turn.
func largestDocument(i int, name string) string {
	steps := []func() string{manyTests, manyTexts, manyReferences}[i%3]()
	return fmt.Sprintf(`{"format":1,"name":%q,"trigger":{"on":"conversation.closed","when":{"field":"conversation.category","op":"equals","value":"never"}},"steps":[%s]}`, name, steps)
}

// manyTests returns steps with as many conditions as a document may have.
func manyTests() string {
	const ways, stepsOf = 49, 98
	steps := make([]string, stepsOf)
	way := strings.TrimSuffix(strings.Repeat(`{"when":{"field":"now","op":"exists"},"go":"end"},`, ways), ",")
	for i := range steps {
		steps[i] = fmt.Sprintf(`{"key":"s%d","branch":[%s]}`, i, way)
	}
	return strings.Join(steps, ",")
}

// manyTexts returns steps whose texts are as long, and have as many expressions, as they may.
func manyTexts() string {
	const parts = 98
	text := strings.Repeat(`{{ contact.first_name | upcase }}`+strings.Repeat("x", 67), parts)
	var steps []string
	for size := 0; size+len(text)+40 < documentRoom && len(steps) < 100; size += len(text) + 40 {
		steps = append(steps, fmt.Sprintf(`{"key":"s%d","note":{"text":%q}}`, len(steps), text))
	}
	return strings.Join(steps, ",")
}

// manyReferences returns steps that name as many objects of the workspace as a document may.
func manyReferences() string {
	const each = 98
	var steps []string
	for s := range 5 {
		mentions := make([]string, each)
		for i := range mentions {
			mentions[i] = fmt.Sprintf(`"helper-%d@localhost"`, s*each+i)
		}
		steps = append(steps, fmt.Sprintf(`{"key":"s%d","note":{"text":"x","mention":[%s]}}`, s, strings.Join(mentions, ",")))
	}
	return strings.Join(steps, ",")
}

// patternDocument returns a document that examines each message with the costliest patterns that are allowed, which are
// slow on a text of x alone.
func patternDocument() string {
	tests := make([]string, 0, 12)
	for i := range 12 {
		tests = append(tests, fmt.Sprintf(`{"field":"message.text","op":"matches","value":"(x|x){97}%c"}`, 'a'+i))
	}
	return `{"format":1,"name":"Patterns","trigger":{"on":"message.received","when":{"any":[` + strings.Join(tests, ",") +
		`]}},"steps":[{"key":"a","end":{}}]}`
}
