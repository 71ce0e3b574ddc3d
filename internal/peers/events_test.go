//go:build peers

package peers

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"devserver/internal/testpki"
)

//go:embed testdata/events.js
var eventsWorker string

const eventsWrangler = `
[[queues.producers]]
binding = "IDLE"
queue = "idle"
[[queues.consumers]]
queue = "idle"
max_batch_size = 100
max_batch_timeout = 60
[[send_email]]
name = "MAIL"
destination_address = "a@x.test"
`

// eventsQueue is a queue with its consumer, and that of what the consumer refuses.
const eventsQueue = `
[[queues.producers]]
binding = "JOBS%[1]d"
queue = "jobs%[1]d"
[[queues.consumers]]
queue = "jobs%[1]d"
max_batch_size = 2
max_batch_timeout = 0
max_retries = 1
dead_letter_queue = "dead%[1]d"
[[queues.consumers]]
queue = "dead%[1]d"
max_batch_size = 1
max_batch_timeout = 0
`

// batches are what queues are sent, each one of its own: the first message says what the consumer does.
var batches = []string{`["a"]`, `["a","b"]`, `["throw","b"]`, `["retryAll","b"]`, `["retry","b"]`, `["ackAll","b"]`, `["firstAck","b"]`, `["firstRetry","b"]`, `["oneThenAll","b"]`, `["late","b"]`, `["hang","b"]`,
	`["ackTwice","b"]`, `["retryTwice","b"]`, `["retryDelayed","b"]`, `["retryAllDelayed","b"]`, `["retryAllThenAck","b"]`, `["ackAllThenRetry","b"]`, `["ackAllThenRetryAll","b"]`,
	`["retryAllThenAckAll","b"]`, `["each","b"]`, `["second","b"]`, `["lateAck","b"]`, `["bad","b"]`, `["shape","b"]`, `[null,1]`, `[[1],{"a":2}]`}

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
	t.Parallel()
	log := startEventsLog(t)
	p := newProject(t, testpki.New("peers"), eventsWorker, map[string]string{"LOG": log.url + "/ours/"})
	p.append(t, "wrangler.toml", eventsWrangler)
	for i := range batches {
		p.append(t, "wrangler.toml", fmt.Sprintf(eventsQueue, i))
	}
	theirs := runMiniflare(t, "events.mjs", wranglersMiniflare(t), filepath.Join(p.dir, "worker.js"), compatibilityDate, log.url+"/theirs/", strconv.Itoa(len(batches)))
	ours := serve(t, p)

	type event struct{ name, method, target, body string }
	var all []event
	add := func(name, method, target, body string) { all = append(all, event{name, method, target, body}) }

	var names []string
	if err := json.Unmarshal([]byte(theirs.ask(t, get("/cases")).body), &names); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		add("queue "+name, "GET", "/?case="+url.QueryEscape(name), "")
	}

	for _, query := range strings.Fields(`? ?format=json ?format=JSON ?cron=*+*+*+*+*&format=json ?time=1700000000000 ?time=-5 ?time= ?time=abc ?time=1e3 ?time=12.7
		?cron=throw ?cron=throw&format=json ?cron=noRetry&format=json ?cron=both&format=json ?cron=late ?cron=late&format=json ?cron=slow&format=json ?cron=hang
		?cron=hang&format=json ?cron=hangLate ?cron=thenable ?cron=detached ?cron=shape
		?time=0 ?time=+5 ?time=%205 ?time=1e400 ?time=8640000000000000 ?cron=%00 ?cron=%zz&format=json ?cron=a&cron=b ?format=text ?format=&cron=throw ?cron=throw&time=5&format=json ?unknown=1`) {
		add("scheduled "+query, "GET", "/cdn-cgi/local/scheduled"+query, "")
	}
	add("scheduled by POST", "POST", "/cdn-cgi/local/scheduled?format=json", "")

	const envelope = "/cdn-cgi/local/email?from=a@x.test&to=b@y.test"
	message := func(subject string, more ...string) string {
		return "From: A <a@x.test>\r\nTo: b@y.test\r\nBcc: secret@x.test\r\nX-One: 1\r\n 2\r\nMessage-ID: <1@x.test>\r\nSubject: " + subject + "\r\n" + strings.Join(more, "") + "\r\nhello\r\n"
	}
	for _, subject := range strings.Fields(`none reject throw forward raw envelope header reply foreign noref wrongref received references built injected send noid
		mismatch sendreceived elsewhere sendbuilt builtelsewhere`) {
		add("email "+subject, "POST", envelope, message(subject))
	}
	for name, more := range map[string]string{
		"email to a machine": "Auto-Submitted: auto-replied\r\n", "email to no machine": "Auto-Submitted: no\r\n", "email suppressed": "X-Auto-Response-Suppress: All\r\n",
		"email suppressing nothing": "X-Auto-Response-Suppress: none\r\n", "email with half a thread": "In-Reply-To: <0@x.test>\r\n", "email with the other half": "References: <0@x.test>\r\n",
		"email in a long thread": "In-Reply-To: <0@x.test>\r\nReferences:" + strings.Repeat(" <r@x>", 100) + "\r\n", "email in a thread": "In-Reply-To: <0@x.test>\r\nReferences: <0@x.test>\r\n",
	} {
		add(name, "POST", envelope, message("reply", more))
	}
	add("email without from", "POST", "/cdn-cgi/local/email?to=b@y.test", message("none"))
	add("email without to", "POST", "/cdn-cgi/local/email?from=b@y.test", message("none"))
	add("email without body", "POST", envelope, "")
	add("email without ID", "POST", envelope, "From: a@x.test\r\n\r\nhi")

	for i, bodies := range batches {
		add("consumer "+bodies, "GET", fmt.Sprintf("/send?queue=%d&case=%s", i, url.QueryEscape(bodies)), "")
	}
	var mu sync.Mutex
	compared := 0
	compare := func(name, a, b string) {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
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
	concurrently(all, func(e event) {
		compare(e.name, tell(t, theirs, e.method, e.target, e.body), tell(t, ours, e.method, e.target, e.body))
	})

	// What comes of the messages takes a moment: once the logs are the same, or nothing more comes, they are compared.
	log.settle()
	for i, bodies := range batches {
		compare("consumed "+bodies, log.of("theirs", i), log.of("ours", i))
	}
	if compared < 220 {
		t.Errorf("only %d cases were compared", compared)
	}
	t.Logf("%d cases compared, %d of which differ as described, and %d batches", compared, len(eventDifferences), log.length())
}

