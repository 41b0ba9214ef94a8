package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// httpKind is `http`: {method, url, headers, body, save, timeout, retries}. Its exits are failure and status codes. A
// status from 200 to 299 without an exit of its own leads to next, any other is a failure.
var httpKind = kind{
	name: "http", exits: []exit{{name: ExitFailure}}, statuses: true,
	compile: compileHTTP, declare: declareHTTP,
}

func (h HTTP) on(host Host) (*Outcome, error) { return host.HTTP(h) }

const (
	maxHTTPTimeout = 30 * time.Second
	// MaxResponse is how many bytes of a response's body are read. A longer response is a failure.
	MaxResponse = 256 << 10
)

type (
	// HTTP sends a request and waits for the response. It is sent at least once. It survives a round trip through JSON.
	HTTP struct {
		Method  string   `json:"method"`
		URL     Parts    `json:"url"` // absolute, http or https, at most 2,000 bytes
		Headers []Header `json:"headers,omitempty"`
		Body    Parts    `json:"body,omitempty"` // at most 64 KiB
		// JSON: the document has the body as JSON, not as a text.
		JSON    bool          `json:"json,omitempty"`
		Timeout time.Duration `json:"timeout"` // of each attempt, at most 30 s
		// Retries is how often the request is sent again if there is no response, or one with the status 429 or 500 and
		// above.
		Retries int `json:"retries,omitempty"`
	}
	// Header is a header of a request.
	Header struct {
		Name  string `json:"name"`
		Value Parts  `json:"value"`
	}
	// Response is the response to an HTTP request.
	Response struct {
		Status int    `json:"status"`
		Body   string `json:"body,omitempty"`
	}
)

type httpDocument struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    any               `json:"body"`
	Save    mappingDocument   `json:"save"`
	Timeout string            `json:"timeout"`
	Retries int               `json:"retries"`
}

type httpStep struct {
	method  string
	url     text
	headers []headerTemplate
	body    bodyTemplate
	save    mapping
	timeout time.Duration
	retries int
	exits   map[string]string // those in the document, among them status codes
}

func compileHTTP(s *stepCompiler, body json.RawMessage) action {
	doc := httpDocument{Method: "GET", Timeout: "PT10S", Retries: 2} // unless the document says otherwise
	at := s.at.to("http")
	s.decode(at, body, &doc)
	compiled := &httpStep{method: doc.Method, retries: doc.Retries, exits: s.step.Exits}
	compiled.url = s.requestText(at.to("url"), strings.TrimSpace(doc.URL))
	if scheme, _, _ := strings.Cut(doc.URL, ":"); scheme != "http" && scheme != "https" && !strings.HasPrefix(doc.URL, "{{") {
		s.add(at.to("url"), "the address must begin with http:// or https://")
	}
	compiled.headers = s.headers(at.to("headers"), doc.Headers)
	compiled.body = s.requestBody(at.to("body"), doc.Body, doc.Headers)
	if s.hasSecret && !compiled.url.fixedHost() {
		s.add(at.to("url"), "write out the host of a request that uses a secret, or make the host a secret: a value in the host could send the secret elsewhere")
	}
	if doc.Body != nil && compiled.method == "GET" {
		s.add(at.to("body"), "remove the body: a request with the method GET has none")
	}
	compiled.save = s.mapping(at.to("save"), doc.Save)
	compiled.timeout = s.timeout(at.to("timeout"), doc.Timeout, maxHTTPTimeout, "PT30S")
	return compiled
}

// fixedHost reports whether the host of an address has no value in it.
func (t text) fixedHost() bool {
	if t.template == nil { // it is a constant, or the problem is already reported
		return true
	}
	address, whole := t.template.Beginning()
	if scheme, rest, _ := strings.Cut(address, "://"); scheme == "http" || scheme == "https" {
		address = rest
	}
	return whole || strings.ContainsAny(address, "/?#")
}

// declareHTTP returns the variables that are saved from a response.
func declareHTTP(body json.RawMessage) map[string]FieldType {
	var doc httpDocument
	if json.Unmarshal(body, &doc) != nil {
		return nil
	}
	return doc.Save.declare()
}

func (h *httpStep) begin(e *execution) (move, error) {
	detail := map[string]any{"method": h.method}
	moved := move{detail: detail}
	address, err := h.url.renderEncoded(e.environment, &addressEncoder{})
	if unencodable, ok := errors.AsType[*encodeError](err); ok {
		return moved, unencodable
	}
	if err != nil {
		return move{}, err
	}
	address = address.trim()
	if err := checkParts(address); err != nil {
		return moved, err // the log does not show the address, which may hold a password
	}
	detail["url"] = address.String()
	headers, err := renderHeaders(h.headers, e.environment)
	if err != nil {
		return moved, err
	}
	if len(headers) > 0 { // not their values, which may be secret even if they are written out
		detail["headers"] = each(headers, func(h Header) any { return h.Name })
	}
	body, err := h.body.render(e.environment)
	if err != nil {
		return moved, err
	}
	if len(body) > 0 {
		detail["body"] = cut(body.String(), maxExcerpt)
	}
	if err := checkRequest(headers, body); err != nil {
		return moved, err
	}
	moved.effect = HTTP{
		Method: h.method, URL: address, Headers: headers, Body: body, JSON: h.body.json != nil, Timeout: h.timeout,
		Retries: h.retries,
	}
	return moved, nil
}

// resume saves from the response, and leaves by its status.
func (h *httpStep) resume(e *execution, outcome Outcome) (move, error) {
	left := move{exit: outcome.Exit, failed: outcome.Error, detail: outcome.Detail}
	if outcome.Exit != "" && outcome.Exit != ExitNext {
		return left, nil
	}
	response := outcome.Response
	if response == nil {
		left.exit, left.failed = ExitFailure, "there was no response"
		return left, nil
	}
	left.detail = merge(map[string]any{"status": float64(response.Status)}, outcome.Detail)
	status := strconv.Itoa(response.Status)
	if _, named := h.exits[status]; named {
		left.exit = status
	} else if response.Status < 200 || response.Status > 299 {
		left.exit, left.failed = ExitFailure, "the response has the status "+status
		return left, nil
	}
	body := response.Body
	if body == "" && response.Status == 204 {
		body = "null" // the status means that there is no body
	}
	failed, err := h.saveFrom(e, body)
	if failed != "" && left.exit != status {
		left.exit, left.failed = ExitFailure, failed
	}
	return left, err
}

// saveFrom sets the variables that are saved from a response. If the status has an exit, they may be missing.
func (h *httpStep) saveFrom(e *execution, body string) (failed string, err error) {
	if len(h.save) == 0 {
		return "", nil
	}
	if len(body) > MaxResponse {
		return fmt.Sprintf("the response is longer than %d bytes", MaxResponse), nil
	}
	value, err := decodeJSON(body)
	if err != nil {
		return "the response cannot be read: " + err.Error(), nil //nolint:nilerr // the response fails, not the run
	}
	variables, problem := h.save.read(value)
	for _, one := range h.save {
		if err := e.setVariable(one.variable, variables[one.variable]); err != nil {
			return "", err
		}
	}
	if problem != nil {
		failed = problem.Error()
	}
	return failed, nil
}
