package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// field adds a custom field.
func (d *desk) field(name string, of inbox.FieldType, options ...string) *inbox.ContactField {
	d.Helper()
	return must(d.ContactFieldCreate(d.ctx(), d.owner, engine.ContactFieldCreateInput{Name: name, Type: of, Options: options}))
}

// values returns a contact's custom fields as JSON.
func (d *desk) values(id inbox.ContactID) string {
	d.Helper()
	return view(d, func(r *store.ReadTx) (string, error) {
		fields, err := r.ContactFields()
		if err != nil {
			return "", err
		}
		c, err := r.Contact(id)
		if err != nil {
			return "", err
		}
		values, err := engine.FieldValues(fields, c)
		text := must(json.Marshal(values))
		return string(text), err
	})
}

// setFields merges custom fields into a contact's.
func (d *desk) setFields(id inbox.ContactID, fields string) error {
	_, err := d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: id, Fields: inbox.JSON(fields)})
	return err
}

func TestAFieldTakesWhatItsTypeHasAndKeepsItsNormalForm(t *testing.T) {
	d := newDesk(t)
	for name, of := range map[string]inbox.FieldType{"text": inbox.FieldText, "list": inbox.FieldList, "box": inbox.FieldCheckbox,
		"mail": inbox.FieldEmail, "number": inbox.FieldNumber, "url": inbox.FieldURL, "day": inbox.FieldDate, "moment": inbox.FieldTime} {
		d.field(name, of)
	}
	d.field("plan", inbox.FieldText, "Gold", "Silver")
	d.field("likes", inbox.FieldList, "Tea", "Cake")
	id := d.say("c1", "Hello").Contact.ID
	for _, c := range []struct{ name, written, kept string }{
		{"text", `" hi "`, `"hi"`}, {"text", `5`, `"5"`}, {"text", `"  "`, ``}, {"text", `[]`, ``},
		{"text", `["a"]`, `INVALID`}, {"text", `{"a": 1}`, `INVALID`}, {"text", `"a\u0000"`, `INVALID`},
		{"text", `"` + strings.Repeat("ü", 10_001) + `"`, `LIMIT_EXCEEDED`},
		{"list", `["a", " b ", "a", ""]`, `["a","b"]`}, {"list", `"a"`, `["a"]`}, {"list", `[{}]`, `INVALID`}, {"list", `5`, `INVALID`},
		{"list", `["` + strings.Repeat("x", 201) + `"]`, `LIMIT_EXCEEDED`},
		{"box", `true`, `true`}, {"box", `false`, `false`}, {"box", `"True"`, `true`}, {"box", `"yes"`, `INVALID`}, {"box", `1`, `INVALID`},
		{"mail", `" Ann@Example.ORG "`, `"ann@example.org"`}, {"mail", `"ann"`, `INVALID`}, {"mail", `"Ann <ann@example.org>"`, `INVALID`},
		{"number", `1.50`, `1.5`}, {"number", `"1.5"`, `1.5`}, {"number", `"1,5"`, `INVALID`}, {"number", `"NaN"`, `INVALID`}, {"number", `true`, `INVALID`},
		{"url", `"https://example.org/a"`, `"https://example.org/a"`}, {"url", `" HTTPS://Bücher.Example/ä b"`, `"https://xn--bcher-kva.example/%C3%A4%20b"`}, {"url", `"ftp://example.org"`, `INVALID`}, {"url", `"example.org"`, `INVALID`},
		{"day", `"2026-02-28"`, `"2026-02-28"`}, {"day", `"2026-02-30"`, `INVALID`}, {"day", `"28.2.2026"`, `INVALID`},
		{"day", `"2026-02-28T23:00:00-05:00"`, `"2026-02-28"`},
		{"moment", `"2026-02-28T23:00:00.5-05:00"`, `"2026-03-01T04:00:00Z"`}, {"moment", `"09:30"`, `INVALID`}, {"moment", `"2026-02-28"`, `INVALID`},
		{"plan", `" gold"`, `"Gold"`}, {"plan", `"Bronze"`, `INVALID`}, {"likes", `["tea", "CAKE", "Tea"]`, `["Tea","Cake"]`}, {"likes", `["Tea", "Beer"]`, `INVALID`},
		{"plan", `null`, ``}, {"nothing", `1`, `INVALID`}, {"email", `"a@example.org"`, `INVALID`},
	} {
		before := d.values(id)
		err := d.setFields(id, fmt.Sprintf(`{%q: %s}`, c.name, c.written))
		if strings.ToUpper(c.kept) == c.kept && c.kept != "" && strings.Trim(c.kept, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == "" {
			refused(t, err, inbox.Code(c.kept), "fields."+c.name)
			same(t, d.values(id), before)
			continue
		}
		if err != nil {
			t.Errorf("%s %.40s: %v", c.name, c.written, err)
		}
		var got map[string]json.RawMessage
		if err := json.Unmarshal([]byte(d.values(id)), &got); err != nil || string(got[c.name]) != c.kept {
			t.Errorf("%s %s is kept as %s, want %s", c.name, c.written, got[c.name], c.kept)
		}
	}
}

func TestFieldsAreMergedByKeyAndNullClearsOne(t *testing.T) {
	d := newDesk(t)
	d.field("plan", inbox.FieldText)
	d.field("seats", inbox.FieldNumber)
	created := must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{Fields: inbox.JSON(`{"plan": "gold", "seats": 3}`)})).Contact.ID
	same(t, d.values(created), `{"plan":"gold","seats":3}`)
	if err := d.setFields(created, `{"plan": null, "seats": 4}`); err != nil {
		t.Fatal(err)
	}
	same(t, d.values(created), `{"seats":4}`)
	d.unchanged(func() {
		for _, bad := range []string{`[]`, `"x"`, `null`} {
			refused(t, d.setFields(created, bad), inbox.CodeInvalid, "fields")
		}
		refused(t, d.setFields(created, `{"seats": 5, "plan": {}}`), inbox.CodeInvalid, "fields.plan") // and seats stay
		if err := d.setFields(created, `{"seats": 4.0}`); err != nil {                                 // no change
			t.Error(err)
		}
	})
}

