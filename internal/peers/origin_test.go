//go:build peers

package peers

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"devserver/internal/testpki"
)

// recorder is an origin that keeps what it is sent, byte by byte, and answers what the path asks for. It listens on two
// ports with TLS, where it demands a client certificate, and on two without, so that there are other origins to be
// redirected to. One recorder serves both programs that are compared, one after the other.
type recorder struct {
	listeners map[string]net.Listener // by what the Worker's env calls them

	mu      sync.Mutex
	changed sync.Cond
	records []*record
}

// record is a request as it came.
type record struct {
	via     string   // how it came: the listener and, with TLS, the client's common name and the server name it asked for
	line    string   // the request line
	headers []string // as written, without line ends
	framing string   // what says how long the body is: "none", "length" or "chunked"
	body    []byte   // without the chunks' framing
	cut     bool     // the connection ended within the body
	done    bool
}

// newRecorder starts an origin with a certificate for 127.0.0.1 and localhost, which trusts ca.
func newRecorder(t testing.TB, ca *testpki.CA) *recorder {
	t.Helper()
	r := &recorder{listeners: map[string]net.Listener{}}
	r.changed.L = &r.mu
	secured := &tls.Config{
		Certificates: []tls.Certificate{ca.Server("127.0.0.1", "localhost").TLS()},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    ca.Pool(),
	}
	for _, name := range []string{"A", "B", "PLAIN_A", "PLAIN_B"} {
		l := listen(t)
		if !strings.HasPrefix(name, "PLAIN") {
			l = tls.NewListener(l, secured)
		}
		r.listeners[name] = l
		go r.serve(name, l)
	}
	return r
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// vars are the origin's URLs, for env.
func (r *recorder) vars() map[string]string {
	vars := map[string]string{}
	for name, l := range r.listeners {
		scheme := "https"
		if strings.HasPrefix(name, "PLAIN") {
			scheme = "http"
		}
		vars[name] = scheme + "://" + l.Addr().String()
	}
	return vars
}

// take returns what came since it was last called, once all of it is there.
func (r *recorder) take(t testing.TB) []string {
	t.Helper()
	deadline := time.Now().Add(patience)
	late := time.AfterFunc(patience, r.changed.Broadcast)
	defer late.Stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	for slices.ContainsFunc(r.records, func(rec *record) bool { return !rec.done }) {
		if time.Now().After(deadline) {
			t.Errorf("the origin still waits for the end of a body")
			break
		}
		r.changed.Wait()
	}
	var list []string
	for _, rec := range r.records {
		list = append(list, rec.String())
	}
	r.records = nil
	return list
}

// finish marks a record as complete.
func (r *recorder) finish(rec *record) {
	r.mu.Lock()
	rec.done = true
	r.mu.Unlock()
	r.changed.Broadcast()
}

// What two runs of the same program do not write alike.
var (
	boundary     = regexp.MustCompile(`boundary="?([0-9a-f]{32})\b`)
	webSocketKey = regexp.MustCompile(`(?m)^(Sec-WebSocket-Key: )[A-Za-z0-9+/]{22}==$`)
)

// String is the request for comparing: headers sorted, since net/http does not keep their order, and random parts
// replaced.
func (r *record) String() string {
	headers := make([]string, 0, len(r.headers))
	for _, h := range r.headers {
		name, value, _ := strings.Cut(h, ":")
		headers = append(headers, name+": "+strings.TrimSpace(value))
	}
	slices.Sort(headers)
	text := fmt.Sprintf("[%s] %s\n%s\n(%s) %q", r.via, r.line, strings.Join(headers, "\n"), r.framing, r.body)
	if r.cut {
		text += " …cut"
	}
	if m := boundary.FindStringSubmatch(text); m != nil {
		text = strings.ReplaceAll(text, m[1], "BOUNDARY")
	}
	return webSocketKey.ReplaceAllString(text, "${1}KEY")
}

func (r *recorder) serve(name string, l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go r.converse(name, conn)
	}
}

