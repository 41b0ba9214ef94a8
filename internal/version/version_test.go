package version

import (
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

func TestABuildIsDescribedByItsReleaseAndItsCommit(t *testing.T) {
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "53ff0aab7f22b1a2dd0f1ed5e6d1fdab9a2d3e7c"}
	for want, settings := range map[string][]debug.BuildSetting{
		Number:                               nil,
		Number + " (53ff0aab7f22)":           {revision, {Key: "vcs.modified", Value: "false"}},
		Number + " (53ff0aab7f22, modified)": {revision, {Key: "vcs.modified", Value: "true"}},
	} {
		if got := describe(settings); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestTheReleaseIsTheNewestOfTheChangelog(t *testing.T) {
	changelog, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(changelog)) {
		name, isHeading := strings.CutPrefix(line, "## [")
		if name, _, _ = strings.Cut(name, "]"); !isHeading || name == "Unreleased" {
			continue
		}
		if name != Number {
			t.Errorf("the program says %s, the changelog %s", Number, name)
		}
		return
	}
}
