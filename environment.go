package main

import (
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/alecthomas/kong"
)

// variablePrefix is what the names of our environment variables begin with.
const variablePrefix = "FOYER_"

// warn tells of what was configured and has no effect. command is nil where the arguments could not be parsed.
func (t terminal) warn(program *kong.Kong, command *kong.Context, environ []string) {
	log := t.logger(logFlags{LogLevel: logLevel(slog.LevelWarn)})
	warnings := unknownVariables(environ, variables(program.Model.Node))
	if command != nil {
		if target := command.Selected().Target; target.CanAddr() {
			if flags, ok := reflect.TypeAssert[interface{ logging() logFlags }](target.Addr()); ok {
				log = t.logger(flags.logging())
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

// unknownVariables returns a sentence for each of our variables that no command reads, with the name that was probably
// meant. It does not show their values: one of them may be a secret.
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

// unused names flags that have no effect while another is zero; never written to.
var unused = map[string]string{
	"rate-burst": "rate-limit", "key-rate-burst": "key-rate-limit",
	"login-burst": "login-interval", "failed-login-burst": "failed-login-interval",
}

// ignored returns a sentence for each flag that was changed, here or in the environment, and that another one makes void.
func ignored(flags []*kong.Flag) []string {
	byName := make(map[string]*kong.Flag, len(flags))
	for _, flag := range flags {
		byName[flag.Name] = flag
	}
	var sentences []string
	for name, switchedOff := range unused {
		flag, by := byName[name], byName[switchedOff]
		if flag == nil || by == nil || !by.Target.IsZero() || fmt.Sprint(flag.Target) == flag.Default {
			continue
		}
		sentences = append(sentences, fmt.Sprintf("--%s (%s) has no effect: --%s (%s) is 0.",
			flag.Name, strings.Join(flag.Envs, ", "), by.Name, strings.Join(by.Envs, ", ")))
	}
	slices.Sort(sentences)
	return sentences
}
