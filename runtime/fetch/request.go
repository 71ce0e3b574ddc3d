package fetch

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/events"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// Request is the Go value behind a Request: https://fetch.spec.whatwg.org/#request-class
type Request struct {
	body
	method string
	// url is the serialised URL, or "" for an incoming request whose URL nobody has asked for; parsed is nil until it
	// is needed.
	url    string
	parsed *weburl.URL
	manual bool // redirect mode "manual"
	// raw says that the body of the response is not to be decoded, whatever its Content-Encoding.
	raw   bool
	cache string
	// signal is nil until there is one, or until a script asks for it.
	signal  *events.AbortSignal
	asked   bool         // a script has asked for signal, which it has not been given
	fetcher *goja.Object // the Fetcher that the request is bound to, or nil

	in     *http.Request // of an incoming request
	scheme string
	cfJSON string // of an incoming request whose cf nobody has asked for
}

// Incoming says what an *http.Request cannot say of the request that a Worker is to answer.
type Incoming struct {
	// URL is the URL; empty means what the Host header and the request line say, byte for byte.
	URL string
	// Scheme is that of the URL if URL is empty; empty means "https" for requests that came over TLS, else "http".
	Scheme string
	// CF is request.cf, as JSON; empty means that it is undefined.
	CF string
}

// NewRequest makes the Request object of an incoming request. Nothing of in is looked at before a script asks for it,
// so in must not change; its body is read by the realm from then on, and may be closed by it.
func NewRequest(r *webidl.Realm, in *http.Request, opts Incoming) *goja.Object {
	req := &Request{method: in.Method, url: opts.URL, manual: true, in: in, scheme: opts.Scheme, cfJSON: opts.CF}
	req.realm = r
	if in.Body != nil && (in.ContentLength != 0 || in.Body != http.NoBody || in.Header["Content-Length"] != nil) {
		req.content = readerContent(received{ReadCloser: in.Body, ctx: in.Context()}, in.ContentLength)
	}
	return r.New(RequestClass, req)
}

// IncomingFields are the headers of an incoming request as scripts see them: pairs of a name, in lower case, and a value,
// sorted by name.
func IncomingFields(in *http.Request) [][2]string {
	combined := (&Request{in: in}).headerList().combined()
	pairs := make([][2]string, len(combined))
	for i, f := range combined {
		pairs[i] = [2]string{f.name, f.value}
	}
	return pairs
}

func (req *Request) headerList() *Headers {
	if in := req.in; in != nil && !req.list.immutable {
		header := receivedHeader(in.Header, in.TransferEncoding, in.Trailer)
		req.list = Headers{source: header, immutable: true}
		if in.Host != "" && header["Host"] == nil {
			req.list.fields = append(req.list.load(), field{"Host", in.Host})
		}
	}
	return &req.list
}

// location returns the URL as scripts see it. That of an incoming request is made of the very bytes that came in.
func (req *Request) location() string {
	if req.url == "" && req.in != nil {
		req.url = IncomingURL(req.in, req.scheme)
	}
	return req.url
}

// IncomingURL is the URL of an incoming request, or of one that a Target gets, as scripts see it. An empty scheme is
// that of [Incoming].
func IncomingURL(in *http.Request, scheme string) string {
	if scheme == "" {
		switch {
		case in.URL != nil && in.URL.Scheme != "":
			scheme = in.URL.Scheme
		case in.TLS != nil:
			scheme = "https"
		default:
			scheme = "http"
		}
	}
	host := in.Host
	if host == "" && in.URL != nil {
		host = in.URL.Host
	}
	target := in.RequestURI
	switch {
	case target == "" && in.URL.Opaque != "":
		target = in.URL.Opaque
	case target == "":
		target = in.URL.RequestURI()
	case !strings.HasPrefix(target, "/") && strings.Contains(target, "://"):
		return target // absolute form
	}
	target, _, _ = strings.Cut(target, "#")
	href := scheme + "://" + host + target
	if strings.ContainsFunc(target, unserialized) {
		if u, err := weburl.Parse(href); err == nil {
			return u.Href()
		}
	}
	return href
}

// unserialized reports whether a character is in no serialised URL. Some clients send them nevertheless.
func unserialized(c rune) bool { return c <= ' ' || c >= 0x7F || c == '"' || c == '<' || c == '>' }

// parsedURL returns the URL, which may fail to parse only for an incoming request.
func (req *Request) parsedURL() (*weburl.URL, error) {
	if req.parsed == nil {
		u, err := weburl.Parse(req.location())
		if err != nil {
			return nil, webidl.TypeErrorf("Invalid URL: %s", req.location())
		}
		req.parsed = u
	}
	return req.parsed, nil
}

