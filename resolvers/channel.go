package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Channels lists the channels.
func (queryResolver) Channels(ctx context.Context, first int32, after *string) (*graph.ChannelConnection, error) {
	return listByID(ctx, first, after, (*store.Reader).ChannelList, func(h *inbox.Channel) inbox.ChannelID { return h.ID })
}

// ChannelCreate adds a channel.
func (m mutationResolver) ChannelCreate(ctx context.Context, input engine.ChannelCreateInput) (*graph.ChannelPayload, error) {
	channel, err := m.engine.ChannelCreate(ctx, callerOf(ctx), input)
	return channelPayload(ctx, channel, err)
}

// ChannelUpdate changes a channel.
func (m mutationResolver) ChannelUpdate(ctx context.Context, input graph.ChannelUpdateInput) (*graph.ChannelPayload, error) {
	var bad uncleared
	change := engine.ChannelPatch{
		ID:              input.ID.Channel(),
		Name:            required(&bad, "name", input.Name),
		GraceAfterClose: required(&bad, "graceAfterClose", input.GraceAfterClose),
		Disabled:        required(&bad, "disabled", input.Disabled),
	}
	if bad != nil {
		return nil, bad
	}
	channel, err := m.engine.ChannelUpdate(ctx, callerOf(ctx), change)
	return channelPayload(ctx, channel, err)
}

func channelPayload(ctx context.Context, channel *inbox.Channel, err error) (*graph.ChannelPayload, error) {
	if err != nil {
		return nil, err
	}
	scopeOf(ctx).channels().Prime(channel.ID, channel)
	return &graph.ChannelPayload{Channel: channel}, nil
}
