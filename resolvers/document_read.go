package resolvers

import (
	"cmp"
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const (
	// maxProblems is how many mistakes in a document are shown.
	maxProblems = 100
	// maxProblem is how long the text of one may be, in bytes: some quote the document.
	maxProblem = 1 << 10
	// maxName is how long a name in a document may be, in bytes: each problem quotes some.
	maxName = 256
	// pairsPerToken is how many pairs of fields with the same name a document may have for each token that it may have:
	// validation compares each with each.
	pairsPerToken = 100

	// A stranger's document has room for a login, and for nothing else.
	maxStrangerText   = 8 << 10
	maxStrangerTokens = 250
)

// documentReader parses a document, checks its form and validates it, in this order: a document that is refused by its
// form is not validated, which takes time and memory that grow with the square of its length.
type documentReader struct {
	limits Limits
	schema *ast.Schema
	rules  []core.Rule
}

func newDocumentReader(l Limits, schema *ast.Schema) documentReader {
	all := rules.NewDefaultRules()
	// Introspection shows what the schema has; errors do not, so that strangers learn nothing from them.
	all.ReplaceRule(rules.FieldsOnCorrectTypeRule.Name, rules.FieldsOnCorrectTypeRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.ScalarLeafsRule.Name, rules.ScalarLeafsRuleWithoutSuggestions.RuleFunc)
	r := documentReader{limits: l, schema: schema}
	for name, rule := range all.GetInner() {
		r.rules = append(r.rules, core.Rule{Name: name, RuleFunc: rule})
	}
	slices.SortFunc(r.rules, func(a, b core.Rule) int { return cmp.Compare(a.Name, b.Name) })
	return r
}

type readingKey struct{}

// reading is the outcome of reading a document.
type reading struct {
	parsed  *ast.QueryDocument
	refused gqlerror.List
}

// withReading returns a context for reading a document, and the place for the outcome.
func withReading(ctx context.Context) (context.Context, *reading) {
	r := &reading{}
	return context.WithValue(ctx, readingKey{}, r), r
}

// readDocument reads the document of a request, and stores the outcome in the reading of ctx.
func (r documentReader) readDocument(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	result, ok := ctx.Value(readingKey{}).(*reading)
	if !ok {
		result = &reading{}
	}
	parsed, refused := r.parse(ctx, params)
	if refused != nil {
		result.refused = gqlerror.List{refused}
		return refused
	}
	result.parsed, result.refused = parsed, r.validate(parsed)
	if len(result.refused) > 0 {
		return result.refused[0]
	}
	return nil
}

// readDocuments stands in for gqlgen's cache of documents: it returns the one that was read, so that gqlgen parses
// none.
type readDocuments struct{}

var _ graphql.Cache[*ast.QueryDocument] = readDocuments{}

// Get implements graphql.Cache.
func (readDocuments) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	result, ok := ctx.Value(readingKey{}).(*reading)
	return result.parsed, ok
}

// Add implements graphql.Cache. It is never called, since Get has everything.
func (readDocuments) Add(context.Context, string, *ast.QueryDocument) {}

// parse parses a document and checks its form.
func (r documentReader) parse(ctx context.Context, params *graphql.RawParams) (*ast.QueryDocument, *gqlerror.Error) {
	tokens := r.limits.MaxTokens
	if accountOf(ctx) == "" {
		if len(params.Query) > maxStrangerText {
			return nil, requestError(codeUnauthenticated, "Log in first: without a token a document may have at most %d bytes.", maxStrangerText)
		}
		tokens = min(tokens, maxStrangerTokens)
	}
	source := &ast.Source{Input: params.Query}
	if refused := checkNames(source, tokens); refused != nil {
		return nil, refused
	}
	parsed, err := parser.ParseQueryWithTokenLimit(source, tokens)
	if err != nil {
		return nil, asRequestError(err)
	}
	operation := parsed.Operations.ForName(params.OperationName)
	switch {
	case len(parsed.Operations) == 0:
		return nil, requestError(codeValidation, "The document has no operation.")
	case operation == nil && params.OperationName == "":
		return nil, requestError(codeValidation, "The document has several operations. Name one in operationName.")
	case operation == nil:
		return nil, requestError(codeValidation, "The document has no operation of the name in operationName.")
	}
	if refused := checkCaller(ctx, parsed, operation); refused != nil {
		return nil, refused
	}
	return parsed, r.judge(parsed)
}

