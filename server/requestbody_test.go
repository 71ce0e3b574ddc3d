package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestUnreadBodies sends requests whose bodies the Worker does not look at, one after the other on one connection.
func TestUnreadBodies(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\nassets = { directory = \"public\" }\n",
		"index.js": `export default { async fetch(r) {
			switch (new URL(r.url).pathname) {
			case "/none": return new Response("none")
			case "/some": { const reader = r.body.getReader(); const { value } = await reader.read(); return new Response("some " + (value.length > 0)) }
			case "/all": return new Response("all " + (await r.text()).length)
			case "/through": return new Response(r.body)
			case "/stream": return new Response(new ReadableStream({ async pull(c) { c.enqueue(new TextEncoder().encode("stream")); c.close() } }))
			case "/throws": throw new Error("no")
			case "/nothing": return new Response(null, { status: 204 })
			}
		} }`,
		"public/a.txt": "a",
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(patience))
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for _, size := range []int{1, 4000, 300_000, 2_000_000} {
		for _, c := range []struct{ path, want string }{
			{"/none", "200 none"}, {"/some", "200 some true"}, {"/all", fmt.Sprintf("200 all %d", size)}, {"/through", "200 " + strings.Repeat("x", size)}, {"/stream", "200 stream"},
			{"/nothing", "204 "}, {"/a.txt", "405 "},
		} {
			for _, chunked := range []bool{false, true} {
				req, _ := http.NewRequest("POST", p.url+c.path, io.LimitReader(endless{}, int64(size)))
				if req.ContentLength = int64(size); chunked {
					req.ContentLength = -1
				}
				sent := make(chan error, 1)
				go func() { sent <- req.Write(conn) }()
				res, err := http.ReadResponse(answers, req)
				if err != nil {
					t.Fatalf("%s with %d bytes, chunked %v: %v", c.path, size, chunked, err)
				}
				body, err := io.ReadAll(res.Body)
				if got := fmt.Sprintf("%d %s", res.StatusCode, body); got != c.want || err != nil || res.Close {
					t.Fatalf("%s with %d bytes, chunked %v: %.200s %v, close %v; want %.200s", c.path, size, chunked, got, err, res.Close, c.want)
				}
				if err := <-sent; err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// TestBodiesThatDoNotEnd have the response, and the end of the connection, whatever the length of the response.
func TestBodiesThatDoNotEnd(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n",
		"index.js": `export default { fetch(r) {
			if (r.url.endsWith("/sized")) return new Response("none");
			return new Response(new ReadableStream({ pull(c) { c.enqueue(new TextEncoder().encode("stream")); c.close() } })) } }`,
	})
	for path, want := range map[string]string{"/sized": "none", "/stream": "stream"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(patience))
		io.WriteString(conn, "POST "+path+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
		answers := bufio.NewReader(conn)
		res, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if string(body) != want || err != nil {
			t.Errorf("%s: %q %v", path, body, err)
		}
		if _, err := answers.ReadByte(); err != io.EOF {
			t.Errorf("%s: the connection is not at its end: %v", path, err)
		}
		conn.Close()
	}
}
