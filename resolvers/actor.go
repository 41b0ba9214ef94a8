package resolvers

import (
	"context"
	"fmt"

	"foyer/inbox"
)

// systemName is what Foyer calls itself where it acts.
const systemName = "Foyer"

// actor returns who caused something. Whoever sees what was caused sees who did it.
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

// author returns who wrote something. It fails where they do not exist: nobody who wrote anything is ever deleted.
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

// existing returns an object as one of a union; it fails where there is none.
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
