package file

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/store"
)

// Library has the rows of files. It is *engine.Engine.
type Library interface {
	FileRoom(ctx context.Context, caller inbox.Caller, size int64) error
	FileAdd(ctx context.Context, caller inbox.Caller, f inbox.File) (*inbox.File, error)
	FileSeen(ctx context.Context, caller inbox.Caller, id inbox.FileID) (*inbox.File, error)
	FileLinked(ctx context.Context, id inbox.FileID) (*inbox.File, error)
}

// Config configures a Handler. Library, Folder, Links, Authenticate and ClientAddress are required.
type Config struct {
	Library Library
	Folder  *Folder
	Links   *Links
	// Authenticate returns who sends a request, and false if that is nobody known.
	Authenticate func(*http.Request) (inbox.Caller, bool, error)
	// ClientAddress returns the address that a request comes from.
	ClientAddress func(*http.Request) netip.Addr
	// MaxBytes is how large a file may be. Zero: 25 MiB.
	MaxBytes int64
	// Elsewhere says that pages of other origins may show files by signed links.
	Elsewhere bool
	// Clock is time.Now if nil.
	Clock func() time.Time
	// Logger gets errors that callers see only as an internal error. It is slog.Default() if nil.
	Logger *slog.Logger
	// OnAnswer, unless it is nil, is called after each answer, from several goroutines. The operation is "upload" or
	// "download"; the outcome is OK or the code of the error.
	OnAnswer func(ctx context.Context, from netip.Addr, operation, outcome string, took time.Duration)
}

// OK is the outcome of a request that was not refused.
const OK = "OK"

const (
	maxBytes = 25 << 20
	// maxUploads is how many uploads there may be at once, and maxOwnUploads how many of one account.
	maxUploads, maxOwnUploads = 16, 4
	// maxKeys is how many accounts and addresses are remembered.
	maxKeys = 10_000
)

// Handler answers POST /files and GET /files/{id}/{name}. It must be registered with these two patterns, without methods.
type Handler struct {
	config    Config
	window    time.Duration // of a body; tests shorten it
	pictures  *pictures
	slots     slots
	uploads   *ratelimit.Limits // by account
	reads     *ratelimit.Limits // by account, or by network for links
	strangers *ratelimit.Limits // requests that nobody known sends, by network
}

// New returns a Handler.
func New(config Config) *Handler {
	config.MaxBytes = cmp.Or(config.MaxBytes, maxBytes)
	config.Logger = cmp.Or(config.Logger, slog.Default())
	if config.Clock == nil {
		config.Clock = time.Now
	}
	if config.OnAnswer == nil {
		config.OnAnswer = func(context.Context, netip.Addr, string, string, time.Duration) {}
	}
	limits := func(perSecond float64, burst int) *ratelimit.Limits {
		return ratelimit.New(ratelimit.Rate{PerSecond: perSecond, Burst: burst}, maxKeys, config.Clock)
	}
	return &Handler{config: config, window: bodyWindow, pictures: newPictures(), slots: slots{own: make(map[inbox.ActorRef]int)},
		uploads: limits(1, 100), reads: limits(100, 2000), strangers: limits(1, 100)}
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began, operation := h.config.Clock(), "download"
	from := h.config.ClientAddress(r)
	var refused *refusal
	switch {
	case r.PathValue("id") == "" && r.Method == http.MethodPost:
		operation, refused = "upload", h.upload(w, r, ratelimit.Network(from))
	case r.PathValue("id") != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		refused = h.serve(w, r, ratelimit.Network(from))
	case r.PathValue("id") == "":
		operation, refused = "upload", methodNotAllowed(w, "POST")
	default:
		refused = methodNotAllowed(w, "GET, HEAD")
	}
	outcome := OK
	if refused != nil {
		outcome = refused.code
		answer(w, refused.status, map[string]any{"error": map[string]any{"code": refused.code, "message": refused.message}})
	}
	h.config.OnAnswer(r.Context(), from, operation, outcome, h.config.Clock().Sub(began))
}

// accountOf returns the key of a caller's rate limits.
func accountOf(caller inbox.Caller) string {
	return fmt.Sprintf("%s %d", caller.Actor.Kind, caller.Actor.ID)
}

// refusal is an error as callers get it.
type refusal struct {
	status        int
	code, message string
}

func methodNotAllowed(w http.ResponseWriter, allowed string) *refusal {
	w.Header().Set("Allow", allowed)
	return &refusal{http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "Send " + allowed + " here."}
}

func rateLimited(w http.ResponseWriter, message string) *refusal {
	w.Header().Set("Retry-After", "1")
	return &refusal{http.StatusTooManyRequests, "RATE_LIMITED", message}
}

// fail returns the refusal for an error. One that the caller cannot act on is logged instead of shown.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, doing string, err error) *refusal {
	if own, ok := errors.AsType[*inbox.Error](err); ok {
		return &refusal{http.StatusUnprocessableEntity, string(own.Code), own.Message}
	}
	if errors.Is(err, store.ErrOverloaded) || errors.Is(err, store.ErrClosed) {
		w.Header().Set("Retry-After", "1")
		return &refusal{http.StatusServiceUnavailable, "OVERLOADED", "The server is busy. Try again in a second."}
	}
	if r.Context().Err() == nil {
		h.config.Logger.ErrorContext(r.Context(), doing, "error", err)
	}
	return &refusal{http.StatusInternalServerError, "INTERNAL", "Internal error. Try again later."}
}

func answer(w http.ResponseWriter, status int, said any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(said) // fails only if the caller is gone
}
