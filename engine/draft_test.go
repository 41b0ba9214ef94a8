package engine_test

import (
	"strings"
	"testing"

	"foyer/engine"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// problems returns what prevents a workflow's draft from being published, a line each.
func (d *desk) problems(f *inbox.Workflow) []string {
	d.Helper()
	var list []string
	for _, p := range view(d, func(r *store.ReadTx) ([]workflow.Problem, error) {
		found, err := r.Workflow(f.ID)
		if err != nil {
			return nil, err
		}
		return engine.Problems(&r.Reader, found)
	}) {
		list = append(list, p.String())
	}
	return list
}

func TestRenamesDoNoHarmToADraftAsItWasPublished(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	sales := d.team("Sales", engine.PolicyPatch{}, ana)
	child := d.named("Child", "format: 1\ntrigger: { on: workflow }\nsteps:\n  - { key: a, end: {} }\n")
	written := `format: 1
name: Front door
trigger: { on: conversation.opened, when: { field: conversation.team, op: notEquals, value: Sales } }
steps:
  - key: to_sales
    route: { team: Sales }
  - key: to_ana
    assign: { agent: Ana }
  - key: more
    start: { workflow: Child }
`
	f := d.named("Front door", written)
	export := func() string {
		return view(d, func(r *store.ReadTx) (string, error) {
			found, err := r.Workflow(f.ID)
			if err != nil {
				return "", err
			}
			return engine.WorkflowYAML(&r.Reader, found)
		})
	}
	same(t, export(), written)

	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: sales, Name: new("Revenue")}))
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Name: new("Anna")}))
	must(d.WorkflowUpdate(d.ctx(), d.owner, engine.WorkflowPatch{ID: child.ID, Name: new("Offspring")}))
	d.team("Sales", engine.PolicyPatch{}) // another one
	same(t, len(d.problems(f)), 0)
	same(t, export(), strings.NewReplacer("Sales", "Revenue", "Ana", `"ana@example.org"`, "Child", "Offspring").Replace(written))
	must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
	same(t, *d.conversation(d.opened("c1")).TeamID, sales)

	edited := strings.Replace(written, "to_ana", "to_anna", 1)
	must(d.WorkflowUpdate(d.ctx(), d.owner, engine.WorkflowPatch{ID: f.ID, Definition: definition(t, edited)}))
	same(t, d.problems(f), []string{`step "to_anna": steps.1.assign.agent: There is no agent "Ana".`,
		`step "more": steps.2.start.workflow: There is no workflow "Child".`})
	same(t, export(), edited)
}

func TestPublishingChecksWhatAStepStarts(t *testing.T) {
	d := newDesk(t)
	const callee = "format: 1\ntrigger: { on: workflow, variables: { count: NUMBER } }\nsteps:\n  - { key: a, end: {} }\n"
	child := d.named("Child", callee)
	d.named("Event", "format: 1\ntrigger: { on: message.received }\nsteps:\n  - { key: a, end: {} }\n")
	must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Draft", Definition: definition(t, callee)}))
	starting := func(step string) string {
		return "format: 1\ntrigger: { on: workflow }\nsteps:\n  - { key: go, start: { workflow: " + step + " } }\n"
	}
	parent := d.named("Parent", starting("Child"))
	for step, want := range map[string]string{
		"Child, variables: { count: 4 }": "", `Child, variables: { count: "{{ contact.first_name }}" }`: "",
		"Child, variables: { color: red }": `.variables.color: The workflow to start takes no variable "color"; it takes "count".`,
		"Child, variables: { count: red }": `.variables.count: The variable "count" of the workflow to start must be a number.`,
		"Draft":                            `.workflow: The workflow "Draft" cannot be started: it is not published.`,
		"Event":                            `.workflow: The workflow "Event" cannot be started: it is not published with the trigger workflow.`,
		"Parent":                           `.workflow: The workflow "Parent" cannot be started: it is this workflow, of which a contact has one run at a time; to go back, use a step of the kind jump.`,
	} {
		must(d.WorkflowUpdate(d.ctx(), d.owner, engine.WorkflowPatch{ID: parent.ID, Definition: definition(t, starting(step))}))
		if want != "" {
			want = `step "go": steps.0.start` + want
		}
		same(t, strings.Join(d.problems(parent), "\n"), want)
	}
	must(d.WorkflowStop(d.ctx(), d.owner, child.ID, false))
	must(d.WorkflowUpdate(d.ctx(), d.owner, engine.WorkflowPatch{ID: parent.ID, Definition: definition(t, starting("Child"))}))
	same(t, len(d.problems(parent)), 1)
}