// converse answers the requests on one connection.
func (r *recorder) converse(name string, conn net.Conn) {
	defer conn.Close()
	via := name
	if conn, ok := conn.(*tls.Conn); ok {
		if conn.Handshake() != nil {
			return
		}
		state := conn.ConnectionState()
		via += ", certificate " + state.PeerCertificates[0].Subject.CommonName + ", name " + strconv.Quote(state.ServerName)
	}
	in := bufio.NewReader(conn)
	for {
		if first, err := in.Peek(1); err != nil || first[0] == tlsHandshake {
			return
		}
		rec, err := r.read(via, in)
		if err != nil {
			return
		}
		if !answer(conn, in, rec) {
			return
		}
	}
}

// tlsHandshake is the first byte of a TLS connection.
const tlsHandshake = 0x16

// read reads a request. It is in the records from its head on.
func (r *recorder) read(via string, in *bufio.Reader) (*record, error) {
	rec := &record{via: via, framing: "none"}
	var length int64
	for first := true; ; first = false {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		line = strings.TrimSuffix(line, "\r\n")
		if first {
			rec.line = line
			continue
		}
		if line == "" {
			break
		}
		rec.headers = append(rec.headers, line)
		switch key, value, _ := strings.Cut(line, ":"); strings.ToLower(key) {
		case "content-length":
			rec.framing = "length"
			length, _ = strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		case "transfer-encoding":
			rec.framing = "chunked"
		}
	}
	if !strings.HasPrefix(rec.line, "POST /broken ") { // how much comes of an upload that breaks off is a matter of chance
		r.mu.Lock()
		r.records = append(r.records, rec)
		r.mu.Unlock()
	}
	defer r.finish(rec)
	var err error
	switch rec.framing {
	case "length":
		var n int64
		var body bytes.Buffer
		n, err = io.Copy(&body, io.LimitReader(in, length))
		if n < length {
			err = io.ErrUnexpectedEOF
		}
		rec.body = body.Bytes()
	case "chunked":
		rec.body, err = io.ReadAll(httputil.NewChunkedReader(in))
		for err == nil { // trailers
			var line string
			if line, err = in.ReadString('\n'); line == "\r\n" {
				break
			}
		}
	}
	rec.cut = err != nil
	return rec, err
}

