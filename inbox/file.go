package inbox

// File is a file that was uploaded. Its content never changes.
type File struct {
	ID             FileID
	Name           string
	MimeType       string // by its content, not as the uploader said
	Bytes          int32
	Width          *int32 // of an image that could be decoded
	Height         *int32
	ThumbnailBytes *int32 // nil: it has no thumbnail; zero: it is smaller than one, and stands for it
	SHA256         []byte `db:"sha256"`
	Uploader       ActorRef
	CreatedAt      Time
	UnusedSince    *Time // nil: something uses it
}

// FileUse is one thing that uses files: a message, a note, a draft, a saved reply, an agent's avatar. Whoever sees it sees
// its files.
type FileUse struct {
	Kind    FileUseKind
	Subject int64 // its id
}

// MessageFiles is the use of files by a message.
func MessageFiles(id MessageID) FileUse { return FileUse{FileUseMessage, int64(id)} }

// NoteFiles is the use of files by a note.
func NoteFiles(id NoteID) FileUse { return FileUse{FileUseNote, int64(id)} }

// DraftFiles is the use of files by a draft.
func DraftFiles(id int64) FileUse { return FileUse{FileUseDraft, id} }

// ReplyFiles is the use of files by a saved reply.
func ReplyFiles(id SavedReplyID) FileUse { return FileUse{FileUseReply, int64(id)} }

// AvatarFile is the use of a file by an agent.
func AvatarFile(id AgentID) FileUse { return FileUse{FileUseAvatar, int64(id)} }

// FilesOf returns the files among attachments.
func FilesOf(attachments []Attachment) []FileID {
	var files []FileID
	for _, a := range attachments {
		if a.FileID != 0 {
			files = append(files, a.FileID)
		}
	}
	return files
}