func TestTheFieldsOfAContactTakeAtMost32KiB(t *testing.T) {
	d := newDesk(t)
	for i := range 4 {
		d.field(fmt.Sprint("field", i), inbox.FieldText)
	}
	id := d.say("c1", "Hello").Contact.ID
	long := strings.Repeat("x", 10_000)
	for i := range 3 {
		if err := d.setFields(id, fmt.Sprintf(`{"field%d": %q}`, i, long)); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, d.setFields(id, fmt.Sprintf(`{"field3": %q}`, long)), inbox.CodeLimitExceeded, "fields")
}

func TestAMessageFillsEmptyFieldsAndOverwritesNone(t *testing.T) {
	d := newDesk(t)
	d.field("plan", inbox.FieldText)
	d.field("seats", inbox.FieldNumber)
	in := d.message("c1", "Hello")
	in.Contact.Fields = inbox.JSON(`{"plan": "gold"}`)
	id := must(d.MessageReceive(d.ctx(), d.key, in)).Contact.ID
	in.Contact.Fields = inbox.JSON(`{"plan": "silver", "seats": "7"}`)
	must(d.MessageReceive(d.ctx(), d.key, in))
	same(t, d.values(id), `{"plan":"gold","seats":7}`)
	for _, who := range []string{"c1", "stranger"} {
		bad := d.message(who, "Hello")
		bad.Contact.Fields = inbox.JSON(`{"seats": "many", "plan": "tin"}`)
		got := must(d.MessageReceive(d.ctx(), d.key, bad))
		same(t, warned(got.Warnings), []string{"INVALID contact.fields.seats"})
		same(t, d.values(got.Contact.ID), map[string]string{"c1": `{"plan":"gold","seats":7}`, "stranger": `{"plan":"tin"}`}[who])
	}
}

func TestFieldsThatTakeTooMuchAreLeftOutOfAMessage(t *testing.T) {
	d := newDesk(t)
	var fields []string
	for i := range 4 {
		d.field(fmt.Sprint("field", i), inbox.FieldText)
		fields = append(fields, fmt.Sprintf(`"field%d": %q`, i, strings.Repeat("x", 10_000)))
	}
	in := d.message("c1", "Hello")
	in.Contact.Fields = inbox.JSON("{" + strings.Join(fields, ", ") + "}")
	got := must(d.MessageReceive(d.ctx(), d.key, in))
	same(t, warned(got.Warnings), []string{"LIMIT_EXCEEDED contact.fields"})
	same(t, d.values(got.Contact.ID), "{}")
}

func TestTheLogTellsWhichFieldChangedAndNoOwnWords(t *testing.T) {
	d := newDesk(t)
	d.field("note", inbox.FieldText)
	d.field("plan", inbox.FieldText, "Gold", "Silver")
	d.field("seats", inbox.FieldNumber)
	id := d.say("c1", "Hello").Contact.ID
	before := d.db.HeadNumber()
	if err := d.setFields(id, `{"note": "secret", "plan": "Gold", "seats": 2}`); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range d.events(before) {
		for _, change := range e.(*inbox.ContactChanged).Changes {
			got = append(got, fmt.Sprintf("%s %s %s", change.Field, change.From, change.To))
		}
	}
	same(t, got, []string{"fields.note  ", `fields.plan null "Gold"`, "fields.seats null 2"})
}