// answers are responses that always are the same. A response to HEAD is their head.
var answers = map[string]string{
	"/multi":          "HTTP/1.1 200 Fine Thing\r\nX-A: 1\r\nx-a: 2\r\nX-Pad:   v  \r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\nVary: a\r\nvary: b\r\n\r\nok",
	"/connection":     "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok",
	"/201":            "HTTP/1.1 201 Made\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\nok",
	"/204":            "HTTP/1.1 204 Nothing\r\nX-A: 1\r\n\r\n",
	"/205":            "HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n",
	"/304":            "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n",
	"/304-length":     "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 55\r\n\r\n",
	"/404":            "HTTP/1.1 404 Nowhere\r\nContent-Length: 4\r\n\r\ngone",
	"/500":            "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops",
	"/999":            "HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok",
	"/latin1":         "HTTP/1.1 200 caf\xe9\r\nX-L: caf\xe9\r\nX-U: caf\xc3\xa9\r\nContent-Length: 2\r\n\r\nok",
	"/http10":         "HTTP/1.0 200 OK\r\nX: y\r\n\r\nuntil close",
	"/until-close":    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil close",
	"/noreason":       "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
	"/100":            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	"/103":            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	"/gzip":           "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: " + strconv.Itoa(len(zipped)) + "\r\n\r\n" + zipped,
	"/gzip-chunked":   "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + strconv.FormatInt(int64(len(zipped)), 16) + "\r\n" + zipped + "\r\n0\r\n\r\n",
	"/gzip-not":       "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
	"/br":             "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: br\r\nContent-Length: " + strconv.Itoa(len(brotlied)) + "\r\n\r\n" + brotlied,
	"/br-not":         "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 11\r\n\r\nnot brotli!",
	"/br-half":        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 6\r\n\r\n" + brotlied[:6],
	"/br-empty":       "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n",
	"/gzip-half":      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + zipped[:20],
	"/gzip-empty":     "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
	"/encoding-other": "HTTP/1.1 200 OK\r\nContent-Encoding: other\r\nContent-Length: 2\r\n\r\nok",
	"/chunked":        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n",
	"/trailers":       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n",
	"/empty-length":   "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
	"/empty-chunked":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"/charset":        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Length: 4\r\n\r\ncaf\xe9",
	"/bom":            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\xef\xbb\xbfok",
	"/json":           "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
	"/form":           "HTTP/1.1 200 OK\r\nContent-Type: multipart/form-data; boundary=x\r\nConnection: close\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb \xc3\xa9\r\n--x--\r\n",
	"/empty-header":   "HTTP/1.1 200 OK\r\nX-Empty:\r\nContent-Length: 2\r\n\r\nok",
	"/duplicate":      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
	"/fold":           "HTTP/1.1 200 OK\r\nX-F: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
	"/garbage":        "SSH-2.0-hello\r\n\r\n",
	"/close":          "",
	"/half-head":      "HTTP/1.1 200 OK\r\nX-",
	"/half-length":    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
	"/half-chunked":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
	"/bad-location":   "HTTP/1.1 302 Found\r\nLocation: http://[::\r\nContent-Length: 0\r\n\r\n",
	"/no-location":    "HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nok",
	"/ftp-location":   "HTTP/1.1 302 Found\r\nLocation: ftp://example.test/\r\nContent-Length: 0\r\n\r\n",
	"/utf8-location":  "HTTP/1.1 302 Found\r\nLocation: /caf\xc3\xa9 au?lait=\xc3\xa9\r\nContent-Length: 0\r\n\r\n",
}

// closing are the answers that the end of the connection belongs to.
var closing = []string{"/http10", "/until-close", "/form", "/garbage", "/close", "/half-head", "/half-length", "/half-chunked"}

var zipped = func() string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, "zipped text")
	w.Close()
	return b.String()
}()

var brotlied = func() string {
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	io.WriteString(w, "brotlied text")
	w.Close()
	return b.String()
}()

// answer answers a request, and reports whether the connection goes on.
func answer(conn net.Conn, in *bufio.Reader, rec *record) bool {
	method, rest, _ := strings.Cut(rec.line, " ")
	target, _, _ := strings.Cut(rest, " ")
	path, query, _ := strings.Cut(target, "?")
	gone := func() bool { in.ReadByte(); return false } // waits until the other side hangs up
	response, ok := answers[path]
	switch {
	case ok:
	case path == "/stall":
		return gone()
	case path == "/stall-body":
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
		return gone()
	case strings.HasPrefix(path, "/redirect/"):
		values, _ := url.ParseQuery(query)
		if !values.Has("to") {
			response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
			break
		}
		response = fmt.Sprintf("HTTP/1.1 %s There\r\nLocation: %s\r\nContent-Length: 2\r\n\r\nno", path[len("/redirect/"):], values.Get("to"))
	case strings.HasPrefix(path, "/hops/"):
		response = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\narrived"
		if n, _ := strconv.Atoi(path[len("/hops/"):]); n > 0 {
			response = fmt.Sprintf("HTTP/1.1 302 Found\r\nLocation: /hops/%d\r\nContent-Length: 0\r\n\r\n", n-1)
		}
	case path == "/echo":
		response = fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(rec.body), rec.body)
	case path == "/big":
		response = fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", 1<<20, strings.Repeat("0123456789abcdef", 1<<16))
	default:
		response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	}
	if method == "HEAD" {
		head, _, _ := strings.Cut(response, "\r\n\r\n")
		response = head + "\r\n\r\n"
	}
	io.WriteString(conn, response)
	return !slices.Contains(closing, path)
}
