// Package assign is the pure part of assignment: which policy holds, where a conversation stands in a queue, and how a
// decision reads. It may import inbox. It has no state: everything is safe for concurrent use.
package assign
