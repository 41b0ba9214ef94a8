package workflow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"foyer/engine/workflow/template"
)

type (
	// Part is a text or the place of a secret: only who sends the request fills it in, so that it is in no state and no log.
	Part = template.Part
	// Parts is a text with the places of secrets in it.
	Parts []Part
)

// String returns the text, with the names of the secrets for their values: {{ secrets.NAME }}.
func (p Parts) String() string {
	text, _ := p.fill(func(name string) (string, error) { return "{{ secrets." + name + " }}", nil }, asItIs)
	return text
}

// fill returns the text with the secrets in their places, each as escape makes it.
func (p Parts) fill(secret func(name string) (string, error), escape func(place int, value string) string) (string, error) {
	var text strings.Builder
	for i, part := range p {
		if part.Secret == "" {
			text.WriteString(part.Text)
			continue
		}
		value, err := secret(part.Secret)
		if err != nil {
			return "", err
		}
		text.WriteString(escape(i, value))
	}
	return text.String(), nil
}

func asItIs(_ int, value string) string { return value }

// inAddress makes a secret part of a URL. One that an address begins with is the beginning of the address.
func inAddress(place int, value string) string {
	if place == 0 {
		return value
	}
	return escapePart(value)
}

// inJSON makes a secret part of a text in JSON.
func inJSON(_ int, value string) string { return jsonInside(value) }

// jsonInside returns a text as it stands between the quotes of JSON.
func jsonInside(text string) string {
	var encoded strings.Builder
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text always encodes
	quoted := strings.TrimSuffix(encoded.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

// trim takes space from both ends.
func (p Parts) trim() Parts {
	trimmed := slices.Clone(p)
	if last := len(trimmed) - 1; last >= 0 {
		trimmed[0].Text = strings.TrimLeft(trimmed[0].Text, " \t\r\n")
		trimmed[last].Text = strings.TrimRight(trimmed[last].Text, " \t\r\n")
	}
	return slices.DeleteFunc(trimmed, func(part Part) bool { return part == Part{} })
}

// Request is a request as it is sent, with its secrets.
type Request struct {
	Method, URL string
	Headers     []FilledHeader
	Body        string
}

// FilledHeader is a header as it is sent.
type FilledHeader struct{ Name, Value string }

// Secrets returns the names of the secrets that a request has, each once, sorted.
func (h HTTP) Secrets() []string {
	var names []string
	all := slices.Concat(h.URL, h.Body)
	for _, header := range h.Headers {
		all = append(all, header.Value...)
	}
	for _, part := range all {
		if part.Secret != "" {
			names = append(names, part.Secret)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Fill puts the secrets in their places: in an address percent-encoded unless it begins with one, in the texts of a JSON
// body as JSON has them, else as they are. It fails, with a reason that shows no secret, where one is missing or the
// request cannot be sent with them.
func (h HTTP) Fill(secrets map[string]string) (Request, error) {
	value := func(name string) (string, error) {
		value, ok := secrets[name]
		if !ok {
			return "", fmt.Errorf("there is no secret %s", quote(name))
		}
		return value, nil
	}
	filled := Request{Method: h.Method}
	var err error
	if filled.URL, err = h.URL.fill(value, inAddress); err != nil {
		return Request{}, err
	}
	if failed := checkAddress(filled.URL); failed != "" {
		return Request{}, fmt.Errorf("after its secrets are filled in, %s", failed)
	}
	for _, header := range h.Headers {
		text, err := header.Value.fill(value, asItIs)
		if err != nil {
			return Request{}, err
		}
		if strings.ContainsFunc(text, isControl) {
			return Request{}, fmt.Errorf("after its secrets are filled in, the header %s has a control character", quote(header.Name))
		}
		filled.Headers = append(filled.Headers, FilledHeader{header.Name, text})
	}
	escape := asItIs
	if h.JSON {
		escape = inJSON
	}
	filled.Body, err = h.Body.fill(value, escape)
	return filled, err
}

// isControl returns what no header may hold.
func isControl(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }
