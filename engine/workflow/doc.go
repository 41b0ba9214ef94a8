// Package workflow is the pure half of workflows: the document, what publishing checks, and the step function.
//
// It owns the JSON Schema of the document (Schema), its checks (Check for a draft, Compile for publishing), and how a
// published Definition behaves: which facts it matches (Definition.Matches), what starts it with data of its own
// (Definition.Webhook, Shortcut and Accept) and what a run does next (Advance). It has no clock, no I/O and no
// randomness: the engine loads Facts, calls in from inside its transaction, applies the Effect that is asked for, and
// stores State. Equal input gives equal output. Only Hours.Schedule, and Compile where a document has a schedule of its
// own, look into the time zone database.
//
// Drive is the loop around Advance: it lets a Host do what a run asks for. OutlineOf says what there is to draw of a
// document. Below this package, exchange turns documents into YAML and back, and diagram draws them.
//
// Of Foyer's packages it imports inbox, and template, the language of texts.
//
// A Definition never changes once it is compiled and is safe for concurrent use. Advance writes to nothing it was
// given. What it returns may share memory with the Definition (the details of log records do): read it, encode it,
// do not write to it.
//
// To add a kind of step: one file, step_NAME.go, with its kind, its action and its effect; its line in kinds; its entry
// under $defs in workflow.schema.json; and its effect's method in Host, which every host then has to have. To add a trigger:
// its line in triggers, and in the schema. To add a field: its line in fields.
package workflow
