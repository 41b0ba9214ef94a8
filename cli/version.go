package cli

import (
	"fmt"
	"runtime"

	"foyer/internal/version"
)

// versionCommand is `foyer version`.
type versionCommand struct{}

// Run prints the release, the commit and what it was built with.
func (versionCommand) Run(t Terminal) error {
	_, err := fmt.Fprintf(t.Out, "foyer %s, %s %s/%s\n", version.String(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
