package template

import "strings"

// Rename returns a text with the paths of its variables changed. It calls change with each path as it is written, such
// as contact.first_name. Quotes, comments and raw do not change, and neither does the text after a tag that is not
// closed.
func Rename(written string, change func(path string) string) string {
	var renamed strings.Builder
	for {
		start := opening(written)
		if start < 0 {
			return renamed.String() + written
		}
		found, ok := cutTag(written[start:])
		if !ok {
			return renamed.String() + written
		}
		end := start + found.length
		renamed.WriteString(written[:start])
		if verbatim := verbatimLength(found.piece, written[end:]); verbatim > 0 {
			renamed.WriteString(written[start : end+verbatim])
			end += verbatim
		} else {
			renamePaths(&renamed, written[start:end], change)
		}
		written = written[end:]
	}
}

// verbatimLength returns how much of the text after a tag is not a template, since it belongs to raw or to a comment.
func verbatimLength(tag piece, rest string) int {
	switch {
	case tag.kind == tagPiece && tag.text == "raw":
		if end := endOfRaw.FindStringIndex(rest); end != nil {
			return end[1]
		}
	case tag.kind == tagPiece && nameForm.FindString(tag.text) == "comment":
		return commentLength(rest)
	}
	return 0
}

// renamePaths writes a tag with its paths changed.
func renamePaths(renamed *strings.Builder, tag string, change func(path string) string) {
	end := len(tag) - len("}}")
	if tag[end-1] == '-' { // it would count as part of a name
		end--
	}
	for at := 0; at < end; {
		found, length := nextToken(tag[at:end])
		if found.kind != tokenName {
			length = max(length, 1)
			renamed.WriteString(tag[at : at+length])
		} else {
			path := pathForm.FindString(tag[at:end])
			length = len(path)
			renamed.WriteString(change(path))
		}
		at += length
	}
	renamed.WriteString(tag[end:])
}
