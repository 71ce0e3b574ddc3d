//go:build peers

package peers

import (
	_ "embed"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
)

//go:embed testdata/events.js
var eventsWorker string

const eventsWrangler = `
[[queues.producers]]
binding = "JOBS"
queue = "jobs"
[[queues.producers]]
binding = "IDLE"
queue = "idle"
[[queues.consumers]]
queue = "jobs"
max_batch_size = 2
max_batch_timeout = 0
max_retries = 1
dead_letter_queue = "dead"
[[queues.consumers]]
queue = "idle"
max_batch_size = 100
max_batch_timeout = 60
[[queues.consumers]]
queue = "dead"
max_batch_size = 1
max_batch_timeout = 0
[[send_email]]
name = "MAIL"
destination_address = "a@x.test"
`

// eventDifferences are cases that come out otherwise than on Miniflare, and what they come out as here.
var eventDifferences = map[string]struct{ why, ours string }{
	"queue a symbol":                   {"says why it refuses", "not valid JSON"},
	"queue toJSON of nothing":          {"says why it refuses", "not valid JSON"},
	"queue cyclic":                     {"the engine does not say where the circle is", "TypeError: Converting circular structure to JSON"},
	"queue v8 of a request":            {"a Request cannot be deployed to a queue: workerd sends a body that nobody could read", "DataCloneError"},
	"queue batch of null":              {"workerd names a class of its own by its mangled name", "Incorrect type: the provided value is not of type 'MessageSendRequest'."},
	"scheduled ?time=+5":               {"the simulator takes what begins with a number for it", "should be milliseconds"},
	"scheduled ?time=%205":             {"the same", "should be milliseconds"},
	"scheduled ?time=1e400":            {"the simulator takes it for 1", "should be milliseconds"},
	"scheduled ?time=8640000000000000": {"workerd knows no dates after 2189", "200 ok"},
	"queue delay too far":              {"says why it refuses", "86401 is invalid"},
	"queue delay before":               {"says why it refuses", "-1 is invalid"},
	"queue too large":                  {"says why it refuses", "exceeds limit of 128000"},
	"queue a function":                 {"says why it refuses", "not valid JSON"},
	"queue batch of 101":               {"says why it refuses", "exceeds limit of 100"},
	"queue batch with a large one":     {"says why it refuses", "exceeds single message"},
	"queue batch too large":            {"says why it refuses", "exceeds limit of 288000"},
	"scheduled ?time=abc":              {"the simulator fails with the stack of its own code", "should be milliseconds"},
	"scheduled ?time=1e3":              {"the simulator takes it for 1", "should be milliseconds"},
	"scheduled ?time=12.7":             {"the simulator takes it for 12", "should be milliseconds"},
	"email without body":               {"the simulator fails in its own code", "Invalid email."},
	"email throw":                      {"the simulator answers with the error's stack", "exception: see the terminal"},
}

