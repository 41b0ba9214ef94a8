package resolvers_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// TestTheGuideToFrontEndsIsValid validates each GraphQL block of the guide against the schema.
func TestTheGuideToFrontEndsIsValid(t *testing.T) {
	text, err := os.ReadFile("../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../docs/front-ends.md")
	if err != nil {
		t.Fatal(err)
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
	blocks := regexp.MustCompile("(?ms)^```graphql\n(.*?)^```$").FindAllStringSubmatch(string(guide), -1)
	if len(blocks) == 0 {
		t.Fatal("the guide has no GraphQL blocks")
	}
	for _, block := range blocks {
		if _, err := gqlparser.LoadQueryWithRules(schema, block[1], rules.NewDefaultRules()); err != nil {
			t.Errorf("%v\n%s", err, block[1])
		}
	}
}
