package resolvers

import (
	"context"
	"fmt"

	"foyer/inbox"
)

// systemName is the name of Foyer as an actor.
const systemName = "Foyer"

// actor returns an actor. A viewer who sees something also sees who caused it.
func (s *scope) actor(ctx context.Context, ref inbox.ActorRef) (inbox.Actor, error) {
	if ref.Kind == inbox.ActorSystem {
		return &inbox.System{Name: systemName}, nil
	}
	author, err := s.author(ctx, ref)
	if err != nil {
		return nil, err
	}
	return author.(inbox.Actor), nil // every author is an actor
}

// author returns an author. It fails if the author does not exist: no author is ever deleted.
func (s *scope) author(ctx context.Context, ref inbox.ActorRef) (inbox.Author, error) {
	switch ref.Kind {
	case inbox.ActorAgent:
		return existing[inbox.Author](s.agents().Load(ctx, inbox.AgentID(ref.ID)))(ref)
	case inbox.ActorContact:
		return existing[inbox.Author](s.contacts().Load(ctx, inbox.ContactID(ref.ID)))(ref)
	case inbox.ActorWorkflowRun:
		return existing[inbox.Author](s.runs().Load(ctx, inbox.WorkflowRunID(ref.ID)))(ref)
	case inbox.ActorAPIKey:
		return existing[inbox.Author](s.keys().Load(ctx, inbox.APIKeyID(ref.ID)))(ref)
	default:
		return nil, fmt.Errorf("%s %d wrote something", ref.Kind, ref.ID)
	}
}

// existing returns an object as a member of a union. It fails if the object is nil.
func existing[U any, T any](object *T, err error) func(ref inbox.ActorRef) (U, error) {
	return func(ref inbox.ActorRef) (U, error) {
		var none U
		if err == nil && object == nil {
			err = fmt.Errorf("%s %d does not exist", ref.Kind, ref.ID)
		}
		if err != nil {
			return none, err
		}
		return any(object).(U), nil
	}
}
