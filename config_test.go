package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"foyer/cli"
)

// discard is a log that nobody reads.
func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestWhatIsConfiguredWronglyIsNamed(t *testing.T) {
	for _, c := range []struct {
		args string
		env  [2]string
		want []string
	}{
		{args: "--database postgres://localhost/foyer", want: []string{"--database", "PostgreSQL comes later"}},
		{args: "--database foyer.db", want: []string{"--database", "sqlite:PATH"}},
		{args: "--database sqlite:", want: []string{"--database", "path of a file"}},
		{args: "serve --listen 8080", want: []string{"--listen", "HOST:PORT"}},
		{args: "--log-level loud", want: []string{"--log-level", "debug, info, warn or error", `"loud"`}},
		{args: "--log-format xml", want: []string{"--log-format", `"text","json"`}},
		{args: "--shutdown-timeout soon", want: []string{"--shutdown-timeout"}},
		{args: "--shutdown-timeout 0s", want: []string{"--shutdown-timeout", "above zero"}},
		{args: "--allow-origin desk.example.com", want: []string{"--allow-origin", "https://desk.example.com"}},
		{args: "--owner-email nobody", want: []string{"--owner-email"}},
		{args: "--max-body 1023", want: []string{"--max-body", "1KiB"}},
		{args: "--max-body 1GB", want: []string{"--max-body", "1MiB"}},
		{args: "--max-body 4096MiB", want: []string{"--max-body", "1MiB"}},
		{args: "--max-query 0", want: []string{"--max-query", "at least 1"}},
		{args: "--max-depth 0", want: []string{"--max-depth", "at least 1"}},
		{args: "--max-connections -1", want: []string{"--max-connections"}},
		{args: "--max-text 0", want: []string{"--max-text", "at least 1"}},
		{args: "--max-name 2000", want: []string{"--max-name", "at most 1000"}},
		{args: "--login-burst 0", want: []string{"--login-burst", "at least 1"}},
		{args: "--failed-login-interval=-1s", want: []string{"--failed-login-interval", "at least 0s"}},
		{args: "--rate-limit=-1", want: []string{"--rate-limit", "at least 0"}},
		{args: "--rate-burst 100", want: []string{"--rate-burst", "--max-cost"}},
		{args: "--key-rate-limit 1 --key-rate-burst 100", want: []string{"--key-rate-burst", "--max-cost"}},
		{args: "--introspection everybody", want: []string{"--introspection"}},
		{args: "--trusted-proxy proxy", want: []string{"--trusted-proxy", "10.0.0.0/8"}},
		{args: "--log-retention 30m", want: []string{"--log-retention", "an hour or more"}},
		{args: "--log-retention=-1h", want: []string{"--log-retention", "an hour or more"}},
		{args: "--colour red", want: []string{"--colour"}},
		{env: [2]string{"FOYER_DATABASE", "mysql://localhost"}, args: "serve", want: []string{"FOYER_DATABASE", "sqlite:PATH"}},
		{args: "demo --rate 0", want: []string{"--rate"}},
		{args: "--session-lifetime 0s", want: []string{"--session-lifetime", "at least 1m"}},
		{args: "--public-url=desk.example.com", want: []string{"--public-url", "https://desk.example.com"}},
		{args: "--max-file=2GiB", want: []string{"--max-file", "at most"}},
		{args: "--hook-rate-limit=-1", want: []string{"--hook-rate-limit", "at least 0"}},
		{args: "demo --password short", want: []string{"--password"}},
		{args: "tail", want: []string{"--token"}},
		{args: "tail --server nowhere --token x", want: []string{"--server"}},
		{args: "replay testdata/dialogues.jsonl --token x --concurrency 0", want: []string{"--concurrency"}},
		{args: "replay testdata/none.jsonl --token x", want: []string{"none.jsonl"}},
		{args: "verify --database sqlite:testdata/none.db", want: []string{"--database", "none.db"}},
		{args: "backup --database sqlite:testdata/none.db copy.db", want: []string{"--database", "none.db"}},
	} {
		t.Run(c.args, func(t *testing.T) {
			if c.env[0] != "" {
				t.Setenv(c.env[0], c.env[1])
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // what starts after all ends at once
			stdout, stderr := newOutput(), newOutput()
			code := run(ctx, strings.Fields(c.args), cli.Terminal{Out: stdout, Err: stderr})
			out, message := stdout.String(), stderr.String()
			if code != cli.ExitFailed || out != "" {
				t.Errorf("exit code %d, output %q", code, out)
			}
			for _, want := range c.want {
				if !strings.Contains(message, want) {
					t.Errorf("%q does not say %q", message, want)
				}
			}
		})
	}
}

func TestWhatIsConfiguredWronglyIsNotShown(t *testing.T) {
	for variable, value := range map[string]string{
		"FOYER_DATABASE": `postgres://foyer:s3cret"\@db/foyer`, "FOYER_LISTEN": "s3cret", "FOYER_MAX_DEPTH": "s3cret", "FOYER_ALLOW_ORIGIN": "https://%zz s3cret",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, value)
			code, _, message := foyer(t, "serve")
			if code != cli.ExitFailed || !strings.Contains(message, "(from "+variable+")") {
				t.Errorf("exit code %d, %q", code, message)
			}
			if variable == "FOYER_DATABASE" && strings.Contains(message, "s3cret") {
				t.Errorf("a password shows: %q", message)
			}
		})
	}
	if _, _, message := foyer(t, "serve", "--database", "mysql://foyer:s3cret@db"); strings.Contains(message, "s3cret") {
		t.Errorf("a password shows: %q", message)
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	code, out, _ := foyer(t, "--help")
	for _, command := range []string{"serve", "demo", "replay", "tail", "verify", "backup", "version"} {
		if !strings.Contains(out, command) {
			t.Errorf("%s is missing", command)
		}
	}
	if code != cli.ExitOK {
		t.Errorf("exit code %d", code)
	}
}

func TestFlagsThatHaveNoEffectAreFlags(t *testing.T) {
	program, err := kong.New(new(commands))
	if err != nil {
		t.Fatal(err)
	}
	var names, needed []string
	for _, flag := range program.Model.Children[0].Flags {
		names = append(names, flag.Name)
		if name := flag.Tag.Get("needs"); name != "" {
			needed = append(needed, name)
		}
	}
	if len(needed) == 0 {
		t.Error("no flag needs another")
	}
	for _, name := range needed {
		if !slices.Contains(names, name) {
			t.Errorf("--%s is not a flag of the server", name)
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
		{args: "tail", env: [2]string{"FOYER_TOKEM", "s3cret"}, want: "Did you mean FOYER_TOKEN?"}, // although it fails
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
			run(ctx, strings.Fields(c.args), cli.Terminal{Out: out, Err: log})
			told := log.String()
			if !strings.Contains(told, c.want) || strings.Contains(told, "s3cret") {
				t.Errorf("%s is not shown, or a value is:\n%s", c.want, told)
			}
			if c.want == "" && strings.Contains(told, "has no effect") {
				t.Errorf("shown without need:\n%s", told)
			}
		})
	}
}
