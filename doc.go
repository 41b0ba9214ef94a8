// Command foyer is the help desk's server, and what one does with it from a terminal.
//
// This package owns configuration, wiring, start and stop; it may import every other package of the module. A Main is one
// server: it starts with Run, which owns every goroutine and returns after all of them have ended.
package main
