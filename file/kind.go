package file

import (
	"cmp"
	"fmt"
	"io"
	"mime"

	"github.com/gabriel-vasile/mimetype"
)

// octets is the media type of what is never shown, but saved.
const octets = "application/octet-stream"

// mediaType is a type of files that browsers show and that cannot run scripts. Files of all other types are saved.
type mediaType struct {
	extensions []string // of names; the first is added to a name without one of them
	decodes    bool     // whether images of it can be decoded
}

// shown are the types that browsers may show. Never written to.
var shown = map[string]mediaType{
	"image/png":       {extensions: []string{".png", ".apng"}, decodes: true},
	"image/jpeg":      {extensions: []string{".jpg", ".jpeg", ".jpe", ".jfif"}, decodes: true},
	"image/gif":       {extensions: []string{".gif"}, decodes: true},
	"image/webp":      {extensions: []string{".webp"}, decodes: true},
	"image/avif":      {extensions: []string{".avif"}},
	"image/bmp":       {extensions: []string{".bmp"}},
	"audio/mpeg":      {extensions: []string{".mp3"}},
	"audio/wav":       {extensions: []string{".wav"}},
	"audio/ogg":       {extensions: []string{".oga", ".ogg", ".opus"}},
	"audio/aac":       {extensions: []string{".aac"}},
	"audio/flac":      {extensions: []string{".flac"}},
	"audio/mp4":       {extensions: []string{".m4a", ".mp4"}},
	"audio/x-m4a":     {extensions: []string{".m4a"}},
	"audio/amr":       {extensions: []string{".amr"}},
	"video/mp4":       {extensions: []string{".mp4", ".m4v"}},
	"video/webm":      {extensions: []string{".webm", ".weba"}},
	"video/ogg":       {extensions: []string{".ogv", ".ogg"}},
	"video/quicktime": {extensions: []string{".mov", ".qt"}},
	"video/3gpp":      {extensions: []string{".3gp"}},
}

// sniff returns the media type of a content, without parameters. It looks at the content alone.
func sniff(content io.Reader) (string, error) {
	detected, err := mimetype.DetectReader(content)
	if err != nil {
		return "", fmt.Errorf("look at the type of a file: %w", err)
	}
	kind, _, _ := mime.ParseMediaType(detected.String())
	return cmp.Or(kind, octets), nil
}

// served returns the type that a file of a media type is served with, and whether browsers may show it.
func served(kind string) (contentType string, inline bool) {
	if _, known := shown[kind]; known {
		return kind, true
	}
	return octets, false
}
