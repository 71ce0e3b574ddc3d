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
	"strings"
	"sync"
	"testing"
	"time"

	"devserver/config"
	"devserver/server"
)

// tailComparison has Workers on both sides do the same, and compares what their consumers tell of that.
type tailComparison struct {
	theirs, ours *peer
	differences  map[string]tailDifference
	several      map[string]int                // how many reports there are in a case, if more than one
	report       *regexp.Regexp                // one report in what a consumer tells
	show         func(reports []string) string // what is compared of those of a case
	query        string                        // of all requests

	compared, different int
}

// tailDifference is why a case comes out otherwise than on Miniflare, and a part of ours that Miniflare's does not have.
type tailDifference struct{ why, ours string }

// compare does something on both sides, and waits until both consumers have told the same of it, or nothing more comes.
func (c *tailComparison) compare(t *testing.T, name string, do func(p *peer)) {
	t.Helper()
	c.compared++
	var reports [2][]string
	take := func() (more bool) {
		for i, p := range []*peer{c.theirs, c.ours} {
			text := strings.TrimPrefix(strings.TrimPrefix(tell(t, p, "GET", "/log", ""), "200"), " ")
			found := c.report.FindAllString(text+"\n", -1)
			reports[i], more = append(reports[i], found...), more || len(found) > 0
		}
		return more
	}
	var wg sync.WaitGroup
	for _, p := range []*peer{c.theirs, c.ours} {
		wg.Go(func() { do(p) })
	}
	wg.Wait()
	difference, known := c.differences[name]
	var theirs, ours string
	enough := max(c.several[name], 1)
	for began, last := time.Now(), time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if take() {
			last = time.Now()
		}
		theirs, ours = c.show(reports[0]), c.show(reports[1])
		all := len(reports[0]) >= enough && len(reports[1]) >= enough
		if all && (theirs == ours || known && time.Since(last) > 200*time.Millisecond || time.Since(last) > 2*time.Second) || time.Since(began) > patience {
			break
		}
	}
	if known {
		c.different++
		if !strings.Contains(ours, difference.ours) || strings.Contains(theirs, difference.ours) {
			t.Errorf("%s: no longer as described:\nminiflare: %s\ndevserver: %s", name, theirs, ours)
		}
	} else if theirs != ours {
		t.Errorf("%s\nminiflare: %s\ndevserver: %s", name, theirs, ours)
	}
}

// compareRequest compares what a request leads to, whatever it is answered with.
func (c *tailComparison) compareRequest(t *testing.T, name, target string, header http.Header) {
	t.Helper()
	if c.query != "" {
		sep := "?"
		if strings.Contains(target, "?") {
			sep = "&"
		}
		target += sep + c.query
	}
	c.compare(t, name, func(p *peer) {
		req, err := http.NewRequest("GET", "http://"+p.addr+target, nil)
		if err != nil {
			t.Error(err)
			return
		}
		if header != nil {
			req.Header = header.Clone()
		}
		client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
		if res, err := client.Do(req); err == nil {
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
	})
}

// comparePaths compares the cases that the Worker has, each of which is a path.
func (c *tailComparison) comparePaths(t *testing.T, header http.Header) {
	t.Helper()
	var paths []string
	if err := json.Unmarshal([]byte(tell(t, c.ours, "GET", "/cases", "")[len("200 "):]), &paths); err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		c.compareRequest(t, path, path, header)
	}
}

// compareEvents compares what schedules and email lead to.
func (c *tailComparison) compareEvents(t *testing.T) {
	t.Helper()
	for _, cron := range []string{"*/5 * * * *", "throw", "late"} {
		c.compare(t, "scheduled "+cron, func(p *peer) { tell(t, p, "GET", "/cdn-cgi/local/scheduled?cron="+url.QueryEscape(cron), "") })
	}
	for name, from := range map[string]string{"email": "a@x.test", "email throw": "throw@x.test"} {
		c.compare(t, name, func(p *peer) {
			tell(t, p, "POST", "/cdn-cgi/local/email?from="+from+"&to=b@y.test", "From: "+from+"\r\nTo: b@y.test\r\nMessage-ID: <1@x.test>\r\n\r\nhello\r\n")
		})
	}
}

// done says how many cases there were, of which there are at least so many, and that nothing has come of them since.
func (c *tailComparison) done(t *testing.T, atLeast int) {
	t.Helper()
	for _, p := range []*peer{c.theirs, c.ours} {
		if left := tell(t, p, "GET", "/log", ""); left != "200" {
			t.Errorf("%s: of some case there is more than was compared: %s", p.name, left)
		}
	}
	if c.compared < atLeast {
		t.Errorf("only %d cases were compared", c.compared)
	}
	t.Logf("%d cases compared, %d of which differ as described", c.compared, c.different)
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
