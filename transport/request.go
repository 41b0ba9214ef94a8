package transport

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// request is the form of a GraphQL request in JSON, over HTTP and in the
// payload of a subscribe message. params checks the types of its members, for
// better error texts.
type request struct {
	Query         any `json:"query"`
	OperationName any `json:"operationName"`
	Variables     any `json:"variables"`
	Extensions    any `json:"extensions"`
}

// decodeRequest reads a request from JSON. Its errors are for the client, and do
// not quote the data.
func decodeRequest(data []byte) (*graphql.RawParams, error) {
	data = bytes.TrimLeft(data, " \t\r\n")
	switch {
	case len(data) == 0:
		return nil, errors.New("the request is empty, expected a JSON object")
	case data[0] == '[':
		return nil, errors.New("batches of requests are not supported, expected a JSON object")
	case data[0] != '{':
		return nil, errors.New("the request is not a JSON object")
	case !utf8.Valid(data):
		return nil, errors.New("the request is not encoded in UTF-8")
	}
	var raw request
	if decodeJSON(data, &raw) != nil {
		return nil, errors.New("the request is not valid JSON")
	}
	return raw.params()
}

// decodeJSON reads one JSON value, and nothing after it. Numbers are kept as
// written: as float64, integers above 2^53 would silently become other
// integers.
func decodeJSON(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if len(bytes.TrimLeft(data[decoder.InputOffset():], " \t\r\n")) > 0 {
		return errors.New("something follows the value")
	}
	return nil
}

// params returns the request in gqlgen's form. Null means the same as left out.
func (raw request) params() (*graphql.RawParams, error) {
	query, badQuery := stringMember("query", raw.Query)
	name, badName := stringMember("operationName", raw.OperationName)
	variables, badVariables := objectMember("variables", raw.Variables)
	extensions, badExtensions := objectMember("extensions", raw.Extensions)
	params := &graphql.RawParams{Query: query, OperationName: name, Variables: variables, Extensions: extensions}
	return params, cmp.Or(badQuery, badName, badVariables, badExtensions, checkDocument(params))
}

func stringMember(name string, value any) (string, error) {
	text, ok := value.(string)
	if !ok && value != nil {
		return "", fmt.Errorf("%q must be a string", name)
	}
	return text, nil
}

func objectMember(name string, value any) (map[string]any, error) {
	object, ok := value.(map[string]any)
	if !ok && value != nil {
		return nil, fmt.Errorf("%q must be an object", name)
	}
	if object != nil {
		plainNumbers(object)
	}
	return object, nil
}

// objectText is objectMember for JSON within a URL.
func objectText(name, text string) (map[string]any, error) {
	if text == "" {
		return nil, nil
	}
	var value any
	if decodeJSON([]byte(text), &value) != nil {
		return nil, fmt.Errorf("%q must be an object", name)
	}
	return objectMember(name, value)
}

// plainNumbers makes the numbers in a decoded value int64 or, if they do not fit, float64. A json.Number, which is a string,
// would pass for a String.
func plainNumbers(value any) any {
	switch value := value.(type) {
	case json.Number:
		if n, err := value.Int64(); err == nil {
			return n
		}
		f, _ := value.Float64() // infinite if out of range, which no type accepts
		return f
	case map[string]any:
		for name, member := range value {
			value[name] = plainNumbers(member)
		}
	case []any:
		for i, member := range value {
			value[i] = plainNumbers(member)
		}
	}
	return value
}

// paramsOfQuery reads a request from the query component of a URL.
func paramsOfQuery(rawQuery string) (*graphql.RawParams, error) {
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, errors.New("the query string of the URL is malformed")
	}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		if len(values[name]) > 1 {
			return nil, fmt.Errorf("%q is given more than once", name)
		}
		if !utf8.ValidString(values.Get(name)) {
			return nil, fmt.Errorf("%q is not encoded in UTF-8", name)
		}
	}
	variables, badVariables := objectText("variables", values.Get("variables"))
	extensions, badExtensions := objectText("extensions", values.Get("extensions"))
	params := &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName"),
		Variables: variables, Extensions: extensions}
	return params, cmp.Or(badVariables, badExtensions, checkDocument(params))
}

// checkDocument fails if a request neither has a document nor names one.
func checkDocument(params *graphql.RawParams) error {
	named, err := persistedDigest(params.Extensions)
	if err == nil && named == nil && params.Query == "" {
		return errors.New(`"query" is missing`)
	}
	return err
}

// checkQuery limits the length of a document, before it is parsed.
func (h *Handler) checkQuery(params *graphql.RawParams) *gqlerror.Error {
	if len(params.Query) <= h.config.MaxQuery {
		return nil
	}
	return because(ReasonSize, newError(codeBadRequest, fmt.Sprintf("The query is longer than %d bytes.", h.config.MaxQuery)))
}

// bearer returns the token in the value of an Authorization header, or "" if there
// is none.
func bearer(authorization string) string {
	scheme, token, found := strings.Cut(authorization, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// forgeable reports whether a page of another origin could have made a browser
// send this request, with the user's cookies, without a preflight.
func forgeable(r *http.Request) bool {
	return r.Header.Get("Authorization") == "" &&
		len(r.Header.Values(headerCSRF)) == 0 &&
		!isJSON(r.Header.Get("Content-Type"))
}

// headerCSRF is the header that shows that a request is not forged: a browser asks
// the server before it sends this header for a page of another origin.
const headerCSRF = "X-Foyer-Csrf"
