package workflow

import (
	"fmt"
	"slices"
	"strings"

	"foyer/inbox"
)

// attachments are the compiled attachments of a message.
type attachments struct {
	written   []inbox.Attachment
	addresses []text
}

// attachments compiles the attachments and reports their problems.
func (s *stepCompiler) attachments(at path, written []inbox.Attachment) attachments {
	compiled := attachments{written: written}
	for i, attachment := range written {
		place, address := at.to(i, "url"), s.text(at.to(i, "url"), string(attachment.URL))
		compiled.addresses = append(compiled.addresses, address)
		if address.isConstant() && !isAddress(address.constant) || !address.isConstant() && !beginsAddress(string(attachment.URL)) {
			s.forbid(place, "the address must begin with http:// or https://")
		}
	}
	return compiled
}

// beginsAddress reports whether a text begins with http:// or https://, or with a template, which may.
func beginsAddress(written string) bool {
	return strings.HasPrefix(written, "https://") || strings.HasPrefix(written, "http://") || strings.HasPrefix(written, "{")
}

// render returns the attachments with their addresses rendered. Values in them are encoded as in those of `http`.
func (a attachments) render(env environment) ([]inbox.Attachment, error) {
	rendered := slices.Clone(a.written)
	for i, address := range a.addresses {
		if address.isConstant() {
			continue
		}
		parts, err := address.renderEncoded(env, &addressEncoder{})
		if err != nil {
			return nil, err
		}
		made := strings.TrimSpace(parts.String())
		if !isAddress(made) {
			return nil, fmt.Errorf("the address of attachment %d must be an absolute http or https URL of at most 2000 bytes", i+1)
		}
		rendered[i].URL = inbox.URL(made)
	}
	return rendered, nil
}
