package fetch_test

import (
	"io"
	"net/http"
	"testing"
)

func TestWhatAQueryCannotHaveIsEscaped(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/from" {
			w.Header().Set("Location", "/to?"+r.URL.Query().Get("q"))
			w.WriteHeader(http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, r.URL.RawQuery)
	})
	client := newClient(t, nil, "127.0.0.1")
	for query, want := range map[string]string{
		"q=a HTTP/1.1":          "q=a%20HTTP/1.1",
		`q=<"é">|`:              "q=%3C%22%C3%A9%22%3E%7C",
		"a=1&b=%20+c;d/e?f=[g]": "a=1&b=%20+c;d/e?f=[g]",
	} {
		if response, err := get(t, client, server.URL+"/?"+query); err != nil || string(response.Body) != want {
			t.Errorf("%s arrived as %+v, %v", query, response, err)
		}
	}
	if response, err := get(t, client, server.URL+"/from?q=a+b"); err != nil || string(response.Body) != "a%20b" {
		t.Errorf("a redirect arrived as %+v, %v", response, err)
	}
}
