package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCommand is `foyer version`.
type versionCommand struct{}

// Run prints what was built, and with what.
func (versionCommand) Run(t terminal) error {
	_, err := fmt.Fprintf(t.out, "foyer %s, %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// version returns what was built: a release, or the commit.
func version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := build.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, setting := range build.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return "unreleased"
}
