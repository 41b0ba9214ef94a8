package main

import (
	"errors"
	"net/http"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/file"
	"foyer/inbox"
	"foyer/internal/telemetry"
	"foyer/transport"
)

// openFiles opens the folder with the files, and adds to the server what serves and sweeps it. The files take the same callers
// and the same pages as GraphQL. s.graphql must be there.
func (m *Main) openFiles(s *server, e *engine.Engine, links *file.Links, graphql transport.Config, recorder *telemetry.Recorder) error {
	folder, err := file.OpenFolder(file.FolderOf(m.config.Database))
	if err != nil {
		return err
	}
	s.workers["file sweeps"] = (&file.Sweeper{Folder: folder, Rows: e, Clock: time.Now, Logger: m.log}).Run
	s.files = s.graphql.WithOrigins(file.New(file.Config{Library: e, Folder: folder, Links: links, MaxBytes: m.config.Limits.MaxFile,
		Authenticate: fileCaller(e.Accounts(), graphql.Cookies), ClientAddress: graphql.ClientAddress,
		Elsewhere: len(m.config.AllowOrigins) > 0, Logger: m.log, OnAnswer: recorder.File}))
	return nil
}

// fileCaller returns a function that returns who sends a file or asks for one, by the token of the request or by its cookie, and
// false if that is nobody known. For reading, the cookie is enough: no header can be sent for a picture in a page.
func fileCaller(accounts *account.Accounts, cookies *transport.Cookies) func(*http.Request) (inbox.Caller, bool, error) {
	return func(r *http.Request) (inbox.Caller, bool, error) {
		token := cookies.Token(r)
		if r.Method != http.MethodPost {
			token = cookies.TokenForReading(r)
		}
		caller, err := accounts.Authenticate(r.Context(), token)
		if errors.Is(err, account.ErrUnauthenticated) {
			return inbox.Caller{}, false, nil
		}
		return caller, err == nil, err
	}
}
