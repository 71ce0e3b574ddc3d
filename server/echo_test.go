package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestEcho: a response that is made of the request's body is whole, and its beginning comes before the body's end.
func TestEcho(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": worker("request.body")})
	whole := strings.Repeat("0123456789", 10_000)
	for name, length := range map[string]int64{"of known length": int64(len(whole)), "chunked": -1} {
		t.Run(name, func(t *testing.T) {
			body, more := io.Pipe()
			defer more.Close()
			go io.WriteString(more, whole[:1])
			req, err := http.NewRequestWithContext(t.Context(), "POST", p.url, body)
			if err != nil {
				t.Fatal(err)
			}
			req.ContentLength = length
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			first := make([]byte, 1)
			if _, err := io.ReadFull(res.Body, first); err != nil {
				t.Fatal(err)
			}
			go func() {
				io.WriteString(more, whole[1:])
				more.Close()
			}()
			rest, err := io.ReadAll(res.Body)
			if got := string(first) + string(rest); got != whole || err != nil {
				t.Errorf("%d bytes of %d: %v", len(got), len(whole), err)
			}
		})
	}
}