// TestEvents has both sides handle the same events: schedules, email, and messages that are sent to queues and consumed.
func TestEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("Miniflare takes a minute of its own time for it, and loses messages of one case to the next on a busy machine")
	}
	p := newProject(t, testpki.New("peers"), eventsWorker, nil)
	p.append(t, "wrangler.toml", eventsWrangler)
	theirs := startEvents(t, p)
	ours := serve(t, p)
	compared := 0
	compare := func(name, a, b string) {
		t.Helper()
		compared++
		if d, known := eventDifferences[name]; known {
			if !strings.Contains(b, d.ours) || a == b {
				t.Errorf("%s: no longer as described: %s and %s", name, a, b)
			}
			return
		}
		if a != b {
			t.Errorf("%s\nminiflare: %s\ndevserver: %s", name, a, b)
		}
	}
	both := func(name, method, target, body string) {
		t.Helper()
		compare(name, tell(t, theirs, method, target, body), tell(t, ours, method, target, body))
	}

	var names []string
	if err := json.Unmarshal([]byte(theirs.ask(t, get("/cases")).body), &names); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		both("queue "+name, "GET", "/?case="+url.QueryEscape(name), "")
	}

	for _, query := range strings.Fields(`? ?format=json ?format=JSON ?cron=*+*+*+*+*&format=json ?time=1700000000000 ?time=-5 ?time= ?time=abc ?time=1e3 ?time=12.7
		?cron=throw ?cron=throw&format=json ?cron=noRetry&format=json ?cron=both&format=json ?cron=late ?cron=late&format=json ?cron=slow&format=json ?cron=hang
		?cron=hang&format=json ?cron=hangLate ?cron=thenable ?cron=detached ?cron=shape
		?time=0 ?time=+5 ?time=%205 ?time=1e400 ?time=8640000000000000 ?cron=%00 ?cron=%zz&format=json ?cron=a&cron=b ?format=text ?format=&cron=throw ?cron=throw&time=5&format=json ?unknown=1`) {
		both("scheduled "+query, "GET", "/cdn-cgi/local/scheduled"+query, "")
	}
	both("scheduled by POST", "POST", "/cdn-cgi/local/scheduled?format=json", "")

	const envelope = "/cdn-cgi/local/email?from=a@x.test&to=b@y.test"
	message := func(subject string, more ...string) string {
		return "From: A <a@x.test>\r\nTo: b@y.test\r\nBcc: secret@x.test\r\nX-One: 1\r\n 2\r\nMessage-ID: <1@x.test>\r\nSubject: " + subject + "\r\n" + strings.Join(more, "") + "\r\nhello\r\n"
	}
	for _, subject := range strings.Fields(`none reject throw forward raw envelope header reply foreign noref wrongref received references built injected send noid
		mismatch sendreceived elsewhere sendbuilt builtelsewhere`) {
		both("email "+subject, "POST", envelope, message(subject))
	}
	for name, more := range map[string]string{
		"email to a machine": "Auto-Submitted: auto-replied\r\n", "email to no machine": "Auto-Submitted: no\r\n", "email suppressed": "X-Auto-Response-Suppress: All\r\n",
		"email suppressing nothing": "X-Auto-Response-Suppress: none\r\n", "email with half a thread": "In-Reply-To: <0@x.test>\r\n", "email with the other half": "References: <0@x.test>\r\n",
		"email in a long thread": "In-Reply-To: <0@x.test>\r\nReferences:" + strings.Repeat(" <r@x>", 100) + "\r\n", "email in a thread": "In-Reply-To: <0@x.test>\r\nReferences: <0@x.test>\r\n",
	} {
		both(name, "POST", envelope, message("reply", more))
	}
	both("email without from", "POST", "/cdn-cgi/local/email?to=b@y.test", message("none"))
	both("email without to", "POST", "/cdn-cgi/local/email?from=b@y.test", message("none"))
	both("email without body", "POST", envelope, "")
	both("email without ID", "POST", envelope, "From: a@x.test\r\n\r\nhi")

	for _, bodies := range []string{`["a"]`, `["a","b"]`, `["throw","b"]`, `["retryAll","b"]`, `["retry","b"]`, `["ackAll","b"]`, `["firstAck","b"]`, `["firstRetry","b"]`, `["oneThenAll","b"]`, `["late","b"]`, `["hang","b"]`,
		`["ackTwice","b"]`, `["retryTwice","b"]`, `["retryDelayed","b"]`, `["retryAllDelayed","b"]`, `["retryAllThenAck","b"]`, `["ackAllThenRetry","b"]`, `["ackAllThenRetryAll","b"]`,
		`["retryAllThenAckAll","b"]`, `["each","b"]`, `["second","b"]`, `["lateAck","b"]`, `["bad","b"]`, `["shape","b"]`, `[null,1]`, `[[1],{"a":2}]`} {
		both("consumer "+bodies, "GET", "/send?case="+url.QueryEscape(bodies), "")
		// What comes of it takes a moment: once nothing more comes, the logs are compared.
		compare("consumed "+bodies, settled(t, theirs), settled(t, ours))
	}
	if compared < 220 {
		t.Errorf("only %d cases were compared", compared)
	}
	t.Logf("%d cases compared, %d of which differ as described", compared, len(eventDifferences))
}

// settled is what the consumers have got, once that does not change any more. Batches of different queues may come in any
// order.
func settled(t *testing.T, p *peer) string {
	t.Helper()
	last := ""
	for range 40 {
		time.Sleep(500 * time.Millisecond)
		now := tell(t, p, "GET", "/log", "")
		if now == last {
			break
		}
		last = now
	}
	lines := strings.Split(strings.TrimSpace(last), "\n")
	slices.SortStableFunc(lines, func(a, b string) int { return strings.Compare(a[:4], b[:4]) })
	return strings.Join(lines, "\n")
}

// volatile are the parts of answers that are never the same: times, and how much was waiting.
var volatile = regexp.MustCompile(`"oldestMessageTimestamp":"[^"]*"|"backlog\w+":\d+`)

// tell asks a peer, by the name that its own endpoints want.
func tell(t *testing.T, p *peer, method, target, body string) string {
	t.Helper()
	req, err := http.NewRequest(method, "http://"+p.addr+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	answer := volatile.ReplaceAllString(string(text), "…")
	answer = strings.NewReplacer("…,…,…", "metrics", "…,…", "metrics").Replace(answer)
	if json.Valid(text) && strings.Contains(answer, "outcome") { // in any order
		var v map[string]any
		json.Unmarshal(text, &v)
		sorted, _ := json.Marshal(v)
		answer = string(sorted)
	}
	return strings.TrimSpace(res.Status[:3] + " " + answer)
}

// startEvents runs a project's Worker on the Miniflare that wrangler comes with, or skips.
func startEvents(t testing.TB, p *project) *peer {
	t.Helper()
	return runMiniflare(t, "events.mjs", wranglersMiniflare(t), filepath.Join(p.dir, "worker.js"), compatibilityDate)
}
