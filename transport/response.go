package transport

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// gzipFrom is the size from which a response is worth compressing, in bytes.
const gzipFrom = 1 << 10

// EncodeResponse writes a response as JSON, in the form that a Sink takes. Data is
// inserted unchanged, and copied, since gqlgen overwrites its buffer with the next
// item of a stream. A response that has errors and no data has no entry for data
// either: it is a request error.
func EncodeResponse(response *graphql.Response) ([]byte, error) {
	size := len(response.Data) + 64
	if len(response.Extensions) > 0 { // not those of streams, which are kept
		size += 192
	}
	out := make([]byte, 0, size)
	out = append(out, '{')
	if len(response.Errors) > 0 {
		out = appendErrors(append(out, `"errors":`...), response.Errors)
	}
	if len(response.Data) > 0 || len(response.Errors) == 0 {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, `"data":`...)
		if len(response.Data) > 0 {
			out = appendUTF8(out, response.Data)
		} else {
			out = append(out, "null"...)
		}
	}
	if len(response.Extensions) > 0 {
		out = append(out, `,"extensions":`...)
		var err error
		if out, err = appendExtensions(out, response.Extensions); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

const (
	// maxErrors is how large the errors of an answer may be, in bytes: an answer of nothing else takes at most 64
	// KiB.
	maxErrors = 62 << 10
	// maxErrorMessage is how long the message of one may be, in bytes. Some quote the client's input.
	maxErrorMessage = 4 << 10
)

// appendErrors appends errors as a JSON list, as many as there is room for. If
// the extensions of an error cannot be encoded, it appends only the message.
func appendErrors(out []byte, errs gqlerror.List) []byte {
	most := len(out) + maxErrors
	out = append(out, '[')
	for i, err := range errs {
		if len(err.Message) > maxErrorMessage {
			short := *err
			short.Message = strings.ToValidUTF8(err.Message[:maxErrorMessage], "") + "…"
			err = &short
		}
		encoded, failed := json.Marshal(err)
		if failed != nil {
			encoded, _ = json.Marshal(newError(codeInternal, err.Message))
		}
		if i > 0 {
			out = append(out, ',')
		}
		if len(out)+len(encoded) > most {
			rest := newError(codeOf(err), fmt.Sprintf("The answer has no room for all errors; %d are left out.", len(errs)-i))
			encoded, _ = json.Marshal(rest) // two strings
			return append(append(out, encoded...), ']')
		}
		out = append(out, encoded...)
	}
	return append(out, ']')
}

// appendUTF8 appends JSON, with U+FFFD for what is not UTF-8: gqlgen writes texts
// unchanged, and a database may hold any bytes. In JSON they can only be inside
// of strings.
func appendUTF8(out, data []byte) []byte {
	if utf8.Valid(data) {
		return append(out, data...)
	}
	return append(out, bytes.ToValidUTF8(data, []byte("\uFFFD"))...)
}

// appender is a value that writes itself as JSON. Extensions that are in every
// response should: encoding/json takes longer than the rest of the response.
type appender interface{ AppendJSON(out []byte) []byte }

func appendExtensions(out []byte, extensions map[string]any) ([]byte, error) {
	if len(extensions) == 1 {
		for name, value := range extensions {
			own, ok := value.(appender)
			quoted, err := json.Marshal(name)
			if ok && err == nil {
				out = append(append(append(out, '{'), quoted...), ':')
				return append(own.AppendJSON(out), '}'), nil
			}
		}
	}
	encoded, err := json.Marshal(extensions)
	return append(out, encoded...), err
}

// statusOf returns the HTTP status of a response. Under application/json it is 200
// for all mistakes in the GraphQL request itself, as the specification demands. If
// the server did not accept the request, its status is kept.
func statusOf(response *graphql.Response, media string) int {
	if len(response.Data) > 0 || len(response.Errors) == 0 {
		return http.StatusOK
	}
	for _, err := range response.Errors {
		if status := meanings[codeOf(err)].status; status != 0 {
			return status
		}
	}
	if media == mediaJSON {
		return http.StatusOK
	}
	return http.StatusBadRequest
}

// withoutEmptyData makes a response whose fields were all refused as OVERLOADED
// a request error, so that it may be answered 503: with an entry for data the
// specification demands 200. If some field has data the client must not repeat
// the request, and the response stays unchanged.
func withoutEmptyData(response *graphql.Response) *graphql.Response {
	overloaded := func(err *gqlerror.Error) bool { return codeOf(err) == codeOverloaded }
	if len(response.Data) == 0 || !slices.ContainsFunc(response.Errors, overloaded) {
		return response
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(response.Data, &fields) != nil {
		return response
	}
	for _, value := range fields {
		if string(value) != "null" {
			return response
		}
	}
	emptied := *response
	emptied.Data = nil
	return &emptied
}

// refuse answers a request with an error that does not come from the executor.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, media string, status int, err *gqlerror.Error) {
	refusedBy(r.Context(), gqlerror.List{err})
	h.write(w, r, media, status, &graphql.Response{Errors: gqlerror.List{err}})
}

// reply sends a response in the form that the client prefers. In an event
// stream errors are events, as the protocol demands. But if the server did not
// accept the request, the response keeps its status there too, since clients go
// by it.
func (h *Handler) reply(w http.ResponseWriter, r *http.Request, accepts accepted, response *graphql.Response) {
	if accepts.streamRather && statusOf(response, mediaJSON) == http.StatusOK {
		h.writeEvents(w, r, response)
		return
	}
	h.write(w, r, accepts.media, statusOf(response, accepts.media), response)
}

// writeEvents sends a response as an event stream that is complete with it.
func (h *Handler) writeEvents(w http.ResponseWriter, r *http.Request, response *graphql.Response) {
	payload, err := EncodeResponse(response)
	if err != nil {
		failed := h.internal(r.Context(), "encode response", err)
		h.refuse(w, r, mediaJSON, http.StatusInternalServerError, failed)
		return
	}
	body := append(nextEvent(payload, ""), eventComplete...)
	seal(r.Context())
	streamHeader(w.Header())
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
}

// varies has the headers that answers depend on. They depend on the origin even
// if the request names none: a cache must not return that answer to a page of any
// origin.
const varies = "Origin, Accept, Accept-Encoding"

// streamHeader describes an event stream, and asks proxies to pass it on event by
// event.
func streamHeader(header http.Header) {
	header.Set("Content-Type", mediaStream+"; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store, no-transform")
	header.Set("X-Accel-Buffering", "no")
	header.Set("Vary", varies)
}

// write sends a response.
func (h *Handler) write(w http.ResponseWriter, r *http.Request, media string, status int, response *graphql.Response) {
	body, err := EncodeResponse(response)
	if err != nil {
		status = http.StatusInternalServerError
		failed := h.internal(r.Context(), "encode response", err)
		// Its members are strings: this cannot fail.
		body, _ = EncodeResponse(&graphql.Response{Errors: gqlerror.List{failed}})
	}
	seal(r.Context())
	header := w.Header()
	header.Set("Vary", varies)
	switch status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		if header.Get("Retry-After") == "" { // the executor may know a better time
			header.Set("Retry-After", "1")
		}
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", "Bearer")
	}
	if len(body) > gzipFrom && acceptsGzip(r.Header) {
		if packed, ok := h.compress(body); ok {
			header.Set("Content-Encoding", "gzip")
			body = packed
		}
	}
	// Like Set, but for all of them at once.
	values := []string{media + "; charset=utf-8", "nosniff", "no-store", strconv.Itoa(len(body))}
	for i, name := range [...]string{"Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Length"} {
		header[name] = values[i : i+1 : i+1]
	}
	w.WriteHeader(status)
	// The only possible error is that the client is gone.
	_, _ = w.Write(body)
}

// compress packs a body; ok is false if that makes it no smaller.
func (h *Handler) compress(body []byte) (packed []byte, ok bool) {
	var buffer bytes.Buffer
	buffer.Grow(len(body) / 3)
	writer, pooled := h.packers.Get().(*gzip.Writer)
	if pooled {
		writer.Reset(&buffer)
	} else {
		writer = gzip.NewWriter(&buffer)
	}
	defer h.packers.Put(writer)
	_, _ = writer.Write(body) // to memory, which does not fail
	_ = writer.Close()
	return buffer.Bytes(), buffer.Len() < len(body)
}
