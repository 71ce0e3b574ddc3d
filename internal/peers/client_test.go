//go:build peers

package peers

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// peer is a program that serves a Worker.
type peer struct {
	name string
	addr string // host:port
}

// reply is what a peer answered, as a client saw it.
type reply struct {
	status  string   // with the reason
	headers []string // as written, sorted, without the Date that the server adds
	body    string
	err     error // what ended it early: "unexpected EOF" if the body was cut
}

// String is the reply for comparing.
func (r reply) String() string {
	body := r.body
	if len(body) > 4096 {
		body = fmt.Sprintf("%s… (%d bytes)", body[:64], len(body))
	}
	text := fmt.Sprintf("%s\n%s\n%q", r.status, strings.Join(r.headers, "\n"), body)
	if r.err != nil {
		text += " …" + r.err.Error()
	}
	return text
}

// ask sends the bytes of a request on a connection of its own.
func (p *peer) ask(t testing.TB, request string) reply {
	t.Helper()
	r, err := p.try(request, patience)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return r
}

// try is ask, but returns an error if there is no response within the time.
func (p *peer) try(request string, within time.Duration) (reply, error) {
	conn, err := net.DialTimeout("tcp", p.addr, within)
	if err != nil {
		return reply{}, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(within))
	if _, err := io.WriteString(conn, request); err != nil {
		return reply{}, err
	}
	// The head is also kept as it came: net/http respells names.
	var head strings.Builder
	in := bufio.NewReader(io.TeeReader(conn, &head))
	method, _, _ := strings.Cut(request, " ")
	res, err := http.ReadResponse(in, &http.Request{Method: method})
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	lines, _, _ := strings.Cut(head.String(), "\r\n\r\n")
	headers := slices.DeleteFunc(strings.Split(lines, "\r\n")[1:], isDate)
	slices.Sort(headers)
	body, err := io.ReadAll(res.Body)
	return reply{res.Status, headers, string(body), err}, nil
}

// isDate recognises the Date that devserver, as the edge, adds to every response that has none. workerd alone does not.
func isDate(header string) bool {
	value, ok := strings.CutPrefix(header, "Date: ")
	_, err := http.ParseTime(value)
	return ok && err == nil
}

// get is a GET request.
func get(target string, headers ...string) string {
	return request("GET", target, "", headers...)
}

// request is a request with a body, if that is not empty.
func request(method, target, body string, headers ...string) string {
	text := method + " " + target + " HTTP/1.1\r\nHost: worker.localhost\r\nConnection: close\r\n"
	if body != "" {
		text += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	for _, h := range headers {
		text += h + "\r\n"
	}
	return text + "\r\n" + body
}

// concurrently calls do with each of the items, with a few at a time: answers take longer to wait for than to make.
func concurrently[T any](items []T, do func(item T)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(items); i = int(next.Add(1)) - 1 {
				do(items[i])
			}
		})
	}
	wg.Wait()
}

// some is a third of a list, at random, with -short, and all of it without.
func some[T any](random *rand.Rand, list []T) []T {
	if !testing.Short() {
		return list
	}
	var chosen []T
	for _, i := range random.Perm(len(list))[:(len(list)+2)/3] {
		chosen = append(chosen, list[i])
	}
	return chosen
}
