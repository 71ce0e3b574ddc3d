//go:build peers

package peers

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// streamDifferences are cases in which a streaming tail consumer is told something else than on Miniflare, and a part of
// ours that Miniflare's does not have.
var streamDifferences = map[string]struct{ why, ours string }{
	"/fetch/refused": {"an origin that cannot be reached answers with 521, as at the edge, and the simulator throws", `"http.response.status_code","value":"521n"`},
	"/fetch/caught":  {"the same", `"http.response.status_code","value":"521n"`},
	"/rpc/both":      {"the spans of a call whose promise is the result close a moment later", `"sequence":7,"event":{"type":"return"}}`},
	"/span/nested":   {"a response that nobody reads has been sent here, and there it is cut off", `"sequence":2,"event":{"type":"return","info":{"type":"fetch","statusCode":200}}}` + "\n" + `{"spanContext":{"traceId":"#1","spanId":"#8"}`},
	"/span/manual":   {"there, the garbage collector ends a span that no script has ended, or nobody does", `"spanId":"#6"},"invocationId":"#2","timestamp":"string","sequence":20,"event":{"type":"spanClose"`},
	"email":          {"the simulator calls the handler by RPC; at the edge it is an event of its own", `"info":{"type":"email","mailFrom":"a@x.test","rcptTo":"b@y.test","rawSize":63}`},
	"email throw":    {"the same", `{"type":"exception","name":"Error","message":"m","stack":"stack"}`},
}

// TestStreamingTail has a Worker on both sides do what there is to be told of, and compares the events that its streaming
// tail consumer gets of that, byte for byte, but for IDs, times, stacks and what is of the machine.
func TestStreamingTail(t *testing.T) {
	theirs := startTailMiniflare(t, "streaming_tail", map[string]any{"streamingTails": []string{"consumer"}})
	ours := startTail(t, "streaming_tail", `"streaming_tail_consumers": [{"service": "consumer"}]`)
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/plain")
		switch r.URL.Path {
		case "/404":
			w.WriteHeader(404)
			io.WriteString(w, "nope")
		case "/redirect":
			w.Header().Set("Location", "/x")
			w.Header().Set("Content-Length", "0")
			w.WriteHeader(302)
		case "/chunked":
			io.WriteString(w, "a")
			w.(http.Flusher).Flush()
			io.WriteString(w, "b")
		default:
			io.WriteString(w, "hi")
		}
	}))
	defer origin.Close()

	var paths []string
	if err := json.Unmarshal([]byte(tell(t, ours, "GET", "/cases", "")[len("200 "):]), &paths); err != nil {
		t.Fatal(err)
	}
	compared, different := 0, 0
	compare := func(name string, do func(p *peer)) {
		t.Helper()
		compared++
		var got [2]string
		for i, p := range []*peer{theirs, ours} {
			do(p)
			want := 1
			if i == 1 {
				want = strings.Count(got[0], "\n") // how much has come tells when to stop waiting, not what
			}
			got[i] = toldOf(t, p, want)
		}
		if d, known := streamDifferences[name]; known {
			different++
			if !strings.Contains(got[1], d.ours) || strings.Contains(got[0], d.ours) {
				t.Errorf("%s: no longer as described:\nminiflare: %s\ndevserver: %s", name, got[0], got[1])
			}
			return
		}
		if got[0] != got[1] {
			t.Errorf("%s\nminiflare: %s\ndevserver: %s", name, got[0], got[1])
		}
	}
	request := func(target string) func(p *peer) {
		sep := "?"
		if strings.Contains(target, "?") {
			sep = "&"
		}
		return func(p *peer) {
			req, err := http.NewRequest("GET", "http://"+p.addr+target+sep+"origin="+origin.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-One", "1")
			req.Header.Set("Authorization", "secret")
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
	for _, target := range strings.Fields(`/?consumer=shape /throw?consumer=shape /fetch?consumer=shape /errors?consumer=shape /rpc?consumer=shape /throw?consumer=object
		/levels?consumer=object /fetch?consumer=instance /levels?consumer=none /levels?consumer=number /levels?consumer=throw /levels?consumer=reject
		/levels?consumer=empty /levels?consumer=bad /levels?consumer=late /levels?consumer=slow /ABcd12efghijklmnopqrs`) {
		compare(target, request(target))
	}
	for _, cron := range []string{"*/5 * * * *", "throw", "late"} {
		compare("scheduled "+cron, func(p *peer) { tell(t, p, "GET", "/cdn-cgi/local/scheduled?cron="+url.QueryEscape(cron), "") })
	}
	for name, from := range map[string]string{"email": "a@x.test", "email throw": "throw@x.test"} {
		compare(name, func(p *peer) {
			tell(t, p, "POST", "/cdn-cgi/local/email?from="+from+"&to=b@y.test", "From: "+from+"\r\nTo: b@y.test\r\nMessage-ID: <1@x.test>\r\n\r\nhello\r\n")
		})
	}
	if compared < 80 {
		t.Errorf("only %d cases were compared", compared)
	}
	t.Logf("%d cases compared, %d of which differ as described", compared, different)
}

var (
	streamIDs  = regexp.MustCompile(`"(?:[0-9a-f]{32}|[0-9a-f]{16})"`)
	streamSize = regexp.MustCompile(`(?:x{1000})+`)
)

// toldOf is what the consumer has been told since it was asked before, once at least so many lines have come and then no
// more do, with IDs numbered as they come.
func toldOf(t *testing.T, p *peer, lines int) string {
	t.Helper()
	all, quiet := "", 0
	for deadline := time.Now().Add(8 * time.Second); quiet < 3 && time.Now().Before(deadline); {
		time.Sleep(60 * time.Millisecond)
		text := strings.TrimPrefix(strings.TrimPrefix(tell(t, p, "GET", "/log", ""), "200"), " ")
		if text != "" {
			all += text + "\n"
			quiet = 0
		} else if strings.Count(all, "\n") >= lines {
			quiet++
		}
	}
	ids := map[string]string{}
	all = streamIDs.ReplaceAllStringFunc(all, func(id string) string {
		if ids[id] == "" {
			ids[id] = fmt.Sprintf(`"#%d"`, len(ids)+1)
		}
		return ids[id]
	})
	all = streamSize.ReplaceAllString(all, "X")
	// Miniflare's producer has no name that it would tell.
	return strings.NewReplacer(`"scriptName":"producer",`, "", "scriptName=string,", "").Replace(all)
}
