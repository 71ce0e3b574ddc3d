package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Response is the Go value behind a Response: https://fetch.spec.whatwg.org/#response-class
type Response struct {
	body
	status     int
	statusText string
	url        string // "" unless it came from a fetch
	redirected bool
	failed     bool // Response.error()
	// manual says that the body is already encoded as Content-Encoding says.
	manual bool
	socket WebSocket // of a response to a WebSocket handshake; or nil
}

func (res *Response) headerList() *Headers { return &res.list }

// ResponseOf returns the Response behind a value, if it is one.
func ResponseOf(r *webidl.Realm, v goja.Value) (*Response, bool) { return webidl.As[*Response](r, v) }

var (
	errStatusRange  = webidl.RangeErrorf("Responses may only be constructed with status codes in the range 200 to 599, inclusive.")
	errNullBody     = webidl.TypeErrorf("Response with null body status (101, 204, 205, or 304) cannot have a body.")
	errSocketStatus = webidl.RangeErrorf("Responses with a WebSocket must have status code 101.")
	errSocketClone  = webidl.TypeErrorf("Cannot clone a response to a WebSocket handshake.")
	errStatusText   = webidl.TypeErrorf("Invalid statusText")
)

// initialize implements https://fetch.spec.whatwg.org/#initialize-a-response for an init dictionary or Response; what
// begins the TypeError of an init that is neither.
func (res *Response) initialize(init goja.Value, what string) {
	r := res.realm
	res.status = http.StatusOK
	if webidl.IsNullish(init) {
		return
	}
	if other, ok := ResponseOf(r, init); ok {
		res.status, res.statusText, res.manual, res.cf = other.status, other.statusText, other.manual, other.cf
		res.socket = other.socket
		if err := res.checkStatus(); err != nil {
			panic(r.ErrorValue(err))
		}
		res.list = *other.list.clone()
		return
	}
	obj, ok := init.(*goja.Object)
	if !ok {
		panic(r.TypeError("%s is not of type 'InitializerDict or Response'.", what))
	}
	d := r.Dictionary(obj)
	if v, ok := d.Get("status"); ok {
		res.status = statusOf(r, v)
	}
	if text, ok := d.String("statusText"); ok {
		if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7F }) {
			panic(r.ErrorValue(errStatusText))
		}
		res.statusText = text
	}
	if v, ok := d.Get("headers"); ok {
		res.list.fill(r, v, "Incorrect type for the 'headers' field on 'InitializerDict': the provided value")
	}
	res.cfInit(d, "InitializerDict")
	if v, ok := d.Get("webSocket"); ok && !goja.IsNull(v) {
		if res.socket, ok = webidl.As[WebSocket](r, v); !ok {
			panic(r.TypeError("Incorrect type for the 'webSocket' field on 'InitializerDict': the provided value is not of type 'WebSocket'."))
		}
	}
	if err := res.checkStatus(); err != nil {
		panic(r.ErrorValue(err))
	}
	if encode, ok := d.String("encodeBody"); ok {
		manual, err := bodyEncoding("encodeBody", encode)
		if err != nil {
			panic(r.ErrorValue(err))
		}
		res.manual = manual
	}
}

// bodyEncoding converts an option of Workers that says whether the script itself encodes or decodes a body.
func bodyEncoding(option, value string) (manual bool, err error) {
	if value != "automatic" && value != "manual" {
		return false, webidl.TypeErrorf("%s: unexpected value: %s", option, value)
	}
	return value == "manual", nil
}

// statusOf converts a value to a status: a long, which is cut off, and 0 for what is no number, or a huge one.
func statusOf(r *webidl.Realm, v goja.Value) int {
	if x := r.Float(v); x > -1e6 && x < 1e6 {
		return int(x)
	}
	return 0
}

func (res *Response) checkStatus() error {
	switch {
	case res.socket != nil && res.status != http.StatusSwitchingProtocols:
		return errSocketStatus
	case res.socket == nil && (res.status < 200 || res.status > 599):
		return errStatusRange
	}
	return nil
}

// setBody gives a response its body, which must go with its status. An empty string does with any.
func (res *Response) setBody(init goja.Value) {
	res.setContent(init)
	if res.content == nil || !nullBodyStatus(res.status) {
		return
	}
	if res.content.size() != 0 || !res.content.known {
		panic(res.realm.ErrorValue(errNullBody))
	}
	res.content = nil
}

// clone implements https://fetch.spec.whatwg.org/#dom-response-clone
func (res *Response) clone() (*Response, error) {
	if res.socket != nil {
		return nil, errSocketClone
	}
	content, err := res.content.clone(res.realm)
	if err != nil {
		return nil, err
	}
	copied := *res
	copied.content, copied.headers = content, nil
	copied.list = *res.list.clone()
	copied.list.immutable = res.list.immutable
	return &copied, nil
}

