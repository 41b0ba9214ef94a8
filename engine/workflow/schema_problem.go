package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	invalidity "github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// addInvalid records why a document does not fit the schema: the innermost complaints, in words.
func (f *findings) addInvalid(invalid *jsonschema.ValidationError) {
	at := path(invalid.InstanceLocation)
	switch complaint := invalid.ErrorKind.(type) {
	case *invalidity.OneOf:
		f.addOneOf(at)
		return
	case *invalidity.AdditionalProperties:
		for _, name := range complaint.Properties {
			f.add(at.to(name), "%s", f.unknownName(at, name))
		}
		return
	case *invalidity.Required:
		for _, name := range complaint.Missing {
			f.add(at, "%s is missing", quote(name))
		}
		return
	}
	if len(invalid.Causes) == 0 {
		f.add(at, "%s", complaintOf(invalid.ErrorKind))
		return
	}
	for _, cause := range invalid.Causes {
		f.addInvalid(cause)
	}
}

// addOneOf reports which forms a part can have.
func (f *findings) addOneOf(at path) {
	if len(at) == 2 && at[0] == "steps" {
		f.addKinds(at)
		return
	}
	forms := saveToForms
	if k, is := kindNamed(at[len(at)-1]); is {
		forms = k.forms
	}
	f.add(at, "%s", forms)
}

// addKinds reports that a step has no kind, or several. A step with an unknown kind is reported elsewhere.
func (f *findings) addKinds(at path) {
	step, _ := f.source.lookup(at).(map[string]any)
	var given []string
	for _, name := range StepKinds() {
		if _, is := step[name]; is {
			given = append(given, name)
		}
	}
	known := append([]string{"key", "next", "exits", "else"}, StepKinds()...)
	for name := range step {
		if !slices.Contains(known, name) && len(given) == 0 {
			return
		}
	}
	if len(given) == 0 {
		f.add(at, "the step has no kind; give it one of %s", quoteAll(StepKinds()))
		return
	}
	f.add(at, "the step has several kinds: %s; keep exactly one", quoteAll(given))
}

// unknownName says why a name is not allowed at a path.
func (f *findings) unknownName(at path, name string) string {
	if len(at) == 2 && at[0] == "steps" {
		return "there is no kind of step " + quote(name) + didYouMean(name, StepKinds())
	}
	if len(at) > 0 && slices.Contains([]string{"save", "mapping", "variables"}, at[len(at)-1]) {
		return fmt.Sprintf("%s must consist of lower-case letters, digits and _, and begin with a letter", quote(name))
	}
	if len(at) > 0 && at[len(at)-1] == "policy" {
		return fmt.Sprintf("a step cannot override %s; it can override strategy, onlineOnly, maxOpen, requireSkills, matchLanguage, sticky and stickyWait", quote(name))
	}
	return fmt.Sprintf("%s is not known here", quote(name))
}

// complaintOf returns a complaint in words.
func complaintOf(complaint jsonschema.ErrorKind) string {
	switch complaint := complaint.(type) {
	case *invalidity.Type:
		return fmt.Sprintf("this must be %s, not %s", jsonTypes(complaint.Want), jsonTypes([]string{complaint.Got}))
	case *invalidity.Enum:
		return "this must be one of " + quoteAll(each(complaint.Want, func(name any) string { return fmt.Sprint(name) }))
	case *invalidity.Const:
		return fmt.Sprintf("this must be %v", complaint.Want)
	case *invalidity.Pattern:
		return fmt.Sprintf("%s must consist of lower-case letters, digits and _, and begin with a letter", quote(complaint.Got))
	case *invalidity.MinLength, *invalidity.MinProperties:
		return "this must not be empty"
	case *invalidity.MaxLength:
		return fmt.Sprintf("this must have at most %d characters; it has %d", complaint.Want, complaint.Got)
	case *invalidity.MinItems:
		return fmt.Sprintf("this needs at least %d; it has %d", complaint.Want, complaint.Got)
	case *invalidity.MaxItems:
		return fmt.Sprintf("this may have at most %d; it has %d", complaint.Want, complaint.Got)
	case *invalidity.Minimum:
		return "this must be at least " + complaint.Want.RatString()
	case *invalidity.Maximum:
		return "this must be at most " + complaint.Want.RatString()
	case *invalidity.MaxProperties:
		return fmt.Sprintf("this may have at most %d; it has %d", complaint.Want, complaint.Got)
	case *invalidity.UniqueItems:
		return fmt.Sprintf("item %d is the same as item %d", complaint.Duplicates[1], complaint.Duplicates[0])
	case *invalidity.DependentRequired:
		return fmt.Sprintf("%s can be used together with %s only", quote(complaint.Prop), quoteAll(complaint.Missing))
	default:
		return complaint.LocalizedString(message.NewPrinter(language.English))
	}
}

// jsonTypes returns JSON types in words.
func jsonTypes(types []string) string {
	names := map[string]string{
		"string": "a text", "number": "a number", "integer": "a whole number", "boolean": "true or false",
		"array": "a list", "object": "an object", "null": "null",
	}
	return strings.Join(each(types, func(t string) string { return names[t] }), " or ")
}
