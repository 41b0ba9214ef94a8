package cli

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
	if code, out, message := foyer(t, "workflow", "lint", good, "gallery:inbound-menu"); code != ExitOK || out != "" {
		t.Errorf("%d %s %s", code, out, message)
	}
	doubtful := written(t, "doubtful.yaml", "format: 1\ntrigger: { on: conversation.opened }\nsteps: [{ key: a, route: { team: Any } }]\n")
	if code, out, message := foyer(t, "workflow", "lint", doubtful); code != ExitOK || message != "" ||
		!strings.HasPrefix(out, doubtful+":a:steps.0: warning: After the step \"a\" the workflow ends without assigning anybody") || strings.Count(out, "\n") != 1 {
		t.Errorf("%d %s %s", code, out, message)
	}
	code, out, message := foyer(t, "workflow", "lint", bad, good, broken)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != ExitFailed || len(lines) != 3 || !strings.HasPrefix(lines[0], bad+"::trigger.when.field: ") ||
		!strings.HasPrefix(lines[1], bad+":a:steps.0.next: ") || !strings.HasPrefix(lines[2], broken+"::: line 1: ") {
		t.Errorf("%d\n%s", code, out)
	}
	if !strings.Contains(message, "2 of 3 documents") {
		t.Error(message)
	}
	if !strings.HasSuffix(lines[0], `There is no field "contact.plan". If it is a custom field, add --field plan=TYPE.`) {
		t.Error(lines[0])
	}
	if _, out, _ := foyer(t, "workflow", "lint", "--field", "plan=TEXT", bad); strings.Contains(out, "plan") {
		t.Error(out)
	}
	if code, _, message := foyer(t, "workflow", "lint", "--field", "plan=WORDS", bad); code != ExitFailed || !strings.Contains(message, "--field plan") {
		t.Error(message)
	}
}

func TestADocumentIsSimulatedWithoutAServer(t *testing.T) {
	code, out, message := foyer(t, "workflow", "simulate", "gallery:language", "--contact", "language=de", "--agent", "Bo")
	if code != ExitOK || !strings.Contains(out, "team      German\nassignee  Bo\nends      COMPLETED\n") {
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
		if code, _, message := foyer(t, "workflow", "simulate", "gallery:vip", c.flag, c.value); code != ExitFailed || !strings.Contains(message, c.want) {
			t.Errorf("%s %s: %s", c.flag, c.value, message)
		}
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
	if code, _, message := foyer(t, "workflow", "lint", document); code != ExitOK {
		t.Error("a document in JSON:", message)
	}
	if code, _, message := foyer(t, "workflow", "diagram", "gallery:nothing"); code != ExitFailed || !strings.Contains(message, "nothing") {
		t.Error(message)
	}
}

// bankingQuestions is the training part of banking77 (PolyAI, CC BY 4.0). It may lie beside the checkout.
const bankingQuestions = "../../shared/data/banking77-train.csv"

func TestBankingQuestionsReachTheirTeam(t *testing.T) {
	if _, err := os.Stat(bankingQuestions); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not there: nothing to measure the workflow with", bankingQuestions)
	}
	code, out, message := foyer(t, "workflow", "route", bankingQuestions)
	if code != ExitOK {
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
		if code != ExitOK || !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("%s is not in\n%s%s", want, out, message)
		}
	}
	for text, want := range map[string]string{"a,b\n": "columns text and category", "text,category\nx,other\n": `category "other"`, "": "empty"} {
		if code, _, message := foyer(t, "workflow", "route", written(t, "q.csv", text), "--workflow", document, "--labels", labels); code != ExitFailed || !strings.Contains(message, want) {
			t.Errorf("%q: %s", text, message)
		}
	}
}
