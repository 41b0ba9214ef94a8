package resolvers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"foyer/inbox"
)

// selection returns everything that can be selected of a type, to a depth, with the type in the alias of each field.
func (m *matrix) selection(typeName string, depth int, stream bool) string {
	key := fmt.Sprint(typeName, depth, stream)
	if known, ok := m.selected[key]; ok {
		return known
	}
	var text strings.Builder
	text.WriteString("__typename ")
	definition := m.schema.Types[typeName]
	if definition.Kind != ast.Object {
		for _, possible := range m.schema.PossibleTypes[typeName] {
			fmt.Fprintf(&text, "... on %s { %s } ", possible.Name, m.selection(possible.Name, depth, stream))
		}
	} else {
		for _, f := range definition.Fields {
			text.WriteString(m.selectionOf(definition, f, depth, stream))
		}
	}
	m.selected[key] = text.String()
	return text.String()
}

func (m *matrix) selectionOf(definition *ast.Definition, f *ast.FieldDefinition, depth int, stream bool) string {
	if strings.HasPrefix(f.Name, "__") || stream && strings.Contains(f.Description, "Not available inside a subscription") {
		return ""
	}
	arguments := map[string]string{"Contact.field": `(name: "plan")`, "Conversation.messages": "(last: 3)", "Conversation.timeline": "(last: 20)"}
	field := fmt.Sprintf("%s_%s: %s%s ", definition.Name, f.Name, f.Name, arguments[definition.Name+"."+f.Name])
	switch m.schema.Types[f.Type.Name()].Kind {
	case ast.Scalar, ast.Enum:
		return field
	default:
		if depth <= 1 {
			return ""
		}
		return field + "{ " + m.selection(f.Type.Name(), depth-1, stream) + "} "
	}
}

// confidential returns the fields of an answer that are for managers and not empty. A key may read its own details, and an
// agent their own history.
func confidential(value any, itself string, found map[string]struct{}) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			confidential(item, itself, found)
		}
	case map[string]any:
		if value["ApiKey_id"] == itself {
			return
		}
		for name, inner := range value {
			field := strings.Replace(name, "_", ".", 1)
			list, isList := inner.([]any)
			if field == "Agent.presenceHistory" && value["Agent_id"] == itself {
				continue
			}
			if _, listed := forManagers[field]; listed && inner != nil && (!isList || len(list) > 0) {
				found[field] = struct{}{}
			}
			confidential(inner, itself, found)
		}
	}
}

// reveals fails the test if an answer shows somebody what is for managers. It returns what it shows.
func (m *matrix) reveals(t *testing.T, who asker, what, answer string) map[string]struct{} {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(answer), &value); answer != "" && err != nil {
		t.Fatal(err)
	}
	itself := inbox.AgentID(who.Actor.ID).String()
	if who.key {
		itself = inbox.APIKeyID(who.Actor.ID).String()
	}
	found := map[string]struct{}{}
	confidential(value, itself, found)
	if !who.manages && len(found) > 0 {
		t.Errorf("%s, %s: the answer shows %v", what, who.name, slices.Collect(maps.Keys(found)))
	}
	return found
}

func TestTheMatrixHasARowForEverythingInTheSchema(t *testing.T) {
	t.Parallel()
	schema := loadSchema(t)
	same := func(what string, rows, fields []string) {
		slices.Sort(rows)
		slices.Sort(fields)
		for _, name := range fields {
			if !slices.Contains(rows, name) {
				t.Errorf("%s %s has no row in the matrix", what, name)
			}
		}
		for _, name := range rows {
			if !slices.Contains(fields, name) {
				t.Errorf("the matrix has a row for the %s %s, which the schema has not", what, name)
			}
		}
	}
	fieldsOf := func(d *ast.Definition) (names []string) {
		for _, f := range d.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				names = append(names, f.Name)
			}
		}
		return names
	}
	same("mutation", slices.Collect(maps.Keys(mutations())), fieldsOf(schema.Mutation))
	same("query", slices.Collect(maps.Keys(queries())), fieldsOf(schema.Query))
	same("subscription", []string{"events"}, fieldsOf(schema.Subscription)) // TestStreamsShowWhatIsInSight
	var kinds, ids []string
	for _, possible := range schema.PossibleTypes["Node"] {
		kinds = append(kinds, possible.Name)
	}
	same("kind of node", slices.Concat(slices.Collect(maps.Keys(nodes())), slices.Collect(maps.Keys(governedKinds))), kinds)
	described := map[string]bool{}
	for _, d := range schema.Types {
		for _, f := range d.Fields {
			if d.Kind == ast.InputObject && f.Type.Name() == "ID" {
				ids = append(ids, d.Name+"."+f.Name)
			}
			for _, a := range f.Arguments {
				if a.Type.Name() == "ID" && d != schema.Query && !d.BuiltIn {
					t.Errorf("%s.%s takes an id: the matrix asks root fields alone", d.Name, f.Name)
				}
			}
			if strings.Contains(f.Description, "for role AGENT") {
				described[d.Name+"."+f.Name] = true
			}
		}
		if strings.Contains(d.Description, "for role AGENT") {
			described[d.Name] = true
		}
	}
	same("id", slices.Collect(maps.Keys(idsOfInputs)), ids)
	for name := range described {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(forManagers)), func(field string) bool {
			return field == name || strings.HasPrefix(field, name+".")
		}) {
			t.Errorf("%s is not for role AGENT, says the schema, and is not in forManagers", name)
		}
	}
}

