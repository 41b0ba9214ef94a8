package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"foyer/engine/workflow"
)

func TestTheSchemaIsServedToAnybodyAndCached(t *testing.T) {
	r := serve(t, testConfig(t))
	get := func(tag string) (*http.Response, []byte) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL()+"/workflow.schema.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		if tag != "" {
			request.Header.Set("If-None-Match", tag)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(http.DefaultClient.CloseIdleConnections)
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response, body
	}
	response, body := get("")
	var schema struct {
		ID string `json:"$id"`
	}
	if err := json.Unmarshal(body, &schema); err != nil || schema.ID == "" || !bytes.Equal(body, workflow.Schema()) {
		t.Errorf("served %d bytes with $id %q: %v", len(body), schema.ID, err)
	}
	for name, want := range map[string]string{"Content-Type": "application/schema+json", "Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if again, body := get(response.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || len(body) > 0 {
		t.Errorf("asked again: %d with %d bytes", again.StatusCode, len(body))
	}
}
