// Package live delivers the events of the log to subscriptions. It may import packages inbox and store.
//
// The way of an event from its commit to a client:
//
//	store.DB     Committed, Tail
//	   │
//	Log.Run      reads what a burst of commits appended, once for all
//	   │
//	window       the newest events, decoded, and where their conversations are now
//	   │
//	group.run    encodes each event once for all subscriptions that ask for the same: Show
//	   │
//	ring         the newest events of a group, as clients see them
//	   │
//	Member.Pull  decides for one viewer what becomes of each event: visibilityFilter.judge
//	   │
//	Sink.Offer   sends it
//
// A Member whose place is older than the ring reads the log itself until it has caught up with the ring: from the window,
// or from the database where the window begins later. So a slow subscription holds nobody up, and one that begins at an
// old cursor misses nothing.
//
// Visibility is judged when an item is offered, not when its event is read: by the newest state that the window knows,
// which is always the state between two commits. An item that its Sink refuses is judged again when it is offered again.
// A shared item is encoded before it is judged, so the window must have got as far as the snapshot that the item was read
// from, and who sees a contact must have been looked up no earlier than that snapshot.
//
// A signal (Log.Signal) is no event: it goes past window and ring to the members of its agents that are up to date, encoded once
// for each group, and is left out wherever something is in the way. Its visibility is judged like that of an event.
//
// The tail that the store keeps in memory and the window are two. The tail holds records as they are written, so that the
// writer spends no time on decoding, and moves on by itself. The window holds decoded events, and must know at any moment
// where the conversations of exactly these events are.
//
// Concurrency. Log and Member are safe for concurrent use. Events and payloads are shared and must not be changed. At most
// eight members read the log themselves at a time. Locks are taken in the order Member, groups, group, window.
//
// Lifecycle. Run follows the log until its context ends, then ends all members with ErrStopped and waits for the goroutines
// that the package started. A member ends when it leaves, or by itself with an EndError.
package live
