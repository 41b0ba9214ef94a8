package transport

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// serveHTTP answers a GraphQL request over plain HTTP.
func (h *Handler) serveHTTP(w http.ResponseWriter, r *http.Request) {
	accepts, acceptable := negotiate(r.Header)
	defer func() {
		if value := recover(); value != nil {
			if value == http.ErrAbortHandler { //nolint:errorlint // a recovered value, and net/http compares it like this too
				panic(value)
			}
			h.refuse(w, r, accepts.media, http.StatusInternalServerError, h.recovered(r.Context(), "serve request", value))
		}
	}()
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		h.refuse(w, r, accepts.media, http.StatusMethodNotAllowed,
			newError(codeBadRequest, "GraphQL is served by GET and POST."))
		return
	}
	if !acceptable {
		h.refuse(w, r, mediaJSON, http.StatusNotAcceptable,
			newError(codeBadRequest, "A response is "+mediaResponse+", "+mediaJSON+" or "+mediaStream+": the Accept header must allow one of them."))
		return
	}
	token, kept := h.config.Cookies.token(r, h.config.Cookies.isShown)
	if token == "" && accepts.streamRather {
		// An EventSource sends no headers of its own.
		token, accepts.streamOnly = h.config.Cookies.token(r, h.config.Cookies.isOfPage)
		kept = accepts.streamOnly
	}
	if refused := h.checkForm(r, accepts); refused != nil {
		h.refuse(w, r, accepts.media, refused.status, refused.err)
		return
	}
	if wait, ok := h.mayAsk(r.Context(), token); !ok {
		h.tooOften(w, r, accepts.media, wait, "This address sends too many requests without a valid token. Log in, or wait.")
		return
	}
	ctx, refused := h.authenticate(r.Context(), token)
	if kept && refused != nil && codeOf(refused) == codeUnauthenticated {
		// The session is over, but the page cannot leave out its cookie, and must be able to log in again.
		token, accepts.streamOnly = "", false
		ctx, refused = h.authenticate(r.Context(), token)
	}
	if refused != nil {
		h.refuse(w, r, accepts.media, cmp.Or(meanings[codeOf(refused)].status, http.StatusBadRequest), refused)
		return
	}
	e := exchangeOf(r.Context())
	e.token = token
	ctx = e.within(ctx)
	var slot slot
	if _, stranger := h.accountOf(ctx); !stranger {
		// Before its body is read, which may take a while. A stranger's body is small, and a stranger who sends it slowly
		// must not keep others of the address from logging in.
		if full := slot.enter(ctx, h); full != nil {
			h.reply(w, r, accepts, &graphql.Response{Errors: gqlerror.List{full}})
			return
		}
		slot.load = h.loadOf(ctx)
		defer slot.leave()
	}
	params, refusal := h.readParams(ctx, w, r, &slot.load)
	if refusal != nil {
		h.refuse(w, r, accepts.media, refusal.status, refusal.err)
		return
	}
	h.answer(ctx, w, r, accepts, params, &slot)
}

// refusal is why a request is refused before its document is read.
type refusal struct {
	status int
	err    *gqlerror.Error
}

// badRequest returns a refusal of a malformed request.
func badRequest(status int, message string) *refusal {
	return &refusal{status, newError(codeBadRequest, message)}
}

// sentence returns the text of a Go error in the form that clients are shown.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// checkForm checks a request by its headers alone.
func (h *Handler) checkForm(r *http.Request, accepts accepted) *refusal {
	if r.Method == http.MethodPost {
		if !isJSON(r.Header.Get("Content-Type")) {
			return badRequest(http.StatusUnsupportedMediaType, "The body must be JSON in UTF-8, sent with Content-Type: application/json.")
		}
		if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
			return badRequest(http.StatusUnsupportedMediaType, "The body must not be compressed.")
		}
	}
	// The request is a POST of JSON here, which proves that it is not forged.
	if forgeable(r) && !accepts.streamOnly {
		return &refusal{http.StatusBadRequest, because(ReasonCSRF, newError(codeBadRequest,
			"A GET needs an Authorization header, the header x-foyer-csrf, or the content type application/json."))}
	}
	return nil
}

// authenticate returns the context of the sender of a request, or the
// error that refuses it.
func (h *Handler) authenticate(ctx context.Context, token string) (context.Context, *gqlerror.Error) {
	if h.config.Authenticate == nil {
		return ctx, nil
	}
	session, err := h.identify(ctx, token)
	shown, isShown := errors.AsType[*gqlerror.Error](err)
	switch {
	case err == nil:
		return session, nil
	case errors.Is(err, ErrUnauthenticated), errors.Is(err, ErrEnded):
		return nil, newError(codeUnauthenticated, "The token is not valid. Log in again, or use another key.")
	case errors.Is(err, ErrForbidden):
		return nil, newError(codeForbidden, "The token does not permit this.")
	case isShown:
		return nil, coded(gqlerror.List{shown}, codeInternal)[0]
	default:
		return nil, h.internal(ctx, "authenticate request", err)
	}
}

