package inbox

import (
	"fmt"
	"io"
	"strings"
)

// Ids are integers in the database and opaque strings outside: a prefix for the kind, and the number in Crockford's
// base 32 (https://www.crockford.com/base32.html), such as cnv_8f3k2. Each kind has its own Go type, so that one cannot
// be mistaken for another. No object has the id zero. A malformed id, or one of another kind, unmarshals to zero, so
// nothing is ever found for it.
type (
	ContactID         int64
	ConversationID    int64
	MessageID         int64
	NoteID            int64
	AgentID           int64
	TeamID            int64
	ChannelID         int64
	APIKeyID          int64
	WorkflowID        int64
	WorkflowVersionID int64 // inside only: never shown
	WorkflowRunID     int64
	DecisionID        int64
	ContactFieldID    int64
	SavedReplyID      int64
	SavedViewID       int64
	FileID            int64 // random, so that a link to a file that is gone never opens another
	SessionID         int64
	JobID             int64
	NotificationID    int64
)

// The prefix of each kind of id.
const (
	prefixContact      = "con"
	prefixConversation = "cnv"
	prefixMessage      = "msg"
	prefixNote         = "not"
	prefixAgent        = "agt"
	prefixTeam         = "tea"
	prefixChannel      = "chn"
	prefixAPIKey       = "key"
	prefixWorkflow     = "wfl"
	prefixWorkflowRun  = "run"
	prefixDecision     = "dec"
	prefixContactField = "fld"
	prefixSavedReply   = "rpl"
	prefixFile         = "fil"
	prefixSession      = "ses"
	prefixJob          = "job"
	prefixNotification = "ntf"
	prefixSavedView    = "viw"
)

// ID is an id of any kind, as a client wrote it: the type of Node lookups and arguments. Its methods return it as an id
// of one kind, or zero if it is malformed or of another kind.
type ID string

// Contact returns the id as a contact's, or zero.
func (id ID) Contact() ContactID { return parse[ContactID](prefixContact, string(id)) }

// Conversation returns the id as a conversation's, or zero.
func (id ID) Conversation() ConversationID {
	return parse[ConversationID](prefixConversation, string(id))
}

// Message returns the id as a message's, or zero.
func (id ID) Message() MessageID { return parse[MessageID](prefixMessage, string(id)) }

// Note returns the id as a note's, or zero.
func (id ID) Note() NoteID { return parse[NoteID](prefixNote, string(id)) }

// Agent returns the id as an agent's, or zero.
func (id ID) Agent() AgentID { return parse[AgentID](prefixAgent, string(id)) }

// Team returns the id as a team's, or zero.
func (id ID) Team() TeamID { return parse[TeamID](prefixTeam, string(id)) }

// Channel returns the id as a channel's, or zero.
func (id ID) Channel() ChannelID { return parse[ChannelID](prefixChannel, string(id)) }

// APIKey returns the id as an API key's, or zero.
func (id ID) APIKey() APIKeyID { return parse[APIKeyID](prefixAPIKey, string(id)) }

// Workflow returns the id as a workflow's, or zero.
func (id ID) Workflow() WorkflowID { return parse[WorkflowID](prefixWorkflow, string(id)) }

// WorkflowRun returns the id as a workflow run's, or zero.
func (id ID) WorkflowRun() WorkflowRunID { return parse[WorkflowRunID](prefixWorkflowRun, string(id)) }

// Decision returns the id as an assignment decision's, or zero.
func (id ID) Decision() DecisionID { return parse[DecisionID](prefixDecision, string(id)) }

// ContactField returns the id as a custom field's, or zero.
func (id ID) ContactField() ContactFieldID {
	return parse[ContactFieldID](prefixContactField, string(id))
}

// File returns the id as a file's, or zero.
func (id ID) File() FileID { return parse[FileID](prefixFile, string(id)) }

