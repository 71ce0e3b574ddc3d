//go:build peers

package peers

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"devserver/config"
	"devserver/server"
)

// tailDifferences are cases in which what a tail handler gets is not what it gets on Miniflare, and why: a part of ours
// that Miniflare's does not have.
var tailDifferences = map[string]struct{ why, ours string }{
	"email":       {"the simulator calls the handler by RPC; at the edge it is an event of its own", `EmailEventInfo[object EmailEventInfo]<constructor>{rawSize:`},
	"email throw": {"the same, and by RPC the exception is the caller's", `message:"m"`},
	// The text of a function is that of the bundled script.
	"/functions":      {"the bundler lays functions out", `"function two() {\n`},
	"/throw/function": {"the bundler lays functions out", `"function foo() {\n`},
}

// TestTail has a Worker on both sides do what there is to be told of, and compares what its tail consumer gets of that: the
// properties of everything, their order and their values, but for times, stacks and what is of the machine.
func TestTail(t *testing.T) {
	theirs := startTailMiniflare(t, "tail", map[string]any{"tails": []string{"consumer"}})
	ours := startTail(t, "tail", `"tail_consumers": [{"service": "consumer"}]`)
	var paths []string
	if err := json.Unmarshal([]byte(tell(t, ours, "GET", "/cases", "")[len("200 "):]), &paths); err != nil {
		t.Fatal(err)
	}
	several := map[string]int{"/named": 2, "/rpc": 2, "/rpc/bad": 2, "/send": 2, "/send/throw": 2}
	compared, different := 0, 0
	compare := func(name string, do func(p *peer)) {
		t.Helper()
		compared++
		var got [2]string
		for i, p := range []*peer{theirs, ours} {
			do(p)
			got[i] = tailed(t, p, max(several[name], 1))
		}
		if d, known := tailDifferences[name]; known {
			different++
			if !strings.Contains(got[1], d.ours) || strings.Contains(got[0], d.ours) {
				t.Errorf("%s: no longer as described: %s and %s", name, got[0], got[1])
			}
			return
		}
		if got[0] != got[1] {
			t.Errorf("%s\nminiflare: %s\ndevserver: %s", name, got[0], got[1])
		}
	}
	request := func(target string, header ...string) func(p *peer) {
		return func(p *peer) {
			req, err := http.NewRequest("GET", "http://"+p.addr+target, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i+1 < len(header); i += 2 {
				req.Header.Add(header[i], header[i+1])
			}
			client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
			if res, err := client.Do(req); err == nil {
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
		}
	}
	for _, path := range paths {
		compare(path, request(path))
	}
	var header []string
	for _, name := range strings.Fields("Authorization Cookie X-Test-Author X-Test-Monkey X-Test-Secretary X-Test-Tokens X-Test-Jwt X-Test-Cookie X-Test-Two X-Test-Two Cookie2") {
		header = append(header, name, "value")
	}
	compare("headers", request("/levels", header...))
	for _, token := range strings.Fields(`abcdefabcdefabcdefabcdefabcdefab abcdefab-cdef-abcd-efab-cdefabcdefab abcdefabcdefabcdefabcdefabcdefa abcdefabcdefabcdefabcdefabcdefabg
		ABcd12efghijklmnopqrs ABcd12efghijklmnopqr Abcd12efghijklmnopqrs ABcd1efghijklmnopqrst AB12-_+ghijklmnopqrstcd?q=ABcd12efghijklmnopqrst&r=s
		abcdefabcdefabcdefabcdefabcdefab.abcdefabcdefabcdefabcdefabcdefab?-?a=%20ABcd12efghijklmnopqrst ABcd12efghijklmnopqr/ABcd12efghijklmnopqr`) {
		compare("URL "+token, request("/"+token))
	}
	for _, cron := range []string{"*/5 * * * *", "throw", "late"} {
		compare("scheduled "+cron, func(p *peer) { tell(t, p, "GET", "/cdn-cgi/local/scheduled?cron="+url.QueryEscape(cron), "") })
	}
	for name, from := range map[string]string{"email": "a@x.test", "email throw": "throw@x.test"} {
		compare(name, func(p *peer) {
			tell(t, p, "POST", "/cdn-cgi/local/email?from="+from+"&to=b@y.test", "From: "+from+"\r\nTo: b@y.test\r\nMessage-ID: <1@x.test>\r\n\r\nhello\r\n")
		})
	}
	if compared < 55 {
		t.Errorf("only %d cases were compared", compared)
	}
	t.Logf("%d cases compared, %d of which differ as described", compared, different)
}

// tailed is what the consumer has got since it was asked before: at least so many traces, in any order.
func tailed(t *testing.T, p *peer, count int) string {
	t.Helper()
	var lines []string
	for deadline := time.Now().Add(10 * time.Second); len(lines) < count && time.Now().Before(deadline); {
		time.Sleep(30 * time.Millisecond)
		text := strings.TrimSpace(strings.TrimPrefix(tell(t, p, "GET", "/log", ""), "200"))
		for line := range strings.SplitSeq(text, "\n") {
			if line != "" {
				lines = append(lines, line)
			}
		}
	}
	slices.Sort(lines)
	// Miniflare's producer has no name that it would tell.
	return regexp.MustCompile(`scriptName:\w+`).ReplaceAllString(strings.Join(lines, "\n"), "scriptName")
}

// tailConfig is the configuration of a Worker that is consumed, but for who consumes it.
const tailConfig = `{"name": "producer", "main": "w.js", "compatibility_date": "` + compatibilityDate + `", "compatibility_flags": ["nodejs_compat"],
"services": [{"binding": "NAMED", "service": "producer", "entrypoint": "Named"}, {"binding": "OTHER", "service": "producer", "entrypoint": "Other"},
	{"binding": "LOG", "service": "consumer"}],
"queues": {"producers": [{"binding": "JOBS", "queue": "jobs"}], "consumers": [{"queue": "jobs", "max_batch_size": 1, "max_batch_timeout": 0, "max_retries": 0}]}, `

// startTail runs the two Workers of a folder of testdata, of which one consumes what the other one does: consumers is how
// that is configured.
func startTail(t *testing.T, scripts, consumers string) *peer {
	t.Helper()
	dir := t.TempDir()
	var options server.Options
	for name, text := range map[string]string{"producer": tailConfig + consumers + "}", "consumer": `{"name": "consumer", "main": "w.js", "compatibility_date": "` + compatibilityDate + `"}`} {
		folder := filepath.Join(dir, name)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for file, content := range map[string]string{"wrangler.json": text, "w.js": tailScript(t, scripts, name)} {
			if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range []string{"producer", "consumer"} {
		options.Projects = append(options.Projects, func() (*config.Config, config.Diagnostics) {
			return config.Load(config.Options{Dir: dir, Path: filepath.Join(dir, name, "wrangler.json")})
		})
	}
	p, _ := serveWith(t, &project{dir: dir}, options)
	return p
}

func tailScript(t *testing.T, folder, name string) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", folder, name+".js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

func startTailMiniflare(t *testing.T, folder string, consumers map[string]any) *peer {
	t.Helper()
	worker := func(name string, more map[string]any) map[string]any {
		more["name"], more["modules"], more["script"], more["compatibilityDate"] = name, true, tailScript(t, folder, name), compatibilityDate
		return more
	}
	consumers["compatibilityFlags"] = []string{"nodejs_compat"}
	consumers["serviceBindings"] = map[string]any{
		"NAMED": map[string]string{"name": "producer", "entrypoint": "Named"}, "OTHER": map[string]string{"name": "producer", "entrypoint": "Other"}, "LOG": "consumer",
	}
	consumers["queueProducers"] = map[string]string{"JOBS": "jobs"}
	consumers["queueConsumers"] = map[string]any{"jobs": map[string]any{"maxBatchSize": 1, "maxBatchTimeout": 0, "maxRetries": 0}}
	text, err := json.Marshal([]any{
		worker("producer", consumers),
		worker("consumer", map[string]any{}),
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "workers.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return runMiniflare(t, "miniflare_workers.mjs", wranglersMiniflare(t), file)
}