func (req *Request) cfValue() goja.Value {
	if req.cf == nil && req.cfJSON != "" {
		req.cf = req.realm.ParseJSON(req.cfJSON)
	}
	return orUndefined(req.cf)
}

// abortSignal returns the signal, which is made now if there is none. That of an incoming request is aborted when the
// client goes away, if the compatibility flag enable_request_signal asks for that.
func (req *Request) abortSignal() *events.AbortSignal {
	if req.signal != nil {
		return req.signal
	}
	r := req.realm
	signal := events.NewAbortSignal(r)
	req.signal, req.asked = signal, true
	if req.in != nil && r.Compat().Enabled(compat.EnableRequestSignal) {
		context.AfterFunc(req.in.Context(), func() {
			r.Loop.Post(func() { signal.SignalAbort(r.DOMException("AbortError", "The client has disconnected")) })
		})
	}
	return req.signal
}

var (
	errReconstruct       = webidl.TypeErrorf("Cannot reconstruct a Request with a used body.")
	errDisturbed         = webidl.TypeErrorf("This ReadableStream is disturbed (has already been read from), and cannot be used as a body.")
	errReconstructLocked = webidl.TypeErrorf("The ReadableStream has been locked to a reader.")
	errBodyOfGet         = webidl.TypeErrorf("Request with a GET or HEAD method cannot have a body.")
	errRedirectMode      = webidl.TypeErrorf(`Invalid redirect value, must be one of "follow" or "manual" ("error" won't be implemented since it does not make sense at the edge; use "manual" and check the response status code).`)
	errIntegrity         = webidl.TypeErrorf("Subrequest integrity checking is not implemented. The integrity option must be either undefined or an empty string.")
)

// newRequest implements https://fetch.spec.whatwg.org/#dom-request for an input and an init. A Request as input loses
// its body to the new one, unless init has another. what begins the TypeError of an init that is none.
func newRequest(r *webidl.Realm, input, init goja.Value, what string) *Request {
	req := &Request{method: http.MethodGet}
	req.realm = r
	source, fromRequest := webidl.As[*Request](r, input)
	if fromRequest {
		req.copyFrom(source)
	} else {
		req.parse(input)
	}
	switch init := init.(type) {
	case *goja.Object:
		if other, ok := webidl.As[*Request](r, init); ok {
			req.initializeFrom(other)
			return req
		}
		req.initialize(r.Dictionary(init), source)
	default:
		if !webidl.IsNullish(init) {
			panic(r.TypeError("%s is not of type 'RequestInitializerDict or Request'.", what))
		}
		req.adopt(source)
	}
	return req
}

func (req *Request) parse(input goja.Value) {
	r := req.realm
	if u, ok := webidl.As[*weburl.URL](r, input); ok {
		req.parsed = u.Clone()
	} else {
		text := r.USVString(input)
		u, err := weburl.Parse(text)
		if err != nil {
			panic(r.TypeError("Invalid URL: %s", text))
		}
		req.parsed = u
	}
	req.url = req.parsed.Href()
}

// copyFrom copies all but the body.
func (req *Request) copyFrom(other *Request) {
	req.method, req.url, req.parsed = other.method, other.location(), other.parsed
	req.takeInit(other)
}

// takeInit copies what a Request that stands for an init dictionary gives.
func (req *Request) takeInit(other *Request) {
	req.manual, req.raw, req.cache, req.fetcher = other.manual, other.raw, other.cache, other.fetcher
	req.cf, req.cfJSON = other.cf, other.cfJSON
	req.list = *other.headerList().clone()
	if other.in == nil {
		req.signal, req.asked = other.signal, other.asked
	}
}

// initializeFrom is initialize for a Request in place of a dictionary, whose body is, like any stream in one, shared: it
// may be read once, through either Request.
func (req *Request) initializeFrom(other *Request) {
	req.method = other.method
	req.takeInit(other)
	if other.content.isUsed() {
		panic(req.realm.ErrorValue(errDisturbed))
	}
	req.content = other.content
}

// adopt takes over the body of another Request; nil has none.
func (req *Request) adopt(other *Request) {
	if other == nil || other.content == nil {
		return
	}
	content := other.content
	switch {
	case content.isUsed():
		panic(req.realm.ErrorValue(errReconstruct))
	case content.isLocked():
		panic(req.realm.ErrorValue(errReconstructLocked))
	}
	moved, err := content.move(req.realm)
	req.realm.Rethrow(err)
	req.content = moved
}

