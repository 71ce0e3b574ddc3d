package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestEcho: a response that is made of the request's body, which is still coming when it begins, is whole.
func TestEcho(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": worker("request.body")})
	whole := strings.Repeat("0123456789", 10_000)
	for name, length := range map[string]int64{"of known length": int64(len(whole)), "chunked": -1} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), "POST", p.url, io.NopCloser(strings.NewReader(whole)))
			if err != nil {
				t.Fatal(err)
			}
			req.ContentLength = length
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			got, err := io.ReadAll(res.Body)
			if string(got) != whole || err != nil {
				t.Errorf("%d bytes of %d: %v", len(got), len(whole), err)
			}
		})
	}
}