// Session returns the id as a session's, or zero.
func (id ID) Session() SessionID { return parse[SessionID](prefixSession, string(id)) }

// Job returns the id as a job's, or zero.
func (id ID) Job() JobID { return parse[JobID](prefixJob, string(id)) }

// Notification returns the id as a notification's, or zero.
func (id ID) Notification() NotificationID {
	return parse[NotificationID](prefixNotification, string(id))
}

// SavedReply returns the id as a saved reply's, or zero.
func (id ID) SavedReply() SavedReplyID { return parse[SavedReplyID](prefixSavedReply, string(id)) }

// SavedView returns the id as a saved view's, or zero.
func (id ID) SavedView() SavedViewID { return parse[SavedViewID](prefixSavedView, string(id)) }

// MarshalGQL writes the id as a JSON string.
func (id ID) MarshalGQL(w io.Writer) { quote(w, string(id)) }

// UnmarshalGQL reads an id of any kind. Like GraphQL's ID it accepts strings and integers; anything else is an error.
func (id *ID) UnmarshalGQL(v any) error {
	text, err := idText(v)
	*id = ID(text)
	return err
}

func (id ContactID) String() string      { return format(prefixContact, id) }
func (id ConversationID) String() string { return format(prefixConversation, id) }
func (id MessageID) String() string      { return format(prefixMessage, id) }
func (id NoteID) String() string         { return format(prefixNote, id) }
func (id AgentID) String() string        { return format(prefixAgent, id) }
func (id TeamID) String() string         { return format(prefixTeam, id) }
func (id ChannelID) String() string      { return format(prefixChannel, id) }
func (id APIKeyID) String() string       { return format(prefixAPIKey, id) }
func (id WorkflowID) String() string     { return format(prefixWorkflow, id) }
func (id WorkflowRunID) String() string  { return format(prefixWorkflowRun, id) }
func (id DecisionID) String() string     { return format(prefixDecision, id) }
func (id ContactFieldID) String() string { return format(prefixContactField, id) }
func (id SavedReplyID) String() string   { return format(prefixSavedReply, id) }
func (id FileID) String() string         { return format(prefixFile, id) }
func (id SessionID) String() string      { return format(prefixSession, id) }
func (id JobID) String() string          { return format(prefixJob, id) }
func (id NotificationID) String() string { return format(prefixNotification, id) }
func (id SavedViewID) String() string    { return format(prefixSavedView, id) }

func (id ContactID) MarshalGQL(w io.Writer)      { write(w, prefixContact, id) }
func (id ConversationID) MarshalGQL(w io.Writer) { write(w, prefixConversation, id) }
func (id MessageID) MarshalGQL(w io.Writer)      { write(w, prefixMessage, id) }
func (id NoteID) MarshalGQL(w io.Writer)         { write(w, prefixNote, id) }
func (id AgentID) MarshalGQL(w io.Writer)        { write(w, prefixAgent, id) }
func (id TeamID) MarshalGQL(w io.Writer)         { write(w, prefixTeam, id) }
func (id ChannelID) MarshalGQL(w io.Writer)      { write(w, prefixChannel, id) }
func (id APIKeyID) MarshalGQL(w io.Writer)       { write(w, prefixAPIKey, id) }
func (id WorkflowID) MarshalGQL(w io.Writer)     { write(w, prefixWorkflow, id) }
func (id WorkflowRunID) MarshalGQL(w io.Writer)  { write(w, prefixWorkflowRun, id) }
func (id DecisionID) MarshalGQL(w io.Writer)     { write(w, prefixDecision, id) }
func (id ContactFieldID) MarshalGQL(w io.Writer) { write(w, prefixContactField, id) }
func (id SavedReplyID) MarshalGQL(w io.Writer)   { write(w, prefixSavedReply, id) }
func (id FileID) MarshalGQL(w io.Writer)         { write(w, prefixFile, id) }
func (id SessionID) MarshalGQL(w io.Writer)      { write(w, prefixSession, id) }
func (id JobID) MarshalGQL(w io.Writer)          { write(w, prefixJob, id) }
func (id NotificationID) MarshalGQL(w io.Writer) { write(w, prefixNotification, id) }
func (id SavedViewID) MarshalGQL(w io.Writer)    { write(w, prefixSavedView, id) }