func TestNobodyDoesWhatTheyMayNotWhateverTheMutation(t *testing.T) {
	m := newMatrix(t)
	for _, f := range m.schema.Mutation.Fields {
		rows := mutations()[f.Name]
		payload, input := f.Type.Name(), m.schema.Types[f.Arguments[0].Type.Name()]
		query := fmt.Sprintf("mutation($input: %s) { %s(input: $input) { userErrors { code field message params } %s} }", f.Arguments[0].Type, f.Name,
			strings.Replace(m.selection(payload, 3, false), "__typename ", "", 1))
		governed := m.governed(t, input)
		for name, row := range rows {
			what := strings.TrimSpace(f.Name + " " + name)
			for _, who := range m.askers {
				m.mutates(t, what, f.Name, query, row, who, "")
				for at := range governed {
					m.mutates(t, what, f.Name, query, row, who, at)
				}
			}
		}
	}
}

// mutates runs a mutation. The object of the id at this place of the input is hidden; if it is empty, none is.
func (m *matrix) mutates(t *testing.T, what, field, query string, row mutationRow, who asker, hidden string) {
	t.Helper()
	seen, elsewhere := m.play(false), m.play(true)
	in := row.input(m, seen, who)
	if hidden != "" {
		if !replaceAt(in, row.input(m, elsewhere, who), hidden) {
			t.Fatalf("%s: the row has no %s", what, hidden)
		}
		what += " with " + hidden + " out of access"
	}
	asking := who
	if row.ends && !who.out {
		asking.person = m.session(who.person)
	}
	got, answer := m.asks(asking, field, query, variables{"input": in})
	m.shows(t, who, elsewhere, answer)
	m.reveals(t, who, what, answer)
	unusual := ""
	if row.otherwise != nil {
		unusual = row.otherwise(who)
	}
	may, asObject := row.may(m)(who), row.asObject && (hidden == "conversationId" || !row.together)
	anonymous := who.token == "" && field == "login"
	switch {
	case who.out && !anonymous:
		wantsOut(t, who, what, got)
	case hidden != "" && !who.all && (may || asObject) && unusual == "":
		wants(t, who, what, got, "NOT_FOUND "+hidden)
	case hidden != "" && (may || asObject): // the input mixes objects of two conversations, which may be refused for that
		if strings.HasPrefix(got, "UNAUTHENTICATED") || may && !row.together && got != "ok" {
			t.Errorf("%s, %s: got %q", what, who.name, got)
		}
	case unusual == "ok":
		wants(t, who, what, got, "ok")
	case unusual != "":
		if !strings.HasPrefix(got, strings.TrimSpace(unusual)) {
			t.Errorf("%s, %s: got %q, want %q", what, who.name, got, unusual)
		}
	case !may:
		if !strings.HasPrefix(got, "FORBIDDEN") {
			t.Errorf("%s, %s: got %q, want FORBIDDEN", what, who.name, got)
		}
	default:
		wants(t, who, what, got, "ok")
	}
}

func TestNobodyReadsWhatIsOutOfSightWhateverTheQuery(t *testing.T) {
	m := newMatrix(t)
	seen, hidden := m.play(false), m.play(true)
	for _, f := range m.schema.Query.Fields {
		row, known := queries()[f.Name]
		if !known || strings.HasPrefix(f.Name, "__") {
			continue
		}
		for _, s := range []*scene{seen, hidden} {
			arguments := ""
			if row.args != nil {
				arguments = row.args(m, s)
			}
			query := fmt.Sprintf("{ %s%s ", f.Name, arguments)
			if m.schema.Types[f.Type.Name()].IsCompositeType() {
				query += "{ " + m.selection(f.Type.Name(), 3, false) + "} "
			}
			for _, who := range m.askers {
				what := f.Name + map[bool]string{true: " of what is out of access"}[s == hidden]
				got, answer := m.asks(who, f.Name, query+"}", nil)
				m.shows(t, who, hidden, answer)
				m.reveals(t, who, what, answer)
				switch {
				case who.out:
					wantsOut(t, who, what, got)
				case !row.may(who):
					wants(t, who, what, got, "FORBIDDEN")
				case row.none != nil && row.none(who), row.of != "" && s == hidden && !who.all:
					wants(t, who, what, got, "null")
				default:
					wants(t, who, what, got, "ok")
				}
				if lists := f.Name == "conversations" && !who.out; lists && strings.Contains(answer, s.ids["Conversation"]) != (s == seen || who.all) {
					t.Errorf("%s, %s: %s", what, who.name, answer)
				}
			}
		}
	}
}