// eventsLog is what the consumers of both sides get, by the path that it is sent to: the side and the queue.
type eventsLog struct {
	url string

	mu    sync.Mutex
	lines map[string][]string
	last  time.Time // when the last one came
}

func startEventsLog(t *testing.T) *eventsLog {
	l := &eventsLog{lines: map[string][]string{}, last: time.Now()}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		line, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.lines[r.URL.Path], l.last = append(l.lines[r.URL.Path], string(line)), time.Now()
	}))
	t.Cleanup(s.Close)
	l.url = s.URL
	return l
}

// of is what the consumers of a queue and of its dead letter queue have got on a side. Batches of the latter may come in any
// order.
func (l *eventsLog) of(side string, queue int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	dead := slices.Clone(l.lines[fmt.Sprintf("/%s/dead%d", side, queue)])
	slices.Sort(dead)
	return strings.Join(slices.Concat(l.lines[fmt.Sprintf("/%s/jobs%d", side, queue)], dead), "\n")
}

// settle waits until each queue's consumers have got something, and the same on both sides, for a second, or until nothing
// has come for ten.
func (l *eventsLog) settle() {
	same := func() bool {
		for i := range batches {
			if theirs := l.of("theirs", i); theirs == "" || theirs != l.of("ours", i) {
				return false
			}
		}
		return true
	}
	for {
		l.mu.Lock()
		quiet := time.Since(l.last)
		l.mu.Unlock()
		if quiet > 10*time.Second || quiet > time.Second && same() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// length is how many batches the queues that are compared have delivered on devserver.
func (l *eventsLog) length() (n int) {
	for i := range batches {
		n += strings.Count(l.of("ours", i), "\n") + 1
	}
	return n
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
