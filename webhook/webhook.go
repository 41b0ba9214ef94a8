// Package webhook takes incoming webhooks: POST /hooks/<token> with JSON, which starts the workflow whose secret URL it is.
//
// It owns which requests are accepted, how many, and how they are answered. The engine owns what they do. A sender without
// the token learns nothing: all unknown tokens get the same answer, whatever comes with them. A Handler is safe for
// concurrent use.
package webhook

import (
	"cmp"
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

// Receiver receives webhooks. It is *engine.Engine.
type Receiver interface {
	WebhookWorkflow(ctx context.Context, token string) (inbox.WorkflowID, error)
	WebhookReceive(ctx context.Context, token string, body []byte, key *string) (*engine.WebhookReceived, error)
}

// Config configures a Handler. Receiver and ClientAddress are required.
type Config struct {
	Receiver Receiver
	// ClientAddress returns the address that a request comes from.
	ClientAddress func(*http.Request) netip.Addr
	// MaxBody is the largest body in bytes. Zero, or more than workflow.MaxWebhookBody, stands for workflow.MaxWebhookBody.
	MaxBody int64
	// Rate is the number of webhooks that each workflow accepts per second, in bursts of ten times as many. Zero: any number.
	Rate int
	// Clock is time.Now if nil.
	Clock func() time.Time
	// Logger gets errors that a sender sees only as an internal error. It is slog.Default() if nil.
	Logger *slog.Logger
	// OnAnswer, unless it is nil, is called after each answer, from several goroutines. The outcome is Started, the reason
	// why no run was started, or the code of the error.
	OnAnswer func(ctx context.Context, from netip.Addr, outcome string, took time.Duration)
}

// Started is the outcome of a webhook that started a run, or that repeats one which did.
const Started = "STARTED"

// Handler answers webhooks. It must be registered with the pattern "/hooks/{token}".
type Handler struct {
	config    Config
	workflows *ratelimit.Limits // webhooks per workflow
	strangers *ratelimit.Limits // unknown tokens per address
	// known has the hashes of valid tokens: the limit of unknown tokens from an address does not apply to them. It grows with
	// the number of webhooks, not of requests.
	known sync.Map
}

// strangers is the rate of unknown tokens from one address.
func strangers() ratelimit.Rate { return ratelimit.Rate{PerSecond: 1, Burst: 60} }

// maxKeys is the number of workflows, and of addresses, that are remembered.
const maxKeys = 10_000

// New returns a Handler.
func New(config Config) *Handler {
	if config.MaxBody <= 0 || config.MaxBody > workflow.MaxWebhookBody {
		config.MaxBody = workflow.MaxWebhookBody
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	config.Logger = cmp.Or(config.Logger, slog.Default())
	if config.OnAnswer == nil {
		config.OnAnswer = func(context.Context, netip.Addr, string, time.Duration) {}
	}
	return &Handler{
		config:    config,
		workflows: ratelimit.New(ratelimit.Rate{PerSecond: float64(config.Rate), Burst: 10 * config.Rate}, maxKeys, config.Clock),
		strangers: ratelimit.New(strangers(), maxKeys, config.Clock),
	}
}

// answer is the body of an answer: a run, or a reason with its message, or an error.
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

// serve answers a webhook from a network, and returns the outcome.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, from string) string {
	token := r.PathValue("token")
	hash := sha256.Sum256([]byte(token))
	if _, known := h.known.Load(hash); !known && h.strangers.Peek(from).Tokens < 1 {
		w.Header().Set("Retry-After", "60")
		return refuse(w, http.StatusTooManyRequests, "RATE_LIMITED", "Too many requests to unknown addresses came from here. Wait a minute, then try again.")
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
		return refuse(w, http.StatusTooManyRequests, "RATE_LIMITED", "This workflow receives too many webhooks. Try again in a second.")
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

// read returns the body of a request. If something is wrong with the request, it answers so and returns the code.
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
	return nil, refuse(w, http.StatusBadRequest, "INVALID", "The body did not arrive completely.")
}

// statuses are the HTTP statuses of the engine's errors; never written to.
var statuses = map[inbox.Code]int{
	inbox.CodeNotFound: http.StatusNotFound, inbox.CodeConflict: http.StatusConflict,
	inbox.CodeIdempotencyMismatch: http.StatusUnprocessableEntity,
}

// fail answers with an error and returns its code. An error that the sender cannot act on is logged instead of shown.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) string {
	if own, ok := errors.AsType[*inbox.Error](err); ok {
		status := cmp.Or(statuses[own.Code], http.StatusBadRequest)
		message := own.Message
		if status == http.StatusNotFound {
			message = "There is no such webhook." // it was removed a moment ago
		}
		return refuse(w, status, string(own.Code), message)
	}
	if errors.Is(err, store.ErrOverloaded) || errors.Is(err, store.ErrClosed) {
		w.Header().Set("Retry-After", "1")
		return refuse(w, http.StatusServiceUnavailable, "OVERLOADED", "The server is busy. Try again in a second.")
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
	_ = json.NewEncoder(w).Encode(said) // fails only if the sender is gone
}