// newResponse makes the Response of what a target answered. The headers are immutable, as in Workers.
func newResponse(r *webidl.Realm, in *http.Response, url string, redirected bool) *Response {
	res := &Response{status: in.StatusCode, url: url, redirected: redirected}
	res.realm = r
	if utf8.ValidString(in.Status) { // what is not, Workers do not show
		res.statusText = strings.TrimPrefix(strings.TrimPrefix(in.Status, strconv.Itoa(in.StatusCode)), " ")
	}
	res.list = Headers{source: receivedHeader(in.Header, in.TransferEncoding, in.Trailer), immutable: true}
	return res
}

// receivedHeader gives headers back what net/http took out of them.
func receivedHeader(header http.Header, transferEncoding []string, trailer http.Header) http.Header {
	if len(transferEncoding) == 0 && len(trailer) == 0 {
		if header == nil {
			header = http.Header{}
		}
		return header
	}
	header = header.Clone()
	if len(transferEncoding) > 0 {
		header["Transfer-Encoding"] = transferEncoding
	}
	for name := range trailer {
		header["Trailer"] = append(header["Trailer"], name)
	}
	return header
}

// errFailedResponse is what becomes of a Worker that answers with Response.error().
var errFailedResponse = webidl.TypeErrorf("Return value from serve handler must not be an error response (like Response.error())")

// notSent are the headers of a response that its framing decides, whatever the script says.
var notSent = []string{"Connection", "Content-Length", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// HTTP uses the response up and returns it as the answer to req, with its body, which is also the answer's Body, for
// the caller to read or close. The error says why the response cannot be sent: its body has been used already.
// It may be called on the realm's loop only.
func (res *Response) HTTP(r *webidl.Realm, req *http.Request) (*http.Response, Body, error) {
	if res.failed {
		return nil, nil, errFailedResponse
	}
	out := &http.Response{
		StatusCode: res.status,
		Status:     res.statusLine(),
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:  res.list.header(),
		Request: req,
	}
	for _, name := range notSent {
		delete(out.Header, name)
	}
	if res.socket != nil {
		body, err := res.answer(req, out.Header)
		if err != nil {
			return nil, nil, err
		}
		out.Body = body
		return out, body, nil
	}
	body, size, err := res.encoded(r, out.Header)
	if err != nil {
		return nil, nil, err
	}
	out.Body, out.ContentLength = body, size
	if res.content == nil && req != nil && req.Method == http.MethodHead {
		// The script may know the length of a body that HEAD does not ask for; nobody else does.
		out.ContentLength = -1
		length, _ := res.list.get("content-length")
		if n, err := strconv.ParseInt(length, 10, 64); err == nil && n >= 0 {
			out.ContentLength = n
		}
	}
	return out, body, nil
}

func (res *Response) statusLine() string {
	text := res.statusText
	if text == "" && res.status == http.StatusOK {
		return "200 OK"
	}
	if text == "" {
		text = http.StatusText(res.status)
	}
	return strconv.Itoa(res.status) + " " + text
}

// encoded takes the body, encoded as the Content-Encoding header says, and its size, -1 if that is not known.
func (res *Response) encoded(r *webidl.Realm, header http.Header) (Body, int64, error) {
	if res.content == nil {
		return newMemoryBody("", nil), 0, nil
	}
	size := res.content.size()
	reader, err := res.content.take(r)
	if err != nil {
		return nil, 0, err
	}
	if res.manual {
		return asBody(reader), size, nil
	}
	body, size := encode(reader, size, codingOf(header.Get("Content-Encoding"), r.Compat()))
	return body, size, nil
}

var (
	errNoHandshake = webidl.TypeErrorf("Worker tried to return a WebSocket in a response to a request which did not contain the header \"Upgrade: websocket\".")
	errNoKey       = webidl.TypeErrorf("Worker tried to return a WebSocket in a response to a request without a Sec-WebSocket-Key.")
)

// answer completes the response to a WebSocket handshake: https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2
func (res *Response) answer(req *http.Request, header http.Header) (Upgrade, error) {
	if req == nil || !upgrades(req.Header) {
		return nil, errNoHandshake
	}
	key := req.Header.Get("Sec-WebSocket-Key")
	if key == "" {
		return nil, errNoKey
	}
	header["Upgrade"], header["Connection"] = []string{"websocket"}, []string{"Upgrade"}
	header["Sec-Websocket-Accept"] = []string{AcceptKey(key)}
	return res.socket.Answer(req, header)
}
