//go:build peers

package peers

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
)

// The benchmarks measure whole processes, devserver's and workerd's, in turns. Each is one measurement, so:
//
//	go test -tags peers -run '^$' -bench . -benchtime 1x ./internal/peers

const (
	rounds  = 5               // of load for each side
	round   = 3 * time.Second // of load
	starts  = 10              // of each side
	clients = 32              // connections of wrk, on one thread
)

const helloWorker = `export default {
  fetch(request) {
    const url = new URL(request.url);
    return new Response("Hello from " + url.pathname, { headers: { "Content-Type": "text/plain", "X-Path": url.pathname } });
  },
};
`

// BenchmarkHello is a Worker that answers by itself.
func BenchmarkHello(b *testing.B) {
	compareLoad(b, newProject(b, testpki.New("peers"), helloWorker, nil))
}

// BenchmarkMTLS is a Worker that passes on what nginx answers, which demands a certificate. Both sides keep connections.
func BenchmarkMTLS(b *testing.B) {
	ca := testpki.New("peers")
	origin := "https://" + startNginx(b, ca.Server("127.0.0.1"), ca)
	worker := `export default { async fetch(request, env) { return await env.MY_CERT.fetch(env.ORIGIN + "/"); } }`
	compareLoad(b, newProject(b, ca, worker, map[string]string{"ORIGIN": origin}))
}

// side is a program to be measured.
type side struct {
	name  string
	start func(testing.TB, *project) *process
}

func sides(b *testing.B) []side {
	devserverBinary(b)
	workerdBinary(b)
	return []side{{"devserver", benchDevserver}, {"workerd", benchWorkerd}}
}

// benchDevserver starts devserver, which prints nothing, as workerd does.
func benchDevserver(t testing.TB, p *project) *process {
	port := freePort(t)
	cmd := exec.Command(devserverBinary(t), "--config", filepath.Join(p.dir, "wrangler.toml"), "--ip", "127.0.0.1", "--port", port, "--log-level", "none")
	cmd.Env = append(os.Environ(), "DEVSERVER_HOME="+p.dir)
	d := start(t, "devserver", cmd)
	d.addr = "127.0.0.1:" + port
	return d
}

func benchWorkerd(t testing.TB, p *project) *process {
	port := freePort(t)
	w := start(t, "workerd", exec.Command(workerdBinary(t), "serve", "--socket-addr=http=127.0.0.1:"+port, filepath.Join(p.dir, "config.capnp")))
	w.addr = "127.0.0.1:" + port
	return w
}

// freePort is a port that nobody listens on. Both programs get theirs in this way, so that waiting for them is the same.
func freePort(t testing.TB) string {
	l := listen(t)
	defer l.Close()
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	return port
}

// firstAnswer waits until the program answers, and returns how long that took since it was started.
func (p *process) firstAnswer(b *testing.B) time.Duration {
	b.Helper()
	for time.Since(p.Started) < patience {
		if r, err := p.try(get("/"), patience); err == nil {
			took := time.Since(p.Started)
			if !strings.HasPrefix(r.status, "200") {
				b.Fatalf("%s: %s\n%s", p.name, r, p.Log)
			}
			return took
		}
		time.Sleep(time.Millisecond / 2) // refused: it does not listen yet
	}
	b.Fatalf("%s does not answer:\n%s", p.name, p.Log)
	return 0
}

var (
	requestsPerSecond = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	slowest           = regexp.MustCompile(`\s99%\s+(\S+)`)
	notOK             = regexp.MustCompile(`Non-2xx|Socket errors`)
)

// compareLoad puts load on both sides, in turns.
func compareLoad(b *testing.B, p *project) {
	wrk, err := exec.LookPath("wrk")
	if err != nil {
		b.Skip("wrk is not installed")
	}
	list := sides(b)
	processes := make([]*process, len(list))
	rates, tails := make([][]float64, len(list)), make([][]time.Duration, len(list))
	for i, s := range list {
		processes[i] = s.start(b, p)
		processes[i].firstAnswer(b)
	}
	load := func(i int, length time.Duration) (rate float64, tail time.Duration) {
		out, err := exec.Command(wrk, "-t1", fmt.Sprintf("-c%d", clients), fmt.Sprintf("-d%ds", int(length.Seconds())), "--latency",
			"http://"+processes[i].addr+"/").CombinedOutput()
		m, tailText := requestsPerSecond.FindSubmatch(out), slowest.FindSubmatch(out)
		if err != nil || m == nil || tailText == nil || notOK.Match(out) {
			b.Fatalf("wrk: %v\n%s\n%s", err, out, processes[i].Log)
		}
		rate, _ = strconv.ParseFloat(string(m[1]), 64)
		tail, _ = time.ParseDuration(string(tailText[1]))
		return rate, tail
	}
	for i := range list {
		load(i, time.Second) // to warm up
	}
	for range rounds {
		for i := range list {
			rate, tail := load(i, round)
			rates[i], tails[i] = append(rates[i], rate), append(tails[i], tail)
		}
	}
	for i, s := range list {
		b.ReportMetric(median(rates[i]), s.name+"-req/s")
		b.Logf("%-9s median %.0f requests/s of %.0f; 99%% within %v; %.1f MiB after the load", s.name, median(rates[i]), rates[i], median(tails[i]), memory(b, processes[i]))
	}
	b.ReportMetric(median(rates[0])/median(rates[1]), "ratio")
	b.ReportMetric(0, "ns/op") // says nothing here
}

// BenchmarkStart is the time from the start of the process to the first answer, and the memory it has then.
func BenchmarkStart(b *testing.B) {
	list := sides(b)
	p := newProject(b, testpki.New("peers"), helloWorker, nil)
	times, sizes := make([][]float64, len(list)), make([][]float64, len(list))
	for range starts {
		for i, s := range list {
			process := s.start(b, p)
			times[i] = append(times[i], float64(process.firstAnswer(b).Microseconds())/1000)
			sizes[i] = append(sizes[i], memory(b, process))
			process.Kill()
		}
	}
	for i, s := range list {
		b.ReportMetric(median(times[i]), s.name+"-ms")
		b.ReportMetric(median(sizes[i]), s.name+"-MiB")
		b.Logf("%-9s median %.1f ms to the first answer of %.1f; idle RSS %.1f MiB", s.name, median(times[i]), times[i], median(sizes[i]))
	}
	b.ReportMetric(median(times[0])/median(times[1]), "ratio")
	b.ReportMetric(0, "ns/op")
}

// memory is the resident memory of a program in MiB.
func memory(b *testing.B, p *process) float64 {
	b.Helper()
	return p.kilobytes(b, "VmRSS") / 1024
}

// kilobytes is a figure of the kernel's about a program; 0 where it gives none.
func (p *process) kilobytes(b *testing.B, name string) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Pid()))
	if err != nil {
		b.Logf("no memory figures: %v", err)
		return 0
	}
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte(name+":")); ok {
			kilobytes, _ := strconv.ParseFloat(string(bytes.Fields(rest)[0]), 64)
			return kilobytes
		}
	}
	return 0
}

func median[T float64 | time.Duration](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
