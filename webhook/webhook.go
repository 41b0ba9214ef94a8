// Package webhook takes incoming webhooks: POST /hooks/<token> with JSON, which starts the workflow whose secret URL it is.
//
// It owns what is asked of such a request, how many may come, and how they are answered. What they do is the engine's.
// Whoever does not know a token learns nothing: unknown ones are all answered alike, whatever comes with them. A Handler
// is safe for concurrent use.
package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"foyer/engine"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/store"
)

// Receiver is what webhooks are for: *engine.Engine.
type Receiver interface {
	WebhookWorkflow(ctx context.Context, token string) (inbox.WorkflowID, error)
	WebhookReceive(ctx context.Context, token string, body []byte, key *string) (*engine.WebhookReceived, error)
}

// Config is what a Handler is made of. Receiver and ClientAddress are required.
type Config struct {
	Receiver Receiver
	// ClientAddress tells where a request comes from.
	ClientAddress func(*http.Request) netip.Addr
	// MaxBody is how many bytes a body may have; zero: workflow.MaxWebhookBody, and never more.
	MaxBody int64
	// Rate is how many webhooks each workflow takes per second, in bursts of ten times as many. Zero: any number.
	Rate int
	// Clock is the system's where nil.
	Clock func() time.Time
	// Logger takes what a sender sees only as a failure; nil: slog.Default().
	Logger *slog.Logger
	// OnAnswer is called for each webhook that was answered, from several goroutines: with where it came from, how it was
	// answered, which is Started, the reason why no run was started, or the code of the error, and how long that took; nil:
	// nothing is called.
	OnAnswer func(ctx context.Context, from netip.Addr, outcome string, took time.Duration)
}

// Started is the outcome of a webhook that started a run, or repeats one that did.
const Started = "STARTED"

// Handler answers webhooks. It wants the pattern "/hooks/{token}".
type Handler struct {
	config    Config
	workflows *ratelimit.Limits // webhooks per workflow
	strangers *ratelimit.Limits // unknown tokens per address
	// known has the hashes of tokens that were right, so that strangers at the same address keep nobody out. There are no
	// more than there were webhooks.
	known sync.Map
}

// strangers is how many unknown tokens may come from one address.
func strangers() ratelimit.Rate { return ratelimit.Rate{PerSecond: 1, Burst: 60} }

// maxKeys is how many workflows, and how many addresses, are remembered.
const maxKeys = 10_000

