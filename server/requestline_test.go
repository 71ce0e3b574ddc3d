package server

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// requestsIn are the requests in what a client sends, as a server sees them with percent signs in their places.
func requestsIn(r io.Reader) (all []string) {
	buffered := bufio.NewReader(r)
	for {
		req, err := http.ReadRequest(buffered)
		if err != nil {
			return all
		}
		fields := req.Header.Clone()
		body, err := io.ReadAll(req.Body)
		all = append(all, fmt.Sprintf("%s %s %s %q %q %v", req.Method, strings.ReplaceAll(req.RequestURI, "\xff", "%"), strings.ReplaceAll(req.Host, "\xff", "%"), fields, body, err))
		if err != nil || req.Close {
			return all
		}
	}
}

// pieces gives a text in pieces of a size, disguised as it would be on its way to the server.
type pieces struct {
	text  []byte
	size  int
	lines requestLines
}

func (p *pieces) Read(to []byte) (int, error) {
	if len(p.text) == 0 {
		return 0, io.EOF
	}
	n := copy(to, p.text[:min(p.size, len(p.text))])
	p.text = p.text[n:]
	p.lines.disguise(to[:n])
	return n, nil
}

// TestRequestLines has messages in a row: what is no path is sent on as it came.
func TestRequestLines(t *testing.T) {
	const body = "100%zz GET /%zz HTTP/1.1\r\n"
	for _, test := range []struct {
		text string
		want []string // the targets, and the bodies
	}{
		{"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\nGET /100% HTTP/1.1\r\nHost: a\r\n\r\n", []string{"/%zz", "", "/100%", ""}},
		{"GET /%zz HTTP/1.0\nHost: a\n\nGET /%41?%zz HTTP/1.1\nHost: a\nX: %zz\n\n", []string{"/%zz", "", "/%41?%zz", ""}},
		{"POST /%zz HTTP/1.1\r\nHost: a\r\nconTENT-length:\t26 \r\n\r\n" + body + "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", []string{"/%zz", body, "/%zz", ""}},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n\r\n\nGET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", []string{"/", ""}}, // ReadRequest takes no empty lines
		{"POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n Content-Length: 5\r\nContent-Length: 26\r\n\r\n" + body, []string{"/", body}},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n 26\r\n\r\n" + body, []string{"/", body}},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 26\r\nContent-Length: 26\r\n\r\n" + body, []string{"/", body}},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + strings.Repeat("0", 70) + "26\r\n\r\n" + body, []string{"/", body}},
		{"POST /%zz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + body + "\r\n0\r\n\r\nGET /%41 HTTP/1.1\r\nHost: a\r\n\r\n", []string{"/%zz", body, "/%41", ""}},
		{"GET /%zz HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\nGET /%41 HTTP/1.1\r\nHost: a\r\n\r\n", []string{"/%zz", "", "/%41", ""}},
		{"G% /%zz HTTP/1.1\r\nHost: a\r\n\r\nG%T /%zz HTTP/1.1\r\nHost: a\r\n\r\n", []string{"/%zz", "", "/%zz", ""}},
		{"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", nil},
		{"GET /a%zz b HTTP/1.1\r\nHost: a\r\n\r\n", nil},
	} {
		for _, size := range []int{1, 2, 3, 7, 31, 64, 4096} {
			var got []string
			buffered := bufio.NewReader(&pieces{text: []byte(test.text), size: size})
			for {
				req, err := http.ReadRequest(buffered)
				if err != nil {
					break
				}
				b, _ := io.ReadAll(req.Body)
				resolveTarget(req)
				got = append(got, req.RequestURI, string(b))
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
				t.Errorf("%q in pieces of %d:\ngot  %q\nwant %q", test.text, size, got, test.want)
			}
		}
	}
}

// FuzzRequestLines has everything that a client may send, in pieces: a server must see the same requests in it, with the
// same bodies, and after them at most what it would otherwise have refused.
func FuzzRequestLines(f *testing.F) {
	for _, seed := range []string{
		"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
		"% * HTTP/0.0\r\n0:0\n\r\n0",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n%zz\nGET /%41 HTTP/1.1\r\nHost: b\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n%zz\r\n0\r\nX: %zz\r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n",
		"GET / HTTP/1.1\nHost: a\nContent-Length : 1\nContent-Length: 1, 1\nX: y\n z: %zz\n\n%zz HTTP/1.1\n\n",
		"GET /\xff%\xff HTTP/1.1\r\nHost: a%zz\r\nContent-Length: +1\r\n\r\n%",
		"PUT / HTTP/1.0\r\nConnection: keep-alive\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\n%zzGET % HTTP/1.1\r\n\r\n",
	} {
		f.Add([]byte(seed), 5)
	}
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		if bytes.IndexByte(text, 0xff) >= 0 {
			text = bytes.ReplaceAll(text, []byte{0xff}, []byte("%")) // which is nothing that ReadRequest refuses elsewhere
		}
		plain := requestsIn(bytes.NewReader(text))
		seen := requestsIn(&pieces{text: bytes.Clone(text), size: 1 + max(size, -size-1)%5000})
		if len(seen) < len(plain) {
			t.Fatalf("%q\nwithout %q\nwith    %q", text, plain, seen)
		}
		for i := range plain {
			if plain[i] != seen[i] {
				t.Fatalf("%q\nwithout %q\nwith    %q", text, plain[i], seen[i])
			}
		}
	})
}

func TestResolveTarget(t *testing.T) {
	for _, test := range []struct{ target, want, path string }{
		{"/a?b", "/a?b", "/a"},
		{"/100\xff.txt", "/100%.txt", "/100%.txt"},
		{"/\xff41\xffzz\xff", "/%41%zz%", "/A%zz%"},
		{"/a?\xff", "/a?%", "/a"},
		{"//\xff/x", "//%/x", "//%/x"},
		{"http://x.test/\xffzz?q", "/%zz?q", "/%zz"},
		{"HTTPS://x.test", "/", "/"},
		{"http://x.test?q", "/?q", "/"},
		{"*", "", ""},
		{"x.test:80", "", ""},
		{"ftp://x.test/", "", ""},
		{"/\xfe", "", ""},
	} {
		req, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + test.target + " HTTP/1.1\r\nHost: a\r\n\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		ok := resolveTarget(req)
		if ok != (test.want != "") || ok && (req.RequestURI != test.want || req.URL.Path != test.path) {
			t.Errorf("%q: %v %q %q, want %q %q", test.target, ok, req.RequestURI, req.URL.Path, test.want, test.path)
		}
	}
}

func BenchmarkRequestLines(b *testing.B) {
	head := []byte("GET /a/path/of/some/length?with=a&query=string HTTP/1.1\r\nHost: localhost:8787\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nConnection: keep-alive\r\n\r\n")
	var lines requestLines
	b.ReportAllocs()
	for b.Loop() {
		lines.disguise(head)
	}
	if lines.at != inRequestLine {
		b.Fatal(errors.New("the head has no end"))
	}
}
