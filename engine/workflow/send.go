package workflow

import (
	"encoding/json"
	"net/url"
	"strings"

	"foyer/inbox"
)

// sendKind is `send`: {text, attachments, channel}.
var sendKind = kind{name: "send", exits: []exit{{name: ExitFailure}}, compile: compileSend}

type send struct {
	text        phrase
	attachments []inbox.Attachment
	channel     inbox.ChannelID
	channelName string
}

func compileSend(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		Text        phraseDocument     `json:"text"`
		Attachments []inbox.Attachment `json:"attachments"`
		Channel     string             `json:"channel"`
	}
	at := s.at.to("send")
	s.decode(at, body, &doc)
	compiled := &send{
		text:        s.phrase(at.to("text"), doc.Text),
		attachments: doc.Attachments,
		channelName: doc.Channel,
	}
	if doc.Text.blank() && len(doc.Attachments) == 0 {
		s.add(at, "send needs a text or attachments")
	}
	for i, attachment := range doc.Attachments {
		address, err := url.Parse(string(attachment.URL))
		if err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Host == "" {
			s.add(at.to("attachments", i, "url"), "the address must begin with http:// or https://")
		}
	}
	if doc.Channel != "" {
		compiled.channel = s.channel(at.to("channel"), doc.Channel)
	}
	return compiled
}

func (s *send) begin(r *run) (move, error) {
	text, err := s.text.render(r.environment)
	if err != nil {
		return move{}, err
	}
	detail := map[string]any{"text": text}
	if s.channelName != "" {
		detail["channel"] = s.channelName
	}
	if len(s.attachments) > 0 {
		addresses := make([]any, len(s.attachments))
		for i, attachment := range s.attachments {
			addresses[i] = string(attachment.URL)
		}
		detail["attachments"] = addresses
	}
	if strings.TrimSpace(text) == "" && len(s.attachments) == 0 {
		return move{exit: ExitFailure, detail: detail, failed: "the text is empty once rendered"}, nil
	}
	return move{effect: Send{Text: text, Attachments: s.attachments, Channel: s.channel}, detail: detail}, nil
}
