package resolvers_test

import (
	"fmt"
	"strings"
	"testing"

	"foyer/inbox"
)

const viewerUpdate = `mutation($input: ViewerUpdateInput!) { viewerUpdate(input: $input) {
	agent { name avatar signature languages timeZone preferences } userErrors { code field } } }`

// picture uploads an image with a thumbnail and returns its id.
func (d *desk) picture(by person, id int64) string {
	d.Helper()
	f, err := d.engine.FileAdd(d.Context(), by.Caller, inbox.File{ID: inbox.FileID(id), Name: "a.png", ThumbnailBytes: new(int32(1)), SHA256: []byte{}})
	d.must(err)
	return f.ID.String()
}

func TestAgentsReadWhatTheySetOfThemselvesAndOthersThePictureAlone(t *testing.T) {
	o := newOffice(t)
	before := o.ask(o.team, `{ me { avatar signature timeZone preferences } }`, nil).ok()
	if got := fmt.Sprint(before.at("me")); got != "map[avatar:<nil> preferences:map[] signature:<nil> timeZone:<nil>]" {
		t.Errorf("at first they have %s", got)
	}
	set := o.ask(o.team, viewerUpdate, variables{"input": variables{"name": "Tom T.", "signature": "Tom", "timeZone": "Europe/Vienna",
		"languages": []string{"de"}, "avatarFileId": o.picture(o.team, 77)}}).ok()
	if got := set.text("viewerUpdate.agent.name") + set.text("viewerUpdate.agent.signature") + set.text("viewerUpdate.agent.timeZone"); got != "Tom T.TomEurope/Vienna" {
		t.Errorf("it answers %v", set.Data)
	}
	const keep = `mutation($input: PreferencesSetInput!) { preferencesSet(input: $input) { agent { preferences } userErrors { code field } } }`
	kept := o.ask(o.team, keep, variables{"input": variables{"namespace": "console", "value": variables{"dense": true}}}).ok()
	if got := fmt.Sprint(kept.at("preferencesSet.agent.preferences")); got != "map[console:map[dense:true]]" {
		t.Errorf("the preferences are %s", got)
	}
	o.ask(o.team, keep, variables{"input": variables{"namespace": "console"}}).wantUserError("preferencesSet", "REQUIRED", "value")
	o.ask(o.team, viewerUpdate, variables{"input": variables{"name": nil}}).wantUserError("viewerUpdate", "INVALID", "name")
	avatar := set.text("viewerUpdate.agent.avatar")
	for _, who := range []person{o.owner, o.own, o.key} {
		a := o.ask(who, `query($id: ID!) { node(id: $id) { ... on Agent { avatar signature timeZone preferences } } }`, variables{"id": o.team.Actor.Agent().String()}).ok()
		if a.text("node.avatar") != avatar || a.at("node.signature") != nil || a.at("node.timeZone") != nil || a.at("node.preferences") != nil {
			t.Errorf("%v reads %v", who.Actor, a.Data)
		}
	}
	o.ask(o.team, keep, variables{"input": variables{"namespace": "console", "value": nil}}).ok()
	if got := fmt.Sprint(o.ask(o.team, `{ me { preferences } }`, nil).ok().at("me.preferences")); got != "map[]" {
		t.Errorf("null leaves %s", got)
	}
}

func TestStreamsHavePicturesAndLoadsAndNothingPrivate(t *testing.T) {
	b := newBroadcast(t)
	sales := b.team("Sales", b.owner)
	for _, field := range []string{"preferences", "signature", "timeZone"} {
		s := b.follow(b.owner, `subscription { events { ... on AgentChanged { agent { `+field+` } } } }`, nil)
		if got := fmt.Sprint(s.end()); !strings.Contains(got, "VALIDATION_FAILED") {
			t.Errorf("%s inside a subscription: %s", field, got)
		}
	}
	s := b.follow(b.owner, `subscription { events { __typename ... on AgentChanged { agent { avatar } }
		... on TeamChanged { changedTeam { oldestQueuedAt load { open capacity online busy offline } } } } }`, nil)
	s.want("StreamReady")
	avatar := b.ask(b.owner, viewerUpdate, variables{"input": variables{"avatarFileId": b.picture(b.owner, 77)}}).ok().text("viewerUpdate.agent.avatar")
	if got := fmt.Sprint(s.want("AgentChanged")["agent"]); got != "map[avatar:"+avatar+"]" {
		t.Errorf("the stream has %s, want %s", got, avatar)
	}
	b.ask(b.owner, `mutation($id: ID!) { teamUpdate(input: {id: $id, name: "New"}) { userErrors { code } } }`, variables{"id": sales.String()}).ok()
	if load, _ := s.want("TeamChanged")["changedTeam"].(map[string]any)["load"].(map[string]any); load["open"] != float64(0) {
		t.Errorf("the load is %v", load)
	}
}
