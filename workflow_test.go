package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"foyer/cli"
)

// written returns the path of a file with this text.
func written(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestWorkflowsGoInAndOutOfAServer(t *testing.T) {
	r := serve(t, testConfig(t))
	key := r.key()
	to := []string{"--server", r.URL(), "--token", key}
	run := func(args ...string) (int, string, string) {
		return foyer(t, append(append([]string{"workflow"}, args...), to...)...)
	}

	code, out, message := run("import", "gallery:returning-contact", "--publish")
	if code != cli.ExitFailed || !strings.Contains(out, "gallery:returning-contact:to_support:steps.0.route.team: ") || !strings.Contains(message, "cannot be published yet") {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message = run("simulate", "gallery:returning-contact")
	if code != cli.ExitFailed || !strings.Contains(message, "gallery:returning-contact: definition.steps.0.route.team: ") {
		t.Errorf("%d %s %s", code, out, message)
	}
	if err := r.owner().Mutate(t.Context(), "teamCreate", map[string]any{"name": "Support"}, "", nil); err != nil {
		t.Fatal(err)
	}
	code, out, message = run("import", "gallery:returning-contact", "--publish")
	if code != cli.ExitOK || !strings.HasSuffix(out, "published as version 1\n") {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message = run("simulate", "gallery:returning-contact", "--contact", "first_name=Ann", "--message", "Hello", "--at", "2026-03-02T09:00:00Z")
	if code != cli.ExitOK || !strings.Contains(out, "team      Support\nreason    The team has no members.\n") {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message = run("simulate", "gallery:returning-contact", "--contact", "id=con_zzz")
	if code != cli.ExitFailed || !strings.Contains(message, "contactId") {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message = run("export", "returning CONTACT to owner")
	if code != cli.ExitOK || !strings.HasPrefix(out, "# yaml-language-server: $schema="+r.URL()+"/workflow.schema.json\nformat: 1\n") || !strings.Contains(out, "team: Support") {
		t.Errorf("%d %s %s", code, out, message)
	}
	if code, out, _ := run("import", written(t, "again.yaml", out), "--name", "Second"); code != cli.ExitOK || !strings.HasPrefix(out, "Second is wfl_") {
		t.Errorf("%d %s", code, out)
	}
	hook := written(t, "hook.yaml", "format: 1\nname: Order\ntrigger: { on: webhook, contact: { email: who } }\nsteps: [{ key: open, open: {} }]")
	_, out, message = run("import", hook, "--publish")
	if !regexp.MustCompile(`\nwebhooks go to the following URL, which is a secret and not shown again:\n` + regexp.QuoteMeta(r.URL()) + `/hooks/[\w-]{43}\n$`).MatchString(out) {
		t.Errorf("%s %s", out, message)
	}
	if _, out, _ := run("import", hook, "--publish"); !strings.HasSuffix(out, "published as version 2\n") {
		t.Error(out)
	}
	if code, _, message := run("export", "nothing"); code != cli.ExitFailed || !strings.Contains(message, `no workflow "nothing"`) {
		t.Error(message)
	}
	if code, _, message := run("import", written(t, "bad.yaml", "format: 1\nname: x\ntrigger: {}\nsteps: []")); code != cli.ExitFailed || !strings.Contains(message, "yaml.trigger: ") {
		t.Error(message)
	}
	if code, _, message := run("import", "gallery:nothing"); code != cli.ExitFailed || !strings.Contains(message, "foyer workflow gallery lists") {
		t.Error(message)
	}
	to = []string{"--server", r.URL(), "--token", r.keyOf("AGENT")}
	if code, _, message := run("import", "gallery:vip"); code != cli.ExitFailed || message != "foyer: gallery:vip: Only managers can import workflows.\n" {
		t.Error(message)
	}
	to = []string{"--server", r.URL(), "--token", "fk_unknown"}
	if code, _, message := run("import", "gallery:vip"); code != cli.ExitFailed || !strings.Contains(message, "FOYER_TOKEN") {
		t.Error(message)
	}
}
