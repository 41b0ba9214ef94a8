package file_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/file"
	"foyer/inbox"
	"foyer/store"
)

func TestWhereverAnUploadIsCutOffNothingHalfDoneIsSeenAndNothingStays(t *testing.T) {
	s := newSite(t)
	steps := []string{}
	s.folder.Step(func(step string) { steps = append(steps, step) })
	if up := s.post("olga", "a.png", "image/png", noisyPNG(100, 100)); up.status != http.StatusCreated {
		t.Fatalf("got %+v", up)
	}
	if want := []string{"make the folder", "move the thumbnail", "move the file", "make the names durable", "add the row"}; !slices.Equal(steps, want) {
		t.Errorf("the steps are %q", steps)
	}
	for _, last := range steps {
		path := filepath.Join(t.TempDir(), "foyer.db")
		s.folder.Step(func(step string) {
			if step == last { // what the disk has if the process ends now
				s.must(store.Backup(t.Context(), s.path, path, nil))
				s.must(exec.CommandContext(t.Context(), "cp", "-a", file.FolderOf(s.path), file.FolderOf(path)).Run())
			}
		})
		kept := s.stored()
		if up := s.post("olga", "a.png", "image/png", noisyPNG(120, 120)); up.status != http.StatusCreated {
			t.Fatalf("got %+v", up)
		}
		next := &site{T: t, path: path, callers: s.callers}
		next.open()
		if got := next.stored(); strings.Contains(fmt.Sprint(got), "arriving/") {
			t.Errorf("ended before it would %s: %q are still arriving", last, got)
		}
		age(t, next)
		next.must(next.sweeper.Sweep(t.Context()))
		if got := next.stored(); !slices.Equal(got, kept) {
			t.Errorf("ended before it would %s: %q are left, want %q", last, got, kept)
		}
		if findings, err := file.Check(t.Context(), next.db, file.FolderOf(path)); err != nil || len(findings) > 0 {
			t.Errorf("ended before it would %s: %q, %v", last, findings, err)
		}
		next.shut()
	}
}

// age makes everything in the folder two hours old.
func age(t *testing.T, s *site) {
	t.Helper()
	at := time.Now().Add(-2 * time.Hour)
	for _, path := range s.stored() {
		s.must(os.Chtimes(file.FolderOf(s.path)+"/"+path, at, at))
	}
}

func TestAFileGoesAnHourAfterItsRow(t *testing.T) {
	s := newSite(t)
	up, kept := s.post("olga", "a.png", "image/png", noisyPNG(100, 100)), s.post("olga", "b.txt", "text/plain", []byte("b"))
	s.use(kept.id)
	s.must(os.WriteFile(file.FolderOf(s.path)+"/README", []byte("not ours"), 0o600))
	s.ahead.Store(24*3600 - 60)
	s.must(s.sweeper.Sweep(t.Context()))
	if response, _ := s.request(http.MethodGet, "/files/"+up.ID+"/a", "olga", nil); response.StatusCode != http.StatusOK {
		t.Errorf("within a day it is answered with %d", response.StatusCode)
	}
	s.ahead.Store(24*3600 + 60)
	s.must(s.sweeper.Sweep(t.Context()))
	if response, _ := s.request(http.MethodGet, "/files/"+up.ID+"/a", "olga", nil); response.StatusCode != http.StatusNotFound {
		t.Errorf("after a day it is answered with %d", response.StatusCode)
	}
	if got := s.stored(); len(got) != 4 {
		t.Errorf("what a backup may need is gone: %q", got)
	}
	s.ahead.Add(3700)
	s.must(s.sweeper.Sweep(t.Context()))
	if got := s.stored(); len(got) != 2 || !strings.Contains(fmt.Sprint(got), kept.ID) || !strings.Contains(fmt.Sprint(got), "README") {
		t.Errorf("left are %q, want %s", got, kept.ID)
	}
}

