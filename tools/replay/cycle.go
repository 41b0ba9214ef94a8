package replay

import (
	"context"
	"errors"
	"fmt"

	"foyer/internal/client"
)

// progress is how far a cycle has been replayed. Only the goroutine of its lane uses it.
type progress struct {
	conversation conversation
	// sent holds the ids of the answers that were sent, including those that earlier replays sent in conversation looked.
	sent map[string]bool
	// looked is the conversation whose earlier answers are in sent. It changes where somebody else closed the one before.
	looked string
}

// conversation is a conversation as the API has it.
type conversation struct {
	ID       string
	Number   int
	Status   string
	Assignee *assignee
}

// assignee is the agent who answers.
type assignee struct{ ID, Email string }

// conversationFields selects a conversation.
const conversationFields = "id number status assignee { id email }"

func (p *player) send(ctx context.Context, line *Line, c *cycle) error {
	if line.Direction == inbound {
		return p.receive(ctx, line, c)
	}
	return p.answer(ctx, line, c)
}

// receive sends what the contact wrote.
func (p *player) receive(ctx context.Context, line *Line, c *cycle) error {
	var received struct {
		Opened, Duplicate bool
		Conversation      *conversation
	}
	err := p.client.Mutate(ctx, "messageReceive", map[string]any{
		"channelId": p.workspace.Channels[line.Company],
		"contact":   map[string]any{"externalId": line.Contact},
		"message":   map[string]any{"externalId": line.ID, "text": line.Body, "sentAt": line.At},
	}, "opened duplicate conversation { "+conversationFields+" }", &received)
	if err != nil {
		return err
	}
	if received.Conversation == nil {
		return errors.New("the contact is blocked")
	}
	at := &c.progress
	at.conversation = *received.Conversation
	p.report.received(c, received.Opened, received.Duplicate, received.Conversation)
	if at.sent == nil {
		at.sent = map[string]bool{}
	}
	// Nobody has answered yet in a conversation that is new.
	if !received.Opened && at.looked != at.conversation.ID {
		if err := lookUp(ctx, p.client, at.conversation.ID, at.sent); err != nil {
			return fmt.Errorf("look up what was answered before: %w", err)
		}
	}
	at.looked = at.conversation.ID
	return nil
}

// lookUp adds the ids of the answers that a conversation has from an earlier replay.
func lookUp(ctx context.Context, c *client.Client, conversation string, sent map[string]bool) error {
	var after *string
	for {
		var answer struct {
			Conversation *struct {
				Messages struct {
					Nodes    []struct{ IdempotencyKey *string }
					PageInfo struct {
						HasNextPage bool
						EndCursor   *string
					}
				}
			}
		}
		err := c.Do(ctx, `query($id: ID!, $after: String) { conversation(id: $id) { messages(first: 100, after: $after) {
			nodes { idempotencyKey } pageInfo { hasNextPage endCursor } } } }`,
			map[string]any{"id": conversation, "after": after}, &answer)
		if err != nil {
			return err
		}
		if answer.Conversation == nil {
			return fmt.Errorf("the conversation %s is gone", conversation)
		}
		page := answer.Conversation.Messages
		for _, m := range page.Nodes {
			if m.IdempotencyKey != nil {
				sent[*m.IdempotencyKey] = true
			}
		}
		if !page.PageInfo.HasNextPage {
			return nil
		}
		after = page.PageInfo.EndCursor
	}
}

// answer sends what the company wrote, as the conversation's assignee.
func (p *player) answer(ctx context.Context, line *Line, c *cycle) error {
	at := &c.progress
	if at.sent[line.ID] {
		p.report.count(&p.report.Present)
		return nil
	}
	agent, err := p.assignee(ctx, at)
	if err != nil {
		return err
	}
	err = agent.Mutate(ctx, "messageSend", map[string]any{
		"conversationId": at.conversation.ID, "text": line.Body, "idempotencyKey": line.ID,
	}, "", nil)
	if err != nil {
		return err
	}
	at.sent[line.ID] = true
	p.report.count(&p.report.Out)
	return nil
}

// close closes the conversation of a cycle after its last line, as the assignee.
func (p *player) close(ctx context.Context, c *cycle) error {
	at := &c.progress
	if at.conversation.Status != "OPEN" {
		return nil
	}
	agent, err := p.assignee(ctx, at)
	if err != nil {
		return err
	}
	if err := agent.Mutate(ctx, "conversationClose", map[string]any{"conversationId": at.conversation.ID}, "", nil); err != nil {
		return err
	}
	at.conversation.Status = "CLOSED"
	p.report.count(&p.report.Closed)
	return nil
}

// assignee returns the client of the conversation's assignee.
func (p *player) assignee(ctx context.Context, at *progress) (*client.Client, error) {
	if at.conversation.Assignee == nil {
		return nil, fmt.Errorf("conversation %d has no assignee", at.conversation.Number)
	}
	return p.agents.client(ctx, at.conversation.Assignee.Email)
}
