package main

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheGuideToIntegrationsIsTrue sends the request of the guide, compares the answer, and begins its subscription.
func TestTheGuideToIntegrationsIsTrue(t *testing.T) {
	guide, err := os.ReadFile("docs/integrations.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, found := range regexp.MustCompile("(?ms)^```(?:graphql|json)\n(.*?)^```$").FindAllStringSubmatch(string(guide), -1) {
		blocks = append(blocks, found[1])
	}
	if len(blocks) != 4 {
		t.Fatalf("the guide has %d blocks, want a mutation, its variables, its answer and a subscription", len(blocks))
	}
	r := serve(t, testConfig(t))
	if err := r.owner().Mutate(t.Context(), "channelCreate", map[string]any{"name": "Website", "kind": "API"}, "", nil); err != nil {
		t.Fatal(err)
	}
	start := r.head(r.key())
	integration := r.owner().As(r.keyOf("AGENT"))
	var variables, want, got any
	for text, into := range map[string]any{blocks[1]: &variables, blocks[2]: &want} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
	}
	if err := integration.Do(t.Context(), blocks[0], variables, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the guide (-), the server (+):\n%s", diff)
	}
	if err := integration.Mutate(t.Context(), "messageSend", map[string]any{"conversationId": "cnv_1", "text": "Hello!"}, "", nil); err != nil {
		t.Fatal(err)
	}
	var items []string
	enough := errors.New("enough")
	err = integration.Subscribe(t.Context(), blocks[3], map[string]any{"after": start}, func(item json.RawMessage) error {
		if items = append(items, string(item)); strings.Contains(string(item), "fullText") {
			return enough
		}
		return nil
	})
	if seen := strings.Join(items, "\n"); !errors.Is(err, enough) || !strings.Contains(seen, `"fullText":"Hello!"`) ||
		!strings.Contains(seen, `"externalId":"4711"`) {
		t.Errorf("got %s, %v", seen, err)
	}
}
