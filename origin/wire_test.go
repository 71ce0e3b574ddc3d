package origin_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"devserver/origin"
)

// recorder is an http:// origin that keeps the bytes of each request and answers from a
// script. Every answer closes the connection.
type recorder struct {
	addr     string
	requests chan string
}

func record(t *testing.T, answer string) *recorder {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	r := &recorder{addr: listener.Addr().String(), requests: make(chan string, 10)}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				r.requests <- readRaw(conn)
				io.WriteString(conn, answer)
			}()
		}
	}()
	return r
}

// readRaw reads one request, by its own framing, and returns it as it came. It does not
// use net/http's server side, which refuses or rewrites some of what is tested here.
func readRaw(conn net.Conn) string {
	var raw strings.Builder
	in := bufio.NewReader(io.TeeReader(oneByte{conn}, &raw))
	head, err := readUntil(in, "\r\n\r\n")
	if err != nil {
		return raw.String()
	}
	for line := range strings.SplitSeq(head, "\r\n") {
		if value, found := strings.CutPrefix(line, "Content-Length: "); found {
			length, _ := strconv.ParseInt(value, 10, 64)
			io.CopyN(io.Discard, in, length)
		}
		if line == "Transfer-Encoding: chunked" {
			readUntil(in, "0\r\n\r\n")
		}
	}
	return raw.String()
}

func readUntil(in *bufio.Reader, end string) (string, error) {
	var text strings.Builder
	for !strings.HasSuffix(text.String(), end) {
		b, err := in.ReadByte()
		if err != nil {
			return text.String(), err
		}
		text.WriteByte(b)
	}
	return text.String(), nil
}

// oneByte keeps a buffered reader from reading further than it needs.
type oneByte struct{ io.Reader }

func (r oneByte) Read(p []byte) (int, error) { return r.Reader.Read(p[:1]) }

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

// fetch sends a request the way runtime/fetch does.
func fetch(t *testing.T, c *origin.Client, method, scheme, host, target string, header http.Header, body io.Reader, length int64) (*http.Response, error) {
	t.Helper()
	req := (&http.Request{
		Method: method,
		URL:    &url.URL{Scheme: scheme, Host: host, Opaque: target},
		Header: header,
	}).WithContext(t.Context())
	if body != nil {
		req.Body, req.ContentLength = io.NopCloser(body), length
	}
	return c.RoundTrip(req)
}