// asRequestError returns the error of a document that could not be parsed.
func asRequestError(err error) *gqlerror.Error {
	own, ok := err.(*gqlerror.Error) //nolint:errorlint // the parser wraps nothing
	if !ok {
		own = gqlerror.Wrap(err)
	}
	shown := requestError(codeBadRequest, "%s", cut(own.Message))
	shown.Locations = own.Locations
	return shown
}

// checkNames refuses names that are too long, in the tokens that will be parsed.
func checkNames(source *ast.Source, tokens int) *gqlerror.Error {
	words := lexer.New(source)
	for range tokens + 1 {
		token, err := words.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return nil //nolint:nilerr // the parser reports what is wrong
		}
		if token.Kind == lexer.Name && len(token.Value) > maxName {
			return requestError(codeTooComplex, "A name in the document has %d bytes; at most %d are allowed.", len(token.Value), maxName)
		}
	}
	return nil
}

// judge refuses a document by its form: by the aliases of each operation, with those of the fragments that it spreads,
// and by how many fields have the same name.
func (r documentReader) judge(parsed *ast.QueryDocument) *gqlerror.Error {
	names, spread := make(map[string]int), make(map[string]outline)
	for _, fragment := range parsed.Fragments {
		spread[fragment.Name] = outlineOf(fragment.SelectionSet, names)
	}
	for _, operation := range parsed.Operations {
		aliases, seen := 0, make(map[string]bool)
		for forms := []outline{outlineOf(operation.SelectionSet, names)}; len(forms) > 0; {
			form := forms[len(forms)-1]
			forms = forms[:len(forms)-1]
			aliases += form.aliases
			for _, name := range form.spreads {
				if !seen[name] {
					seen[name] = true
					forms = append(forms, spread[name])
				}
			}
		}
		if aliases > r.limits.MaxAliases {
			return requestError(codeTooComplex, "The operation has %d aliases; at most %d are allowed.", aliases, r.limits.MaxAliases)
		}
	}
	pairs := 0
	for _, n := range names {
		pairs += n * n
	}
	if maxPairs := pairsPerToken * r.limits.MaxTokens; pairs > maxPairs {
		return requestError(codeTooComplex, "The document selects the same fields too often: %d pairs have the same name; at most %d are allowed.", pairs, maxPairs)
	}
	return nil
}

// outline is what a selection has without the fragments that it spreads.
type outline struct {
	aliases int
	spreads []string
}

// outlineOf returns the outline of a selection, and counts its fields by the name that they have in an answer.
func outlineOf(selections ast.SelectionSet, names map[string]int) (o outline) {
	for _, selection := range selections {
		var below outline
		switch s := selection.(type) {
		case *ast.Field:
			names[s.Alias]++
			if s.Alias != s.Name {
				o.aliases++
			}
			below = outlineOf(s.SelectionSet, names)
		case *ast.InlineFragment:
			below = outlineOf(s.SelectionSet, names)
		case *ast.FragmentSpread:
			o.spreads = append(o.spreads, s.Name)
		}
		o.aliases += below.aliases
		o.spreads = append(o.spreads, below.spreads...)
	}
	return o
}

// validate returns the mistakes of a document, maxProblems at most.
func (r documentReader) validate(parsed *ast.QueryDocument) gqlerror.List {
	var problems gqlerror.List
	observers := &core.Events{}
	for _, rule := range r.rules {
		rule.RuleFunc(observers, func(options ...core.ErrorOption) {
			if len(problems) >= maxProblems {
				return
			}
			problem := &gqlerror.Error{Rule: rule.Name}
			for _, option := range options {
				option(problem)
			}
			problem.Message = cut(problem.Message)
			problem.Extensions = map[string]any{"code": codeValidation}
			problems = append(problems, problem)
		})
	}
	validator.Walk(r.schema, parsed, observers)
	return problems
}

// cut returns the beginning of a message that is too long to show.
func cut(message string) string {
	if len(message) <= maxProblem {
		return message
	}
	return string([]rune(message[:maxProblem])) + "…" // a rune that was cut in two becomes U+FFFD
}