func TestAFieldThatCannotBeIsRefused(t *testing.T) {
	d := newDesk(t)
	plan := d.field("plan", inbox.FieldText)
	create := func(in engine.ContactFieldCreateInput) error {
		if in.Type == "" {
			in.Type = inbox.FieldText
		}
		_, err := d.ContactFieldCreate(d.ctx(), d.owner, in)
		return err
	}
	long := strings.Repeat("x", 201)
	d.unchanged(func() {
		refused(t, create(engine.ContactFieldCreateInput{}), inbox.CodeRequired, "name")
		for _, name := range []string{"Plan", "1st", "a b", "a.b", "größe", strings.Repeat("x", 51)} {
			refused(t, create(engine.ContactFieldCreateInput{Name: name}), inbox.CodeInvalid, "name")
		}
		for _, name := range []string{"plan", "email", "tags", "is_returning", "owner", "size"} {
			refused(t, create(engine.ContactFieldCreateInput{Name: name}), inbox.CodeTaken, "name")
		}
		refused(t, create(engine.ContactFieldCreateInput{Name: "new", Label: new(" ")}), inbox.CodeRequired, "label")
		refused(t, create(engine.ContactFieldCreateInput{Name: "new", Label: &long}), inbox.CodeLimitExceeded, "label")
		refused(t, create(engine.ContactFieldCreateInput{Name: "new", Type: inbox.FieldNumber, Options: []string{"1"}}), inbox.CodeInvalid, "options")
		refused(t, create(engine.ContactFieldCreateInput{Name: "new", Options: []string{"a", "A"}}), inbox.CodeInvalid, "options.1")
		refused(t, create(engine.ContactFieldCreateInput{Name: "new", Options: []string{""}}), inbox.CodeRequired, "options.0")
		refused(t, create(engine.ContactFieldCreateInput{Name: "new", Options: strings.Split(strings.Repeat("x,", 100)+"x", ",")}), inbox.CodeLimitExceeded, "options")
		_, err := d.ContactFieldUpdate(d.ctx(), d.owner, engine.ContactFieldPatch{ID: 99})
		refused(t, err, inbox.CodeNotFound, "id")
		_, err = d.ContactFieldDelete(d.ctx(), d.owner, 99)
		refused(t, err, inbox.CodeNotFound, "id")
		ana := inbox.Caller{Actor: d.key.Actor, Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll}
		_, err = d.ContactFieldCreate(d.ctx(), ana, engine.ContactFieldCreateInput{Name: "new", Type: inbox.FieldText})
		refused(t, err, inbox.CodeForbidden, "")
		_, err = d.ContactFieldUpdate(d.ctx(), ana, engine.ContactFieldPatch{ID: plan.ID})
		refused(t, err, inbox.CodeForbidden, "")
		_, err = d.ContactFieldDelete(d.ctx(), ana, plan.ID)
		refused(t, err, inbox.CodeForbidden, "")
	})
	for i := range 99 {
		d.field(fmt.Sprint("more", i), inbox.FieldText)
	}
	refused(t, create(engine.ContactFieldCreateInput{Name: "new"}), inbox.CodeLimitExceeded, "")
}

func TestAFieldThatPublishedWorkflowsNameStaysAsItIs(t *testing.T) {
	d := newDesk(t)
	for name, use := range map[string]string{
		"text":      `note: { text: "{{ contact.plan }}" }`,
		"set":       `set: { field: plan, value: gold }`,
		"save":      `ask: { text: Which plan?, saveTo: { field: plan } }`,
		"condition": `branch: [ { when: { field: contact.plan, op: exists }, go: end } ]`,
	} {
		f := d.field("plan", inbox.FieldText)
		d.field("plans", inbox.FieldText)
		w := d.named("Uses "+name, "format: 1\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: a, "+use+" }\n")
		d.unchanged(func() {
			_, err := d.ContactFieldDelete(d.ctx(), d.owner, f.ID)
			refused(t, err, inbox.CodeConflict, "id")
			if err != nil && !strings.Contains(err.Error(), `"Uses `+name+`"`) {
				t.Errorf("%v does not name the workflow", err)
			}
			_, err = d.ContactFieldUpdate(d.ctx(), d.owner, engine.ContactFieldPatch{ID: f.ID, Type: new(inbox.FieldNumber)})
			refused(t, err, inbox.CodeConflict, "type")
		})
		must(d.ContactFieldUpdate(d.ctx(), d.owner, engine.ContactFieldPatch{ID: f.ID, Label: new("Plan"), Options: []string{"gold"}}))
		must(d.WorkflowStop(d.ctx(), d.owner, w.ID, true))
		other := view(d, func(r *store.ReadTx) (*inbox.ContactField, error) { return r.ContactFieldNamed("plans") })
		must(d.ContactFieldDelete(d.ctx(), d.owner, f.ID))
		must(d.ContactFieldDelete(d.ctx(), d.owner, other.ID))
	}
}