// use adds a note with files.
func (s *site) use(ids ...inbox.FileID) {
	s.Helper()
	channel, err := s.ChannelCreate(s.Context(), s.callers["olga"], engine.ChannelCreateInput{Name: "Site", Kind: inbox.ChannelAPI})
	s.must(err)
	contact, err := s.ContactCreate(s.Context(), s.callers["olga"], engine.ContactCreateInput{FirstName: new("Carla"),
		Identities: []engine.ContactIdentityInput{{ChannelID: channel.ID, ExternalID: "carla"}}})
	s.must(err)
	opened, err := s.ConversationOpen(s.Context(), s.callers["olga"], engine.ConversationOpenInput{ContactID: contact.Contact.ID})
	s.must(err)
	attachments := make([]engine.AttachmentInput, len(ids))
	for i := range ids {
		attachments[i].FileID = &ids[i]
	}
	_, err = s.NoteAdd(s.Context(), s.callers["olga"], engine.NoteAddInput{ConversationID: opened.Conversation.ID, Text: "x", Attachments: attachments})
	s.must(err)
}

func TestTheLinkOfAFileThatBecomesANotesOpensItNoMore(t *testing.T) {
	s := newSite(t)
	up := s.post("olga", "a.png", "image/png", pngImage(10, 10))
	s.use(up.id)
	if response, _ := s.request(http.MethodGet, up.URL, "", nil); response.StatusCode != http.StatusNotFound {
		t.Errorf("the link is answered with %d", response.StatusCode)
	}
	if response, _ := s.request(http.MethodGet, up.URL, "olga", nil); response.StatusCode != http.StatusOK {
		t.Errorf("who sees the note gets %d", response.StatusCode)
	}
}

func TestTheFolderIsComparedWithTheRows(t *testing.T) {
	s := newSite(t)
	whole, short, other, gone := s.post("olga", "a", "text/plain", []byte("whole")), s.post("olga", "b", "text/plain", []byte("short")),
		s.post("olga", "c", "text/plain", []byte("other")), s.post("olga", "d.png", "image/png", pngImage(3, 3))
	s.must(os.WriteFile(s.folder.Place(short.id), []byte("sho"), 0o600))
	s.must(os.WriteFile(s.folder.Place(other.id), []byte("OTHER"), 0o600))
	s.must(os.Remove(s.folder.Place(gone.id)))
	first := "2"
	if whole.ID[4] == '2' {
		first = "3"
	}
	stray := filepath.Join(filepath.Dir(s.folder.Place(whole.id)), "fil_"+first+whole.ID[5:])
	s.must(os.WriteFile(stray, []byte("x"), 0o600))
	s.must(os.Chtimes(stray, time.Now().Add(-48*time.Hour), time.Now().Add(-48*time.Hour)))
	findings, err := file.Check(t.Context(), s.db, file.FolderOf(s.path))
	s.must(err)
	text := strings.Join(findings, "\n")
	for _, want := range []string{short.ID + " has 3 bytes in the folder and 5 by its row.", other.ID + " is not what was uploaded", gone.ID + " is not in the folder.", "has no row"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not found: %s", want, text)
		}
	}
	if len(findings) != 4 {
		t.Errorf("found %q", findings)
	}
}

func TestWhatIsKeptNeverTakesMoreThanTheRowsSay(t *testing.T) {
	s := newSite(t)
	want := int64(0)
	for what, content := range map[string][]byte{"thumbnail": noisyPNG(600, 300), "none": []byte("x"), "itself": pngImage(960, 480), "flat": bomb(700, 700), "tiny": webpImage()} {
		up := s.post("olga", "a", "image/png", content)
		row, err := s.FileSeen(t.Context(), s.callers["olga"], up.id)
		s.must(err)
		want += int64(row.Bytes)
		if row.ThumbnailBytes != nil {
			want += int64(*row.ThumbnailBytes)
			if *row.ThumbnailBytes >= row.Bytes {
				t.Errorf("%s: the thumbnail has %d bytes, the file %d", what, *row.ThumbnailBytes, row.Bytes)
			}
		}
	}
	got := int64(0)
	for _, path := range s.stored() {
		info, err := os.Stat(filepath.Join(file.FolderOf(s.path), path))
		s.must(err)
		got += info.Size()
	}
	sums, err := store.View(t.Context(), s.db, func(r *store.ReadTx) ([3]int64, error) {
		total, err := r.FileTotal()
		s.must(err)
		added, err := r.FileBytes()
		s.must(err)
		unused, err := r.UnusedBytes(s.callers["olga"].Actor)
		return [3]int64{total, added, unused}, err
	})
	if err != nil || got != want || sums != [3]int64{want, want, want} {
		t.Errorf("the folder has %d bytes, the rows say %d, their sums %d, %v", got, want, sums, err)
	}
}
