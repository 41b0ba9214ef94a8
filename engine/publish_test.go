package engine_test

import (
	"testing"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// naming is a workflow that routes to a team, notes something for an agent and starts another workflow.
const naming = `{"format": 1, "name": "Naming", "trigger": {"on": "conversation.opened"}, "steps": [
	{"key": "r", "route": {"team": "Support"}}, {"key": "n", "note": {"text": "as it was", "mention": "Ann"}},
	{"key": "s", "start": {"workflow": "Callee"}}]}`

func TestWhatIsPublishedIsTheDraftAndMeansWhatItNamesAsOfTheTransaction(t *testing.T) {
	tests := map[string]struct {
		change func(d *desk, draft inbox.WorkflowID, callee *inbox.Workflow) error
		valid  bool // the draft can still be published
	}{
		"the draft": {func(d *desk, draft inbox.WorkflowID, _ *inbox.Workflow) error {
			_, err := d.WorkflowUpdate(d.ctx(), d.owner, engine.WorkflowPatch{ID: draft, Definition: inbox.JSON(noting("as it is now"))})
			return err
		}, true},
		"the team's name": {func(d *desk, _ inbox.WorkflowID, _ *inbox.Workflow) error {
			_, err := d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: 1, Name: new("Sales")}) // the only team
			return err
		}, false},
		"another agent of the name": {func(d *desk, _ inbox.WorkflowID, _ *inbox.Workflow) error {
			d.hire("Ann", func(a *inbox.Agent) { a.Email = "another@example.org" })
			return nil
		}, false},
		"the workflow that it starts": {func(d *desk, _ inbox.WorkflowID, callee *inbox.Workflow) error {
			_, err := d.WorkflowStop(d.ctx(), d.owner, callee.ID, false)
			return err
		}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.team("Support", engine.PolicyPatch{})
			d.hire("Ann")
			callee := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Callee",
				Definition: inbox.JSON(`{"format": 1, "name": "Callee", "trigger": {"on": "workflow"}, "steps": [{"key": "e", "end": {}}]}`)}))
			must(d.WorkflowPublish(d.ctx(), d.owner, callee.ID))
			draft := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Naming", Definition: inbox.JSON(naming)}))
			var published *inbox.Workflow
			var changed, err error
			d.inOneBatch(func() { changed = test.change(d, draft.ID, callee) },
				func() { published, err = d.WorkflowPublish(d.ctx(), d.owner, draft.ID) })
			if changed != nil {
				t.Fatal(changed)
			}
			if test.valid != (err == nil) {
				t.Fatalf("got %v", err)
			}
			if err != nil {
				if now := view(d, func(r *store.ReadTx) (*inbox.Workflow, error) { return r.Workflow(draft.ID) }); now.Status != inbox.WorkflowDraft {
					t.Errorf("it is %s", now.Status)
				}
				return
			}
			if now := view(d, func(r *store.ReadTx) (*inbox.Workflow, error) { return r.Workflow(draft.ID) }); string(published.PublishedDefinition) != string(now.Definition) {
				t.Errorf("published is %s", published.PublishedDefinition)
			}
		})
	}
}
