package origin_test

import (
	"crypto/x509"
	"net/http"
	"testing"
	"time"

	"devserver/internal/testpki"
	"devserver/origin"
)

// TestResponseTimeout: an origin that takes the request and says nothing gets the edge's 524, by what the client and
// the policy of the origin say; one that has begun its response may take longer.
func TestResponseTimeout(t *testing.T) {
	ca := testpki.New("root")
	end := make(chan struct{})
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, Config: withHTTP2,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "POST" {
				http.NewResponseController(w).Flush()
			}
			select {
			case <-end:
			case <-r.Context().Done():
			case <-time.After(200 * time.Millisecond):
			}
		})})
	defer close(end)
	const soon = 50 * time.Millisecond
	for _, c := range []struct {
		name           string
		client, policy time.Duration
		late           bool
	}{
		{"the client's", soon, 0, true},
		{"the policy's", 0, soon, true},
		{"the policy's, longer", soon, time.Minute, false},
		{"the policy's, for ever", soon, -1, false},
		{"none", 0, 0, false},
	} {
		for _, http2 := range []bool{false, true} {
			client := newClient(t, origin.Options{
				Identity: identity(ca.Client("worker")), Roots: []*x509.Certificate{ca.Cert}, HTTP2: http2, ResponseTimeout: c.client,
				Policies: policies(t, origin.Policy{Host: "127.0.0.1", ResponseTimeout: c.policy}),
			})
			if !c.late {
				if _, err := get(t, client, server.Addr); err != nil {
					t.Errorf("%s, HTTP/2 %t: %v", c.name, http2, err)
				}
				continue
			}
			e := mustFail(t, client, server.Addr, origin.ResponseTimeout)
			if e.Status != 524 || origin.EdgeReason(e.Status) == "" {
				t.Errorf("%s, HTTP/2 %t: status %d", c.name, http2, e.Status)
			}
			res, err := fetch(t, client, "POST", "https", server.Addr, "/", nil, nil, 0)
			if err != nil {
				t.Errorf("%s, HTTP/2 %t: a response that had begun: %v", c.name, http2, err)
				continue
			}
			res.Body.Close()
		}
	}
}
