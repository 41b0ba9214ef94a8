package inbox

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// rebuilt returns the message that a client makes of an error: the template, with its values.
func rebuilt(t *testing.T, e *Error) string {
	t.Helper()
	if e.Params == nil {
		return e.Message
	}
	values := map[string]any{}
	if err := json.Unmarshal(e.Params, &values); err != nil {
		t.Fatal(err)
	}
	message, _ := values["template"].(string)
	for name, value := range values {
		text, isText := value.(string)
		switch n, _ := value.(float64); {
		case isText:
		case name == "bytes":
			text = Bytes(n).String()
		default:
			text = Thousands(int(n))
		}
		message = strings.ReplaceAll(message, "{"+name+"}", text)
	}
	return message
}

func TestAMessageCanBeMadeOfItsTemplateAndItsValues(t *testing.T) {
	at := At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	for want, e := range map[string]*Error{
		"The conversation is closed.":                          Errorf(CodeClosed, "", "The conversation is closed."),
		"This may have at most 10,000 characters.":             Errorf(CodeLimitExceeded, "text", "This may have at most {limit} characters.", Named("limit", 10_000), Named("length", 10_001)),
		"This may have at most 32 KiB.":                        Errorf(CodeLimitExceeded, "fields", "This may have at most {bytes}.", Named("bytes", Bytes(32<<10))),
		"There is no such team.":                               NotFound("teamId", "team"),
		"Choose a time from PT1M to P365D.":                    Errorf(CodeInvalid, "", "Choose a time from {least} to {most}.", Named("least", Duration(60)), Named("most", Duration(365*86400))),
		"Ana has it since 2026-03-02T09:00:00.000Z.":           Errorf(CodeConflict, "", "{name} has it since {at}.", Named("name", "Ana"), Named("at", at), Named("agentId", AgentID(5))),
		`A name may be "{at}" or {limit}; it is not looked at`: Errorf(CodeInvalid, "", `A name may be "{a}" or {b}; it is not looked at`, Named("a", "{at}"), Named("b", "{limit}")),
	} {
		if e.Message != want || rebuilt(t, e) != want {
			t.Errorf("the message is %q, rebuilt it is %q, want %q", e.Message, rebuilt(t, e), want)
		}
	}
}

func TestValuesOfAnErrorAreAsTheAPIHasThem(t *testing.T) {
	e := Errorf(CodeConflict, "", "{name} was faster.", Named("name", "Ana"), Named("agentId", AgentID(5)), Named("limit", 10_000), Named("retryAfter", Duration(60)))
	want := `{"agentId":"agt_5","limit":10000,"name":"Ana","retryAfter":"PT1M","template":"{name} was faster."}`
	if string(e.Params) != want {
		t.Errorf("got %s, want %s", e.Params, want)
	}
}
