package workflow

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// maxHeaderBytes is how many bytes the texts of one header may have.
const maxHeaderBytes = 8 << 10

// headerName is a token according to RFC 9110.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")

// ownHeaders are the headers that documents cannot set, since sending the request decides them; never written to.
var ownHeaders = []string{
	"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect",
	"accept-encoding", "proxy-authorization", "proxy-connection", "keep-alive",
}

// headerTemplate is a compiled header.
type headerTemplate struct {
	name  string
	value text
}

// headers compiles the headers and reports their problems.
func (s *stepCompiler) headers(at path, written map[string]string) []headerTemplate {
	var headers []headerTemplate
	for _, name := range sortedKeys(written) {
		place := at.to(name)
		switch {
		case !headerName.MatchString(name):
			s.add(place, "%s is not a valid name of a header", quote(name))
		case slices.Contains(ownHeaders, strings.ToLower(name)):
			s.add(place, "the header %s cannot be set", quote(name))
		}
		headers = append(headers, headerTemplate{name, s.requestText(place, written[name])})
	}
	return headers
}

func renderHeaders(templates []headerTemplate, env environment) ([]Header, error) {
	var headers []Header
	for _, template := range templates {
		value, err := template.value.renderEncoded(env, headerEncoder{})
		if err != nil {
			return nil, err
		}
		headers = append(headers, Header{template.name, value})
	}
	return headers, nil
}

// checkAddress fails on an address to which no request can be sent.
func checkAddress(address string) error {
	if !isAddress(address) {
		return errors.New("the address must be an absolute http or https URL of at most 2000 bytes")
	}
	if parsed, err := url.Parse(address); err != nil || parsed.User != nil {
		return errors.New("the address must not contain a user name or a password; use a header")
	}
	return nil
}

// checkParts is checkAddress for an address whose secrets are not filled in, as far as possible.
func checkParts(address Parts) error {
	if len(address) > 0 && address[0].Secret != "" {
		return nil
	}
	return checkAddress(address.fill(func(string) string { return "secret" }))
}

// maxExcerpt is how many characters of a body the log shows.
const maxExcerpt = 4000

// checkRequest fails on a rendered request that cannot be sent.
func checkRequest(headers []Header, body Parts) error {
	for _, header := range headers {
		for _, part := range header.Value {
			if strings.ContainsFunc(part.Text, isControl) {
				return fmt.Errorf("the header %s has a control character", quote(header.Name))
			}
		}
		if header.Value.size() > maxHeaderBytes {
			return fmt.Errorf("the header %s is longer than %d bytes", quote(header.Name), maxHeaderBytes)
		}
	}
	if body.size() > maxBody {
		return fmt.Errorf("the body is longer than %d bytes", maxBody)
	}
	return nil
}

// size returns the number of bytes of the texts.
func (p Parts) size() int {
	size := 0
	for _, part := range p {
		size += len(part.Text)
	}
	return size
}
