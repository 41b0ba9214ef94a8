package engine_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"foyer/engine"
	"foyer/engine/verify"
	"foyer/inbox"
	"foyer/store"
)

// portrait uploads an image with a thumbnail.
func (d *desk) portrait(by inbox.Caller) *inbox.File {
	d.Helper()
	d.uploads++
	return must(d.FileAdd(d.ctx(), by, inbox.File{ID: inbox.FileID(7919 * d.uploads), Name: "a.png", MimeType: "image/png", Bytes: 100,
		ThumbnailBytes: new(int32(10)), SHA256: make([]byte, 32)}))
}

func (d *desk) profile(id inbox.AgentID) string {
	d.Helper()
	p := view(d, func(r *store.ReadTx) (*inbox.AgentProfile, error) { return r.AgentProfile(id) })
	if p == nil {
		return "none"
	}
	text := func(s *string) string {
		if s == nil {
			return "-"
		}
		return *s
	}
	return fmt.Sprint(text(p.Signature), " ", text(p.TimeZone), " ", p.AvatarID != nil)
}

func TestAgentsChangeWhatTheySayAboutThemselves(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	update := func(in engine.ViewerPatch) *inbox.Agent {
		t.Helper()
		return must(d.ViewerUpdate(d.ctx(), d.caller(ana), in)).Agent
	}
	head := d.db.HeadNumber()
	update(engine.ViewerPatch{Signature: engine.SetTo("Ana"), TimeZone: engine.SetTo("Europe/Vienna")})
	if got := d.profile(ana); got != "Ana Europe/Vienna false" || d.db.HeadNumber() != head {
		t.Errorf("the profile is %s, and there are %d events of what is private", got, d.db.HeadNumber()-head)
	}
	first, second := d.portrait(d.caller(ana)), d.portrait(d.caller(ana))
	for _, f := range []*inbox.File{first, second, second} {
		update(engine.ViewerPatch{Avatar: engine.SetTo(f.ID)})
	}
	if got := d.profile(ana); got != "Ana Europe/Vienna true" || d.db.HeadNumber() != head+2 {
		t.Errorf("the profile is %s, and %d events tell of two pictures", got, d.db.HeadNumber()-head)
	}
	other := d.caller(d.hire("Ben"))
	if d.sees(other, first) || !d.sees(other, second) {
		t.Error("others do not see the picture, or still the one before")
	}
	a := update(engine.ViewerPatch{Name: new(" Anna "), Languages: []string{"de-at"}, Signature: engine.SetTo(" "), TimeZone: engine.Patch[string]{Set: true},
		Avatar: engine.Patch[inbox.FileID]{Set: true}})
	if got := d.profile(ana); a.Name != "Anna" || fmt.Sprint(a.Languages) != "[de-AT]" || got != "- - false" {
		t.Errorf("the agent is %s %s, the profile %s", a.Name, a.Languages, got)
	}
	if d.sees(other, second) {
		t.Error("others see a picture that is not one any more")
	}
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
}

func TestADisabledAgentKeepsTheirProfile(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	must(d.ViewerUpdate(d.ctx(), d.caller(ana), engine.ViewerPatch{Signature: engine.SetTo("Ana"), Avatar: engine.SetTo(d.portrait(d.caller(ana)).ID)}))
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
	if got := d.profile(ana); got != "Ana - true" {
		t.Errorf("the profile is %s", got)
	}
}

func TestVerifyFindsPicturesThatAreNotKnownToBeUsed(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	must(d.ViewerUpdate(d.ctx(), d.caller(ana), engine.ViewerPatch{Avatar: engine.SetTo(d.portrait(d.caller(ana)).ID)}))
	d.verify()
	raw := must(sql.Open("sqlite3", d.path))
	defer func() { _ = raw.Close() }()
	for _, test := range []struct{ do, undo, want string }{
		{`UPDATE agent_profiles SET avatar_id = NULL`, `UPDATE agent_profiles SET avatar_id = (SELECT file_id FROM file_uses)`, "is known to use a file"},
		{`UPDATE file_uses SET kind = 'REPLY', subject_id = 99`, `UPDATE file_uses SET kind = 'AVATAR', subject_id = (SELECT agent_id FROM agent_profiles)`, "not known to use"},
	} {
		must(raw.Exec(test.do))
		report := must(verify.Run(d.ctx(), d.db))
		must(raw.Exec(test.undo))
		if found := strings.Join(report.Findings, "\n"); !strings.Contains(found, test.want) {
			t.Errorf("%s: got %q, want %q", test.do, found, test.want)
		}
	}
}

func TestAProfileIsChecked(t *testing.T) {
	d := newDesk(t)
	ana := d.caller(d.hire("Ana"))
	const most = 2000
	for _, c := range []struct {
		by   inbox.Caller
		in   engine.ViewerPatch
		code inbox.Code
		at   string
	}{
		{d.key, engine.ViewerPatch{Signature: engine.SetTo("x")}, inbox.CodeForbidden, ""},
		{ana, engine.ViewerPatch{Name: new(" ")}, inbox.CodeRequired, "name"},
		{ana, engine.ViewerPatch{Signature: engine.SetTo(strings.Repeat("ü", most+1))}, inbox.CodeLimitExceeded, "signature"},
		{ana, engine.ViewerPatch{TimeZone: engine.SetTo("Mars/Olympus")}, inbox.CodeInvalid, "timeZone"},
		{ana, engine.ViewerPatch{TimeZone: engine.SetTo("Local")}, inbox.CodeInvalid, "timeZone"},
		{ana, engine.ViewerPatch{Languages: []string{"?"}}, inbox.CodeInvalid, "languages.0"},
		{ana, engine.ViewerPatch{Avatar: engine.SetTo(d.portrait(d.owner).ID)}, inbox.CodeNotFound, "avatarFileId"},
		{ana, engine.ViewerPatch{Avatar: engine.SetTo(d.upload(ana).ID)}, inbox.CodeInvalid, "avatarFileId"},
	} {
		_, err := d.ViewerUpdate(d.ctx(), c.by, c.in)
		refused(t, err, c.code, c.at)
	}
	must(d.ViewerUpdate(d.ctx(), ana, engine.ViewerPatch{Signature: engine.SetTo(strings.Repeat("ü", most))}))
}

func TestPreferencesAreBoundedTogether(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	set := func(namespace, value string) error {
		_, err := d.PreferencesSet(d.ctx(), d.caller(ana), engine.Preference{Namespace: namespace, Value: inbox.JSON(value)})
		return err
	}
	kept := func() string {
		return string(view(d, func(r *store.ReadTx) (*inbox.Preferences, error) { return r.Preferences(ana) }).Settings)
	}
	long := `"` + strings.Repeat("x", 32<<10-len(`{"a":"","b":1}`)) + `"`
	for _, err := range []error{set("a", long), set("b", "1"), set("b", "2")} {
		if err != nil {
			t.Error(err)
		}
	}
	if got := len(kept()); got != 32<<10 {
		t.Errorf("they take %d bytes", got)
	}
	refused(t, set("b", "10"), inbox.CodeLimitExceeded, "value")
	refused(t, set(strings.Repeat("n", 65), "1"), inbox.CodeLimitExceeded, "namespace")
	refused(t, set(" ", "1"), inbox.CodeRequired, "namespace")
	if err := set("a", "null"); err != nil || kept() != `{"b":2}` {
		t.Errorf("without a there is %s, %v", kept(), err)
	}
	_, err := d.PreferencesSet(d.ctx(), d.key, engine.Preference{Namespace: "a", Value: inbox.JSON(`1`)})
	refused(t, err, inbox.CodeForbidden, "")
}
