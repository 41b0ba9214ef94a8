// Package demo keeps a help desk busy: real questions come in, a workflow hands them to teams, agents answer and close.
//
// It speaks the published API of a running server, with a live subscription to learn what is assigned to whom, and may
// import packages client and desk of ours. Run owns the goroutines it starts and returns after they have ended.
package demo
