package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// upload stores a file of 100 bytes that somebody has uploaded.
func (d *desk) upload(by inbox.Caller) *inbox.File {
	d.Helper()
	d.uploads++
	return must(d.FileAdd(d.ctx(), by, inbox.File{ID: inbox.FileID(7919 * d.uploads), Name: "a.png", MimeType: "image/png", Bytes: 100, SHA256: make([]byte, 32)}))
}

func attaching(files ...*inbox.File) []engine.AttachmentInput {
	attachments := make([]engine.AttachmentInput, len(files))
	for i, f := range files {
		attachments[i].FileID = &f.ID
	}
	return attachments
}

func (d *desk) sees(by inbox.Caller, f *inbox.File) bool {
	d.Helper()
	return must(d.FileSeen(d.ctx(), by, f.ID)) != nil
}

func TestAFileIsItsUploadersUntilItIsUsedAndThenTheirsWhoSeeThat(t *testing.T) {
	d := newDesk(t)
	callers := map[string]inbox.Caller{"all": d.caller(d.hire("All")), "own": d.caller(d.hire("Own", seeing(inbox.VisibilityAssigned))),
		"team": d.caller(d.hire("Team", seeing(inbox.VisibilityTeam))), "manager": d.owner, "key": d.newKey(inbox.RoleAgent)}
	team := d.team("Team", by(inbox.StrategyManual), callers["team"].Actor.Agent())
	inTeam := d.opened("c1")
	d.route(inTeam, team)
	ofOwn := d.opened("c2")
	d.give(ofOwn, callers["own"].Actor.Agent())
	for who, uploader := range callers {
		if who == "own" || who == "team" { // they could not attach it everywhere
			continue
		}
		for what, test := range map[string]struct {
			use  func(*inbox.File)
			seen string
		}{
			"nothing": {func(*inbox.File) {}, who},
			"a message in the team": {func(f *inbox.File) {
				must(d.MessageSend(d.ctx(), uploader, engine.MessageSendInput{ConversationID: inTeam, Attachments: attaching(f)}))
			}, "all team manager key"},
			"a note to another's": {func(f *inbox.File) {
				must(d.NoteAdd(d.ctx(), uploader, engine.NoteAddInput{ConversationID: ofOwn, Text: "x", Attachments: attaching(f)}))
			}, "all own manager key"},
		} {
			f := d.upload(uploader)
			test.use(f)
			for name, caller := range callers {
				if want := strings.Contains(" "+test.seen+" ", " "+name+" "); d.sees(caller, f) != want {
					t.Errorf("uploaded by %s and used by %s: %s sees it: %v, want %v", who, what, name, !want, want)
				}
			}
		}
	}
	if f := d.upload(callers["own"]); d.sees(callers["all"], f) || must(d.FileSeen(d.ctx(), d.owner, 0)) != nil || !d.sees(callers["own"], f) {
		t.Error("another's unused file is seen, or none's")
	}
}

func TestAFileThatTheUploaderNoLongerSeesIsGoneForThem(t *testing.T) {
	d := newDesk(t)
	own, other := d.caller(d.hire("Own", seeing(inbox.VisibilityAssigned))), d.hire("Other")
	id := d.opened("c1")
	d.give(id, own.Actor.Agent())
	f := d.upload(own)
	must(d.MessageSend(d.ctx(), own, engine.MessageSendInput{ConversationID: id, Attachments: attaching(f)}))
	if !d.sees(own, f) {
		t.Fatal("its sender does not see it")
	}
	d.give(id, other)
	if d.sees(own, f) {
		t.Error("whoever does not see the message sees its file")
	}
	mine := d.opened("c2")
	d.give(mine, own.Actor.Agent())
	_, err := d.MessageSend(d.ctx(), own, engine.MessageSendInput{ConversationID: mine, Attachments: attaching(f)})
	refused(t, err, inbox.CodeNotFound, "attachments.0.fileId")
}

func TestWhoeverSeesAFileMayUseItAgain(t *testing.T) {
	d := newDesk(t)
	ana := d.caller(d.hire("Ana"))
	f, id := d.upload(d.owner), d.opened("c1")
	_, err := d.MessageSend(d.ctx(), ana, engine.MessageSendInput{ConversationID: id, Attachments: attaching(f)})
	refused(t, err, inbox.CodeNotFound, "attachments.0.fileId")
	must(d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "x", Attachments: attaching(f)}))
	if linked := must(d.FileLinked(d.ctx(), f.ID)); linked != nil {
		t.Error("a link opens the file of a note")
	}
	sent := must(d.MessageSend(d.ctx(), ana, engine.MessageSendInput{ConversationID: id, Attachments: attaching(f, f), IdempotencyKey: new("k")}))
	again := must(d.MessageSend(d.ctx(), ana, engine.MessageSendInput{ConversationID: id, Attachments: attaching(f, f), IdempotencyKey: new("k")}))
	if again.Message.ID != sent.Message.ID || len(again.Message.Attachments) != 2 || again.Message.Attachments[0].FileID != f.ID || *again.Message.Attachments[0].Bytes != 100 {
		t.Errorf("got %+v and %+v", sent.Message, again.Message)
	}
	if linked := must(d.FileLinked(d.ctx(), f.ID)); linked == nil {
		t.Error("no link opens a file that was sent")
	}
}

