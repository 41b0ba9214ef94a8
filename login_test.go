package main

import (
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"foyer/internal/client"
)

func TestRefusedLogInsAreCountedAndLoggedWithoutEmails(t *testing.T) {
	written := newOutput()
	r := serveLogging(t, testConfig(t), slog.New(slog.NewTextHandler(written, nil)))
	r.owner()
	anybody, err := client.New(r.URL(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(anybody.Close)
	for range 20 {
		for _, email := range []string{testOwner, "nobody@example.org"} {
			if _, err := anybody.Login(t.Context(), email, "a guess"); err == nil {
				t.Error("a guess was right")
			}
		}
	}
	_, metrics := r.get("/metrics")
	for _, want := range []string{`foyer_logins_total{outcome="succeeded"} 1\n`, `foyer_logins_total{outcome="failed"} `, `foyer_logins_total{outcome="limited"} `} {
		if !regexp.MustCompile(want).MatchString(metrics) {
			t.Errorf("the metrics do not have %s", want)
		}
	}
	lines := written.String()
	if n := strings.Count(lines, "reason=login"); n < 10 || n >= 40 { // 10 at once, and as many as came back meanwhile
		t.Errorf("there are %d lines of 40 refusals", n)
	}
	if !regexp.MustCompile(`level=INFO msg="refused a request" reason=login address=127.0.0.1 outcome=failed account=agt_1\n`).MatchString(lines) ||
		!regexp.MustCompile(`reason=login address=127.0.0.1 outcome=failed emailHash=[0-9a-f]{16}\n`).MatchString(lines) {
		t.Errorf("logged\n%s", lines)
	}
	for _, secret := range []string{"nobody@", "guess"} {
		if strings.Contains(lines, secret) {
			t.Errorf("%q is in the log\n%s", secret, lines)
		}
	}
}
