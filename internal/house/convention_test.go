package house

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// obvious are argument names that need no description; input, filter and orderBy are described at their types.
func obvious() []string {
	return []string{"id", "number", "input", "filter", "orderBy", "first", "after", "last", "before"}
}

func checkTypeDescriptions(schema *ast.Schema, report reporter) {
	for _, definition := range definitions(schema) {
		if definition.Description == "" {
			report(definition.Position, "%s is not described", definition.Name)
		}
	}
}

func checkFieldDescriptions(schema *ast.Schema, report reporter) {
	eachField(schema, func(of *ast.Definition, field *ast.FieldDefinition) {
		if field.Description == "" {
			report(field.Position, "%s.%s is not described", of.Name, field.Name)
		}
	})
}

func checkArgumentDescriptions(schema *ast.Schema, report reporter) {
	eachField(schema, func(of *ast.Definition, field *ast.FieldDefinition) {
		for _, argument := range field.Arguments {
			if argument.Description == "" && !slices.Contains(obvious(), argument.Name) {
				report(argument.Position, "%s.%s(%s) is not described", of.Name, field.Name, argument.Name)
			}
		}
	})
}

var (
	upperCamel = regexp.MustCompile(`^[A-Z][a-z0-9]+([A-Z][a-z0-9]*)*$|^(URL|JSON|[A-Z])$`)
	lowerCamel = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`)
	upperSnake = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
)

func checkNames(schema *ast.Schema, report reporter) {
	for _, definition := range definitions(schema) {
		if !upperCamel.MatchString(definition.Name) {
			report(definition.Position, "%s: want upper camel case", definition.Name)
		}
		for _, value := range definition.EnumValues {
			if !upperSnake.MatchString(value.Name) {
				report(value.Position, "%s.%s: want upper case", definition.Name, value.Name)
			}
		}
	}
	eachField(schema, func(of *ast.Definition, field *ast.FieldDefinition) {
		if !lowerCamel.MatchString(field.Name) {
			report(field.Position, "%s.%s: want lower camel case", of.Name, field.Name)
		}
	})
}

var idName = regexp.MustCompile(`^ids?$|Ids?$`)

// externalID is a name in the channel's service: a text, not an id of Foyer's.
const externalID = "externalId"

func checkIDs(schema *ast.Schema, report reporter) {
	eachField(schema, func(of *ast.Definition, field *ast.FieldDefinition) {
		named := idName.MatchString(field.Name) && field.Name != externalID
		if named != (field.Type.Name() == "ID") {
			report(field.Position, "%s.%s: ID fits fields named id, ids, …Id, …Ids, and only those", of.Name, field.Name)
		}
		for _, argument := range field.Arguments {
			named := idName.MatchString(argument.Name) && argument.Name != externalID
			if named != (argument.Type.Name() == "ID") {
				report(argument.Position, "%s.%s(%s): ID fits arguments named id, ids, …Id, …Ids, and only those",
					of.Name, field.Name, argument.Name)
			}
		}
	})
}

func checkNodes(schema *ast.Schema, report reporter) {
	for _, definition := range definitions(schema) {
		id := definition.Fields.ForName("id")
		if definition.Kind == ast.Object && id != nil && !slices.Contains(definition.Interfaces, "Node") {
			report(definition.Position, "%s has an id and does not implement Node", definition.Name)
		}
	}
}

func checkLookups(schema *ast.Schema, report reporter) {
	for _, field := range schema.Query.Fields {
		if field.Arguments.ForName("id") != nil && field.Type.NonNull {
			report(field.Position, "Query.%s: an unknown id gives null, so the field is nullable", field.Name)
		}
	}
}

func mutations(schema *ast.Schema) ast.FieldList {
	if schema.Mutation == nil {
		return nil
	}
	return schema.Mutation.Fields
}

func checkMutationInputs(schema *ast.Schema, report reporter) {
	for _, field := range mutations(schema) {
		want := strings.ToUpper(field.Name[:1]) + field.Name[1:] + "Input!"
		if len(field.Arguments) != 1 || field.Arguments[0].Name != "input" || field.Arguments[0].Type.String() != want {
			report(field.Position, "Mutation.%s: want exactly one argument, input: %s", field.Name, want)
		}
	}
}

// creatingVerbs end the names of mutations that make something: called twice by mistake they would make it twice.
func creatingVerbs() []string {
	return []string{"Create", "Add", "Send", "Open", "Run", "Import", "Receive", "ReceiveBatch"}
}

// otherwiseRepeatable are those that are safe to repeat in another way.
func otherwiseRepeatable() map[string]string {
	return map[string]string{
		"messageReceive":      "message.externalId tells a repeated delivery",
		"messageReceiveBatch": "message.externalId of each tells a repeated delivery",
	}
}

func checkIdempotencyKeys(schema *ast.Schema, report reporter) {
	for _, field := range mutations(schema) {
		creates := slices.ContainsFunc(creatingVerbs(), func(verb string) bool { return strings.HasSuffix(field.Name, verb) })
		if _, otherwise := otherwiseRepeatable()[field.Name]; !creates || otherwise || len(field.Arguments) == 0 {
			continue
		}
		input := schema.Types[field.Arguments[0].Type.Name()]
		if key := input.Fields.ForName("idempotencyKey"); key == nil || key.Type.String() != "String" {
			report(field.Position, "Mutation.%s: %s has no idempotencyKey: String", field.Name, input.Name)
		}
	}
}

func checkMutationPayloads(schema *ast.Schema, report reporter) {
	for _, field := range mutations(schema) {
		payload := schema.Types[field.Type.Name()]
		if field.Type.Elem != nil || field.Type.NonNull || !strings.HasSuffix(payload.Name, "Payload") {
			report(field.Position, "Mutation.%s: want a nullable …Payload, not %s", field.Name, field.Type)
			continue
		}
		requireField(report, payload, "userErrors", "[UserError!]!", "Mutation."+field.Name+": ")
		for _, part := range payload.Fields {
			if part.Type.Elem == nil && part.Type.NonNull && schema.Types[part.Type.Name()].IsCompositeType() {
				report(part.Position, "Mutation.%s: %s.%s must be nullable: with user errors there is none",
					field.Name, payload.Name, part.Name)
			}
		}
	}
}

// requireField reports a type that lacks a field of this type.
func requireField(report reporter, of *ast.Definition, name, kind, where string) {
	if field := of.Fields.ForName(name); field == nil || field.Type.String() != kind {
		report(of.Position, "%s%s has no %s: %s", where, of.Name, name, kind)
	}
}

func checkUpdates(schema *ast.Schema, report reporter) {
	eachField(schema, func(of *ast.Definition, field *ast.FieldDefinition) {
		if !strings.HasSuffix(of.Name, "UpdateInput") || field.Name == "id" {
			return
		}
		if field.Type.NonNull || field.DefaultValue != nil {
			report(field.Position, "%s.%s is required or has a default: left out means unchanged", of.Name, field.Name)
		}
	})
}

func checkPages(schema *ast.Schema, report reporter) {
	eachField(schema, func(of *ast.Definition, field *ast.FieldDefinition) {
		first, after := field.Arguments.ForName("first") != nil, field.Arguments.ForName("after") != nil
		last, before := field.Arguments.ForName("last") != nil, field.Arguments.ForName("before") != nil
		connection := strings.HasSuffix(field.Type.Name(), "Connection")
		switch {
		case !connection && !first && !last:
		case !connection, !first, !after, last != before, field.Type.NonNull, field.Type.Elem != nil:
			report(field.Position, "%s.%s: want first and after, and a nullable …Connection", of.Name, field.Name)
		}
	})
}

// maxPage is how many nodes a page may have.
const maxPage = 100

func checkPageSizes(schema *ast.Schema, report reporter) {
	eachField(schema, func(of *ast.Definition, field *ast.FieldDefinition) {
		first := field.Arguments.ForName("first")
		if first == nil || first.DefaultValue == nil {
			return
		}
		if size, err := first.DefaultValue.Value(nil); err != nil || size.(int64) > maxPage {
			report(first.Position, "%s.%s: first is %v unless given; at most %d", of.Name, field.Name, size, maxPage)
		}
	})
}

func checkConnections(schema *ast.Schema, report reporter) {
	for _, definition := range definitions(schema) {
		name, ok := strings.CutSuffix(definition.Name, "Connection")
		if !ok {
			continue
		}
		requireField(report, definition, "edges", "["+name+"Edge!]!", "")
		requireField(report, definition, "nodes", "["+name+"!]!", "")
		requireField(report, definition, "pageInfo", "PageInfo!", "")
		if edge := schema.Types[name+"Edge"]; edge != nil {
			requireField(report, edge, "cursor", "String!", "")
			requireField(report, edge, "node", name+"!", "")
		}
	}
}

// wordStart is where a word begins in upper camel case.
var wordStart = regexp.MustCompile(`([a-z])([A-Z])`)

func checkEvents(schema *ast.Schema, report reporter) {
	stream, types := schema.Types["StreamItem"], schema.Types["EventType"]
	if stream == nil || types == nil {
		return
	}
	events := map[string]string{} // by their name in EventType
	for _, definition := range definitions(schema) {
		if definition.Kind != ast.Object || !slices.Contains(definition.Interfaces, "Event") {
			continue
		}
		name := strings.ToUpper(wordStart.ReplaceAllString(definition.Name, "${1}_${2}"))
		events[name] = definition.Name
		if !slices.Contains(stream.Types, definition.Name) {
			report(definition.Position, "StreamItem lacks %s", definition.Name)
		}
		if types.EnumValues.ForName(name) == nil {
			report(definition.Position, "EventType lacks %s for %s", name, definition.Name)
		}
		conversation := definition.Fields.ForName("conversation")
		if (conversation != nil) != slices.Contains(definition.Interfaces, "ConversationEvent") {
			report(definition.Position, "%s: events with a conversation implement ConversationEvent, no others", definition.Name)
		}
	}
	for _, value := range types.EnumValues {
		if events[value.Name] == "" {
			report(value.Position, "EventType.%s has no event %s", value.Name, camel(value.Name))
		}
	}
}

// camel turns NOTE_ADDED into NoteAdded.
func camel(name string) string {
	var words []string
	for word := range strings.SplitSeq(strings.ToLower(name), "_") {
		words = append(words, strings.ToUpper(word[:1])+word[1:])
	}
	return strings.Join(words, "")
}

// differs are fields of union members, and of kinds of Node, that differ in type on purpose: in one selection of all members,
// clients give one of them an alias.
func differs() map[string]string {
	return map[string]string{
		"Actor.email":  "every agent has an email address, a contact may have none",
		"Author.email": "as in Actor",

		"Node.email":        "as in Actor",
		"Node.channel":      "a message always has one, a conversation may have none",
		"Node.conversation": "a note is always in one, a message or a run may be in none",
		"Node.kind":         "channels and notifications have kinds of their own",
		"Node.runs":         "a conversation has few, a workflow has pages of them",
		"Node.status":       "each kind has states of its own",
		"Node.text":         "a note always has one, a message may have attachments alone",
	}
}

func checkUnions(schema *ast.Schema, report reporter) {
	for _, union := range definitions(schema) {
		if union.Kind != ast.Union && union.Name != "Node" {
			continue
		}
		places := map[string]map[string][]string{} // field, type, members
		for _, member := range schema.GetPossibleTypes(union) {
			for _, field := range member.Fields {
				if places[field.Name] == nil {
					places[field.Name] = map[string][]string{}
				}
				kind := field.Type.String()
				places[field.Name][kind] = append(places[field.Name][kind], member.Name)
			}
		}
		for field, kinds := range places {
			_, onPurpose := differs()[union.Name+"."+field]
			switch {
			case onPurpose && len(kinds) == 1:
				report(union.Position, "%s.%s no longer belongs in differs", union.Name, field)
				continue
			case onPurpose, len(kinds) == 1:
				continue
			}
			var parts []string
			for kind, members := range kinds {
				parts = append(parts, kind+" in "+strings.Join(members, " and "))
			}
			slices.SortFunc(parts, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
			report(union.Position, "%s: %s is %s", union.Name, field, strings.Join(parts, ", "))
		}
	}
}

var date = regexp.MustCompile(`\b20\d\d-\d\d-\d\d\b`)

func checkDeprecations(schema *ast.Schema, report reporter) {
	check := func(at *ast.Position, name string, directives ast.DirectiveList) {
		deprecated := directives.ForName("deprecated")
		if deprecated == nil {
			return
		}
		reason := deprecated.Arguments.ForName("reason")
		if reason == nil || !date.MatchString(reason.Value.Raw) {
			report(at, "%s is deprecated without a date like 2027-01-31", name)
		}
	}
	eachField(schema, func(of *ast.Definition, field *ast.FieldDefinition) {
		check(field.Position, of.Name+"."+field.Name, field.Directives)
		for _, argument := range field.Arguments {
			check(argument.Position, of.Name+"."+field.Name+"("+argument.Name+")", argument.Directives)
		}
	})
	for _, definition := range definitions(schema) {
		for _, value := range definition.EnumValues {
			check(value.Position, definition.Name+"."+value.Name, value.Directives)
		}
	}
}
