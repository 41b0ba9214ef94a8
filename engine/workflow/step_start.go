package workflow

import (
	"encoding/json"
	"maps"

	"foyer/inbox"
)

// startKind is `start`: {workflow, variables, waitForEnd}.
var startKind = kind{name: "start", exits: []exit{{name: ExitFailure}}, compile: compileStart,
	references: map[string]ReferenceKind{"workflow": ReferenceWorkflow}}

// Start starts a run of another workflow for the same contact. Its trigger is workflow.
type Start struct {
	Workflow inbox.WorkflowID
	// Variables have at most 64 KiB, and are checked by Definition.Accept of that workflow. Never written to.
	Variables map[string]any
	// WaitForEnd reports whether the outcome is known only once that run has ended: ExitNext if it completed, otherwise
	// ExitFailure.
	WaitForEnd bool
}

func (s Start) on(host Host) (*Outcome, error) { return host.Start(s) }

type start struct {
	workflow  inbox.WorkflowID
	name      string
	variables []setVariable // sorted by name
	wait      bool
}

func compileStart(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		Workflow   string         `json:"workflow"`
		Variables  map[string]any `json:"variables"`
		WaitForEnd bool           `json:"waitForEnd"`
	}
	at := s.at.to("start")
	s.decode(at, body, &doc)
	callee := s.workflow(at.to("workflow"), doc.Workflow)
	compiled := &start{workflow: callee.ID, name: doc.Workflow, wait: doc.WaitForEnd}
	for _, name := range sortedKeys(doc.Variables) {
		value := s.value(at.to("variables", name), doc.Variables[name])
		s.checkAccepted(at.to("variables", name), callee, name, value)
		compiled.variables = append(compiled.variables, setVariable{name, value})
	}
	return compiled
}

// checkAccepted reports a variable that the workflow does not accept, or not with this value. What a text will render
// to is not known: the run then fails to start.
func (s *stepCompiler) checkAccepted(at path, callee Callee, name string, value settable) {
	if callee.Variables == nil {
		return
	}
	declared, known := callee.Variables[name]
	if !known {
		takes := "it takes none"
		if len(callee.Variables) > 0 {
			takes = "it takes " + quoteAll(sortedKeys(callee.Variables))
		}
		s.add(at, "the workflow to start takes no variable %s; %s", quote(name), takes)
		return
	}
	example, known := value.example()
	if _, fits := Coerce(example, declared); known && !fits {
		s.add(at, "the variable %s of the workflow to start must be %s", quote(name), declared.wording())
	}
}

func (s *start) begin(e *execution) (move, error) {
	given := make(map[string]any, len(s.variables))
	detail := map[string]any{"workflow": s.name}
	for _, variable := range s.variables {
		value, err := variable.value.render(e.environment)
		if err != nil {
			return move{detail: detail}, err
		}
		if value != nil {
			given[variable.name] = value
		}
	}
	if len(given) > 0 {
		detail["variables"] = maps.Clone(given)
	}
	if err := checkVariables(given); err != nil {
		return move{detail: detail}, err
	}
	return move{effect: Start{Workflow: s.workflow, Variables: given, WaitForEnd: s.wait}, detail: detail}, nil
}

func (*start) after(care) care { return byOther }
