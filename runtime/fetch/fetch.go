package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// fetch implements https://fetch.spec.whatwg.org/#dom-global-fetch over a target: it returns a promise of a Response.
// scope names the interface that the function belongs to.
func fetch(c webidl.Call, target Target, scope string) goja.Value {
	r := c.Realm
	c.Check(r.CheckIO())
	req := newRequest(r, c.Arg(0), c.Arg(1), "Failed to execute 'fetch' on '"+scope+"': parameter 2")
	if req.signal != nil && req.signal.Aborted() {
		panic(req.signal.Reason())
	}
	u, err := req.parsedURL()
	c.Check(err)
	switch u.Scheme() {
	case "http", "https":
	case "data":
		res, err := fetchData(r, u, req.method)
		c.Check(err)
		return r.New(ResponseClass, res)
	default:
		c.Throw(webidl.TypeErrorf("Fetch API cannot load: %s", u.Href()))
	}
	if req.fetcher != nil {
		bound, _ := webidl.As[*fetcher](r, req.fetcher)
		target = bound.target
	}
	if target == nil {
		c.Throw(webidl.Errorf("This Worker has no network: nothing is behind its global fetch()."))
	}
	x, err := newExchange(req, target, u)
	c.Check(err)
	return x.start()
}

// exchange is one fetch under way: from the call to the end of the response body.
type exchange struct {
	realm   *webidl.Realm
	promise *webidl.Promise
	ctx     context.Context
	cancel  context.CancelCauseFunc
	target  Target
	flags   compat.Set

	method  string
	url     *weburl.URL
	header  http.Header
	body    *upload  // of a request that can be sent only once
	content *content // nil if there is no body
	length  int64    // of the body; -1 if that is not known
	manual  bool
	cf      string         // of the request, as JSON, for a target that is a Worker
	raw     bool           // the body of the response is not decoded
	from    *http.Response // the redirect that led to url; nil at first
	upgrade bool           // a WebSocket handshake: see shakeHands

	span   *tracing.Span // nil if nobody is told of it
	asked  string        // the URL that the script asked for, if there is a span
	forget func()        // takes the abort algorithm back, on the loop; nil if there is none
}

func newExchange(req *Request, target Target, u *weburl.URL) (*exchange, error) {
	r := req.realm
	environment := webidl.State[state](r)
	x := &exchange{
		realm: r, promise: r.NewPromise(), target: target, flags: r.Compat(),
		method: req.method, url: u, content: req.content, manual: req.manual, raw: req.raw,
	}
	if err := req.applyCacheMode(); err != nil {
		return nil, err
	}
	x.header = req.list.header()
	if _, ok := target.(Worker); ok {
		x.cf = req.cfText()
	}
	x.ctx, x.cancel = context.WithCancelCause(environment.context())
	if req.content != nil {
		x.length = req.content.size()
		if !req.content.known {
			body, err := req.content.take(r)
			if err != nil {
				x.cancel(nil)
				return nil, err
			}
			x.body = &upload{ReadCloser: body, cancel: x.cancel}
		}
	}
	if upgrades(x.header) {
		x.shakeHands()
	}
	if req.signal != nil {
		x.forget = req.signal.OnAbort(func() {
			reason := req.signal.Reason()
			x.cancel(r.Thrown(reason))
			x.promise.RejectValue(reason)
		})
	}
	return x, nil
}

// upload is the body of a request that can be sent only once. If it fails, that is not the target's failure, and ends
// the exchange.
type upload struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
	closed atomic.Bool // by the target, which has read enough, or by the exchange
}

// Read implements io.Reader.
func (u *upload) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	if err != nil && err != io.EOF && !u.closed.Load() {
		u.cancel(err)
	}
	return n, err
}

// Close implements io.Closer.
func (u *upload) Close() error {
	if u.closed.Swap(true) {
		return nil
	}
	return u.ReadCloser.Close()
}

// applyCacheMode adds the headers that go with the cache mode.
func (req *Request) applyCacheMode() error {
	if req.cache == "" {
		return nil
	}
	if cf, ok := req.cf.(*goja.Object); ok && req.cache == "no-store" {
		if ttl := cf.Get("cacheTtl"); !webidl.IsNullish(ttl) && ttl.ToInteger() != -1 {
			return webidl.TypeErrorf("CacheTtl: %v, is not compatible with cache: no-store header.", ttl)
		}
	}
	for _, name := range []string{"Cache-Control", "Pragma"} {
		if req.list.index(name) < 0 {
			if err := req.list.append(name, "no-cache"); err != nil {
				return err
			}
		}
	}
	return nil
}

// start sends the request and returns the promise of its response.
func (x *exchange) start() goja.Value {
	if x.span = tracing.Open(x.realm, "fetch"); x.span != nil {
		x.asked = x.url.Href()
		x.describe()
	}
	op := x.realm.Loop.Begin()
	go func() {
		res, panicked, err := x.attempt()
		done := op.Done(func() {
			if panicked != nil {
				panic(panicked)
			}
			defer x.span.CloseAfter(x.realm)
			if err != nil {
				x.fail(err)
				return
			}
			x.respond(res)
		})
		if !done {
			x.release()
			if res != nil {
				res.Body.Close()
			}
		}
	}()
	return x.promise.Value()
}

