package file

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"strconv"
	"strings"
	"time"

	"foyer/inbox"
)

// Path is where files are served.
const Path = "/files/"

const (
	// LinkLifetime is how long the links of the API are valid at least.
	LinkLifetime = time.Hour
	// linkStep is what the end of a link is rounded up to, so that the same link is made for a while and browsers find what
	// they have fetched by it.
	linkStep = 10 * time.Minute
)

// The parameters of a link.
const (
	paramExpires   = "expires"
	paramSignature = "signature"
	paramSize      = "size"
	sizeThumbnail  = "thumbnail"
)

// Links makes links to files, and checks them. Whoever has a signed link can fetch the file until it expires.
type Links struct {
	key   []byte
	base  string
	clock func() time.Time
}

// NewLinks returns the links of a server at a base URL such as https://desk.example.com; if that is empty, links are paths
// on the server. They are signed with the key.
func NewLinks(key []byte, base string, clock func() time.Time) *Links {
	return &Links{key: key, base: strings.TrimSuffix(base, "/"), clock: clock}
}

// Signed returns a link to a file that is valid for a time, and up to ten minutes longer.
func (l *Links) Signed(id inbox.FileID, name string, lifetime time.Duration) inbox.URL {
	return l.link(id, name, l.signature(id, "", lifetime))
}

// SignedThumbnail is Signed for the thumbnail of a file.
func (l *Links) SignedThumbnail(id inbox.FileID, name string, lifetime time.Duration) inbox.URL {
	return l.link(id, name, l.signature(id, sizeThumbnail, lifetime))
}

// Plain returns a link to a file without a signature: it is for callers who authenticate.
func (l *Links) Plain(id inbox.FileID, name string) inbox.URL { return l.link(id, name, nil) }

// PlainThumbnail is Plain for the thumbnail of a file.
func (l *Links) PlainThumbnail(id inbox.FileID, name string) inbox.URL {
	return l.link(id, name, url.Values{paramSize: {sizeThumbnail}})
}

func (l *Links) link(id inbox.FileID, name string, query url.Values) inbox.URL {
	link := l.base + Path + id.String() + "/" + url.PathEscape(name)
	if len(query) > 0 {
		link += "?" + query.Encode()
	}
	return inbox.URL(link)
}

func (l *Links) signature(id inbox.FileID, size string, lifetime time.Duration) url.Values {
	expires := l.clock().Add(lifetime + linkStep - 1).Truncate(linkStep).Unix()
	query := url.Values{paramExpires: {strconv.FormatInt(expires, 10)}, paramSignature: {l.sign(id, size, expires)}}
	if size != "" {
		query.Set(paramSize, size)
	}
	return query
}

// linkState is what a link is worth.
type linkState int

const (
	linkNone    linkState = iota // this server has not signed it
	linkExpired                  // it has, and its time is over
	linkValid
)

// check returns what a query is worth as that of a link to a file.
func (l *Links) check(id inbox.FileID, query url.Values) linkState {
	expires, err := strconv.ParseInt(query.Get(paramExpires), 10, 64)
	switch {
	case err != nil || !hmac.Equal([]byte(query.Get(paramSignature)), []byte(l.sign(id, query.Get(paramSize), expires))):
		return linkNone
	case l.clock().Unix() >= expires:
		return linkExpired
	}
	return linkValid
}

func (l *Links) sign(id inbox.FileID, size string, expires int64) string {
	mac := hmac.New(sha256.New, l.key)
	var signed [16]byte
	binary.BigEndian.PutUint64(signed[:8], uint64(id))
	binary.BigEndian.PutUint64(signed[8:], uint64(expires))
	_, _ = mac.Write(signed[:]) // a hash never fails
	_, _ = mac.Write([]byte(size))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:24])
}
