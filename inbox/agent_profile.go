package inbox

// AgentProfile is what few readers of an agent need.
type AgentProfile struct {
	AgentID   AgentID
	Signature *string // theirs alone
	TimeZone  *string // IANA; theirs alone
	AvatarID  *FileID // an image; everybody sees it
}

// Preferences is what front ends keep for an agent, whom alone it is for.
type Preferences struct {
	AgentID  AgentID
	Settings JSON // an object by namespace
}
