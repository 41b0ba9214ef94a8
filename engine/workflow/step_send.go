package workflow

import (
	"encoding/json"
	"strings"

	"foyer/inbox"
)

// sendKind is `send`: {text, attachments, channel}.
var sendKind = kind{name: "send", exits: []exit{{name: ExitFailure}}, compile: compileSend,
	references: map[string]ReferenceKind{"channel": ReferenceChannel}}

// Send sends a message to the contact.
type Send struct {
	// Text has at most 10,000 characters. It may be empty if there are attachments.
	Text        string
	Attachments []inbox.Attachment
	// Channel is zero for the channel of the last inbound message.
	Channel inbox.ChannelID
}

func (s Send) on(host Host) (*Outcome, error) { return host.Send(s) }

type send struct {
	text        phrase
	attachments attachments
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
		attachments: s.attachments(at.to("attachments"), doc.Attachments),
		channelName: doc.Channel,
	}
	if doc.Text.blank() && len(doc.Attachments) == 0 {
		s.add(at, "add a text or attachments to send")
	}
	if doc.Channel != "" {
		compiled.channel = s.channel(at.to("channel"), doc.Channel)
	}
	return compiled
}

func (s *send) begin(e *execution) (move, error) {
	text, err := s.text.render(e.environment)
	if err != nil {
		return move{}, err
	}
	detail := map[string]any{"text": text}
	if s.channelName != "" {
		detail["channel"] = s.channelName
	}
	attached, err := s.attachments.render(e.environment)
	if err != nil {
		return move{detail: detail}, err
	}
	if len(attached) > 0 {
		detail["attachments"] = each(attached, func(a inbox.Attachment) any { return string(a.URL) })
	}
	if strings.TrimSpace(text) == "" && len(attached) == 0 {
		return move{detail: detail}, errBlank
	}
	return move{effect: Send{Text: text, Attachments: attached, Channel: s.channel}, detail: detail}, nil
}
