package resolvers

import "time"

// OnScope lets a test count the statements of each scope.
func (r *Resolver) OnScope(fn func(statements int)) { r.onScope = fn }

// SetWait lets loaders wait for all siblings, however busy the machine.
func (r *Resolver) SetWait(d time.Duration) { r.wait = d }

// KeptDocuments returns the size of the documents that are kept, in bytes.
func (e *Executor) KeptDocuments() int { return e.documents.kept.Size() }

// Keeps reports whether the document of a text is kept.
func (e *Executor) Keeps(text string) bool { return e.documents.find(text) != nil }

// SetAfter sets how streams that are delayed wait until they check their debt again.
func (r *Resolver) SetAfter(after func(time.Duration, func())) { r.after = after }
