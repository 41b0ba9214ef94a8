// Package live follows the log of events and hands them to whoever subscribed to them.
//
// It owns what stands between the log and one subscriber: the place in the log, the past that is replayed, the filter,
// who may see what, and the items that are no events (StreamReady, ConversationHidden). It may import packages inbox and
// store; how an item is shown, and how a stream's end is told to a client, are not its business.
//
// Log takes what is new once per burst of commits, out of the memory of the store where it can, and keeps the newest
// events decoded in memory, in a window. A Stream is one subscription: a place in the log and a visibilityFilter. It takes events out
// of the window, or from the database where the window begins later, so a slow one holds nobody up and misses nothing. The
// decision about an event (visibilityFilter.judge) reads nothing but the event and how its conversation stands now, which the window
// knows: streams that differ in their viewer alone can share everything else.
//
// Visibility is judged when an item is handed over, not when its event is read: by the newest state the window knows,
// which is always one between two commits. While a receiver lets an item wait, it is judged again after each commit.
// An item that members share is read before it is judged, and by a state that is no older: the window waits to get there,
// and who sees a contact is looked up again. All clients are members; a Stream hands over events that are yet to be read.
//
// Concurrency. Log is safe for concurrent use. A Stream belongs to the one goroutine that Items starts. Events are shared
// by all streams and must not be changed. At most eight streams read the past from the database at a time; nothing is
// locked, and no View is open, while an item waits for its receiver.
//
// Lifecycle. Run follows the log until its context ends, then ends the streams and waits for their goroutines. A stream
// ends with its context, or by itself with an EndError.
package live
