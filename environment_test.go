package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestVariablesThatNoFlagReadsAreToldWithTheNearestName(t *testing.T) {
	program, err := kong.New(new(commandLine))
	if err != nil {
		t.Fatal(err)
	}
	known := variables(program.Model.Node)
	for variable, want := range map[string]string{
		"FOYER_LISTEN=x":               "",
		"FOYER_TOKEN=x":                "", // of another command
		"FOYER_OWNER_PASSWORD=x":       "", // its flag is hidden
		"HOME=/":                       "",
		"FOYERLISTEN=x":                "",
		"FOYER_LISTNE=s3cret":          "The environment variable FOYER_LISTNE has no effect: no flag has this name. Did you mean FOYER_LISTEN?",
		"FOYER_MAX_CONNECTION=5":       "The environment variable FOYER_MAX_CONNECTION has no effect: no flag has this name. Did you mean FOYER_MAX_CONNECTIONS?",
		"FOYER_OWNER_PASWORD=s3cret":   "The environment variable FOYER_OWNER_PASWORD has no effect: no flag has this name. Did you mean FOYER_OWNER_PASSWORD?",
		"FOYER_COLOUR_OF_THE_LOGO=red": "The environment variable FOYER_COLOUR_OF_THE_LOGO has no effect: no flag has this name.",
		"FOYER_=":                      "The environment variable FOYER_ has no effect: no flag has this name.",
	} {
		if got := strings.Join(unknownVariables([]string{variable}, known), "\n"); got != want {
			t.Errorf("%s: got %q, want %q", variable, got, want)
		}
	}
}

func TestFlagsThatHaveNoEffectAreFlags(t *testing.T) {
	program, err := kong.New(new(commandLine))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, flag := range program.Model.Children[0].Flags {
		names = append(names, flag.Name)
	}
	for name, by := range unused {
		if !slices.Contains(names, name) || !slices.Contains(names, by) {
			t.Errorf("--%s or --%s is no flag of the server", name, by)
		}
	}
}

func TestWhatHasNoEffectIsWarnedOf(t *testing.T) {
	for _, c := range []struct {
		args string
		env  [2]string
		want string
	}{
		{args: "serve --rate-limit 0 --rate-burst 5000", want: `level=WARN msg="--rate-burst (FOYER_RATE_BURST) has no effect: --rate-limit (FOYER_RATE_LIMIT) is 0."`},
		{args: "serve --failed-login-interval 0s", env: [2]string{"FOYER_FAILED_LOGIN_BURST", "7"}, want: "--failed-login-burst (FOYER_FAILED_LOGIN_BURST) has no effect"},
		{args: "serve --rate-limit 0"},
		{args: "serve --rate-burst 5000"},
		{args: "serve --log-format json", env: [2]string{"FOYER_DATABSE", "sqlite:s3cret.db"}, want: `"level":"WARN","msg":"The environment variable FOYER_DATABSE has no effect: no flag has this name. Did you mean FOYER_DATABASE?"`},
		{args: "tail", env: [2]string{"FOYER_TOKEM", "s3cret"}, want: "Did you mean FOYER_TOKEN?"}, // though it fails
		{args: "version", env: [2]string{"FOYER_LISTENS", "s3cret"}, want: "Did you mean FOYER_LISTEN?"},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if c.env[0] != "" {
				t.Setenv(c.env[0], c.env[1])
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // what starts after all ends at once
			out, log := newOutput(), newOutput()
			run(ctx, strings.Fields(c.args), terminal{out, log})
			told := log.String()
			if !strings.Contains(told, c.want) || strings.Contains(told, "s3cret") {
				t.Errorf("%s is not told, or a value is:\n%s", c.want, told)
			}
			if c.want == "" && strings.Contains(told, "has no effect") {
				t.Errorf("told without need:\n%s", told)
			}
		})
	}
}
