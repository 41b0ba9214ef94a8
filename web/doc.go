// Package web proves that the sources of the console are sound: its test installs their npm packages, compares src/api with
// the schema, checks the types, and runs the tests in Node. FOYER_SOAK lets the property tests run longer.
//
// It owns the console's sources, which docs/console.md explains, and may import nothing.
package web
