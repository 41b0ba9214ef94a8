package replay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foyer/internal/client"
)

// cycle is one conversation of the replay, a dialogue and those that overlap with it, and how far it has been replayed. While
// the replay goes on, only the goroutine of its lane uses it.
type cycle struct {
	last *Line
	end  time.Time // of its dialogues
	lane int       // cycles of one contact share a lane, in which one message follows another

	conversation conversation
	// sent has the ids of the answers that were sent, including those that earlier replays sent in the conversation
	// looked.
	sent map[string]bool
	// looked is the conversation whose earlier answers are in sent. It changes if somebody else closed the one before.
	looked string
}

// conversation is a conversation in the form of the API.
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

func (p *player) send(ctx context.Context, line *Line) error {
	if line.Direction == inbound {
		return p.receive(ctx, line)
	}
	return p.answer(ctx, line)
}

// receive sends a message of the contact.
func (p *player) receive(ctx context.Context, line *Line) error {
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
	c := line.cycle
	c.conversation = *received.Conversation
	p.report.received(line.Company, received.Opened, received.Duplicate, received.Conversation)
	// A new conversation has no answers yet.
	if !received.Opened && c.looked != c.conversation.ID {
		if err := lookUp(ctx, p.client, c.conversation.ID, c.sent); err != nil {
			return fmt.Errorf("look up what was answered before: %w", err)
		}
	}
	c.looked = c.conversation.ID
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

// answer sends a message of the company, as the conversation's assignee.
func (p *player) answer(ctx context.Context, line *Line) error {
	c := line.cycle
	if c.sent[line.ID] {
		p.report.count(&p.report.Present)
		return nil
	}
	agent, err := p.assignee(ctx, c)
	if err != nil {
		return err
	}
	err = agent.Mutate(ctx, "messageSend", map[string]any{
		"conversationId": c.conversation.ID, "text": line.Body, "idempotencyKey": line.ID,
	}, "", nil)
	if err != nil {
		return err
	}
	c.sent[line.ID] = true
	p.report.count(&p.report.Out)
	return nil
}

// close closes the conversation of a cycle after its last line, as the assignee.
func (p *player) close(ctx context.Context, c *cycle) error {
	if c.conversation.Status != "OPEN" {
		return nil
	}
	agent, err := p.assignee(ctx, c)
	if err != nil {
		return err
	}
	if err := agent.Mutate(ctx, "conversationClose", map[string]any{"conversationId": c.conversation.ID}, "", nil); err != nil {
		return err
	}
	c.conversation.Status = "CLOSED"
	p.report.count(&p.report.Closed)
	return nil
}

// assignee returns the client of the conversation's assignee.
func (p *player) assignee(ctx context.Context, c *cycle) (*client.Client, error) {
	if c.conversation.Assignee == nil {
		return nil, fmt.Errorf("conversation %d has no assignee", c.conversation.Number)
	}
	return p.agents.client(ctx, c.conversation.Assignee.Email)
}
