//go:build !stock

package main

import (
	"errors"
	"net/http"

	"foyer/resolvers"
)

// withStock tells whether stock gqlgen is measured too.
const withStock = false

// serveStock fails: gqlgen's own websocket needs a module that Foyer does not.
func serveStock(*http.ServeMux, string, *resolvers.Resolver, *publisher) error {
	return errors.New("built without the tag stock")
}