// attempt is follow, with a panic of the target's handed on: it is to end the request, not the process.
func (x *exchange) attempt() (res *http.Response, panicked, err error) {
	defer func() {
		if v := recover(); v != nil {
			panicked = fmt.Errorf("%v\n%s", v, debug.Stack())
		}
	}()
	res, err = x.follow()
	return res, nil, err
}

func (x *exchange) fail(err error) {
	err = networkError(x.ctx, err)
	x.end()
	x.promise.Reject(err)
}

// release lets go of what the exchange holds outside the realm.
func (x *exchange) release() {
	x.cancel(nil)
	if x.body != nil {
		x.body.Close()
	}
}

// end ends an exchange without a response body. It may be called on the loop only.
func (x *exchange) end() {
	x.release()
	if x.forget != nil {
		x.forget()
	}
}

// respond settles the promise with the response.
func (x *exchange) respond(in *http.Response) {
	if !x.promise.Pending() { // aborted in the meantime
		in.Body.Close()
		x.end()
		return
	}
	res := newResponse(x.realm, in, urlWithoutFragment(x.url), x.from != nil)
	if x.upgrade && in.StatusCode == http.StatusSwitchingProtocols {
		connect := webidl.State[state](x.realm).WebSocket
		if connect == nil {
			in.Body.Close()
			x.fail(webidl.Errorf("there are no WebSockets here"))
			return
		}
		res.socket = connect(x.realm, x.upgraded(in))
		x.promise.Resolve(x.realm.New(ResponseClass, res))
		return
	}
	if x.method == http.MethodHead || nullBodyStatus(in.StatusCode) {
		in.Body.Close()
		x.end()
	} else {
		body := io.ReadCloser(x.receive(in.Body))
		c := codingOf(in.Header.Get("Content-Encoding"), x.flags)
		if x.raw {
			c, res.manual = "", true
		}
		res.content = readerContent(decode(body, in.ContentLength, c))
	}
	x.promise.Resolve(x.realm.New(ResponseClass, res))
}

func urlWithoutFragment(u *weburl.URL) string {
	href, _, _ := strings.Cut(u.Href(), "#") // an empty one, too
	return href
}

// send sends the request to one URL.
func (x *exchange) send() (*http.Response, error) {
	req := &http.Request{
		Method: x.method,
		URL:    &url.URL{Scheme: x.url.Scheme(), Host: x.url.Host(), Opaque: x.url.RequestTarget()},
		Host:   x.url.Host(),
		Proto:  "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: x.header, Response: x.from,
	}
	switch {
	case x.content == nil:
	case x.length == 0:
		if x.body != nil {
			x.body.Close()
		}
		req.Body = http.NoBody
	case x.body != nil:
		req.Body, req.ContentLength = x.body, x.length
	default:
		req.Body, req.ContentLength = newMemoryBody(x.content.text, x.content.data), x.length
	}
	req = req.WithContext(tracing.WithContext(x.ctx, x.span.Context()))
	if x.cf != "" {
		req = x.target.(Worker).WithCF(req, x.cf)
	}
	res, err := x.target.RoundTrip(req)
	if err == nil && x.span != nil {
		x.describeAnswer(res)
	}
	if err == nil && x.upgrade && res.StatusCode == http.StatusSwitchingProtocols {
		res = x.checkHandshake(res)
	}
	return res, err
}

// receive returns the body of the response, which ends the exchange at its end. If the isolate ends first, nobody will
// close the body but we.
func (x *exchange) receive(body io.ReadCloser) *responseBody {
	b := &responseBody{received: received{body, x.ctx}, exchange: x}
	b.stop = context.AfterFunc(x.ctx, func() { b.ReadCloser.Close() })
	return b
}

// responseBody is the body of a response that was fetched.
type responseBody struct {
	received
	exchange *exchange
	stop     func() bool
	once     sync.Once
	end      error // how it ended; nil before that
}

// Read implements io.Reader.
func (b *responseBody) Read(p []byte) (int, error) {
	if b.end != nil {
		return 0, b.end // Close has ended the exchange, which must not look like a failure now
	}
	n, err := b.received.Read(p)
	if err != nil {
		b.end = err
		b.Close()
	}
	return n, err
}

// Close implements io.Closer.
func (b *responseBody) Close() error {
	var err error
	b.once.Do(func() {
		b.stop()
		err = b.ReadCloser.Close()
		b.exchange.release()
		if forget := b.exchange.forget; forget != nil {
			b.exchange.realm.Loop.Post(forget)
		}
	})
	return err
}

// received is a body from the network.
type received struct {
	io.ReadCloser
	ctx context.Context
}

// Read implements io.Reader. Bytes that have come already are not given any more once ctx has ended.
func (b received) Read(p []byte) (int, error) {
	if b.ctx.Err() != nil {
		return 0, networkError(b.ctx, context.Cause(b.ctx))
	}
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = networkError(b.ctx, err)
	}
	return n, err
}
