package resolvers

import (
	"context"
	"sync/atomic"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// loaders gather the ids that siblings ask for into one statement each, and keep what was found while the scope lasts. An object
// that does not exist is nil.
type loaders struct {
	scope *scope
	wait  time.Duration // how long gatherers wait at least

	agentByID        lazy[inbox.AgentID, *inbox.Agent]
	profileByAgent   lazy[inbox.AgentID, *inbox.AgentProfile]
	keyByID          lazy[inbox.APIKeyID, *inbox.APIKey]
	channelByID      lazy[inbox.ChannelID, *inbox.Channel]
	contactByID      lazy[inbox.ContactID, *inbox.Contact]
	conversationByID lazy[inbox.ConversationID, *inbox.Conversation]
	decisionByID     lazy[inbox.DecisionID, *inbox.AssignmentDecision]
	fileByID         lazy[inbox.FileID, *inbox.File]
	internalByFile   lazy[inbox.FileID, bool]
	seenByFile       lazy[inbox.FileID, bool]
	jobByID          lazy[inbox.JobID, *inbox.Job]
	messageByID      lazy[inbox.MessageID, *inbox.Message]
	fullTextByID     lazy[inbox.MessageID, *store.FullText]
	noteByID         lazy[inbox.NoteID, *inbox.Note]
	notificationByID lazy[inbox.NotificationID, *inbox.Notification]
	runByID          lazy[inbox.WorkflowRunID, *inbox.WorkflowRun]
	savedReplyByID   lazy[inbox.SavedReplyID, *inbox.SavedReply]
	teamByID         lazy[inbox.TeamID, *inbox.Team]
	workflowByID     lazy[inbox.WorkflowID, *inbox.Workflow]

	identitiesByContact lazy[inbox.ContactID, []*inbox.ContactIdentity]
	seenByContact       lazy[inbox.ContactID, bool]
	openByContact       lazy[inbox.ContactID, *inbox.Conversation]
	membersByTeam       lazy[inbox.TeamID, []inbox.AgentID]
	teamsByAgent        lazy[inbox.AgentID, []inbox.TeamID]
	loadByTeam          lazy[inbox.TeamID, *inbox.TeamLoad]
	oldestQueuedByTeam  lazy[inbox.TeamID, *inbox.Time]
	revisionBySubject   lazy[inbox.Subject, inbox.Cursor]
	unreadIn            lazy[inbox.ConversationID, *store.Unread]
	watchedIn           lazy[inbox.ConversationID, bool]
}

// lazy is a loader that is made when it is first used: most operations need few of them.
type lazy[K comparable, V any] struct {
	made atomic.Pointer[gatherer[K, V]]
}

// loader returns a loader that reads values by key.
func loader[K comparable, V any](l *loaders, to *lazy[K, V], find func(*store.Reader, []K) (map[K]V, error)) *gatherer[K, V] {
	if made := to.made.Load(); made != nil {
		return made
	}
	s := l.scope
	to.made.CompareAndSwap(nil, newGatherer(l.wait, func(keys []K) (map[K]V, error) {
		r, err := s.reader()
		if err != nil {
			return nil, err
		}
		return find(r, keys)
	}))
	return to.made.Load() // a sibling may have been first
}

// byID returns a loader that reads objects, each with its key.
func byID[K comparable, V any](l *loaders, to *lazy[K, *V], list func(*store.Reader, []K) ([]*V, error), key func(*V) K) *gatherer[K, *V] {
	if made := to.made.Load(); made != nil {
		return made
	}
	return loader(l, to, func(r *store.Reader, keys []K) (map[K]*V, error) {
		objects, err := list(r, keys)
		if err != nil {
			return nil, err
		}
		found := make(map[K]*V, len(objects))
		for _, o := range objects {
			found[key(o)] = o
		}
		return found, nil
	})
}

func (l *loaders) agents() *gatherer[inbox.AgentID, *inbox.Agent] {
	return byID(l, &l.agentByID, (*store.Reader).Agents, func(a *inbox.Agent) inbox.AgentID { return a.ID })
}

func (l *loaders) profiles() *gatherer[inbox.AgentID, *inbox.AgentProfile] {
	return byID(l, &l.profileByAgent, (*store.Reader).AgentProfiles, func(p *inbox.AgentProfile) inbox.AgentID { return p.AgentID })
}

func (l *loaders) keys() *gatherer[inbox.APIKeyID, *inbox.APIKey] {
	return byID(l, &l.keyByID, (*store.Reader).APIKeys, func(k *inbox.APIKey) inbox.APIKeyID { return k.ID })
}

func (l *loaders) channels() *gatherer[inbox.ChannelID, *inbox.Channel] {
	return byID(l, &l.channelByID, (*store.Reader).Channels, func(h *inbox.Channel) inbox.ChannelID { return h.ID })
}

func (l *loaders) contacts() *gatherer[inbox.ContactID, *inbox.Contact] {
	return byID(l, &l.contactByID, (*store.Reader).Contacts, func(c *inbox.Contact) inbox.ContactID { return c.ID })
}

func (l *loaders) conversations() *gatherer[inbox.ConversationID, *inbox.Conversation] {
	return byID(l, &l.conversationByID, (*store.Reader).Conversations, func(v *inbox.Conversation) inbox.ConversationID { return v.ID })
}

func (l *loaders) decisions() *gatherer[inbox.DecisionID, *inbox.AssignmentDecision] {
	return byID(l, &l.decisionByID, (*store.Reader).Decisions, func(d *inbox.AssignmentDecision) inbox.DecisionID { return d.ID })
}

func (l *loaders) jobs() *gatherer[inbox.JobID, *inbox.Job] {
	return byID(l, &l.jobByID, (*store.Reader).Jobs, func(j *inbox.Job) inbox.JobID { return j.ID })
}

func (l *loaders) messages() *gatherer[inbox.MessageID, *inbox.Message] {
	return byID(l, &l.messageByID, (*store.Reader).Messages, func(m *inbox.Message) inbox.MessageID { return m.ID })
}

func (l *loaders) files() *gatherer[inbox.FileID, *inbox.File] {
	return byID(l, &l.fileByID, (*store.Reader).Files, func(f *inbox.File) inbox.FileID { return f.ID })
}

// internal loads whether only notes use files.
func (l *loaders) internal() *gatherer[inbox.FileID, bool] {
	return loader(l, &l.internalByFile, func(r *store.Reader, ids []inbox.FileID) (map[inbox.FileID]bool, error) {
		internal, err := r.InternalFiles(ids)
		return setOf(internal), err
	})
}

// seenFiles loads whether the caller sees files.
func (l *loaders) seenFiles() *gatherer[inbox.FileID, bool] {
	return loader(l, &l.seenByFile, func(r *store.Reader, ids []inbox.FileID) (map[inbox.FileID]bool, error) {
		access, err := l.scope.access()
		if err != nil {
			return nil, err
		}
		seen, err := r.VisibleFiles(ids, l.scope.caller.Actor, access)
		return setOf(seen), err
	})
}

func setOf[K comparable](keys []K) map[K]bool {
	set := make(map[K]bool, len(keys))
	for _, key := range keys {
		set[key] = true
	}
	return set
}

func (l *loaders) fullTexts() *gatherer[inbox.MessageID, *store.FullText] {
	return byID(l, &l.fullTextByID, (*store.Reader).FullTexts, func(t *store.FullText) inbox.MessageID { return t.MessageID })
}

func (l *loaders) notes() *gatherer[inbox.NoteID, *inbox.Note] {
	return byID(l, &l.noteByID, (*store.Reader).Notes, func(n *inbox.Note) inbox.NoteID { return n.ID })
}

func (l *loaders) runs() *gatherer[inbox.WorkflowRunID, *inbox.WorkflowRun] {
	return byID(l, &l.runByID, func(r *store.Reader, ids []inbox.WorkflowRunID) ([]*inbox.WorkflowRun, error) {
		runs, err := r.Runs(ids)
		return l.scope.withoutInside(runs), err
	}, func(r *inbox.WorkflowRun) inbox.WorkflowRunID { return r.ID })
}

// savedReplies loads the saved replies that the caller reads.
func (l *loaders) savedReplies() *gatherer[inbox.SavedReplyID, *inbox.SavedReply] {
	return byID(l, &l.savedReplyByID, func(r *store.Reader, ids []inbox.SavedReplyID) ([]*inbox.SavedReply, error) {
		return r.SavedReplies(ids, engine.ReplyReaderOf(l.scope.caller))
	}, func(s *inbox.SavedReply) inbox.SavedReplyID { return s.ID })
}

func (l *loaders) teams() *gatherer[inbox.TeamID, *inbox.Team] {
	return byID(l, &l.teamByID, (*store.Reader).Teams, func(t *inbox.Team) inbox.TeamID { return t.ID })
}

func (l *loaders) workflows() *gatherer[inbox.WorkflowID, *inbox.Workflow] {
	return byID(l, &l.workflowByID, func(r *store.Reader, ids []inbox.WorkflowID) ([]*inbox.Workflow, error) {
		workflows, err := r.Workflows(ids)
		return l.scope.withoutDocuments(workflows), err
	}, func(w *inbox.Workflow) inbox.WorkflowID { return w.ID })
}

// identities loads the identities of contacts.
func (l *loaders) identities() *gatherer[inbox.ContactID, []*inbox.ContactIdentity] {
	return loader(l, &l.identitiesByContact, func(r *store.Reader, ids []inbox.ContactID) (map[inbox.ContactID][]*inbox.ContactIdentity, error) {
		identities, err := r.ContactIdentities(ids)
		found := make(map[inbox.ContactID][]*inbox.ContactIdentity, len(ids))
		for _, i := range identities {
			found[i.ContactID] = append(found[i.ContactID], i)
		}
		return found, err
	})
}

// seenContacts loads whether contacts are visible to a caller who does not see all of them.
func (l *loaders) seenContacts() *gatherer[inbox.ContactID, bool] {
	return loader(l, &l.seenByContact, func(r *store.Reader, ids []inbox.ContactID) (map[inbox.ContactID]bool, error) {
		access, err := l.scope.access()
		if err != nil {
			return nil, err
		}
		seen, err := r.ContactsSeen(access, ids)
		return setOf(seen), err
	})
}

// open loads the open conversations of contacts.
func (l *loaders) open() *gatherer[inbox.ContactID, *inbox.Conversation] {
	return byID(l, &l.openByContact, (*store.Reader).OpenWith, func(v *inbox.Conversation) inbox.ContactID { return v.ContactID })
}

// members loads the members of teams.
func (l *loaders) members() *gatherer[inbox.TeamID, []inbox.AgentID] {
	return loader(l, &l.membersByTeam, func(r *store.Reader, ids []inbox.TeamID) (map[inbox.TeamID][]inbox.AgentID, error) {
		memberships, err := r.MembersOf(ids)
		found := make(map[inbox.TeamID][]inbox.AgentID, len(ids))
		for _, m := range memberships {
			found[m.TeamID] = append(found[m.TeamID], m.AgentID)
		}
		return found, err
	})
}

// memberships loads the teams of agents.
func (l *loaders) memberships() *gatherer[inbox.AgentID, []inbox.TeamID] {
	return loader(l, &l.teamsByAgent, func(r *store.Reader, ids []inbox.AgentID) (map[inbox.AgentID][]inbox.TeamID, error) {
		memberships, err := r.TeamsOf(ids)
		found := make(map[inbox.AgentID][]inbox.TeamID, len(ids))
		for _, m := range memberships {
			found[m.AgentID] = append(found[m.AgentID], m.TeamID)
		}
		return found, err
	})
}

// revisions loads the cursors of the newest events of subjects; "" if there is none.
func (l *loaders) revisions() *gatherer[inbox.Subject, inbox.Cursor] {
	return loader(l, &l.revisionBySubject, func(r *store.Reader, subjects []inbox.Subject) (map[inbox.Subject]inbox.Cursor, error) {
		byKind := make(map[inbox.SubjectKind][]int64)
		for _, s := range subjects {
			byKind[s.Kind] = append(byKind[s.Kind], s.ID)
		}
		found := make(map[inbox.Subject]inbox.Cursor, len(subjects))
		for kind, ids := range byKind {
			cursors, err := r.Revisions(kind, ids)
			if err != nil {
				return nil, err
			}
			for id, cursor := range cursors {
				found[inbox.Subject{Kind: kind, ID: id}] = cursor
			}
		}
		return found, nil
	})
}

// maybe loads the object of an optional reference.
func maybe[K comparable, V any](ctx context.Context, l *gatherer[K, *V], id *K) (*V, error) {
	if id == nil {
		return nil, nil
	}
	return l.Load(ctx, *id)
}

// all loads a list, in its order, without objects that do not exist.
func all[K comparable, V any](ctx context.Context, l *gatherer[K, *V], ids []K) ([]*V, error) {
	loaded, err := l.LoadAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := make([]*V, 0, len(loaded))
	for _, o := range loaded {
		if o != nil {
			found = append(found, o)
		}
	}
	return found, nil
}