// tooOften answers a request that the client may send again later.
func (h *Handler) tooOften(w http.ResponseWriter, r *http.Request, media string, wait time.Duration, why string) {
	refused, seconds := newError(codeRateLimited, why), wholeSeconds(wait)
	refused.Extensions["retryAfter"] = seconds
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	h.refuse(w, r, media, http.StatusTooManyRequests, refused)
}

// readParams reads a GraphQL request from the URL or from the body.
func (h *Handler) readParams(ctx context.Context, w http.ResponseWriter, r *http.Request, load *load) (*graphql.RawParams, *refusal) {
	start := graphql.Now()
	var params *graphql.RawParams
	var err error
	if r.Method == http.MethodGet {
		params, err = paramsOfQuery(r.URL.RawQuery)
	} else {
		var body []byte
		most := h.config.MaxBody
		if _, stranger := h.accountOf(ctx); stranger {
			most = min(most, maxStrangerBody)
		}
		body, err = readBody(w, r, most, load)
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, &refusal{http.StatusRequestEntityTooLarge,
				because(ReasonSize, newError(codeBadRequest, fmt.Sprintf("The body is larger than %d bytes.", most)))}
		}
		if errors.Is(err, errOverloadedAccount) {
			return nil, &refusal{http.StatusTooManyRequests, busy("Your account sends too much at a time. Wait for some of its operations to end.")}
		}
		if err != nil {
			return nil, badRequest(http.StatusBadRequest, "The body could not be read.")
		}
		params, err = decodeRequest(body)
	}
	if err != nil {
		return nil, badRequest(http.StatusBadRequest, sentence(err.Error()))
	}
	if tooLong := h.checkQuery(params); tooLong != nil {
		return nil, &refusal{http.StatusBadRequest, tooLong}
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return params, nil
}

// bodyGuess is how much memory is allocated at most by the announced size of a
// body, before any of it has come.
const bodyGuess = 64 << 10

// readBody reads a body of a limited size.
func readBody(w http.ResponseWriter, r *http.Request, most int64, load *load) ([]byte, error) {
	announced := min(max(r.ContentLength, 0), bodyGuess, most)
	body := bytes.NewBuffer(make([]byte, 0, announced+bytes.MinRead))
	_, err := body.ReadFrom(&loading{http.MaxBytesReader(w, r.Body, most), load, lightBody})
	return body.Bytes(), err
}

// answer runs the operation and writes its response, or its stream of them.
func (h *Handler) answer(
	ctx context.Context, w http.ResponseWriter, r *http.Request, accepts accepted, params *graphql.RawParams, slot *slot,
) {
	ctx = graphql.StartOperationTrace(ctx)
	if !slot.held {
		if full := slot.enter(ctx, h); full != nil {
			h.reply(w, r, accepts, &graphql.Response{Errors: gqlerror.List{full}})
			return
		}
		defer slot.leave()
	}
	operation, failed := h.prepare(ctx, params)
	if failed != nil {
		h.reply(w, r, accepts, failed)
		return
	}
	if refused := refuseKind(w, r, accepts, operation.Operation.Operation); refused != nil {
		h.refuse(w, r, accepts.media, refused.status, refused.err)
		return
	}
	if operation.Operation.Operation == ast.Subscription {
		slot.leave() // a stream lasts, and is counted as a connection
		h.follow(ctx, w, r, operation)
		return
	}
	response := h.execute(ctx, operation)
	slot.leave() // the client may take its time to read
	if response == nil {
		return // The client is gone.
	}
	refusedBy(ctx, response.Errors)
	h.reply(w, r, accepts, withoutEmptyData(response))
}

// refuseKind returns why an operation of this kind cannot be answered here.
func refuseKind(w http.ResponseWriter, r *http.Request, accepts accepted, kind ast.Operation) *refusal {
	switch {
	case kind != ast.Subscription && accepts.streamOnly:
		return &refusal{http.StatusBadRequest, because(ReasonCSRF, newError(codeBadRequest,
			"Without the header x-foyer-csrf a session's cookie counts for subscriptions only. Send x-foyer-csrf: 1."))}
	case kind == ast.Subscription && !accepts.stream:
		return badRequest(http.StatusBadRequest, "Subscriptions are served over websockets, by graphql-transport-ws, and to those who accept "+mediaStream+".")
	case kind == ast.Mutation && r.Method == http.MethodGet:
		w.Header().Set("Allow", "POST")
		return badRequest(http.StatusMethodNotAllowed, "Mutations are served by POST only.")
	default:
		return nil
	}
}
