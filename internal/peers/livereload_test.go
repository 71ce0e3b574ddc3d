//go:build peers

package peers

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"devserver/internal/subprocess"
)

// liveReloadWorker is a Worker whose pages ask it for /seen and their number, once a browser has run them.
const liveReloadWorker = `export default { fetch(request) {
	if (new URL(request.url).pathname !== "/") return new Response("seen");
	return new Response("<!doctype html><title>%[1]d</title><body>page %[1]d<script>fetch('/seen/%[1]d')</script></body>", { headers: { "Content-Type": "text/html" } });
} }
`

// startLiveReload runs the program with a Worker whose pages have a number; save gives them another one. If it is 0, the
// Worker is broken.
func startLiveReload(t *testing.T, number int) (d *process, address string, save func(number int)) {
	t.Helper()
	p := &project{dir: t.TempDir()}
	save = func(number int) {
		t.Helper()
		text := fmt.Sprintf(liveReloadWorker, number)
		if number == 0 {
			text = "export default { broken"
		}
		p.write(t, "worker.js", text)
	}
	save(number)
	p.write(t, "wrangler.toml", fmt.Sprintf("name = \"live\"\nmain = \"worker.js\"\ncompatibility_date = %q\n", compatibilityDate))
	cmd := exec.Command(devserverBinary(t), "--port", "0", "--live-reload")
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), "CI=1", "DEVSERVER_HOME="+t.TempDir())
	d = start(t, "devserver", cmd)
	return d, strings.TrimSuffix(d.Await(t, regexp.MustCompile(`(?:Ready|nothing answers) on (http://[^/\s]+)`)), "/"), save
}

var liveReloadTag = regexp.MustCompile(`<script src="([^"]*/live-reload\.js\?v=([^"]+))"></script>`)

// TestLiveReload does what a page's script does: it listens to events, and loads the page again when one says that its
// version is over.
func TestLiveReload(t *testing.T) {
	t.Parallel()
	d, address, save := startLiveReload(t, 0)
	ctx, cancel := context.WithTimeout(t.Context(), subprocess.Patience)
	defer cancel()
	open := func(path string, header ...string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(ctx, "GET", address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		return res
	}
	// load navigates to the page as browsers do, and returns it with its script and its version.
	load := func() (page, script, version string) {
		t.Helper()
		var text strings.Builder
		bufio.NewReader(open("/", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "none", "Accept", "text/html").Body).WriteTo(&text)
		found := liveReloadTag.FindStringSubmatch(text.String())
		if found == nil {
			t.Fatalf("the page has no script:\n%s", &text)
		}
		return text.String(), found[1], found[2]
	}
	page, script, version := load()
	if !strings.Contains(page, "worker.js") {
		t.Fatalf("the page does not say what is broken:\n%s", page)
	}
	if res := open(script, "Sec-Fetch-Site", "same-origin"); res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/javascript") {
		t.Fatalf("the script: %s, %s", res.Status, res.Header)
	}
	events := bufio.NewScanner(open("/cdn-cgi/local/live-reload", "Accept", "text/event-stream", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Site", "same-origin", "Referer", address+"/").Body)
	// next waits for the event that says another version than the page's, loads that, and returns its text.
	next := func() string {
		t.Helper()
		for events.Scan() {
			if said, ok := strings.CutPrefix(events.Text(), "data: "); ok && said != version {
				page, _, loaded := load()
				if loaded != said {
					continue // the next event is under way
				}
				version = loaded
				return page
			}
		}
		t.Fatalf("the events have ended: %v", events.Err())
		return ""
	}
	save(1)
	first := next()
	save(2)
	second := next()
	mark := d.Log.Mark()
	save(0)
	awaitLine(t, d, mark, stillAnswers)
	save(3)
	third := next() // and not the second one again
	for i, text := range []string{first, second, third} {
		if want := fmt.Sprintf("page %d", i+1); !strings.Contains(text, want) {
			t.Errorf("%s is not on\n%s", want, text)
		}
	}
}

// stillAnswers is said when what was saved is broken.
const stillAnswers = `the last good version .* still answers`

// awaitLine waits until devserver has printed a line after a mark.
func awaitLine(t *testing.T, d *process, mark int, pattern string) {
	t.Helper()
	if line, _ := d.Log.Line(mark, regexp.MustCompile(pattern), subprocess.Patience); line == "" {
		t.Fatalf("nothing matches %s in:\n%s", pattern, d.Log.Since(mark))
	}
}

// browserBinary is a browser that the DevTools' protocol keeps open without a screen, or the test is skipped.
func browserBinary(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium in PATH: what its pages do is not tried")
	return ""
}

// TestLiveReloadInBrowser has a browser show the page that says what is broken, and nobody touches it: it shows what mends
// that, and what is saved then, but stays as it is while that is broken.
func TestLiveReloadInBrowser(t *testing.T) {
	t.Parallel()
	browser := browserBinary(t)
	d, address, save := startLiveReload(t, 0)
	home := t.TempDir()
	cmd := exec.Command(browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
		"--disable-component-update", "--user-data-dir="+home, "--remote-debugging-port=0", address+"/")
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home)
	start(t, "browser", cmd)
	awaitLine(t, d, 0, `GET / .*\b5\d\d\b`)
	mark := d.Log.Mark()
	save(1)
	awaitLine(t, d, mark, `GET /seen/1\b`)
	mark = d.Log.Mark()
	save(2)
	awaitLine(t, d, mark, `GET /seen/2\b`)
	mark = d.Log.Mark()
	save(0)
	awaitLine(t, d, mark, stillAnswers)
	save(3)
	awaitLine(t, d, mark, `GET /seen/3\b`)
	if again := d.Log.Since(mark); strings.Contains(again, "GET /seen/2") {
		t.Errorf("the page was loaded again for a version that is broken:\n%s", again)
	}
}
