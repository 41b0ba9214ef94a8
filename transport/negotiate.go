package transport

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Media types of a response.
const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// accepted says which answers a client accepts, by its Accept header.
type accepted struct {
	// media is the media type of a response. It is mediaJSON also for a client
	// that accepts only event streams, for answers that cannot be one.
	media string
	// stream: a subscription can be answered by an event stream.
	stream bool
	// streamRather: queries and mutations are too.
	streamRather bool
	// streamOnly: the sender is known only by a cookie that counts for the event stream of a subscription, and for nothing else.
	streamOnly bool
}

// negotiate reads the Accept header; ok is false if the client accepts nothing that the
// server can send. A client without a preference gets application/json, unless it names
// application/graphql-response+json and so shows that it knows what it means. Event
// streams are for clients that name them, and for queries only if the client prefers them
// to a response: clients that can read both list both in every request.
func negotiate(header http.Header) (accepts accepted, ok bool) {
	values := header.Values("Accept")
	if len(values) == 0 {
		return accepted{media: mediaJSON}, true
	}
	plain, response, stream := quality{}, quality{}, quality{}
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, q, valid := weighted(item)
		if !valid {
			continue
		}
		plain.offer(mediaJSON, name, q)
		response.offer(mediaResponse, name, q)
		stream.offer(mediaStream, name, q)
	}
	if stream.precision > anyRange && stream.q > 0 {
		accepts.stream = true
		accepts.streamRather = stream.q > max(plain.q, response.q)
	}
	accepts.media = mediaJSON
	if response.q > plain.q || response.q == plain.q && response.q > 0 && response.precision == exactRange {
		accepts.media = mediaResponse
	}
	return accepts, accepts.stream || plain.q > 0 || response.q > 0
}

// How precise a media range is.
const (
	anyRange    = 1 // */*
	familyRange = 2 // text/*
	exactRange  = 3
)

// quality is an Accept header's entry for one media type: the most precise
// range that covers it decides, not the one with the highest weight.
type quality struct {
	q         float64
	precision int // 0: not covered
}

func (have *quality) offer(media, accepted string, q float64) {
	family, _, _ := strings.Cut(media, "/")
	precision := 0
	switch accepted {
	case media:
		precision = exactRange
	case family + "/*":
		precision = familyRange
	case "*/*":
		precision = anyRange
	}
	if precision > have.precision || precision == have.precision && precision > 0 && q > have.q {
		have.q, have.precision = q, precision
	}
}

// weighted splits an item such as "text/html;q=0.5". Malformed items are not valid,
// and ignored.
func weighted(item string) (name string, q float64, valid bool) {
	name, parameters, _ := strings.Cut(item, ";")
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" {
		return "", 0, false
	}
	q = 1
	for parameter := range strings.SplitSeq(parameters, ";") {
		key, value, _ := strings.Cut(parameter, "=")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "q":
			parsed, err := strconv.ParseFloat(value, 64)
			if err != nil || !(parsed >= 0 && parsed <= 1) {
				return "", 0, false
			}
			q = parsed
		case "charset":
			// The server writes only UTF-8.
			if !strings.EqualFold(value, "utf-8") && !strings.EqualFold(value, "utf8") {
				return "", 0, false
			}
		}
	}
	return name, q, true
}

// acceptsGzip reports whether a response may be compressed.
func acceptsGzip(header http.Header) bool {
	accepted, precise := false, false
	for item := range strings.SplitSeq(strings.Join(header.Values("Accept-Encoding"), ","), ",") {
		name, q, valid := weighted(item)
		if !valid {
			continue
		}
		switch name {
		case "gzip", "x-gzip":
			accepted, precise = q > 0, true
		case "*":
			if !precise {
				accepted = q > 0
			}
		}
	}
	return accepted
}

// isJSON reports whether a Content-Type is application/json in UTF-8.
func isJSON(contentType string) bool {
	media, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || media != mediaJSON {
		return false
	}
	charset, given := parameters["charset"]
	return !given || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}
