// Package version says which Foyer this is. It imports none of Foyer's packages.
package version

import "runtime/debug"

// Number is the release: the newest heading of CHANGELOG.md. A new number also needs the database as the release writes
// it: FOYER_UPDATE_FIXTURE=1 go test -run Released ./engine.
const Number = "0.1.0"

// String returns the release and, if it was built in a checkout, the commit: "0.1.0 (53ff0aab7f22)", or "0.1.0
// (53ff0aab7f22, modified)" if the checkout had changes that were not committed.
func String() string {
	build, _ := debug.ReadBuildInfo()
	if build == nil {
		return Number
	}
	return describe(build.Settings)
}

// describe is String for a build with these settings.
func describe(settings []debug.BuildSetting) string {
	var commit, modified string
	for _, setting := range settings {
		switch {
		case setting.Key == "vcs.revision":
			commit = setting.Value[:min(12, len(setting.Value))]
		case setting.Key == "vcs.modified" && setting.Value == "true":
			modified = ", modified"
		}
	}
	if commit == "" {
		return Number
	}
	return Number + " (" + commit + modified + ")"
}
