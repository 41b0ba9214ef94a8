package transport

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

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

// recall completes a request that names its document by a digest. For other
// requests the digest is nil.
func (h *Handler) recall(params *graphql.RawParams) (*digest, *gqlerror.Error) {
	named, err := persistedDigest(params.Extensions)
	switch {
	case err != nil:
		return nil, newError(codeBadRequest, sentence(err.Error()))
	case named == nil:
		return nil, nil
	case params.Query != "":
		if sha256.Sum256([]byte(params.Query)) != *named {
			return nil, newError(codeBadRequest, "The hash in extensions.persistedQuery is not that of the query.")
		}
		return named, nil
	}
	query, known := h.documents.Get(*named)
	if !known {
		// Clients look for either of the two, and then send the query.
		return nil, newError(codePersistedNotFound, "PersistedQueryNotFound")
	}
	params.Query = query
	return named, nil
}
