package vault

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html"
	"io"
	"net/url"
	"slices"
	"strings"
)

// masked replaces a secret in a response.
const masked = "***"

// Mask replaces the values of secrets in a response: a service that echoes its request must not bring them into variables
// and logs. In JSON, each string is compared decoded, so that no way of escaping it hides a secret.
func Mask(body string, secrets map[string]string) string {
	if len(secrets) == 0 {
		return body
	}
	replace := masker(secrets)
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return replace.Replace(body)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return replace.Replace(body) // not JSON: something follows
	}
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(maskJSON(value, replace)) != nil {
		return replace.Replace(body)
	}
	return strings.TrimSuffix(encoded.String(), "\n")
}

// masker returns a replacer of secrets in every form they take in addresses, in JSON and in pages. The longest form comes
// first: one may be part of another.
func masker(secrets map[string]string) *strings.Replacer {
	var forms []string
	for _, value := range secrets {
		encoded := url.QueryEscape(value)
		quoted, _ := json.Marshal(value) // a text always encodes
		inside := string(quoted[1 : len(quoted)-1])
		forms = append(forms, value, encoded, strings.ReplaceAll(encoded, "+", "%20"), url.PathEscape(value), inside,
			strings.ReplaceAll(value, `"`, `\"`), html.EscapeString(value))
	}
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, form := range slices.Compact(forms) {
		pairs = append(pairs, form, masked)
	}
	return strings.NewReplacer(pairs...)
}

func maskJSON(value any, replace *strings.Replacer) any {
	switch value := value.(type) {
	case string:
		return replace.Replace(value)
	case json.Number:
		if clean := replace.Replace(value.String()); clean != value.String() {
			return clean
		}
		return value
	case []any:
		for i, item := range value {
			value[i] = maskJSON(item, replace)
		}
		return value
	case map[string]any:
		clean := make(map[string]any, len(value))
		for name, item := range value {
			clean[replace.Replace(name)] = maskJSON(item, replace)
		}
		return clean
	default:
		return value
	}
}