// New makes a handler.
func New(config Config) *Handler {
	if config.MaxBody <= 0 || config.MaxBody > workflow.MaxWebhookBody {
		config.MaxBody = workflow.MaxWebhookBody
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	if config.OnAnswer == nil {
		config.OnAnswer = func(context.Context, netip.Addr, string, time.Duration) {}
	}
	return &Handler{
		config:    config,
		workflows: ratelimit.New(ratelimit.Rate{PerSecond: float64(config.Rate), Burst: 10 * config.Rate}, maxKeys, config.Clock),
		strangers: ratelimit.New(strangers(), maxKeys, config.Clock),
	}
}

// answer is what a sender gets: run, or reason and message, or error.
type answer struct {
	Run     *string  `json:"run,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	Message string   `json:"message,omitempty"`
	Error   *refusal `json:"error,omitempty"`
}

type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := h.config.Clock()
	from := h.config.ClientAddress(r)
	outcome := h.serve(w, r, ratelimit.Network(from))
	h.config.OnAnswer(r.Context(), from, outcome, h.config.Clock().Sub(began))
}

// serve answers a webhook from a network, and returns how.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, from string) string {
	token := r.PathValue("token")
	hash := sha256.Sum256([]byte(token))
	if _, known := h.known.Load(hash); !known && h.strangers.Peek(from).Tokens < 1 {
		w.Header().Set("Retry-After", "60")
		return refuse(w, http.StatusTooManyRequests, "RATE_LIMITED", "Too many requests to unknown addresses came from here. Wait a minute.")
	}
	id, err := h.config.Receiver.WebhookWorkflow(r.Context(), token)
	if err != nil {
		return h.fail(w, r, err)
	}
	if id == 0 {
		h.known.Delete(hash)
		h.strangers.Charge(from, 1)
		return refuse(w, http.StatusNotFound, "NOT_FOUND", "There is no such webhook.")
	}
	h.known.Store(hash, struct{}{})
	if !h.workflows.Allow(id.String(), 1) {
		w.Header().Set("Retry-After", "1")
		return refuse(w, http.StatusTooManyRequests, "RATE_LIMITED", "Too many webhooks for this workflow. Come back in a second.")
	}
	body, refused := h.read(w, r)
	if refused != "" {
		return refused
	}
	var key *string
	if given := r.Header.Values("Idempotency-Key"); len(given) > 0 {
		key = new(strings.Join(given, ", "))
	}
	ctx := store.WithOrigin(r.Context(), store.Origin{Account: store.AccountOfWorkflow(id), Operation: "webhook"})
	received, err := h.config.Receiver.WebhookReceive(ctx, token, body, key)
	if err != nil {
		return h.fail(w, r, err)
	}
	said, outcome := answer{Reason: string(received.Reason), Message: received.Message}, string(received.Reason)
	if received.Run != 0 {
		said.Run, outcome = new(received.Run.String()), Started
	}
	write(w, http.StatusAccepted, said)
	return outcome
}

// read returns the body of a request that is as it should be; else it answers what is wrong, and returns its code.
func (h *Handler) read(w http.ResponseWriter, r *http.Request) (body []byte, refused string) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, refuse(w, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "Send a POST.")
	}
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(parameters["charset"])
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") || charset != "" && charset != "utf-8" ||
		r.Header.Get("Content-Encoding") != "" {
		return nil, refuse(w, http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "Send JSON in UTF-8, not compressed, with Content-Type: application/json.")
	}
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, h.config.MaxBody))
	if err == nil {
		return body, ""
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, refuse(w, http.StatusRequestEntityTooLarge, "TOO_LARGE", fmt.Sprintf("The body is larger than %d bytes.", h.config.MaxBody))
	}
	return nil, refuse(w, http.StatusBadRequest, "INVALID", "The body did not arrive whole.")
}

// statuses are those that the engine's refusals have; never written to.
var statuses = map[inbox.Code]int{
	inbox.CodeNotFound: http.StatusNotFound, inbox.CodeConflict: http.StatusConflict,
	inbox.CodeIdempotencyMismatch: http.StatusUnprocessableEntity,
}

// fail answers with what a sender can act on, and returns its code; everything else is logged.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) string {
	if own, ok := errors.AsType[*inbox.Error](err); ok {
		status := statuses[own.Code]
		if status == 0 {
			status = http.StatusBadRequest
		}
		message := own.Message
		if status == http.StatusNotFound {
			message = "There is no such webhook." // it has gone since it was looked for
		}
		return refuse(w, status, string(own.Code), message)
	}
	if errors.Is(err, store.ErrOverloaded) || errors.Is(err, store.ErrClosed) {
		w.Header().Set("Retry-After", "1")
		return refuse(w, http.StatusServiceUnavailable, "OVERLOADED", "The server is busy. Come back in a second.")
	}
	if r.Context().Err() == nil || errors.Is(err, store.ErrOutcomeUnknown) {
		h.config.Logger.ErrorContext(r.Context(), "receive a webhook", "error", err)
	}
	return refuse(w, http.StatusInternalServerError, "INTERNAL", "Internal error. Send it again, with the same Idempotency-Key if it had one.")
}

func refuse(w http.ResponseWriter, status int, code, message string) string {
	write(w, status, answer{Error: &refusal{code, message}})
	return code
}

func write(w http.ResponseWriter, status int, said answer) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(said) // whoever sent it is gone
}
