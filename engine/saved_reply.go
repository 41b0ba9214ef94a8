package engine

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"foyer/inbox"
	"foyer/store"
)

const (
	// maxSavedReplies is how many saved replies a workspace has at most.
	maxSavedReplies = 2000
	// maxReplyTexts is how many languages a saved reply has at most.
	maxReplyTexts = 20
	// maxReplyText is how many characters its texts have at most, together: lists are searched without an index.
	maxReplyText = 20_000
	// maxShortcut is how many characters a shortcut has at most.
	maxShortcut = 50
	// maxReplyWords is how many words of a search count.
	maxReplyWords = 8
)

// SavedReplyCreateInput is a new saved reply.
type SavedReplyCreateInput struct {
	TeamID   *inbox.TeamID // nil: for everybody
	Shortcut string
	Title    string
	Texts    []inbox.SavedReplyText
	FileIDs  []inbox.FileID

	IdempotencyKey *string
}

// SavedReplyCreate adds a saved reply. It fails with FORBIDDEN, NOT_FOUND (the team, a file), REQUIRED, INVALID, TAKEN (the
// shortcut), LIMIT_EXCEEDED, IDEMPOTENCY_MISMATCH, an *InvalidDocumentError (the texts) and, repeated once the reply is gone,
// NOT_FOUND.
func (e *Engine) SavedReplyCreate(ctx context.Context, caller inbox.Caller, in SavedReplyCreateInput) (*inbox.SavedReply, error) {
	s := inbox.SavedReply{TeamID: in.TeamID, Shortcut: in.Shortcut, Title: in.Title, Texts: in.Texts, FileIDs: unique(in.FileIDs)}
	if err := firstError(e.limits.checkReply(&s), e.checkReplyTexts(ctx, s.Texts)); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.SavedReply, error) {
		return once(w, in.IdempotencyKey, "savedReplyCreate", in, func(first *firstResult) (*inbox.SavedReply, error) {
			if first != nil {
				return w.savedReply(first.Reply, "idempotencyKey")
			}
			created := s
			if err := w.mayWriteReplies(created.TeamID, "teamId"); err != nil {
				return nil, err
			}
			n, err := w.flushed().SavedReplyCount()
			if err == nil && n >= maxSavedReplies {
				err = inbox.Errorf(inbox.CodeLimitExceeded, "", "A workspace may have at most {limit} saved replies. Delete some.",
					inbox.Named("limit", maxSavedReplies))
			}
			if err != nil {
				return nil, err
			}
			created.CreatedAt, created.UpdatedAt = w.now, w.now
			return &created, w.storeReply(&created, (*store.Tx).InsertSavedReply)
		}, func(s *inbox.SavedReply) firstResult { return firstResult{Reply: s.ID} })
	})
}

// SavedReplyPatch is a change of a saved reply.
type SavedReplyPatch struct {
	ID          inbox.SavedReplyID
	Team        Patch[inbox.TeamID]
	Shortcut    *string
	Title       *string
	Texts       []inbox.SavedReplyText // nil: unchanged
	FileIDs     []inbox.FileID         // nil: unchanged
	IfUpdatedAt *inbox.Time            // only if that is the newest change
}

// SavedReplyChange is a saved reply after a change, or as it is if the change was refused.
type SavedReplyChange struct {
	Reply   *inbox.SavedReply
	Refused *inbox.Error // CONFLICT: nothing changed
}

// SavedReplyUpdate changes a saved reply. It fails as SavedReplyCreate does.
func (e *Engine) SavedReplyUpdate(ctx context.Context, caller inbox.Caller, in SavedReplyPatch) (*SavedReplyChange, error) {
	if in.Texts != nil {
		if err := e.checkReplyTexts(ctx, in.Texts); err != nil {
			return nil, err
		}
	}
	return change(ctx, e, caller, func(w *work) (*SavedReplyChange, error) {
		s, err := w.savedReply(in.ID, "id")
		if err == nil {
			err = w.mayWriteReplies(s.TeamID, "")
		}
		if err == nil && in.Team.Set {
			err = w.mayWriteReplies(in.Team.Value, "teamId")
		}
		if err != nil {
			return nil, err
		}
		if in.IfUpdatedAt != nil && *in.IfUpdatedAt != s.UpdatedAt {
			return &SavedReplyChange{Reply: s, Refused: inbox.Errorf(inbox.CodeConflict, "ifUpdatedAt", "The saved reply has been changed since. Read it again.")}, nil
		}
		apply(&s.TeamID, in.Team)
		set(&s.Shortcut, in.Shortcut)
		set(&s.Title, in.Title)
		if in.Texts != nil {
			s.Texts = in.Texts
		}
		if in.FileIDs != nil {
			s.FileIDs = unique(in.FileIDs)
		}
		if err := e.limits.checkReply(s); err != nil {
			return nil, err
		}
		s.UpdatedAt = max(w.now, s.UpdatedAt+1) // so that every change has its own time
		return &SavedReplyChange{Reply: s}, w.storeReply(s, (*store.Tx).UpdateSavedReply)
	})
}

// SavedReplyDelete removes a saved reply. It fails with FORBIDDEN and NOT_FOUND.
func (e *Engine) SavedReplyDelete(ctx context.Context, caller inbox.Caller, id inbox.SavedReplyID) (*inbox.SavedReply, error) {
	return change(ctx, e, caller, func(w *work) (*inbox.SavedReply, error) {
		s, err := w.savedReply(id, "id")
		if err == nil {
			err = w.mayWriteReplies(s.TeamID, "")
		}
		if err == nil && len(s.FileIDs) > 0 {
			err = w.useFiles(inbox.ReplyFiles(id))
		}
		if err != nil {
			return nil, err
		}
		return s, w.flushed().DeleteSavedReply(id)
	})
}