// initialize applies an init dictionary. The body is that of source, if there is one, unless the dictionary has another.
func (req *Request) initialize(init webidl.Dictionary, source *Request) {
	r := req.realm
	fail := func(err error) { panic(r.ErrorValue(err)) }
	flags := r.Compat()
	wrongType := func(name, kind string) {
		panic(r.TypeError("Incorrect type for the '%s' field on 'RequestInitializerDict': the provided value is not of type '%s'.", name, kind))
	}

	method, methodGiven := init.String("method")
	if methodGiven {
		normal, ok := normalizeMethod(method, flags.Enabled(compat.UpperCaseAllHTTPMethods))
		if !ok {
			panic(r.TypeError("Invalid HTTP method string: %s", method))
		}
		req.method = normal
	}
	if v, ok := init.Get("headers"); ok {
		req.list = Headers{}
		req.list.fill(r, v, "Incorrect type for the 'headers' field on 'RequestInitializerDict': the provided value")
	}
	if mode, ok := init.String("redirect"); ok {
		switch strings.ToLower(mode) {
		case "follow":
			req.manual = false
		case "manual":
			req.manual = true
		default:
			fail(errRedirectMode)
		}
	}
	if v, ok := init.Get("fetcher"); ok {
		req.fetcher = nil
		if !goja.IsNull(v) {
			if _, ok := webidl.As[*fetcher](r, v); !ok {
				wrongType("fetcher", "Fetcher")
			}
			req.fetcher = v.(*goja.Object)
		}
	}
	if v, ok := init.Get("signal"); ok {
		req.signal, req.asked = nil, false
		if !goja.IsNull(v) {
			signal, ok := webidl.As[*events.AbortSignal](r, v)
			if !ok {
				wrongType("signal", "AbortSignal")
			}
			req.signal = signal
		}
	}
	req.cfInit(init, "RequestInitializerDict")
	if mode, ok := init.String("cache"); ok {
		if err := checkCacheMode(mode, flags); err != nil {
			fail(err)
		}
		req.cache = mode
	}
	if encode, ok := init.String("encodeResponseBody"); ok {
		raw, err := bodyEncoding("encodeResponseBody", encode)
		if err != nil {
			fail(err)
		}
		req.raw = raw
	}
	if integrity, ok := init.String("integrity"); ok && integrity != "" {
		fail(errIntegrity)
	}

	bodyless := req.method == http.MethodGet || req.method == http.MethodHead
	switch v, ok := init.Get("body"); {
	case !ok:
		if source != nil && source.content != nil && methodGiven && bodyless {
			fail(errBodyOfGet)
		}
		req.adopt(source)
	case !goja.IsNull(v):
		if bodyless {
			fail(errBodyOfGet)
		}
		req.setContent(v)
	}
}

func checkCacheMode(mode string, flags compat.Set) error {
	if !flags.Enabled(compat.CacheOptionEnabled) {
		return webidl.Errorf("The 'cache' field on 'RequestInitializerDict' is not implemented.")
	}
	if mode == "no-store" || mode == "no-cache" && flags.Enabled(compat.CacheNoCacheEnabled) {
		return nil
	}
	return webidl.TypeErrorf("Unsupported cache mode: %s", mode)
}

// methods are those that Workers know.
var methods = strings.Fields(`GET HEAD POST PUT DELETE PATCH PURGE OPTIONS TRACE COPY LOCK MKCOL MOVE PROPFIND
	PROPPATCH SEARCH UNLOCK ACL REPORT MKACTIVITY CHECKOUT MERGE MSEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE QUERY`)

// normalizeMethod returns a method in upper case, and whether Workers know it. all says that this goes for all methods,
// and not only for those of https://fetch.spec.whatwg.org/#concept-method-normalize.
func normalizeMethod(method string, all bool) (string, bool) {
	if slices.Contains(methods, method) {
		return method, true
	}
	upper := strings.ToUpper(method)
	if !all && !slices.Contains([]string{"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}, upper) {
		return "", false
	}
	return upper, slices.Contains(methods, upper)
}

// clone implements https://fetch.spec.whatwg.org/#dom-request-clone
func (req *Request) clone() (*Request, error) {
	content, err := req.content.clone(req.realm)
	if err != nil {
		return nil, err
	}
	immutable := req.headerList().immutable
	copied := *req
	copied.content, copied.headers = content, nil
	copied.list = *req.list.clone()
	copied.list.immutable = immutable
	return &copied, nil
}
