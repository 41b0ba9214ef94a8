package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"foyer/engine/workflow"
)

// schemaPath is where a server has the JSON Schema of workflow documents, for editors.
const schemaPath = "/workflow.schema.json"

// schemaFile serves the schema. It holds nothing that is anybody's, so anybody may read it, from any page.
type schemaFile struct {
	text []byte
	tag  string
}

func newSchemaFile() schemaFile {
	text := workflow.Schema()
	hash := sha256.Sum256(text)
	return schemaFile{text, `"` + hex.EncodeToString(hash[:8]) + `"`}
}

// ServeHTTP implements http.Handler.
func (f schemaFile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "application/schema+json")
	header.Set("Cache-Control", "public, max-age=3600")
	header.Set("ETag", f.tag)
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.text)) // answers If-None-Match and ranges
}
