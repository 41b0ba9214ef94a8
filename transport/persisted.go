package transport

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// digest names a document.
type digest [sha256.Size]byte

// documentCost is what a remembered document costs beyond its text, in bytes.
const documentCost = 256

// persistedDigest reads the extension persistedQuery of a request; the digest
// is nil if there is none. Its errors are for the client, and short.
func persistedDigest(extensions map[string]any) (*digest, error) {
	switch extension := extensions["persistedQuery"].(type) {
	case nil:
		return nil, nil
	case map[string]any:
		if extension["version"] != int64(1) {
			return nil, errors.New(`"extensions.persistedQuery" must be of version 1`)
		}
		text, _ := extension["sha256Hash"].(string)
		decoded, err := hex.DecodeString(text)
		if err != nil || len(decoded) != sha256.Size {
			return nil, errors.New(`"extensions.persistedQuery.sha256Hash" must be a SHA-256 in hexadecimal`)
		}
		return (*digest)(decoded), nil
	default:
		return nil, errors.New(`"extensions.persistedQuery" must be an object`)
	}
}

// recall completes a request that names its document by a digest, which is nil
// for others.
func (h *Handler) recall(params *graphql.RawParams) (*digest, *gqlerror.Error) {
	named, err := persistedDigest(params.Extensions)
	switch {
	case err != nil:
		return nil, newError(codeBadRequest, err.Error())
	case named == nil:
		return nil, nil
	case params.Query != "":
		if sha256.Sum256([]byte(params.Query)) != *named {
			return nil, newError(codeBadRequest, "The query is not the one that extensions.persistedQuery names")
		}
		return named, nil
	}
	query, known := h.documents.get(*named)
	if !known {
		// Clients go by either of the two, and send the query then.
		return nil, newError(codePersistedNotFound, "PersistedQueryNotFound")
	}
	params.Query = query
	return named, nil
}

// documents remembers the documents that clients have given a digest for, as
// many as fit; those not used for the longest time go first.
type documents struct {
	limit int // in bytes

	mu      sync.Mutex
	size    int
	entries map[digest]*list.Element
	// used has a document per entry, the last used first.
	used list.List
}

type document struct {
	digest digest
	query  string
}

func newDocuments(limit int) *documents {
	return &documents{limit: limit, entries: make(map[digest]*list.Element)}
}

// get returns the document with a digest.
func (d *documents) get(named digest) (query string, known bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	entry, known := d.entries[named]
	if !known {
		return "", false
	}
	d.used.MoveToFront(entry)
	return entry.Value.(document).query, true
}

// keep remembers a document. The caller has checked its digest.
func (d *documents) keep(named digest, query string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.entries[named]; known {
		return
	}
	// The query may be a part of something larger, such as a URL.
	d.entries[named] = d.used.PushFront(document{digest: named, query: strings.Clone(query)})
	d.size += len(query) + documentCost
	for d.size > d.limit {
		last := d.used.Remove(d.used.Back()).(document)
		delete(d.entries, last.digest)
		d.size -= len(last.query) + documentCost
	}
}
