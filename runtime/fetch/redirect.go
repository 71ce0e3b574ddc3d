package fetch

import (
	"io"
	"net/http"
	"strings"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// maxRedirects is how many redirects a fetch follows: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch
const maxRedirects = 20

var (
	errLocation    = webidl.TypeErrorf("Invalid Location header; unable to follow redirect.")
	errOneTimeBody = webidl.TypeErrorf("A request with a one-time-use body (it was initialized from a stream, not a buffer) encountered a redirect requiring the body to be retransmitted. To avoid this error in the future, construct this request from a buffer-like body initializer.")
)

// redirectStatus implements https://fetch.spec.whatwg.org/#redirect-status
func redirectStatus(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow sends the request, and sends it on wherever it is redirected to, and returns the last response. It runs off the
// loop.
func (x *exchange) follow() (*http.Response, error) {
	var hops []string
	for {
		res, err := x.send()
		if err != nil {
			return nil, err
		}
		location := res.Header.Get("Location")
		if x.manual || location == "" || !redirectStatus(res.StatusCode) {
			return res, nil
		}
		// A little of the body is read so that the connection can be used for the next hop.
		io.CopyN(io.Discard, res.Body, 2<<10)
		res.Body.Close()
		if hops = append(hops, urlWithoutFragment(x.url)); len(hops) > maxRedirects {
			return nil, webidl.TypeErrorf("Too many redirects.%s", strings.Join(hops, ", "))
		}
		if err := x.redirect(res.StatusCode, location); err != nil {
			return nil, err
		}
		x.from = res
		x.again()
	}
}

// redirect implements https://fetch.spec.whatwg.org/#concept-http-redirect-fetch as Workers do: only Authorization is
// dropped on the way to another origin, cookies stay, and so do the headers of a body that is dropped.
func (x *exchange) redirect(status int, location string) error {
	to, err := weburl.ParseWithBase(location, x.url)
	if err != nil || to.Scheme() != "http" && to.Scheme() != "https" {
		return errLocation
	}
	if x.body != nil {
		return errOneTimeBody
	}
	switch {
	case status == http.StatusSeeOther && x.method != http.MethodHead,
		(status == http.StatusMovedPermanently || status == http.StatusFound) && x.method == http.MethodPost:
		x.method, x.content = http.MethodGet, nil
	}
	if to.Origin() != x.url.Origin() && x.flags.Enabled(compat.StripAuthorizationOnCrossOrigin) {
		x.header = x.header.Clone()
		x.header.Del("Authorization")
	}
	x.url = to
	return nil
}
