package workflow

import (
	"encoding/json"
	"fmt"
	"strings"
)

const (
	maxBody      = 64 << 10
	maxBodyTexts = 100
)

// bodyTemplate is a compiled body: a text, or JSON whose texts are rendered one by one, so that no value changes its
// shape.
type bodyTemplate struct {
	text    text
	encoder func() encoder // of text
	json    any            // bodyText, map[string]any, []any and constants; nil if text is the body
}

// bodyText is a text inside a JSON body.
type bodyText struct{ text }

// bodyEncoderFor returns a function that makes an encoder for a body that is a text, according to the media type in the
// headers. A body without one is JSON if the author begins it with { or [.
func bodyEncoderFor(headers map[string]string) func() encoder {
	for name, value := range headers {
		if !strings.EqualFold(name, "Content-Type") {
			continue
		}
		media, _, _ := strings.Cut(strings.ToLower(value), ";")
		switch media = strings.TrimSpace(media); {
		case media == "application/x-www-form-urlencoded":
			return func() encoder { return formEncoder{} }
		case media == "application/json" || strings.HasSuffix(media, "+json"):
			return func() encoder { return &jsonEncoder{known: true, is: true} }
		case media == "text/html" || strings.HasSuffix(media, "/xml") || strings.HasSuffix(media, "+xml"):
			return func() encoder { return markupEncoder{} }
		default:
			return func() encoder { return plainEncoder{} }
		}
	}
	return func() encoder { return &jsonEncoder{} }
}

// requestBody compiles the body of a request with these headers, and reports its problems.
func (s *stepCompiler) requestBody(at path, written any, headers map[string]string) bodyTemplate {
	switch written := written.(type) {
	case nil:
		return bodyTemplate{encoder: func() encoder { return plainEncoder{} }}
	case string:
		return bodyTemplate{text: s.requestText(at, written), encoder: bodyEncoderFor(headers)}
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
		return bodyText{s.requestText(at, written)}
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

func (b bodyTemplate) render(env environment) (Parts, error) {
	if b.json == nil {
		return b.text.renderEncoded(env, b.encoder())
	}
	var encoded bodyEncoder
	if err := encoded.write(b.json, env); err != nil {
		return nil, err
	}
	return encoded.finish(), nil
}

// bodyEncoder writes JSON that has secrets in its texts.
type bodyEncoder struct {
	parts Parts
	text  strings.Builder // after the last secret
}

func (e *bodyEncoder) finish() Parts {
	if e.text.Len() > 0 {
		e.parts = append(e.parts, Part{Text: e.text.String()})
		e.text.Reset()
	}
	return e.parts
}

func (e *bodyEncoder) write(part any, env environment) error {
	switch part := part.(type) {
	case bodyText:
		rendered, err := part.renderEncoded(env, plainEncoder{}) // the text as a whole is escaped below
		if err != nil {
			return err
		}
		e.text.WriteByte('"')
		for _, one := range rendered {
			if one.Secret == "" {
				e.text.WriteString(jsonInside(one.Text))
				continue
			}
			e.parts = append(e.finish(), one)
		}
		e.text.WriteByte('"')
	case map[string]any:
		e.text.WriteByte('{')
		for i, name := range sortedKeys(part) {
			if i > 0 {
				e.text.WriteByte(',')
			}
			e.text.WriteString(`"` + jsonInside(name) + `":`)
			if err := e.write(part[name], env); err != nil {
				return err
			}
		}
		e.text.WriteByte('}')
	case []any:
		e.text.WriteByte('[')
		for i, item := range part {
			if i > 0 {
				e.text.WriteByte(',')
			}
			if err := e.write(item, env); err != nil {
				return err
			}
		}
		e.text.WriteByte(']')
	default:
		constant, err := json.Marshal(part)
		if err != nil {
			return fmt.Errorf("encode body: %w", err)
		}
		e.text.Write(constant)
	}
	return nil
}
