package workflow

import (
	"fmt"
	"slices"
	"strings"

	"foyer/engine/workflow/template"
)

type (
	// Part is a text or a secret. A secret is filled in only when the request is sent, so that no state and no log has
	// it.
	Part = template.Part
	// Parts is a text with secrets in it.
	Parts []Part
)

// String returns the text with {{ secrets.NAME }} for each secret.
func (p Parts) String() string {
	return p.fill(func(name string) string { return "{{ secrets." + name + " }}" })
}

// fill returns the text with its secrets filled in.
func (p Parts) fill(secret func(name string) string) string {
	var text strings.Builder
	for _, part := range p {
		if part.Secret == "" {
			text.WriteString(part.Text)
		} else {
			text.WriteString(secret(part.Secret))
		}
	}
	return text.String()
}

// jsonInside returns a text encoded for JSON, without the quotes.
func jsonInside(text string) string {
	quoted, _ := template.JSON(text) // a text can always be encoded
	return quoted[1 : len(quoted)-1]
}

// trim removes white space from both ends.
func (p Parts) trim() Parts {
	trimmed := slices.Clone(p)
	if last := len(trimmed) - 1; last >= 0 {
		trimmed[0].Text = strings.TrimLeft(trimmed[0].Text, " \t\r\n")
		trimmed[last].Text = strings.TrimRight(trimmed[last].Text, " \t\r\n")
	}
	return slices.DeleteFunc(trimmed, func(part Part) bool { return part == Part{} })
}

// Request is a request with its secrets, ready to send.
type Request struct {
	Method, URL string
	Headers     []FilledHeader
	Body        string
}

// FilledHeader is a header of a Request.
type FilledHeader struct{ Name, Value string }

// Secrets returns the names of the request's secrets, each once, sorted.
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

// Fill fills in the secrets: percent-encoded in an address that does not begin with the secret, escaped in the texts of
// a JSON body, and as they are elsewhere. It fails if a secret is missing or the request cannot be sent with them; the
// reason shows no secret.
func (h HTTP) Fill(secrets map[string]string) (Request, error) {
	for _, name := range h.Secrets() {
		if _, known := secrets[name]; !known {
			return Request{}, fmt.Errorf("there is no secret %s", quote(name))
		}
	}
	plain := func(name string) string { return secrets[name] }
	filled := Request{Method: h.Method}
	if len(h.URL) > 0 {
		filled.URL = h.URL[:1].fill(plain) + h.URL[1:].fill(func(name string) string { return escapePart(secrets[name]) })
	}
	if err := checkAddress(filled.URL); err != nil {
		return Request{}, fmt.Errorf("after its secrets are filled in, %w", err)
	}
	for _, header := range h.Headers {
		text := header.Value.fill(plain)
		if strings.ContainsFunc(text, isControl) {
			return Request{}, fmt.Errorf("after its secrets are filled in, the header %s has a control character", quote(header.Name))
		}
		filled.Headers = append(filled.Headers, FilledHeader{header.Name, text})
	}
	filled.Body = h.Body.fill(func(name string) string {
		if h.JSON {
			return jsonInside(secrets[name])
		}
		return secrets[name]
	})
	return filled, nil
}

// isControl reports whether no header may have a character.
func isControl(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }
