package fetch_test

import (
	"net/http"
	"sync/atomic"
	"testing"
)

func TestNoProxyOfTheEnvironmentIsUsed(t *testing.T) {
	var asked atomic.Int32
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	_, err := get(t, newClient(t, names{"public.example": {{"10.0.0.1"}}}), "http://public.example/")
	fails(t, err, notPublic, false)
	if n := asked.Load(); n != 0 {
		t.Errorf("the proxy was asked %d times", n)
	}
}
