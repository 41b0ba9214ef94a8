package graph

import (
	"github.com/99designs/gqlgen/graphql"

	"foyer/engine"
	"foyer/inbox"
)

// MessageSendInput is a message to send, and what the caller takes for the newest one of the conversation.
type MessageSendInput struct {
	engine.MessageSendInput
	IfLatestMessageID graphql.Omittable[*inbox.MessageID]
}
