// Package replay sends recorded dialogues between customers and companies through a running server: every customer
// becomes a contact, every company a channel and a team, and the agents of that team give the recorded answers.
//
// It speaks the published API and may import packages client and desk of ours. Everything it sends carries the
// recording's own ids, so that a second replay of the same recording changes nothing and an interrupted one goes on
// where it ended. Run owns the goroutines it starts and returns after they have ended.
package replay
