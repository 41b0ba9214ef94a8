package e2e_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"
)

func TestAnAgentsPictureIsForEverybodyAndTheirPreferencesAreForNobodyElse(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	portrait, err := o.server.upload(o.ana.token, "ana.png", &picture)
	if err != nil {
		t.Fatal(err)
	}
	words, err := o.server.upload(o.ana.token, "ana.txt", strings.NewReader("Ana"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.ana.try("viewerUpdate", object{"avatarFileId": words.ID}, ""); strings.Join(refusals(err), "") != "INVALID avatarFileId" {
		t.Errorf("a text as a picture: %v", err)
	}
	o.ana.do("viewerUpdate", object{"avatarFileId": portrait.ID, "signature": "Ana, Sales", "timeZone": "Europe/Vienna"}, "")
	o.ana.do("preferencesSet", object{"namespace": "console", "value": object{"dense": true}}, "")

	type profile struct {
		Avatar, Signature, TimeZone string
		Preferences                 any
	}
	ask := func(c *caller) (p profile) {
		var answer struct {
			Agents struct {
				Nodes []struct {
					Email string
					profile
				}
			}
		}
		c.read(`{ agents { nodes { email avatar signature timeZone preferences } } }`, nil, &answer)
		for _, a := range answer.Agents.Nodes {
			if a.Email == emailOf("ana") {
				p = a.profile
			}
		}
		return p
	}
	if own := ask(o.agent("ana")); own.Signature != "Ana, Sales" || own.TimeZone != "Europe/Vienna" || text(own.Preferences) != `{"console":{"dense":true}}` {
		t.Errorf("on another device Ana reads %s", text(own))
	}
	for _, c := range []*caller{o.boss, o.manager} {
		p := ask(c)
		if p.Signature != "" || p.TimeZone != "" || p.Preferences != nil {
			t.Errorf("another reads %s", text(p))
		}
		if status, body := o.server.fetch(p.Avatar, ""); status != http.StatusOK || len(body) == 0 {
			t.Errorf("the picture is answered with %d", status)
		}
	}
}
