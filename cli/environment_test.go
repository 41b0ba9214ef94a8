package cli

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestVariablesThatNoFlagReadsAreToldWithTheNearestName(t *testing.T) {
	program, err := kong.New(new(struct {
		Serve struct {
			Listen         string `env:"FOYER_LISTEN"`
			MaxConnections int    `env:"FOYER_MAX_CONNECTIONS"`
			OwnerPassword  string `hidden:"" env:"FOYER_OWNER_PASSWORD"`
		} `cmd:""`
		Commands
	}))
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
