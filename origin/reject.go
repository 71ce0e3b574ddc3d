package origin

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// largestPage bounds the error pages that are looked at. nginx's and Apache's have a few hundred bytes.
const largestPage = 8 << 10

// errPage is the cause of what explains an error page.
var errPage = errors.New("the origin's error page says so")

// rejection looks at an error page for a refusal of the certificate by an origin that takes every handshake; nil if it is
// none. The response stays as it is.
func rejection(res *http.Response, f *facts) *Error {
	text := peek(res)
	e := &Error{Host: f.host, Err: errPage}
	if f.identity != nil {
		e.Identity = f.identity.Name
	}
	switch {
	case strings.Contains(text, "No required SSL certificate was sent"):
		e.certRequired()
		e.Code = HTTPReject
		switch {
		case f.identity == nil:
			e.Why = "plain fetch has no certificate; the origin is nginx, or like it, which takes the handshake and answers 400"
		case !f.asked():
			e.What = "the origin requires a client certificate and did not ask for one"
			e.Why = "the origin did not ask for it in the handshake, where it knew the name that was sent as SNI, but wants it for the host of the URL"
			e.Fix = "let both names lead to the same server of the origin: check server_name, or have the origin ask for certificates in its default server too"
		default:
			e.What = "the origin says that no client certificate was sent"
			e.Why = "it asked for one in the handshake and got it; often another server of its takes the request than took the handshake"
			e.Fix = "let SNI and the host of the URL lead to the same server of the origin; its log may say more"
		}
	case strings.Contains(text, "The SSL certificate error"):
		e.Code = HTTPReject
		e.What = "the origin does not accept the client certificate"
		e.Why = "it is nginx, or like it, which takes the handshake and answers 400"
		e.Fix = "see the origin's error log for the reason"
		if f.identity == nil {
			break
		}
		v := f.suspect(time.Now())
		if chain := f.identity.chain(); v == nil && len(f.ask().issuers) == 0 && len(chain) > 0 {
			v = f.unknownIssuer(chain) // all that is left to be seen from here
		}
		if v != nil {
			e.Why += "; from here it looks like " + v.code + ": " + v.what
			if v.why != "" {
				e.Why += " (" + v.why + ")"
			}
			e.Fix = v.fix
		}
	case strings.Contains(text, "Cannot perform Post-Handshake Authentication"):
		e.askedLate("by post-handshake authentication")
	default:
		return nil
	}
	e.Status = res.StatusCode
	return e
}

// peek returns a small error page and leaves it to be read again; "" for any other response.
func peek(res *http.Response) string {
	if res.StatusCode != http.StatusBadRequest && res.StatusCode != http.StatusForbidden ||
		res.ContentLength <= 0 || res.ContentLength > largestPage || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		return ""
	}
	page, err := io.ReadAll(res.Body)
	rest := io.Reader(res.Body) // which has ended, or goes on failing
	if err == nil {
		rest = http.NoBody
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(page), rest), res.Body}
	return string(page)
}
