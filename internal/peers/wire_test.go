//go:build peers

package peers

import (
	_ "embed"
	"encoding/json"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"devserver/internal/testpki"
	"devserver/server"
)

//go:embed testdata/wire.js
var wireWorker string

// outcome is what came of a case: what the client was answered, and what the origin was sent.
type outcome struct {
	client string
	origin []string
}

func (o outcome) String() string {
	return o.client + "\n--- origin\n" + strings.Join(o.origin, "\n---\n")
}

// inbound are the requests of a client that the Worker tells about.
var inbound = []struct{ name, request string }{
	{"in GET", get("/a?b=c")},
	{"in odd path", get("/a%2Fb|c%zz//d/../e?q=\"'<>`{}|^")},
	{"in odd characters", get("/a%2Fb|c\"<>`{}^'?q=\"'<>`{}|^")},
	{"in dots", get("/a/../b/./c//d/%2e%2e/e")},
	{"in double slash", get("//double/x")},
	{"in bytes beyond ASCII", get("/caf\xc3\xa9?\xff")},
	{"in query only", get("/?")},
	{"in fragment", get("/a#b")},
	{"in absolute form", get("http://other.localhost/abs?x")},
	{"in headers", get("/", "X-zETA: 1", "x-alpha: 2", "X-ALPHA: 3", "Cookie: a=b", "cookie: c=d", "User-Agent: me", "Accept-Encoding: gzip, br", "X-Empty:", "X-U: \xc3\xa9\xff")},
	{"in POST", request("POST", "/", "hello", "Content-Type: text/x")},
	{"in PUT chunked", "PUT / HTTP/1.1\r\nHost: worker.localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"},
	{"in POST without a body", "POST / HTTP/1.1\r\nHost: worker.localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"},
	{"in GET with a body", request("GET", "/", "hello")},
	{"in DELETE", request("DELETE", "/", "")},
	{"in OPTIONS", request("OPTIONS", "/", "")},
	{"in PROPFIND", request("PROPFIND", "/", "")},
	{"in host with a port", "GET / HTTP/1.1\r\nHost: worker.localhost:1234\r\nConnection: close\r\n\r\n"},
	{"in HEAD", request("HEAD", "/", "")},
}

// atOnce is a case with two requests at the same time, which may come in either order.
const atOnce = "response of two at once"

// reference is the number that workerd gives to an internal error, another one each time.
var reference = regexp.MustCompile(`reference = [0-9a-z]{24}`)

// TestWire runs each case on both sides, one after the other, against one origin. What differs, and why, is in
// differences.
func TestWire(t *testing.T) { testWire(t, server.Options{}, slices.Concat(asEdge, differences)) }

// TestWireThrow is TestWire with --mtls-errors=throw: what fails, fails as in workerd.
func TestWireThrow(t *testing.T) {
	testWire(t, server.Options{ThrowErrors: true}, differences)
}

func testWire(t *testing.T, options server.Options, differences []difference) {
	workerdBinary(t)
	ca := testpki.New("peers")
	origin := newRecorder(t, ca)
	vars := origin.vars()
	vars["REFUSED"] = "http://" + refusing(t)
	p := newProject(t, ca, wireWorker, vars)
	theirs := startWorkerd(t, p)
	ours, _ := serveWith(t, p, options)

	requests := map[string]string{}
	var names []string
	if err := json.Unmarshal([]byte(theirs.ask(t, get("/")).body), &names); err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "in" })
	for _, name := range names {
		requests[name] = get("/", "X-Case: "+url.PathEscape(name))
		if name == "proxy the request" {
			requests[name] = request("POST", "/", "proxied", "X-Case: "+url.PathEscape(name), "X-Other: 1", "Content-Type: text/x", "User-Agent: me")
		}
	}
	for _, c := range inbound {
		names = append(names, c.name)
		requests[c.name] = strings.Replace(c.request, "\r\n", "\r\nX-Case: in\r\n", 1)
	}

	run := func(t *testing.T, p *peer, name string) outcome {
		t.Helper()
		client := reference.ReplaceAllString(p.ask(t, requests[name]).String(), "reference = ID")
		return outcome{client, origin.take(t)}
	}
	known := map[string]difference{}
	for _, d := range differences {
		for _, name := range d.cases {
			known[name] = d
		}
	}
	same := 0
	var explained [][2]string
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			want, got := run(t, &theirs.peer, name), run(t, ours, name)
			difference, differs := known[name]
			equal := want.String() == got.String() || name == atOnce && diff(want, got) == ""
			switch {
			case equal && differs:
				t.Errorf("there is no difference any more (%s)", difference.why)
			case equal:
				same++
			case !differs:
				t.Errorf("- workerd, + devserver:\n%s\nof\n%s\nand\n%s", diff(want, got), want, got)
			case !strings.Contains(got.String(), difference.here):
				t.Errorf("- workerd, + devserver:\n%s\nand not %q: %s", diff(want, got), difference.here, difference.why)
			default:
				explained = append(explained, [2]string{name, difference.why})
			}
		})
	}
	for name := range known {
		if !slices.Contains(names, name) {
			t.Errorf("differences: there is no case %q", name)
		}
	}

	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 8, 2, ' ', 0)
	slices.SortStableFunc(explained, func(a, b [2]string) int { return strings.Compare(a[1], b[1]) })
	for _, e := range explained {
		w.Write([]byte(e[0] + "\t" + e[1] + "\n"))
	}
	w.Flush()
	t.Logf("%d cases: %d the same, %d differ and are explained\n%s", len(names), same, len(explained), table.String())
}

// diff shows the lines that only one of two outcomes has.
func diff(want, got outcome) string {
	var b strings.Builder
	left, right := strings.Split(want.String(), "\n"), strings.Split(got.String(), "\n")
	for _, line := range left {
		if i := slices.Index(right, line); i >= 0 {
			right = slices.Delete(right, i, i+1)
		} else {
			b.WriteString("- " + line + "\n")
		}
	}
	for _, line := range right {
		b.WriteString("+ " + line + "\n")
	}
	return b.String()
}

// refusing returns an address at which connections are refused for as long as the test runs: that of the client's end
// of a connection.
func refusing(t testing.TB) string {
	t.Helper()
	conn, err := net.Dial("tcp", listen(t).Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}
