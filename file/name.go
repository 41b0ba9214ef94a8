package file

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"foyer/inbox"
)

const (
	// maxName is how many bytes a name has at most, as in most file systems.
	maxName = 255
	// maxExtension is how many bytes at the end of a name are kept as its extension when the name is cut.
	maxExtension = 16
	// unnamed is the name of a file whose own has nothing that can be kept.
	unnamed = "file"
)

// CleanName returns the name under which a file is kept: one line without folders, invisible characters and marks of
// direction, which could make an extension look like another. It does not begin with a dot, and is never empty.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	name = trimName(name)
	if len(name) > maxName {
		extension := path.Ext(name)
		if len(extension) > maxExtension {
			extension = ""
		}
		name = trimName(cut(name, maxName-len(extension))) + extension
		name = trimName(name)
	}
	if name == "" {
		return unnamed
	}
	return name
}

// trimName removes what is invisible, and dots and spaces around a name: dots before it hide a file, and Windows leaves out those
// after it.
func trimName(name string) string {
	for {
		trimmed := strings.Trim(inbox.CleanLine(name), ". ")
		if trimmed == name {
			return name
		}
		name = trimmed // what is left may be invisible by itself
	}
}

// cut returns the beginning of a text, at most n bytes of it and only whole characters.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// nameAs returns a name that ends as names of a type do. Whoever saves a picture and opens it must not find that it is a page
// with scripts, because the name said so.
func nameAs(name string, t mediaType) string {
	if len(t.extensions) == 0 || slices.Contains(t.extensions, strings.ToLower(path.Ext(name))) {
		return name
	}
	return CleanName(cut(name, maxName-len(t.extensions[0])) + t.extensions[0])
}
