// Package exchange turns workflow documents into YAML and back, with names where the document has ids.
//
// It owns FromYAML and ToYAML, the order in which people write a document, and where documents refer to something
// (References). What a document may say is checked by package workflow, not here.
//
// YAML is read by the parser of goccy/go-yaml, and refused where JSON has no counterpart for it. It is written here: the
// library's writer leaves texts unquoted that its own parser does not read back (of documents with odd texts about one in
// twelve), and its JSON has the escapes of Go. A property test holds that every document comes back.
//
// It imports packages workflow and template, has no state, and is safe for concurrent use.
package exchange