func TestWire(t *testing.T) {
	recorder := record(t, ok)
	client := origin.New(origin.Options{})
	defer client.Close()

	const stream = -1
	for _, c := range []struct {
		name, method, target string
		header               http.Header
		body                 string
		length               int64 // 0: no body
		want                 string
	}{
		{name: "get", method: "GET", target: "/get", want: "GET /get HTTP/1.1\nHost: HOST\n\n"},
		{name: "head", method: "HEAD", target: "/h", want: "HEAD /h HTTP/1.1\nHost: HOST\n\n"},

		{name: "escaped slash", method: "GET", target: "/a%2Fb|c", want: "GET /a%2Fb|c HTTP/1.1\nHost: HOST\n\n"},
		{name: "bad escape", method: "GET", target: "/a%zz", want: "GET /a%zz HTTP/1.1\nHost: HOST\n\n"},
		{name: "double slash", method: "GET", target: "//double/x", want: "GET //double/x HTTP/1.1\nHost: HOST\n\n"},
		{name: "double slash, bad escape", method: "POST", target: "//a%zz|b?q", body: "x", length: 1,
			want: "POST //a%zz|b?q HTTP/1.1\nHost: HOST\nContent-Length: 1\n\nx"},
		{name: "only slashes", method: "GET", target: "//", want: "GET // HTTP/1.1\nHost: HOST\n\n"},
		{name: "long double slash", method: "GET", target: "//" + strings.Repeat("x", 9000),
			want: "GET //" + strings.Repeat("x", 9000) + " HTTP/1.1\nHost: HOST\n\n"},
		{name: "query", method: "GET", target: "/?q=a%20b&x=%20&y=+|%27`{}", want: "GET /?q=a%20b&x=%20&y=+|%27`{} HTTP/1.1\nHost: HOST\n\n"},
		{name: "empty query", method: "GET", target: "/x?", want: "GET /x? HTTP/1.1\nHost: HOST\n\n"},
		{name: "colon", method: "GET", target: "/a:b", want: "GET /a:b HTTP/1.1\nHost: HOST\n\n"},

		{name: "post nothing", method: "POST", target: "/", want: "POST / HTTP/1.1\nHost: HOST\nContent-Length: 0\n\n"},
		{name: "delete nothing", method: "DELETE", target: "/", want: "DELETE / HTTP/1.1\nHost: HOST\nContent-Length: 0\n\n"},
		{name: "options nothing", method: "OPTIONS", target: "/", want: "OPTIONS / HTTP/1.1\nHost: HOST\ncontent-length: 0\n\n"},
		{name: "post nothing, repeatable", method: "POST", target: "/", header: http.Header{"idempotency-key": {"k"}},
			want: "POST / HTTP/1.1\nHost: HOST\ncontent-length: 0\nidempotency-key: k\n\n"},
		{name: "put known", method: "PUT", target: "/", body: "hello", length: 5,
			want: "PUT / HTTP/1.1\nHost: HOST\nContent-Length: 5\n\nhello"},
		{name: "delete known", method: "DELETE", target: "/", body: "x", length: 1,
			want: "DELETE / HTTP/1.1\nHost: HOST\nContent-Length: 1\n\nx"},
		{name: "post stream", method: "POST", target: "/", body: "abcde", length: stream,
			want: "POST / HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked\n\n5\nabcde\n0\n\n"},
		{name: "post empty stream", method: "POST", target: "/", body: "", length: stream,
			want: "POST / HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked\n\n0\n\n"},
		{name: "delete empty stream", method: "DELETE", target: "/", body: "", length: stream,
			want: "DELETE / HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked\n\n0\n\n"},

		{name: "header spelling", method: "GET", target: "/",
			header: http.Header{"x-alpha": {"2", "3"}, "X-Zeta": {"1"}, "cookie": {"a=b", "c=d"}, "etag": {"e"}, "user-agent": {"me"}},
			want:   "GET / HTTP/1.1\nHost: HOST\nUser-Agent: me\nCookie: a=b, c=d\nETag: e\nX-Zeta: 1\nx-alpha: 2\nx-alpha: 3\n\n"},
		{name: "accept-encoding of the Worker", method: "GET", target: "/", header: http.Header{"accept-encoding": {"br"}},
			want: "GET / HTTP/1.1\nHost: HOST\nAccept-Encoding: br\n\n"},
		{name: "headers of the connection", method: "GET", target: "/",
			header: http.Header{"host": {"evil"}, "Content-Length": {"7"}, "connection": {"close"}, "keep-alive": {"5"}, "TE": {"trailers"},
				"Transfer-Encoding": {"chunked"}, "Upgrade": {"foo"}, "Trailer": {"x"}, "Expect": {"100-continue"}},
			want: "GET / HTTP/1.1\nHost: HOST\nExpect: 100-continue\n\n"},
		{name: "websocket", method: "GET", target: "/",
			header: http.Header{"upgrade": {"websocket"}, "connection": {"x"}, "sec-websocket-key": {"k"}},
			want:   "GET / HTTP/1.1\nHost: HOST\nConnection: Upgrade\nSec-WebSocket-Key: k\nUpgrade: websocket\n\n"},
		{name: "bytes in values", method: "GET", target: "/", header: http.Header{"x": {"caf\xc3\xa9"}},
			want: "GET / HTTP/1.1\nHost: HOST\nx: caf\xc3\xa9\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var body io.Reader
			if c.length != 0 {
				body = strings.NewReader(c.body)
			}
			res, err := fetch(t, client, c.method, "http", recorder.addr, c.target, c.header, body, c.length)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			want := strings.ReplaceAll(strings.ReplaceAll(c.want, "\n", "\r\n"), "HOST", recorder.addr)
			if got := <-recorder.requests; got != want {
				t.Errorf("on the wire\n got %q\nwant %q", got, want)
			}
		})
	}
}

