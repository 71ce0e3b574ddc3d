//go:build peers

package peers

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
)

// streamed is how much goes through in each round, in bytes.
const streamed = 1 << 30

// proxyWorker passes streams on in the way that the path says.
const proxyWorker = `
const ways = {
  identity: (body) => body.pipeThrough(new IdentityTransformStream()),
  fixed: (body, size) => body.pipeThrough(new FixedLengthStream(size)),
  transform: (body) => body.pipeThrough(new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk); } })),
  reader(body) {
    const reader = body.getReader();
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
  },
  tee(body, size, ctx) {
    const [answer, other] = body.tee();
    ctx.waitUntil(other.pipeTo(new WritableStream()));
    return answer;
  },
};

export default {
  async fetch(request, env, ctx) {
    const { pathname, search, searchParams } = new URL(request.url);
    const to = env.UPSTREAM + pathname + search;
    if (searchParams.get("way") === "back") return new Response(request.body);
    if (request.method === "POST") return fetch(to, { method: "POST", body: request.body });
    const way = ways[searchParams.get("way")];
    if (!way) return fetch(to);
    const response = await fetch(to);
    return new Response(way(response.body, +response.headers.get("Content-Length"), ctx));
  },
};
`

// BenchmarkProxy1GiB sends 1 GiB through a Worker that passes it on, in several ways, and through a reverse proxy of Go's
// standard library, which is a process of its own, too. How much memory it takes is the growth of the peak.
func BenchmarkProxy1GiB(b *testing.B) {
	upstream := httptest.NewServer(http.HandlerFunc(gigabyte))
	b.Cleanup(upstream.Close)
	worker := benchDevserver(b, newProject(b, testpki.New("peers"), proxyWorker, map[string]string{"UPSTREAM": upstream.URL}))
	plain := startReverseProxy(b, upstream.URL)
	for _, p := range []*process{worker, plain} {
		p.stream(b, "GET", "/length", 1) // it listens, and has all that it needs at first
	}
	for _, way := range []struct{ name, method, path string }{
		{"response", "GET", "/length"},
		{"chunked", "GET", "/chunked"},
		{"request", "POST", "/sink"},
		{"echo", "POST", "/echo"},
		{"IdentityTransformStream", "GET", "/chunked?way=identity"},
		{"FixedLengthStream", "GET", "/length?way=fixed"},
		{"TransformStream", "GET", "/chunked?way=transform"},
		{"reader", "GET", "/chunked?way=reader"},
		{"tee", "GET", "/chunked?way=tee"}, // keeps what one branch is behind the other
		{"back", "POST", "/echo?way=back"}, // without the origin, unlike the reverse proxy
	} {
		b.Run(way.name, func(b *testing.B) {
			var rates, growths [2][]float64
			for b.Loop() {
				for i, p := range []*process{worker, plain} {
					rate, growth := p.stream(b, way.method, way.path, streamed)
					rates[i], growths[i] = append(rates[i], rate), append(growths[i], growth)
				}
			}
			b.ReportMetric(median(rates[0]), "MiB/s")
			b.ReportMetric(median(rates[1]), "plain-MiB/s")
			b.ReportMetric(median(rates[0])/median(rates[1]), "ratio")
			b.ReportMetric(slices.Max(growths[0]), "MiB")
			b.ReportMetric(slices.Max(growths[1]), "plain-MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// stream sends or fetches size bytes, and returns how many MiB a second went through and how far the peak of the
// program's resident memory rose above what it had before, in MiB.
func (p *process) stream(b *testing.B, method, path string, size int64) (rate, growth float64) {
	b.Helper()
	query := "?"
	if strings.Contains(path, "?") {
		query = "&"
	}
	var body io.Reader
	if method == "POST" {
		body = io.LimitReader(zeros{}, size)
	}
	req, err := http.NewRequest(method, fmt.Sprintf("http://%s%s%ssize=%d", p.addr, path, query, size), body)
	if err != nil {
		b.Fatal(err)
	}
	req.ContentLength = size
	if body == nil {
		req.ContentLength = 0
	}
	p.resetPeak(b)
	before := p.kilobytes(b, "VmRSS")
	started := time.Now()
	res, err := throughput.RoundTrip(req)
	for err != nil && time.Since(p.Started) < patience && body == nil { // it does not listen yet
		time.Sleep(time.Millisecond)
		res, err = throughput.RoundTrip(req)
	}
	if err != nil {
		b.Fatalf("%s: %v\n%s", p.name, err, p.Log)
	}
	defer res.Body.Close()
	if path == "/sink" {
		text, err := io.ReadAll(res.Body)
		if string(text) != strconv.FormatInt(size, 10) {
			b.Fatalf("%s: %q of %d bytes arrived: %v\n%s", p.name, text, size, err, p.Log)
		}
	} else if n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, res.Body, make([]byte, 256<<10)); n != size || err != nil {
		b.Fatalf("%s: %s, %d bytes of %d: %v\n%s", p.name, res.Status, n, size, err, p.Log)
	}
	took := time.Since(started).Seconds()
	return float64(size) / (1 << 20) / took, (p.kilobytes(b, "VmHWM") - before) / 1024
}

// throughput is the client.
var throughput = &http.Transport{ReadBufferSize: 256 << 10, WriteBufferSize: 256 << 10, DisableCompression: true}

// resetPeak makes what the program has in memory now the peak.
func (p *process) resetPeak(b *testing.B) {
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.Pid()), []byte("5"), 0); err != nil {
		b.Skipf("no memory figures: %v", err)
	}
}

// proxyOf is the environment variable that makes the test binary a reverse proxy of what it names.
const proxyOf = "DEVSERVER_TEST_PROXY_OF"

// startReverseProxy starts httputil.ReverseProxy as a program of its own.
func startReverseProxy(b *testing.B, upstream string) *process {
	port := freePort(b)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), proxyOf+"="+upstream, "PORT="+port)
	p := start(b, "reverse proxy", cmd)
	p.addr = "127.0.0.1:" + port
	return p
}

// beReverseProxy never returns.
func beReverseProxy(upstream, port string) {
	to, err := url.Parse(upstream)
	if err == nil {
		proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
		err = http.ListenAndServe("127.0.0.1:"+port, proxy)
	}
	panic(err)
}

// gigabyte is the origin: it gives as many bytes as asked for, or takes what it is sent, and says how much that was.
func gigabyte(w http.ResponseWriter, r *http.Request) {
	size := int64(streamed)
	if asked, err := strconv.ParseInt(r.URL.Query().Get("size"), 10, 64); err == nil {
		size = asked
	}
	switch r.URL.Path {
	case "/echo":
		http.NewResponseController(w).EnableFullDuplex()
		io.Copy(w, r.Body)
	case "/sink":
		n, _ := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r.Body, make([]byte, 256<<10))
		fmt.Fprint(w, n)
	case "/length":
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		fallthrough
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		io.CopyBuffer(struct{ io.Writer }{w}, io.LimitReader(zeros{}, size), make([]byte, 256<<10))
	}
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
