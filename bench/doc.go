// Command bench measures Foyer and prints one table, with ratios against what the same machine does in the same run:
//
//	go run ./bench intake      durable intake over HTTP, against the floor: the SQL it needs and nothing else
//	go run ./bench inbox       an inbox page over HTTP at several sizes
//	go run ./bench latency     from a contact's message to the screens of agents
//	go run ./bench replay      catching up with events that were missed
//	go run ./bench start       from the start of the process until it is ready
//
// It builds and starts the real server, on databases of its own, and stops it. Nothing else should run meanwhile.
package main
