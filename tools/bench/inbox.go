package main

import (
	"context"
	"fmt"

	"foyer/inbox"
)

// inboxs measures the page that an agent's inbox shows.
type inboxs struct {
	Sizes   []int `default:"1000,100000" help:"Conversations in the database, a tenth of them open. 1000000 takes some minutes the first time."`
	Reads   int   `default:"3000" help:"Pages read at each size, for each viewer."`
	Callers int   `default:"1" help:"How many at a time."`
	filled
}

const page = `query { conversations(filter: {status: OPEN}, first: 25) { pageInfo { hasNextPage endCursor } nodes { id number status priority
	waitingSince lastActivityAt contact { id displayName } assignee { id name } team { id name } lastMessage { id text createdAt } } } }`

// rows returns two rows for each size: of a viewer who sees everything, and of one who sees the conversations of their teams.
// Each is compared with the first size.
func (in inboxs) rows(ctx context.Context) ([]measured, error) {
	var rows []measured
	for _, size := range in.Sizes {
		found, err := in.measure(ctx, size)
		if err != nil {
			return nil, fmt.Errorf("%d conversations: %w", size, err)
		}
		rows = append(rows, found...)
	}
	for i := range rows {
		rows[i].ratio = rows[i].latencies.over(rows[i%2].latencies, 50)
	}
	return rows, nil
}

func (in inboxs) measure(ctx context.Context, size int) ([]measured, error) {
	return withServer(ctx, func(path string) error { return in.copyTo(ctx, path, size) },
		func(s *server) ([]measured, error) { return in.read(ctx, s, size) })
}

// read reads the pages of both viewers.
func (in inboxs) read(ctx context.Context, s *server, size int) ([]measured, error) {
	all, err := in.pages(ctx, s, fmt.Sprintf("inbox page at %d conversations", size))
	if err != nil {
		return nil, err
	}
	if err := s.becomeViewer(ctx); err != nil {
		return nil, err
	}
	team, err := in.pages(ctx, s, "the same, visibility TEAM, two of six teams dormant")
	return []measured{all, team}, err
}

// becomeViewer sends further requests as the agent whose teams are partly dormant.
func (s *server) becomeViewer(ctx context.Context) error {
	err := s.owner.Mutate(ctx, "agentUpdate", map[string]any{"id": inbox.AgentID(1).String(), "password": agentPassword}, "", nil)
	if err != nil {
		return err
	}
	s.Client, err = s.Login(ctx, viewer, agentPassword)
	return err
}

func (in inboxs) pages(ctx context.Context, s *server, name string) (measured, error) {
	read := func(ctx context.Context, _ int) error {
		var answer struct {
			Conversations struct{ Nodes []struct{ ID string } }
		}
		err := s.Do(ctx, page, nil, &answer)
		if err == nil && len(answer.Conversations.Nodes) != 25 {
			err = fmt.Errorf("%d conversations on the page", len(answer.Conversations.Nodes))
		}
		return err
	}
	if _, err := load(ctx, s.cpu, in.Callers, in.Reads/10, read); err != nil { // an inbox is read again and again
		return measured{}, err
	}
	row, err := load(ctx, s.cpu, in.Callers, in.Reads, read)
	row.name = name
	return row, err
}