func TestWhatADeletedFieldHadIsGoneThoughItsNameComesBack(t *testing.T) {
	d := newDesk(t)
	f := d.field("plan", inbox.FieldText)
	id := d.say("c1", "Hello").Contact.ID
	if err := d.setFields(id, `{"plan": "gold"}`); err != nil {
		t.Fatal(err)
	}
	must(d.ContactFieldDelete(d.ctx(), d.owner, f.ID))
	d.field("plan", inbox.FieldText)
	same(t, d.values(id), `{}`)
}

func TestWhatADeletedFieldHadIsRemovedFromAllContacts(t *testing.T) {
	d := newDesk(t)
	plan := d.field("plan", inbox.FieldText)
	d.field("seats", inbox.FieldNumber)
	const contacts = 510 // more than one transaction takes
	for first := 0; first < contacts; first += 100 {
		var batch []engine.MessageReceiveInput
		for i := first; i < min(first+100, contacts); i++ {
			in := d.message(fmt.Sprint("c", i), "Hello")
			in.Contact.Fields = inbox.JSON([]string{`{"plan": "gold"}`, `{"plan": "gold", "seats": 5}`, `{"seats": 5}`}[i%3])
			batch = append(batch, in)
		}
		must(d.MessageReceiveBatch(d.ctx(), d.key, batch))
	}
	must(d.ContactFieldDelete(d.ctx(), d.owner, plan.ID))
	d.later(0)
	stored := map[string]int{}
	for id := range inbox.ContactID(contacts) {
		stored[string(d.contact(id+1).Values)]++
	}
	same(t, stored, map[string]int{"": 170, `{"2":5}`: 340})
	timers := view(d, func(r *store.ReadTx) ([]store.Timer, error) { return r.Timers(10) })
	same(t, len(timers), 0)
}

func TestValuesThatAreNoneOfANewTypeReadAsEmpty(t *testing.T) {
	d := newDesk(t)
	f := d.field("seats", inbox.FieldText)
	ann, bob := d.say("c1", "Hello").Contact.ID, d.say("c2", "Hello").Contact.ID
	if err := d.setFields(ann, `{"seats": "12"}`); err != nil {
		t.Fatal(err)
	}
	if err := d.setFields(bob, `{"seats": "a dozen"}`); err != nil {
		t.Fatal(err)
	}
	must(d.ContactFieldUpdate(d.ctx(), d.owner, engine.ContactFieldPatch{ID: f.ID, Type: new(inbox.FieldNumber)}))
	same(t, d.values(ann), `{"seats":12}`)
	same(t, d.values(bob), `{}`)
}

func TestWorkflowsReadAndSetCustomFields(t *testing.T) {
	d := newDesk(t)
	d.field("plan", inbox.FieldText, "Gold", "Silver")
	d.field("seats", inbox.FieldNumber)
	d.field("likes", inbox.FieldList, "Tea", "Cake")
	d.field("born", inbox.FieldDate)
	d.field("mail", inbox.FieldEmail)
	d.telling("contact.field_changed", "{{ trigger.field }}: {{ trigger.from }} to {{ trigger.to }}", `, when: { field: trigger.field, op: in, value: [plan, seats, likes] }`)
	d.publish(`
format: 1
name: Fields
trigger: { on: conversation.opened, when: { field: contact.seats, op: notExists } }
steps:
  - { key: plan, set: { field: plan, value: "{{ message.text }}" } }
  - { key: seats, set: { field: seats, value: "1{{ 1 | plus: 1 }}" } }
  - { key: likes, set: { field: likes, value: [tea, cake] } }
  - { key: wrong, set: { field: plan, value: "{{ 'Bronze' }}" }, exits: { failure: born } }
  - { key: born, set: { field: born, value: "{{ 'tomorrow' }}" }, exits: { failure: by } }
  - { key: by, branch: [ { when: { all: [ { field: contact.seats, op: between, value: [12, 12] }, { field: contact.likes, op: hasAll, value: [tea, cake] }, { field: contact.plan, op: equals, value: gold } ] }, go: say } ], else: end }
  - { key: say, note: { text: "{{ contact.plan }} {{ contact.seats | times: 2 }} {{ contact.likes | join: '+' }} {{ contact.born | default: 'unborn' }}" } }
  - { key: clear, set: { field: plan, value: null } }
  - { key: ask, ask: { text: Your mail?, answer: email, saveTo: { field: mail } } }
`)
	in := d.say("c1", "gold")
	id := in.Conversation.ID
	d.say("c1", "nobody") // the question is asked again
	d.say("c1", "Ann@Example.org")
	same(t, d.values(in.Contact.ID), `{"likes":["Tea","Cake"],"mail":"ann@example.org","seats":12}`)
	same(t, d.notes(id), []string{"Gold 24 Tea+Cake unborn", "plan:  to Gold", "seats:  to 12", "likes:  to Tea, Cake", "plan: Gold to "})
	same(t, steps(d.runs(id)[0])[3:6], []string{"wrong failure: plan must be one of Gold, Silver.", "born failure: The value is not a date.", "by say"})
}

