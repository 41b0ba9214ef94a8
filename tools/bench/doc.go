// Command bench measures Foyer and prints one table, with ratios against what the same machine does in the same run:
//
//	go run ./tools/bench all         everything below, in one table
//	go run ./tools/bench intake      durable intake over HTTP, against the floor: the SQL it needs and nothing else
//	                           (--compare: and against a bare Mercurius server that only stores)
//	go run ./tools/bench inbox       an inbox page over HTTP at several sizes
//	go run ./tools/bench fanout      events to many identical subscriptions, against one write for each and stock gqlgen
//	go run ./tools/bench connections what 10,000 idle subscriptions take, and an event for all of them
//	go run ./tools/bench latency     from a contact's message to the screens of agents
//	go run ./tools/bench replay      catching up with events that were missed
//	go run ./tools/bench start       from the start of the process until it is ready
//	go run ./tools/bench waiting     what 10,000 runs of workflows cost while they wait; 1,000 due in the same second
//	go run ./tools/bench requests    what workflows send to the outside: 10,000 requests due at once, and idle afterwards
//
// It builds and starts the real server, on databases of its own, and stops it. Nothing else should run meanwhile.
package main
