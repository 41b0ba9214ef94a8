package workflow

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const (
	maxHeaders     = 50
	maxHeaderBytes = 8 << 10 // of one header's texts
	maxBody        = 64 << 10
	maxBodyTexts   = 100
)

// secretPlace is where a header has a secret: {{ secrets.NAME }}.
var secretPlace = regexp.MustCompile(`\{\{-?\s*secrets\.([A-Za-z][A-Za-z0-9_]{0,99})\s*-?\}\}`)

// headerName is a token by RFC 9110.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")

// ownHeaders are those that who sends the request decides; never written to.
var ownHeaders = []string{"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"}

// headerTemplate is a header before it is rendered.
type headerTemplate struct {
	name  string
	parts []headerPartTemplate
}

type headerPartTemplate struct {
	text   text
	secret string
}

// headers compiles the headers and reports what does not hold.
func (s *stepCompiler) headers(at path, written map[string]string) []headerTemplate {
	var headers []headerTemplate
	for _, name := range sortedKeys(written) {
		place := at.to(name)
		switch {
		case !headerName.MatchString(name):
			s.add(place, "%s is no name of a header", quote(name))
		case slices.Contains(ownHeaders, strings.ToLower(name)):
			s.add(place, "the header %s cannot be set", quote(name))
		}
		headers = append(headers, headerTemplate{name, s.headerParts(place, written[name])})
	}
	if len(headers) > maxHeaders {
		s.add(at, "there are more than %d headers", maxHeaders)
	}
	return headers
}

// headerParts cuts a header at its secrets; what stands between is Liquid, and never a secret, whatever it renders to.
func (s *stepCompiler) headerParts(at path, written string) []headerPartTemplate {
	var parts []headerPartTemplate
	end := 0
	for _, place := range secretPlace.FindAllStringSubmatchIndex(written, -1) {
		if before := written[end:place[0]]; before != "" {
			parts = append(parts, headerPartTemplate{text: s.text(at, before)})
		}
		parts = append(parts, headerPartTemplate{secret: written[place[2]:place[3]]})
		end = place[1]
	}
	if rest := written[end:]; rest != "" {
		parts = append(parts, headerPartTemplate{text: s.text(at, rest)})
	}
	return parts
}

func renderHeaders(templates []headerTemplate, env environment) ([]Header, error) {
	var headers []Header
	for _, template := range templates {
		header := Header{Name: template.name}
		for _, part := range template.parts {
			if part.secret != "" {
				header.Value = append(header.Value, HeaderPart{Secret: part.secret})
				continue
			}
			rendered, err := part.text.render(env)
			if err != nil {
				return nil, err
			}
			header.Value = append(header.Value, HeaderPart{Text: rendered})
		}
		headers = append(headers, header)
	}
	return headers, nil
}

// headerNames is what the log shows of headers: their values may be secret even where they are written out.
func headerNames(headers []Header) []any {
	names := make([]any, len(headers))
	for i, header := range headers {
		names[i] = header.Name
	}
	return names
}

// checkAddress says what is wrong with a rendered address; empty where nothing is.
func checkAddress(address string) string {
	if !isAddress(address) {
		return "the address must be an absolute http or https URL of at most 2000 bytes"
	}
	if parsed, err := url.Parse(address); err != nil || parsed.User != nil {
		return "the address must not have a user name or password; a header can have them"
	}
	return ""
}

// maxExcerpt is how many characters of a body the log shows.
const maxExcerpt = 4000

func excerpt(text string) string {
	if runes := []rune(text); len(runes) > maxExcerpt {
		return string(runes[:maxExcerpt]) + "…"
	}
	return text
}

// checkRequest says what of a rendered request cannot be sent; empty where nothing is wrong.
func checkRequest(headers []Header, body string) string {
	for _, header := range headers {
		size := 0
		for _, part := range header.Value {
			size += len(part.Text)
			if strings.ContainsFunc(part.Text, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
				return fmt.Sprintf("the header %s has a control character", quote(header.Name))
			}
		}
		if size > maxHeaderBytes {
			return fmt.Sprintf("the header %s is longer than %d bytes", quote(header.Name), maxHeaderBytes)
		}
	}
	if len(body) > maxBody {
		return fmt.Sprintf("the body is longer than %d bytes", maxBody)
	}
	return ""
}

// bodyTemplate is the body of a request before it is rendered: a text, or JSON whose texts are rendered one by one, so
// that nothing a contact writes changes its shape.
type bodyTemplate struct {
	text text
	json any // of bodyText, map[string]any, []any and constants; nil where text is the body
}

// bodyText is a text inside a JSON body.
type bodyText struct{ text }

// requestBody compiles the body and reports what does not hold.
func (s *stepCompiler) requestBody(at path, written any) bodyTemplate {
	switch written := written.(type) {
	case nil:
		return bodyTemplate{}
	case string:
		return bodyTemplate{text: s.text(at, written)}
	default:
		count := 0
		compiled := s.bodyPart(at, written, &count)
		if count > maxBodyTexts {
			s.add(at, "the body has more than %d texts", maxBodyTexts)
		}
		return bodyTemplate{json: compiled}
	}
}

func (s *stepCompiler) bodyPart(at path, written any, count *int) any {
	switch written := written.(type) {
	case string:
		if *count++; *count > maxBodyTexts {
			return nil
		}
		return bodyText{s.text(at, written)}
	case map[string]any:
		compiled := make(map[string]any, len(written))
		for _, name := range sortedKeys(written) {
			compiled[name] = s.bodyPart(at.to(name), written[name], count)
		}
		return compiled
	case []any:
		compiled := make([]any, len(written))
		for i, item := range written {
			compiled[i] = s.bodyPart(at.to(i), item, count)
		}
		return compiled
	default:
		return written
	}
}

func (b bodyTemplate) render(env environment) (string, error) {
	if b.json == nil {
		return b.text.render(env)
	}
	value, err := renderBody(b.json, env)
	if err != nil {
		return "", err
	}
	var encoded strings.Builder
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("encode body: %w", err)
	}
	return strings.TrimSuffix(encoded.String(), "\n"), nil
}

func renderBody(part any, env environment) (any, error) {
	switch part := part.(type) {
	case bodyText:
		return part.render(env)
	case map[string]any:
		rendered := make(map[string]any, len(part))
		for _, name := range sortedKeys(part) {
			value, err := renderBody(part[name], env)
			if err != nil {
				return nil, err
			}
			rendered[name] = value
		}
		return rendered, nil
	case []any:
		rendered := make([]any, len(part))
		for i, item := range part {
			value, err := renderBody(item, env)
			if err != nil {
				return nil, err
			}
			rendered[i] = value
		}
		return rendered, nil
	default:
		return part, nil
	}
}
