package cli

import (
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/alecthomas/kong"
)

// variablePrefix begins the names of the environment variables that commands read.
const variablePrefix = "FOYER_"

// warn logs configuration that has no effect. command is nil if the arguments could not be parsed.
func (t Terminal) warn(program *kong.Kong, command *kong.Context, environ []string) {
	log := t.Logger(LogFlags{LogLevel: logLevel(slog.LevelWarn)})
	warnings := unknownVariables(environ, variables(program.Model.Node))
	if command != nil {
		if target := command.Selected().Target; target.CanAddr() {
			if flags, ok := reflect.TypeAssert[interface{ logging() LogFlags }](target.Addr()); ok {
				log = t.Logger(flags.logging())
			}
		}
		warnings = append(warnings, ignored(command.Flags())...)
	}
	for _, warning := range warnings {
		log.Warn(warning)
	}
}

// variables returns the names of the environment variables that a command and those below it read.
func variables(command *kong.Node) []string {
	var names []string
	for _, flag := range command.Flags {
		names = append(names, flag.Envs...)
	}
	for _, below := range command.Children {
		names = append(names, variables(below)...)
	}
	return names
}

// unknownVariables returns a sentence for each variable of environ that has our prefix and is not known, with the name that
// was probably meant. It leaves out the values, which may be secret.
func unknownVariables(environ, known []string) []string {
	var unknown []string
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, variablePrefix) || slices.Contains(known, name) {
			continue
		}
		sentence := fmt.Sprintf("The environment variable %s has no effect: no flag has this name.", name)
		if near := nearest(name, known); near != "" {
			sentence += fmt.Sprintf(" Did you mean %s?", near)
		}
		unknown = append(unknown, sentence)
	}
	slices.Sort(unknown)
	return unknown
}

// nearest returns the known name that is most like name, or "" if none is like it: more than every third character would
// have to change.
func nearest(name string, known []string) string {
	best, distance := "", (len(name)-len(variablePrefix))/3+1
	for _, candidate := range known {
		if d := levenshtein.ComputeDistance(name, candidate); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// ignored returns a sentence for each flag that was changed, by an argument or the environment, although it has no effect:
// its tag `needs` names a flag that is zero.
func ignored(flags []*kong.Flag) []string {
	var sentences []string
	for _, flag := range flags {
		at := slices.IndexFunc(flags, func(other *kong.Flag) bool { return other.Name == flag.Tag.Get("needs") })
		if at < 0 || !flags[at].Target.IsZero() || fmt.Sprint(flag.Target) == flag.Default {
			continue
		}
		needed := flags[at]
		sentences = append(sentences, fmt.Sprintf("--%s (%s) has no effect: --%s (%s) is 0.",
			flag.Name, strings.Join(flag.Envs, ", "), needed.Name, strings.Join(needed.Envs, ", ")))
	}
	slices.Sort(sentences)
	return sentences
}
