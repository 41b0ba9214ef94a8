package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
)

// FullText returns the whole text of a message that shows the beginning of it.
func (messageResolver) FullText(ctx context.Context, m *inbox.Message) (*string, error) {
	full, err := scopeOf(ctx).fullTexts().Load(ctx, m.ID)
	if full == nil {
		return m.Text, err
	}
	return &full.Text, err
}

// Conversation returns the conversation of a message, or nil if a blocked contact sent it.
func (messageResolver) Conversation(ctx context.Context, m *inbox.Message) (*inbox.Conversation, error) {
	return maybe(ctx, scopeOf(ctx).conversations(), m.ConversationID)
}

// Channel returns the channel that a message came in or went out on.
func (messageResolver) Channel(ctx context.Context, m *inbox.Message) (*inbox.Channel, error) {
	return scopeOf(ctx).channels().Load(ctx, m.ChannelID)
}

// Author returns the author of a message.
func (messageResolver) Author(ctx context.Context, m *inbox.Message) (inbox.Author, error) {
	return scopeOf(ctx).author(ctx, m.Author)
}

// MessageReceive receives a contact's message.
func (m mutationResolver) MessageReceive(ctx context.Context, input engine.RawMessage) (*graph.MessageReceivePayload, error) {
	received, err := m.engine.MessageReceive(ctx, callerOf(ctx), input.Read())
	return receivePayload(ctx, "", received, err)
}

// MessageReceiveBatch receives several messages of contacts. If one fails because of the server the batch fails, and can be
// repeated as a whole.
func (m mutationResolver) MessageReceiveBatch(ctx context.Context, input graph.MessageReceiveBatchInput) (*graph.MessageReceiveBatchPayload, error) {
	messages := make([]engine.MessageReceiveInput, len(input.Messages))
	for i, message := range input.Messages {
		messages[i] = message.Read()
	}
	received, err := m.engine.MessageReceiveBatch(ctx, callerOf(ctx), messages)
	if err != nil {
		return nil, err
	}
	payload := &graph.MessageReceiveBatchPayload{Results: make([]*graph.MessageReceivePayload, len(received))}
	for i, r := range received {
		if payload.Results[i], err = receivePayload(ctx, "results.", r.MessageReceived, r.Err); err != nil {
			return nil, err
		}
	}
	return payload, nil
}

// receivePayload returns the payload of one message. where is the path to it in the payload of a batch.
func receivePayload(ctx context.Context, where string, received *engine.MessageReceived, err error) (*graph.MessageReceivePayload, error) {
	if err != nil {
		problems := userErrors(err) // of one message of a batch, maybe
		if problems == nil {
			return nil, err
		}
		return &graph.MessageReceivePayload{UserErrors: problems}, nil
	}
	payload := &graph.MessageReceivePayload{Message: mutatedMessage(ctx, received.Message), Opened: received.Opened,
		Duplicate: received.Duplicate, Cursor: received.Cursor}
	for i := range received.Warnings {
		payload.Warnings = append(payload.Warnings, &received.Warnings[i])
	}
	if payload.Contact, err = mutatedContact(ctx, where+"contact", received.Contact); err != nil {
		return nil, err
	}
	payload.Conversation, err = mutatedConversation(ctx, where+"conversation", received.Conversation)
	return payload, err
}

// MessageSend writes to the contact of a conversation.
func (m mutationResolver) MessageSend(ctx context.Context, input graph.MessageSendInput) (*graph.MessagePayload, error) {
	send := input.MessageSendInput
	send.IfLatest = patch(input.IfLatestMessageID)
	change, err := m.engine.MessageSend(ctx, callerOf(ctx), send)
	return messagePayload(ctx, change, err)
}

// MessageStatusReport stores the status of an outbound message.
func (m mutationResolver) MessageStatusReport(ctx context.Context, input engine.MessageStatusReportInput) (*graph.MessagePayload, error) {
	change, err := m.engine.MessageStatusReport(ctx, callerOf(ctx), input)
	return messagePayload(ctx, change, err)
}

func messagePayload(ctx context.Context, change *engine.MessageChange, err error) (*graph.MessagePayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.MessagePayload{Message: mutatedMessage(ctx, change.Message), Cursor: change.Cursor, UserErrors: refused(change.Refused)}, nil
}
