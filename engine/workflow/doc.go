// Package workflow is the pure half of workflows: the document, what publishing checks, and the step function.
//
// It owns the JSON Schema of the document (Schema) and its checks (Check for a draft, Compile for publishing). A published
// Definition says when it starts (Definition.Matches), what starts it with data of its own (Definition.Webhook, Shortcut
// and Accept), and what a run does next (Advance). Drive is the loop around Advance: a Host does what a run asks for.
// OutlineOf returns the content of a diagram. Below this package, exchange turns documents into YAML and back, diagram
// draws them, and template is the language of their texts.
//
// The package has no clock, no I/O and no randomness: the engine loads Facts, calls Advance inside its transaction, applies
// the Effect, and stores the State. Equal input has equal output. Only Hours.Schedule, and Compile for a document with a
// schedule of its own, read the time zone database.
//
// Of Foyer's packages it imports only inbox and template.
//
// A Definition never changes once it is compiled and is safe for concurrent use. Advance changes nothing that it is given.
// Its results may share memory with the Definition, as the details of log records do: read and encode them, but do not
// change them.
//
// To add a kind of step: one file, step_NAME.go, with its kind, its action and its effect; its line in kinds; its entry
// under $defs in workflow.schema.json; and the method of its effect in Host, which the host of runs and that of simulations
// then have to have. To add a trigger: its line in triggers, and in the schema. To add a field: its line in fields.
package workflow
