package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// upload is the answer to POST /files.
type upload struct{ ID, Name, MimeType, URL string }

// upload uploads a file, and fails if the server does not answer that it has it.
func (s *server) upload(token, name string, content io.Reader) (upload, error) {
	request, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.url+"/files?name="+name, content)
	if err != nil {
		return upload{}, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/octet-stream")
	response, err := plainClient.Do(request)
	if err != nil {
		return upload{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return upload{}, err
	}
	var up upload
	if response.StatusCode != http.StatusCreated {
		return up, fmt.Errorf("the upload is answered with %d: %s", response.StatusCode, body)
	}
	return up, json.Unmarshal(body, &up)
}

// plainClient keeps no connections. Never written to.
var plainClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}

// fetch returns the status and the body of a GET, with a token or without.
func (s *server) fetch(link, token string) (int, string) {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.url+link, nil)
	if err != nil {
		s.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := plainClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestAFileIsUploadedSentNotedBackedUpAndRestored(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation := o.sales.Conversation.ID
	attach := func(name string) (upload, []object) {
		up, err := o.server.upload(o.ana.token, name, strings.NewReader("the words of "+name))
		if err != nil {
			t.Fatal(err)
		}
		return up, []object{{"fileId": up.ID}}
	}
	sent, attachments := attach("sent.txt")
	start := o.manager.head()
	o.ana.do("messageSend", object{"conversationId": conversation, "text": "Here", "attachments": attachments}, "message { id }")
	noted, attachments := attach("noted.txt")
	o.ana.do("noteAdd", object{"conversationId": conversation, "text": "Look", "attachments": attachments}, "note { id }")

	type attachment struct {
		URL, Name string
		File      struct {
			ID, URL, MimeType string
			Bytes             int
		}
	}
	var seen struct {
		Conversation struct {
			Messages struct {
				Nodes []struct{ Attachments []attachment }
			}
			Notes struct {
				Nodes []struct{ Attachments []attachment }
			}
		}
	}
	o.manager.read(`query($id: ID!) { conversation(id: $id) {
		messages(last: 1) { nodes { attachments { url name file { id url mimeType bytes } } } }
		notes(last: 1) { nodes { attachments { url name file { id url mimeType bytes } } } } } }`, object{"id": conversation}, &seen)
	inMessage, inNote := seen.Conversation.Messages.Nodes[0].Attachments[0], seen.Conversation.Notes.Nodes[0].Attachments[0]
	if inMessage.File.ID != sent.ID || inNote.File.ID != noted.ID || inNote.Name != "noted.txt" || inNote.File.MimeType != "text/plain" || inNote.File.Bytes != 22 {
		t.Errorf("got %+v and %+v", inMessage, inNote)
	}
	for what, link := range map[string]string{"the message's": inMessage.URL, "its file's": inMessage.File.URL} {
		if status, body := o.server.fetch(link, ""); status != http.StatusOK || body != "the words of sent.txt" {
			t.Errorf("%s link is answered with %d %s", what, status, body)
		}
	}
	for what, link := range map[string]string{"the note's": inNote.URL, "its file's": inNote.File.URL, "the uploader's": noted.URL} {
		if status, _ := o.server.fetch(link, ""); status != http.StatusNotFound {
			t.Errorf("%s link is answered with %d to a stranger", what, status)
		}
		if status, body := o.server.fetch(link, o.manager.token); status != http.StatusOK || body != "the words of noted.txt" {
			t.Errorf("%s link is answered with %d %s", what, status, body)
		}
	}
	if log := o.manager.head(); log == start {
		t.Error("nothing is in the log")
	}

	copied := filepath.Join(t.TempDir(), "copy.db")
	if out, code := o.server.foyer("backup", "--database", "sqlite:"+o.server.database, copied); code != 0 || !strings.Contains(out, "2 in all") {
		t.Fatalf("the backup ended with %d: %s", code, out)
	}
	restored := &server{TB: t, database: copied}
	restored.verify()
	restored.start()
	if status, body := restored.fetch(inNote.URL, o.manager.token); status != http.StatusOK || body != "the words of noted.txt" {
		t.Errorf("restored, it is answered with %d %s", status, body)
	}
	restored.stop()
	if err := os.Remove(filepath.Join(copied+"-files", noted.ID[len(noted.ID)-2:], noted.ID)); err != nil {
		t.Fatal(err)
	}
	if out, code := o.server.foyer("verify", "--database", "sqlite:"+copied); code == 0 || !strings.Contains(out, noted.ID+" is not in the folder.") {
		t.Errorf("without a file, foyer verify ended with %d: %s", code, out)
	}
}

func TestAKillDuringUploadsLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	content := bytes.Repeat([]byte("words "), 50_000)
	kept := map[string]bool{}
	for round := range 4 {
		var mu sync.Mutex
		var uploading sync.WaitGroup
		begun := make(chan struct{}, 1000)
		for i := range 4 {
			uploading.Go(func() {
				for n := 0; ; n++ {
					begun <- struct{}{}
					up, err := s.upload(s.key.token, fmt.Sprintf("%d-%d-%d", round, i, n), bytes.NewReader(content))
					if err != nil {
						return // the server is gone
					}
					mu.Lock()
					kept[up.ID] = true
					mu.Unlock()
				}
			})
		}
		half, writer := io.Pipe()
		uploading.Go(func() {
			if _, err := s.upload(s.key.token, "half", half); err == nil {
				t.Error("half a file is answered as if it were whole")
			}
		})
		if _, err := writer.Write(content); err != nil {
			t.Fatal(err)
		}
		for range 4 + 3*round {
			<-begun
		}
		s.kill()
		_ = writer.Close()
		uploading.Wait()
		s.verify()
		s.start()
		if left, err := os.ReadDir(filepath.Join(s.database+"-files", "arriving")); err != nil || len(left) > 0 {
			t.Errorf("still arriving: %v, %v", left, err)
		}
		for id := range kept {
			if status, body := s.fetch("/files/"+id+"/x", s.key.token); status != http.StatusOK || body != string(content) {
				t.Fatalf("%s was answered and is gone: %d, %d bytes", id, status, len(body))
			}
		}
	}
	t.Logf("%d files survived", len(kept))
}
