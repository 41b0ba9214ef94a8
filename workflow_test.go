package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"foyer/engine/workflow"
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

func TestLintNamesFileStepAndPath(t *testing.T) {
	good := written(t, "good.yaml", "format: 1\ntrigger: { on: message.received }\nsteps: [{ key: a, route: { team: Any } }]\n")
	bad := written(t, "bad.yaml", "format: 1\ntrigger: { on: message.received, when: { field: contact.plan, op: exists } }\nsteps: [{ key: a, send: { text: x }, next: b }]\n")
	broken := written(t, "broken.yaml", "a: &b 1")
	if code, out, message := foyer(t, "workflow", "lint", good, "gallery:inbound-menu"); code != exitOK || out != "" {
		t.Errorf("%d %s %s", code, out, message)
	}
	doubtful := written(t, "doubtful.yaml", "format: 1\ntrigger: { on: conversation.opened }\nsteps: [{ key: a, route: { team: Any } }]\n")
	if code, out, message := foyer(t, "workflow", "lint", doubtful); code != exitOK || message != "" ||
		!strings.HasPrefix(out, doubtful+":a:steps.0: warning: after the step \"a\" the workflow ends and nobody is assigned") || strings.Count(out, "\n") != 1 {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message := foyer(t, "workflow", "lint", bad, good, broken)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != exitFailed || len(lines) != 3 || !strings.HasPrefix(lines[0], bad+"::trigger.when.field: ") ||
		!strings.HasPrefix(lines[1], bad+":a:steps.0.next: ") || !strings.HasPrefix(lines[2], broken+"::: line 1: ") {
		t.Errorf("%d\n%s", code, out)
	}
	if !strings.Contains(message, "2 of 3 documents") {
		t.Error(message)
	}
	if !strings.HasSuffix(lines[0], `there is no field "contact.plan"; a custom one is told of with --field plan=TYPE`) {
		t.Error(lines[0])
	}
	if _, out, _ := foyer(t, "workflow", "lint", "--field", "plan=TEXT", bad); strings.Contains(out, "plan") {
		t.Error(out)
	}
	if code, _, message := foyer(t, "workflow", "lint", "--field", "plan=WORDS", bad); code != exitFailed || !strings.Contains(message, "--field plan") {
		t.Error(message)
	}
}

func TestADocumentIsSimulatedWithoutAServer(t *testing.T) {
	code, out, message := foyer(t, "workflow", "simulate", "gallery:language", "--contact", "language=de", "--agent", "Bo")
	if code != exitOK || !strings.Contains(out, "team      German\nassignee  Bo\nends      COMPLETED\n") {
		t.Errorf("%d %s %s", code, out, message)
	}
	_, out, _ = foyer(t, "workflow", "simulate", "gallery:vip", "--contact", "tags=new,old", "--agent", "")
	if !strings.HasPrefix(out, "The trigger's condition does not hold") || strings.Contains(out, "assignee") {
		t.Error(out)
	}
	_, out, _ = foyer(t, "workflow", "simulate", "gallery:inbound-menu")
	if !regexp.MustCompile(`ask_topic +ask +waits for an answer\n`).MatchString(out) || !strings.Contains(out, "ends      WAITING") {
		t.Error(out)
	}
	_, out, _ = foyer(t, "workflow", "simulate", "gallery:business-hours", "--at", "2026-03-07T10:00:00Z", "--answer", "", "--time-zone", "Europe/Vienna")
	if !strings.Contains(out, "open_now             hours      closed") || !strings.Contains(out, "ask_email            ask        timeout") {
		t.Error(out)
	}
	for _, c := range []struct{ flag, value, want string }{
		{"--contact", "shoe=1", "--contact shoe"}, {"--contact", "is_returning=maybe", "want true or false"},
		{"--time-zone", "Nowhere", "--time-zone"}, {"--server", "http://127.0.0.1:1", "--token"},
	} {
		if code, _, message := foyer(t, "workflow", "simulate", "gallery:vip", c.flag, c.value); code != exitFailed || !strings.Contains(message, c.want) {
			t.Errorf("%s %s: %s", c.flag, c.value, message)
		}
	}
}

func TestWorkflowsGoInAndOutOfAServer(t *testing.T) {
	r := serve(t, testConfig(t))
	key := r.key()
	to := []string{"--server", r.URL(), "--token", key}
	run := func(args ...string) (int, string, string) {
		return foyer(t, append(append([]string{"workflow"}, args...), to...)...)
	}

	code, out, message := run("import", "gallery:returning-contact", "--publish")
	if code != exitFailed || !strings.Contains(out, "gallery:returning-contact:to_support:steps.0.route.team: ") || !strings.Contains(message, "cannot be published yet") {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message = run("simulate", "gallery:returning-contact")
	if code != exitFailed || !strings.Contains(message, "gallery:returning-contact: definition.steps.0.route.team: ") {
		t.Errorf("%d %s %s", code, out, message)
	}
	if err := r.owner().Mutate(t.Context(), "teamCreate", map[string]any{"name": "Support"}, "", nil); err != nil {
		t.Fatal(err)
	}
	code, out, message = run("import", "gallery:returning-contact", "--publish")
	if code != exitOK || !strings.HasSuffix(out, "published as version 1\n") {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message = run("simulate", "gallery:returning-contact", "--contact", "first_name=Ann", "--message", "Hello", "--at", "2026-03-02T09:00:00Z")
	if code != exitOK || !strings.Contains(out, "team      Support\nreason    There is nobody in the team.\n") {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message = run("simulate", "gallery:returning-contact", "--contact", "id=con_zzz")
	if code != exitFailed || !strings.Contains(message, "contactId") {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message = run("export", "returning CONTACT to owner")
	if code != exitOK || !strings.HasPrefix(out, "# yaml-language-server: $schema="+r.URL()+"/workflow.schema.json\nformat: 1\n") || !strings.Contains(out, "team: Support") {
		t.Errorf("%d %s %s", code, out, message)
	}
	if code, out, _ := run("import", written(t, "again.yaml", out), "--name", "Second"); code != exitOK || !strings.HasPrefix(out, "Second is wfl_") {
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
	if code, _, message := run("export", "nothing"); code != exitFailed || !strings.Contains(message, `no workflow "nothing"`) {
		t.Error(message)
	}
	if code, _, message := run("import", written(t, "bad.yaml", "format: 1\nname: x\ntrigger: {}\nsteps: []")); code != exitFailed || !strings.Contains(message, "yaml.trigger: ") {
		t.Error(message)
	}
	if code, _, message := run("import", "gallery:nothing"); code != exitFailed || !strings.Contains(message, "foyer workflow gallery lists") {
		t.Error(message)
	}
	to = []string{"--server", r.URL(), "--token", r.keyOf("AGENT")}
	if code, _, message := run("import", "gallery:vip"); code != exitFailed || message != "foyer: gallery:vip: Only managers import workflows.\n" {
		t.Error(message)
	}
	to = []string{"--server", r.URL(), "--token", "fk_unknown"}
	if code, _, message := run("import", "gallery:vip"); code != exitFailed || !strings.Contains(message, "FOYER_TOKEN") {
		t.Error(message)
	}
}

func TestTheGalleryTheSchemaAndDrawingsArePrinted(t *testing.T) {
	if _, out, _ := foyer(t, "workflow", "schema"); out != string(workflow.Schema()) {
		t.Error("another schema")
	}
	if _, out, _ := foyer(t, "workflow", "gallery"); !strings.Contains(out, "gallery:inbound-menu\n") || !strings.Contains(out, "  Teams: Sales, Billing, Support\n") ||
		!strings.Contains(out, "  Teams: Key accounts, Support, Sales; secrets: CRM_KEY\n") {
		t.Error(out)
	}
	if _, out, _ := foyer(t, "workflow", "gallery", "vip"); !strings.Contains(out, "name: VIP\n") {
		t.Error(out)
	}
	if _, out, _ := foyer(t, "workflow", "diagram", "gallery:vip"); !strings.HasPrefix(out, "<svg ") {
		t.Error(out)
	}
	if _, out, _ := foyer(t, "workflow", "diagram", "--mermaid", "gallery:vip"); !strings.HasPrefix(out, "flowchart TD\n") {
		t.Error(out)
	}
	document := written(t, "a.json", `{"format": 1, "trigger": {"on": "message.received"}, "steps": [{"key": "a", "end": {}}]}`)
	if code, _, message := foyer(t, "workflow", "lint", document); code != exitOK {
		t.Error("a document in JSON:", message)
	}
	if code, _, message := foyer(t, "workflow", "diagram", "gallery:nothing"); code != exitFailed || !strings.Contains(message, "nothing") {
		t.Error(message)
	}
}

// bankingQuestions is the training part of banking77 (PolyAI, CC BY 4.0), where it lies beside the checkout.
const bankingQuestions = "../shared/data/banking77-train.csv"

func TestBankingQuestionsReachTheirTeam(t *testing.T) {
	if _, err := os.Stat(bankingQuestions); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not there: nothing to measure the workflow with", bankingQuestions)
	}
	code, out, message := foyer(t, "workflow", "route", bankingQuestions)
	if code != exitOK {
		t.Fatal(out, message)
	}
	for _, half := range []string{"tuned", "unseen"} {
		found := regexp.MustCompile(half + `\) +\d+ +([\d.]+) %`).FindStringSubmatch(out)
		if found == nil {
			t.Fatal(out)
		}
		if share, _ := strconv.ParseFloat(found[1], 64); share < 85 {
			t.Errorf("%s: %s %% reach their team, want 85", half, found[1])
		}
	}
	t.Log("\n" + out)
}

func TestRoutingIsCountedByTeamAndHalf(t *testing.T) {
	document := written(t, "w.yaml", `
format: 1
trigger: { on: conversation.opened }
steps:
  - key: by
    branch: [{ when: { field: message.text, op: contains, value: card }, go: cards }, { when: { field: message.text, op: contains, value: rate }, go: rates }]
    else: ask
  - key: ask
    ask: { text: "?", answer: choice, choices: [Cards, Rates], saveTo: { variable: v } }
  - key: answer
    branch: [{ when: { field: vars.v, op: equals, value: Cards }, go: cards }]
    else: rates
  - key: cards
    route: { team: Cards }
    next: end
  - key: rates
    route: { team: Rates }
`)
	labels := written(t, "labels.yaml", "Cards: [lost, new]\nRates: [rate]\n")
	file := written(t, "q.csv", "\ufefftext,category\nmy card,lost\nmy card's rate,rate\nhello,new\nthe rate,rate\n")
	code, out, message := foyer(t, "workflow", "route", file, "--workflow", document, "--labels", labels, "--misses", "5")
	for _, want := range []string{
		`Cards +2 +50\.0 % +50\.0 % +100\.0 %\n`, `Rates +2 +50\.0 % +0\.0 % +50\.0 %\n`, `tuned\) +2 +50\.0 % +50\.0 % +100\.0 %\n`,
		`unseen\) +2 +50\.0 % +0\.0 % +50\.0 %\n`, `all +4 +50\.0 % +25\.0 % +75\.0 %\n`, `Cards, not Rates \(rate\): my card's rate\n`,
	} {
		if code != exitOK || !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("%s is not in\n%s%s", want, out, message)
		}
	}
	for text, want := range map[string]string{"a,b\n": "columns text and category", "text,category\nx,other\n": `category "other"`, "": "empty"} {
		if code, _, message := foyer(t, "workflow", "route", written(t, "q.csv", text), "--workflow", document, "--labels", labels); code != exitFailed || !strings.Contains(message, want) {
			t.Errorf("%q: %s", text, message)
		}
	}
}