func TestCustomFieldsAreCheckedWhenAWorkflowIsPublished(t *testing.T) {
	d := newDesk(t)
	d.field("seats", inbox.FieldNumber)
	d.field("plan", inbox.FieldText, "Gold", "Silver")
	d.field("likes", inbox.FieldList, "Tea", "Cake")
	const none = `"%s" is not one of the options of "contact.%s"`
	for step, want := range map[string]string{
		`set: { field: plan, value: Bronze }`:                                                                                                          fmt.Sprintf("steps.0.set.value: "+none, "Bronze", "plan"),
		`set: { field: likes, value: [tea, Coffee] }`:                                                                                                  fmt.Sprintf("steps.0.set.value.1: "+none, "Coffee", "likes"),
		`set: { field: likes, value: [tea, " CAKE "] }`:                                                                                                "",
		`set: { field: plan, value: "{{ message.text }}" }`:                                                                                            "",
		`ask: { text: Which?, answer: choice, choices: [gold, Bronze], saveTo: { field: plan } }`:                                                      fmt.Sprintf("steps.0.ask.choices.1: "+none, "Bronze", "plan"),
		`ask: { text: Which?, answer: choice, choices: [Bronze], saveTo: { variable: plan } }`:                                                         "",
		`branch: [ { when: { field: contact.plan, op: equals, value: Bronze }, go: end } ]`:                                                            fmt.Sprintf("steps.0.branch.0.when.value: "+none, "Bronze", "plan"),
		`branch: [ { when: { field: contact.plan, op: notIn, value: [SILVER, Bronze] }, go: end } ]`:                                                   fmt.Sprintf("steps.0.branch.0.when.value.1: "+none, "Bronze", "plan"),
		`branch: [ { when: { field: contact.likes, op: hasAny, value: [Coffee] }, go: end } ]`:                                                         fmt.Sprintf("steps.0.branch.0.when.value.0: "+none, "Coffee", "likes"),
		`branch: [ { when: { any: [ { field: contact.plan, op: contains, value: ol }, { field: contact.plan, op: in, value: [gold] } ] }, go: end } ]`: "",
		`note: { text: "{{ contact.sits }}" }`:                                                                                                         "contact.sits",
		`set: { field: sits, value: 1 }`:                                                                                                               `Contacts have no field "sits" that can be set`,
		`set: { field: seats, value: true }`:                                                                                                           `"seats" takes a number`,
		`ask: { text: How many?, answer: text, saveTo: { field: seats } }`:                                                                             "cannot be saved to",
		`branch: [ { when: { field: contact.seats, op: contains, value: x }, go: end } ]`:                                                              "contains cannot be used with",
		`branch: [ { when: { field: contact.seats, op: equals, value: many }, go: end } ]`:                                                             "must be a number",
		`branch: [ { when: { field: contact.seats, op: less, value: 5 }, go: end } ]`:                                                                  "",
		`note: { text: "{{ contact.Seats }} seats" }`:                                                                                                  "",
	} {
		document := "format: 1\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: a, " + step + " }\n"
		problems := view(d, func(r *store.ReadTx) ([]string, error) {
			found, err := engine.Problems(&r.Reader, &inbox.Workflow{Definition: definition(t, document)})
			var texts []string
			for _, p := range found {
				texts = append(texts, p.String())
			}
			return texts, err
		})
		if all := strings.Join(problems, "\n"); want == "" && all != "" || want != "" && !strings.Contains(all, want) {
			t.Errorf("%s: %q, want %q", step, all, want)
		}
	}
}
