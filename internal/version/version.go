// Package version says which Foyer this is. It imports none of Foyer's packages.
package version

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"runtime/debug"
)

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

// Build identifies this program: by its commit or, if that does not say all that is in it, by its hash.
func Build() string {
	if build, ok := debug.ReadBuildInfo(); ok {
		if commit, modified := revision(build.Settings); commit != "" && !modified {
			return commit
		}
	}
	if hash, err := ownHash(); err == nil {
		return hash
	}
	return Number
}

// ownHash returns the beginning of the hash of the file that this program was started from.
func ownHash() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil))[:digits], nil
}

// digits is how many digits of a commit or a hash are shown.
const digits = 12

// describe is String for a build with these settings.
func describe(settings []debug.BuildSetting) string {
	switch commit, modified := revision(settings); {
	case commit == "":
		return Number
	case modified:
		return Number + " (" + commit + ", modified)"
	default:
		return Number + " (" + commit + ")"
	}
}

// revision returns the commit of a build, or "" if it is not known, and reports whether the checkout had changes.
func revision(settings []debug.BuildSetting) (commit string, modified bool) {
	for _, setting := range settings {
		switch setting.Key {
		case "vcs.revision":
			commit = setting.Value[:min(digits, len(setting.Value))]
		case "vcs.modified":
			modified = setting.Value == "true"
		}
	}
	return commit, modified
}
