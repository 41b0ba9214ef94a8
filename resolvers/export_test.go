package resolvers

import "time"

// OnScope lets a test count the statements of each scope.
func (r *Resolver) OnScope(fn func(statements int)) { r.onScope = fn }

// SetWait lets loaders wait for all siblings, however busy the machine.
func (r *Resolver) SetWait(d time.Duration) { r.wait = d }

// SetAfter lets a test decide when streams that are delayed look again whether they may go on.
func (r *Resolver) SetAfter(after func(time.Duration, func())) { r.after = after }
