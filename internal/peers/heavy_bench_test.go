//go:build peers

package peers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"devserver/internal/testpki"
)

// heavy are functions that take the engine long. Each returns a number.
var heavy = []struct{ name, function string }{
	{"append 1 MiB", `() => { let s = ""; for (let i = 0; s.length < 1 << 20; i++) s += "piece " + i + ";"; return s.length; }`},
	{"append 1 MiB of UTF-16", `() => { let s = "é"; for (let i = 0; s.length < 1 << 20; i++) s += "piece " + i + ";"; return s.length; }`},
	{"JSON.parse 10 MiB", `() => {
		const row = JSON.stringify({ id: 1, name: "a name", tags: ["a", "b", "c"], nested: { x: 1.5, ok: true, text: "some longer text with a few words" } });
		return JSON.parse("[" + Array(Math.ceil((10 << 20) / (row.length + 1))).fill(row).join() + "]").length; }`},
	{"loop of 10 million", `() => { let n = 0; for (let i = 0; i < 1e7; i++) n += i % 7; return n; }`},
}

// BenchmarkHeavy is the time of a request, on both sides and in the bare engine, which is given one minute.
func BenchmarkHeavy(b *testing.B) {
	list := sides(b)
	var worker strings.Builder
	worker.WriteString("const all = [\n")
	for _, h := range heavy {
		worker.WriteString(h.function + ",\n")
	}
	worker.WriteString("];\nexport default { fetch(request) { const n = new URL(request.url).pathname.slice(1); return new Response(n === '' ? 'hello' : String(all[n]())); } };\n")
	p := newProject(b, testpki.New("peers"), worker.String(), nil)
	processes := make([]*process, len(list))
	for i, s := range list {
		processes[i] = s.start(b, p)
		processes[i].firstAnswer(b)
	}
	for n, h := range heavy {
		var line []string
		var answers [2]string
		for i, s := range list {
			var times []time.Duration
			for range 5 {
				started := time.Now()
				r := processes[i].ask(b, get(fmt.Sprintf("/%d", n)))
				times = append(times, time.Since(started))
				answers[i] = r.body
			}
			line = append(line, fmt.Sprintf("%s %v", s.name, median(times).Round(time.Millisecond/10)))
		}
		if answers[0] != answers[1] {
			b.Errorf("%s: %q and %q", h.name, answers[0], answers[1])
		}
		b.Logf("%-24s %s · bare engine %s", h.name, strings.Join(line, " · "), bareEngine(b, h.function))
	}
	b.ReportMetric(0, "ns/op")
}

func bareEngine(b *testing.B, function string) string {
	vm := goja.New()
	timer := time.AfterFunc(time.Minute, func() { vm.Interrupt("time") })
	defer timer.Stop()
	started := time.Now()
	if _, err := vm.RunString("(" + function + ")()"); err != nil {
		return "more than a minute"
	}
	return time.Since(started).Round(time.Millisecond / 10).String()
}