func TestRequestIsNotChanged(t *testing.T) {
	recorder := record(t, ok)
	client := origin.New(origin.Options{})
	defer client.Close()
	req, err := http.NewRequest("POST", "http://u:p@"+recorder.addr+"//x#f", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"cookie": {"a", "b"}, "Connection": {"close"}}
	before := fmt.Sprint(req.URL, req.Header, req.TransferEncoding)
	res, err := client.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if after := fmt.Sprint(req.URL, req.Header, req.TransferEncoding); after != before {
		t.Errorf("request was %s, is %s", before, after)
	}
	if res.Request != req {
		t.Error("the response belongs to another request")
	}
	if got, want := <-recorder.requests, "POST //x HTTP/1.1\r\n"; !strings.HasPrefix(got, want) || strings.Contains(got, "Authorization") {
		t.Errorf("got %q, want prefix %q and no Authorization", got, want)
	}
}

func TestResponse(t *testing.T) {
	for _, c := range []struct {
		name, method, answer string
		status, body         string
		header               http.Header
	}{
		{"values apart, text kept", "GET", "HTTP/1.1 299 Fine Thing\r\nX-A: 1\r\nx-a: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok",
			"299 Fine Thing", "ok", http.Header{"X-A": {"1", "2"}, "Set-Cookie": {"a", "b"}, "Content-Length": {"2"}}},
		{"head", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", "200 OK", "", http.Header{"Content-Length": {"99"}}},
		{"204", "GET", "HTTP/1.1 204 Nothing\r\n\r\n", "204 Nothing", "", http.Header{}},
		{"304", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 55\r\nETag: \"x\"\r\n\r\n",
			"304 Not Modified", "", http.Header{"Content-Length": {"55"}, "Etag": {`"x"`}}},
		{"until close", "GET", "HTTP/1.0 200 OK\r\nX: y\r\n\r\nuntil close", "200 OK", "until close", http.Header{"X": {"y"}}},
		{"gzip stays gzip", "GET", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
			"200 OK", "abc", http.Header{"Content-Encoding": {"gzip"}, "Content-Length": {"3"}}},
		{"forged cause", "GET", "HTTP/1.1 520 x\r\nx-devserver-mtls: FORGED\r\nContent-Length: 0\r\n\r\n",
			"520 x", "", http.Header{"Content-Length": {"0"}}},
		{"early hints", "GET", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
			"200 OK", "ok", http.Header{"Content-Length": {"2"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			recorder := record(t, c.answer)
			client := origin.New(origin.Options{})
			defer client.Close()
			res, err := fetch(t, client, c.method, "http", recorder.addr, "/", nil, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil || string(body) != c.body {
				t.Errorf("body %q, %v; want %q", body, err, c.body)
			}
			if res.Status != c.status {
				t.Errorf("status %q, want %q", res.Status, c.status)
			}
			if got, want := fmt.Sprint(res.Header), fmt.Sprint(c.header); got != want {
				t.Errorf("header %s, want %s", got, want)
			}
		})
	}
}

func TestWebSocketUpgrade(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		readRaw(conn)
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		io.Copy(conn, conn)
	}()
	client := origin.New(origin.Options{})
	defer client.Close()
	res, err := fetch(t, client, "GET", "http", listener.Addr().String(), "/", http.Header{"Upgrade": {"websocket"}}, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	both, is := res.Body.(io.ReadWriteCloser)
	if res.StatusCode != 101 || !is {
		t.Fatalf("status %d, body %T; want 101 with an io.ReadWriteCloser", res.StatusCode, res.Body)
	}
	io.WriteString(both, "echo")
	got := make([]byte, 4)
	if _, err := io.ReadFull(both, got); err != nil || string(got) != "echo" {
		t.Fatalf("got %q, %v", got, err)
	}
}