// storeReply stores a saved reply and what it uses. It fails with NOT_FOUND (a file) and TAKEN.
func (w *work) storeReply(s *inbox.SavedReply, put func(tx *store.Tx, s *inbox.SavedReply, shortcutKey, searchKey string) error) error {
	if err := w.checkFiles(s.FileIDs, "fileIds"); err != nil {
		return err
	}
	search := []string{s.Shortcut, s.Title}
	for _, t := range s.Texts {
		search = append(search, t.Text)
	}
	if err := unlessTaken(put(w.flushed(), s, fold(s.Shortcut), inbox.FoldSpoken(strings.Join(search, "\n"))), "shortcut",
		"Another saved reply of this team, or of everybody, has this shortcut."); err != nil {
		return err
	}
	return w.useFiles(inbox.ReplyFiles(s.ID), s.FileIDs...)
}

// savedReply loads a saved reply that the caller reads, named in a field of the input. It fails with NOT_FOUND.
func (w *work) savedReply(id inbox.SavedReplyID, field string) (*inbox.SavedReply, error) {
	return find(func(id inbox.SavedReplyID) (*inbox.SavedReply, error) {
		return SavedReply(&w.flushed().Reader, w.caller, id)
	},
		id, field, "saved reply")
}

// SavedReply returns a saved reply that a caller reads, or nil.
func SavedReply(r *store.Reader, caller inbox.Caller, id inbox.SavedReplyID) (*inbox.SavedReply, error) {
	found, err := r.SavedReplies([]inbox.SavedReplyID{id}, ReplyReaderOf(caller))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// ReplyReaderOf returns which saved replies a caller reads: who sees every conversation, those of every team; others, those
// of their own teams and of everybody.
func ReplyReaderOf(caller inbox.Caller) store.ReplyReader {
	return store.ReplyReader{All: caller.SeesAll(), Agent: caller.Actor.Agent()}
}

// mayWriteReplies fails if the caller may not write the saved replies of a team, or of everybody if that is nil: managers may
// write all, agents those of their own teams. field is the place of the team in the input. It fails with FORBIDDEN and NOT_FOUND.
func (w *work) mayWriteReplies(team *inbox.TeamID, field string) error {
	if team != nil {
		if _, err := find(w.team, *team, field, "team"); err != nil {
			return err
		}
	}
	if w.caller.Manages() {
		return nil
	}
	if team == nil {
		return inbox.Forbidden("Only managers can write saved replies for everybody. Choose one of your teams in teamId.")
	}
	memberships, err := w.flushed().TeamsOf([]inbox.AgentID{w.caller.Actor.Agent()})
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if m.TeamID == *team {
			return nil
		}
	}
	return inbox.Forbidden("Only managers and the members of a team can write its saved replies.")
}

// useReply counts a use of a saved reply. One that is gone or that the caller does not read is not counted, and no error: what
// was written with it is worth more.
func (w *work) useReply(id *inbox.SavedReplyID) error {
	if id == nil {
		return nil
	}
	return w.flushed().CountReplyUse(*id, ReplyReaderOf(w.caller), w.now)
}

// checkReply checks what a saved reply has besides its texts' variables, and brings it into its normal form.
func (l Limits) checkReply(s *inbox.SavedReply) error {
	s.Shortcut, s.Title = strings.TrimPrefix(inbox.CleanToken(s.Shortcut), "/"), inbox.CleanLine(s.Title)
	if err := firstError(required("shortcut", s.Shortcut, maxShortcut), required("title", s.Title, l.Name), l.files("fileIds", s.FileIDs)); err != nil {
		return err
	}
	if strings.ContainsFunc(s.Shortcut, unicode.IsSpace) {
		return inbox.Errorf(inbox.CodeInvalid, "shortcut", "A shortcut is one word without spaces, such as thanks.")
	}
	switch {
	case len(s.Texts) == 0:
		return inbox.Errorf(inbox.CodeRequired, "texts", "Write a text in at least one language.")
	case len(s.Texts) > maxReplyTexts:
		return inbox.Errorf(inbox.CodeLimitExceeded, "texts", "There may be at most {limit} languages.", inbox.Named("limit", maxReplyTexts))
	}
	texts, seen, total := make([]inbox.SavedReplyText, len(s.Texts)), make(map[string]bool), 0
	for i, t := range s.Texts {
		at := fmt.Sprintf("texts.%d.", i)
		if err := required(at+"text", t.Text, l.Text); err != nil {
			return err
		}
		tag, problem := normalLanguage(at+"language", t.Language)
		switch key := inbox.LanguageKey(tag); {
		case problem != nil:
			return problem
		case tag == "":
			return inbox.Errorf(inbox.CodeRequired, at+"language", "Say in which language the text is, such as de-AT.")
		case seen[key]:
			return inbox.Errorf(inbox.CodeInvalid, at+"language", "There is a text in this language already. Remove one.")
		default:
			seen[key] = true
		}
		texts[i] = inbox.SavedReplyText{Language: tag, Text: t.Text}
		if total += len([]rune(t.Text)); total > maxReplyText {
			return inbox.Errorf(inbox.CodeLimitExceeded, "texts", "The texts may have at most {limit} characters together.", inbox.Named("limit", maxReplyText))
		}
	}
	s.Texts = texts
	return nil
}

// ReplyWords returns the words of a search of saved replies, in the form in which they are compared.
func ReplyWords(search string) []string {
	words := strings.Fields(inbox.FoldSpoken(search))
	return words[:min(len(words), maxReplyWords)]
}