func TestAnAttachmentIsEitherAURLOrAFile(t *testing.T) {
	d := newDesk(t)
	f, id, url := d.upload(d.owner), d.opened("c1"), inbox.URL("https://example.com/a.png")
	for field, test := range map[string]struct {
		given engine.AttachmentInput
		code  inbox.Code
	}{
		"url":      {engine.AttachmentInput{Name: new("x")}, inbox.CodeRequired},
		"fileId":   {engine.AttachmentInput{URL: &url, FileID: &f.ID}, inbox.CodeInvalid},
		"name":     {engine.AttachmentInput{FileID: &f.ID, Name: new("x")}, inbox.CodeInvalid},
		"mimeType": {engine.AttachmentInput{FileID: &f.ID, MimeType: new("text/html")}, inbox.CodeInvalid},
		"bytes":    {engine.AttachmentInput{FileID: &f.ID, Bytes: new(int32(1))}, inbox.CodeInvalid},
	} {
		given := []engine.AttachmentInput{{URL: &url}, test.given}
		_, err := d.MessageSend(d.ctx(), d.owner, engine.MessageSendInput{ConversationID: id, Attachments: given})
		refused(t, err, test.code, "attachments.1."+field)
		_, err = d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "x", Attachments: given})
		refused(t, err, test.code, "attachments.1."+field)
	}
	_, err := d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "x", Attachments: make([]engine.AttachmentInput, 21)})
	refused(t, err, inbox.CodeLimitExceeded, "attachments")
	_, err = d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "x", Attachments: []engine.AttachmentInput{{FileID: new(inbox.FileID(0))}}})
	refused(t, err, inbox.CodeNotFound, "attachments.0.fileId")
}

func TestAFileThatNothingUsesGoesAfterADay(t *testing.T) {
	d := newDesk(t)
	id := d.opened("c1")
	unused, used := d.upload(d.owner), d.upload(d.owner)
	must(d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "x", Attachments: attaching(used)}))
	d.clock.move(24 * time.Hour)
	if gone := must(d.FilesExpire(d.ctx())); len(gone) > 0 {
		t.Errorf("%v went after exactly a day", gone)
	}
	d.clock.move(time.Second)
	if gone := must(d.FilesExpire(d.ctx())); fmt.Sprint(gone) != fmt.Sprint([]inbox.FileID{unused.ID}) {
		t.Errorf("%v went, want %v", gone, unused.ID)
	}
	if d.sees(d.owner, unused) || !d.sees(d.owner, used) {
		t.Error("the wrong file went")
	}
	if unknown := must(d.FilesUnknown(d.ctx(), []inbox.FileID{unused.ID, used.ID})); fmt.Sprint(unknown) != fmt.Sprint([]inbox.FileID{unused.ID}) {
		t.Errorf("%v are unknown", unknown)
	}
}

func TestAFileThatIsReleasedGoesADayLater(t *testing.T) {
	d := newDesk(t)
	kept, released := d.upload(d.owner), d.upload(d.owner)
	use := inbox.AvatarFile(d.owner.Actor.Agent())
	set := func(files ...inbox.FileID) {
		must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.UseFiles(use, files, d.Now()) }))
	}
	set(kept.ID, released.ID)
	d.clock.move(48 * time.Hour)
	set(kept.ID)
	if gone := must(d.FilesExpire(d.ctx())); len(gone) > 0 {
		t.Errorf("%v went at once", gone)
	}
	d.clock.move(25 * time.Hour)
	if gone := must(d.FilesExpire(d.ctx())); fmt.Sprint(gone) != fmt.Sprint([]inbox.FileID{released.ID}) {
		t.Errorf("%v went, want %v", gone, released.ID)
	}
	if used := view(d, func(r *store.ReadTx) ([]inbox.FileID, error) { return r.FilesUsed(use) }); fmt.Sprint(used) != fmt.Sprint([]inbox.FileID{kept.ID}) {
		t.Errorf("%v are used", used)
	}
	set() // the agent has no such picture
}

func TestFilesHaveLimitsPerUploaderAndForTheWorkspace(t *testing.T) {
	d := newDesk(t)
	d.shut()
	d.files = engine.FileLimits{Total: 450, Unused: 250}
	d.open()
	ana, id := d.caller(d.hire("Ana")), d.opened("c1")
	add := func(by inbox.Caller) error {
		d.uploads++
		_, err := d.FileAdd(d.ctx(), by, inbox.File{ID: inbox.FileID(7919 * d.uploads), Bytes: 100, SHA256: []byte{}})
		if room := d.FileRoom(d.ctx(), by, 100); err != nil && room == nil {
			t.Error("there is room for a file that is refused")
		}
		return err
	}
	first := d.upload(d.owner)
	d.uploads++
	must(d.FileAdd(d.ctx(), d.owner, inbox.File{ID: inbox.FileID(7919 * d.uploads), Bytes: 40, ThumbnailBytes: new(int32(60)), SHA256: []byte{}}))
	refused(t, add(d.owner), inbox.CodeLimitExceeded, "")
	must(d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "x", Attachments: attaching(first)}))
	d.upload(d.owner)
	d.upload(ana)
	refused(t, add(ana), inbox.CodeLimitExceeded, "")
	d.clock.move(25 * time.Hour)
	must(d.FilesExpire(d.ctx()))
	if err := add(ana); err != nil {
		t.Errorf("there is no room after others went: %v", err)
	}
}
