package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// origin is a Target in memory. It answers by the path of the request, and keeps what it was sent.
type origin struct {
	mu   sync.Mutex
	seen []*http.Request
}

func (o *origin) requests() []*http.Request {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.seen)
}

// RoundTrip implements fetch.Target.
func (o *origin) RoundTrip(req *http.Request) (*http.Response, error) {
	o.mu.Lock()
	o.seen = append(o.seen, req)
	o.mu.Unlock()
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	if req.URL.Host != "127.0.0.1:7481" && req.URL.Host != "localhost:7481" {
		return nil, &netError{syscall.ECONNREFUSED}
	}
	body := ""
	if req.Body != nil {
		data, err := io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, fmt.Errorf("write request: %w", err)
		}
		if req.ContentLength >= 0 && req.Body != http.NoBody && int64(len(data)) != req.ContentLength {
			return nil, io.ErrUnexpectedEOF
		}
		body = string(data)
	}
	path, query, _ := strings.Cut(req.URL.Opaque, "?")
	switch first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); first {
	case "redirect":
		location := "/echo"
		if to, ok := strings.CutPrefix(query, "to="); ok {
			location = strings.ReplaceAll(to, "%23", "#")
		}
		return answer(number(rest), http.Header{"Location": {location}}, "redirecting"), nil
	case "noloc":
		return answer(302, http.Header{}, "noloc"), nil
	case "loop":
		if rest == "0" {
			return answer(200, http.Header{}, "done"), nil
		}
		return answer(302, http.Header{"Location": {fmt.Sprint("/loop/", number(rest)-1)}}, ""), nil
	case "status":
		return answer(number(rest), http.Header{}, ""), nil
	case "hang":
		<-req.Context().Done()
		return nil, req.Context().Err()
	case "hangbody":
		res := answer(200, http.Header{}, "")
		res.Body, res.ContentLength = &cutBody{Reader: strings.NewReader("abc"), ctx: req.Context()}, -1
		return res, nil
	case "half":
		res := answer(200, http.Header{}, "")
		res.Body, res.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader("abc"), failing{})), 10
		return res, nil
	case "destroy":
		return nil, fmt.Errorf("read response: %w", io.EOF)
	case "cookies":
		return answer(200, http.Header{"Set-Cookie": {"a=1", "b=2; x=1, 2"}, "X-A": {"1", "2"}}, "c"), nil
	case "json":
		return answer(200, http.Header{"Content-Type": {"application/json"}}, `{"a":1}`), nil
	case "gzip":
		return answer(200, http.Header{"Content-Type": {"text/plain"}, "Content-Encoding": {"gzip"}}, zipped()), nil
	case "badgzip":
		return answer(200, http.Header{"Content-Encoding": {"gzip"}}, "plain"), nil
	case "shortgzip":
		return answer(200, http.Header{"Content-Encoding": {"gzip"}}, zipped()[:15]), nil
	}
	header := http.Header{"Content-Type": {"text/plain"}, "X-Up": {"1"}}
	return answer(200, header, strings.Join(slices.Concat([]string{req.Method, req.URL.Opaque}, wire(req), []string{body}), " ")), nil
}

// wire lists the headers that origin.Client would send, Host excepted, sorted.
func wire(req *http.Request) []string {
	var list []string
	for name, values := range req.Header {
		switch name = strings.ToLower(name); name {
		case "host", "content-length", "connection", "upgrade":
			continue
		case "set-cookie":
		default:
			if http.CanonicalHeaderKey(name) != "X-Foo" {
				values = []string{strings.Join(values, ", ")}
			}
		}
		for _, value := range values {
			list = append(list, name+":"+value)
		}
	}
	switch {
	case req.Body == nil && req.Method != "GET" && req.Method != "HEAD", req.Body == http.NoBody:
		list = append(list, "content-length:0")
	case req.Body != nil && req.ContentLength <= 0:
		list = append(list, "transfer-encoding:chunked")
	case req.Body != nil:
		list = append(list, fmt.Sprint("content-length:", req.ContentLength))
	}
	slices.Sort(list)
	return list
}

func answer(status int, header http.Header, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status)),
		Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1,
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func zipped() string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte("zipped"))
	w.Close()
	return b.String()
}

// failing is what is left of a connection that broke.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// cutBody gives its bytes and then nothing until ctx ends.
type cutBody struct {
	io.Reader
	ctx context.Context
}

func (b *cutBody) Read(p []byte) (int, error) {
	if n, err := b.Reader.Read(p); err == nil {
		return n, nil
	}
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func (b *cutBody) Close() error { return nil }

type netError struct{ error }

func (e *netError) Unwrap() error { return e.error }