func (id *ContactID) UnmarshalGQL(v any) error      { return read(id, prefixContact, v) }
func (id *ConversationID) UnmarshalGQL(v any) error { return read(id, prefixConversation, v) }
func (id *MessageID) UnmarshalGQL(v any) error      { return read(id, prefixMessage, v) }
func (id *NoteID) UnmarshalGQL(v any) error         { return read(id, prefixNote, v) }
func (id *AgentID) UnmarshalGQL(v any) error        { return read(id, prefixAgent, v) }
func (id *TeamID) UnmarshalGQL(v any) error         { return read(id, prefixTeam, v) }
func (id *ChannelID) UnmarshalGQL(v any) error      { return read(id, prefixChannel, v) }
func (id *APIKeyID) UnmarshalGQL(v any) error       { return read(id, prefixAPIKey, v) }
func (id *WorkflowID) UnmarshalGQL(v any) error     { return read(id, prefixWorkflow, v) }
func (id *WorkflowRunID) UnmarshalGQL(v any) error  { return read(id, prefixWorkflowRun, v) }
func (id *DecisionID) UnmarshalGQL(v any) error     { return read(id, prefixDecision, v) }
func (id *ContactFieldID) UnmarshalGQL(v any) error { return read(id, prefixContactField, v) }
func (id *SavedReplyID) UnmarshalGQL(v any) error   { return read(id, prefixSavedReply, v) }
func (id *FileID) UnmarshalGQL(v any) error         { return read(id, prefixFile, v) }
func (id *SessionID) UnmarshalGQL(v any) error      { return read(id, prefixSession, v) }
func (id *JobID) UnmarshalGQL(v any) error          { return read(id, prefixJob, v) }
func (id *NotificationID) UnmarshalGQL(v any) error { return read(id, prefixNotification, v) }
func (id *SavedViewID) UnmarshalGQL(v any) error    { return read(id, prefixSavedView, v) }

// crockford is the alphabet of Crockford's base 32, in lower case: no i, l, o or u.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// maxDigits is how many base-32 digits a positive int64 takes at the most.
const maxDigits = 13

func format[T ~int64](prefix string, id T) string {
	var digits [maxDigits]byte
	at := len(digits)
	for n := uint64(id); ; n >>= 5 {
		at--
		digits[at] = crockford[n&31]
		if n < 32 {
			break
		}
	}
	return prefix + "_" + string(digits[at:])
}

func parse[T ~int64](prefix, text string) T {
	digits, ok := strings.CutPrefix(text, prefix+"_")
	if !ok || digits == "" || digits[0] == '0' || len(digits) > maxDigits || len(digits) == maxDigits && digits[0] > '7' {
		return 0 // an id has one spelling, and no more than 63 bits
	}
	var n uint64
	for i := range len(digits) {
		value := strings.IndexByte(crockford, digits[i])
		if value < 0 {
			return 0
		}
		n = n<<5 | uint64(value)
	}
	return T(n)
}

func write[T ~int64](w io.Writer, prefix string, id T) {
	_, _ = io.WriteString(w, `"`+format(prefix, id)+`"`)
}

func read[T ~int64](id *T, prefix string, v any) error {
	text, err := idText(v)
	*id = parse[T](prefix, text)
	return err
}

// idText returns the text of what GraphQL's ID accepts: a string or an integer.
func idText(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case int, int32, int64, interface{ Int64() (int64, error) }:
		return fmt.Sprint(v), nil
	default:
		return "", fmt.Errorf("an ID is a string")
	}
}