func TestANodeIsForWhoSeesItAndItsInsideForManagers(t *testing.T) {
	m := newMatrix(t)
	seen, hidden := m.play(false), m.play(true)
	shown := map[string]struct{}{}
	ask := func(kind, id string, isHidden bool, may right) {
		query := fmt.Sprintf("{ node(id: %q) { ... on %s { %s } } }", id, kind, m.selection(kind, 4, false))
		for _, who := range m.askers {
			what := "node " + kind + map[bool]string{true: " out of access"}[isHidden]
			got, answer := m.asks(who, "node", query, nil)
			m.shows(t, who, hidden, answer)
			if found := m.reveals(t, who, what, answer); who.manages {
				maps.Copy(shown, found)
			}
			switch {
			case who.out:
				wantsOut(t, who, what, got)
			case isHidden && !who.all || !may(who):
				wants(t, who, what, got, "null")
			default:
				wants(t, who, what, got, "ok")
			}
		}
	}
	for kind := range governedKinds {
		ask(kind, seen.ids[kind], false, everybody)
		ask(kind, hidden.ids[kind], true, everybody)
	}
	for kind, of := range nodes() {
		id, may := of(m)
		ask(kind, id, false, may)
	}
	for field := range forManagers {
		if _, ok := shown[field]; !ok && !slices.Contains([]string{"WorkflowRun.error", "Workflow.problems", "Workflow.webhookCreatedAt"}, field) {
			t.Errorf("no manager has seen %s, so the test proves nothing about it", field)
		}
	}
}

func TestARepeatIsJudgedAnewWhateverTheMutation(t *testing.T) {
	m := newMatrix(t)
	keyed := 0
	for _, f := range m.schema.Mutation.Fields {
		input := m.schema.Types[f.Arguments[0].Type.Name()]
		if input.Fields.ForName("idempotencyKey") == nil {
			continue
		}
		keyed++
		row := mutations()[f.Name][""]
		own := m.askers[slices.IndexFunc(m.askers, func(a asker) bool { return a.Actor == m.own.Actor })]
		if !row.may(m)(own) {
			continue // refused before any key is looked up
		}
		s := m.play(false)
		in := row.input(m, s, own)
		in["idempotencyKey"] = named(m, "key")
		cursor := ""
		if m.schema.Types[f.Type.Name()].Fields.ForName("cursor") != nil {
			cursor = "cursor "
		}
		query := fmt.Sprintf("mutation($input: %s) { %s(input: $input) { userErrors { code field message params } %s%s} }", f.Arguments[0].Type, f.Name, cursor,
			strings.Replace(m.selection(f.Type.Name(), 3, false), "__typename ", "", 1))
		got, first := m.asks(own, f.Name, query, variables{"input": in})
		wants(t, own, f.Name, got, "ok")
		got, again := m.asks(own, f.Name, query, variables{"input": in})
		wants(t, own, f.Name+" again", got, "ok")
		if a, b := cursorIn(t, first, f.Name), cursorIn(t, again, f.Name); a != b {
			t.Errorf("%s again: the cursor is %v, was %v", f.Name, b, a)
		}
		m.move(s)
		got, answer := m.asks(own, f.Name, query, variables{"input": in})
		m.shows(t, own, s, answer)
		place := slices.SortedFunc(maps.Keys(m.governed(t, input)), func(a, b string) int { return strings.Count(a, ".") - strings.Count(b, ".") })
		if len(place) == 0 { // the answer is about an object of the caller's own
			wants(t, own, f.Name+" again, out of access", got, "ok")
			continue
		}
		wants(t, own, f.Name+" again, out of access", got, "NOT_FOUND "+place[0])
	}
	if keyed == 0 {
		t.Error("no mutation takes an idempotency key")
	}
}

func cursorIn(t *testing.T, answer, field string) any {
	t.Helper()
	var value map[string]map[string]any
	if err := json.Unmarshal([]byte(answer), &value); err != nil {
		t.Fatal(err)
	}
	return value[field]["cursor"]
}
