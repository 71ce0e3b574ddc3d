//go:build peers

package peers

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// streamDifferences are cases in which a streaming tail consumer is told something else than on Miniflare, and a part of
// ours that Miniflare's does not have.
var streamDifferences = map[string]tailDifference{
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
	t.Parallel()
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

	c := &tailComparison{
		theirs: theirs, ours: ours, differences: streamDifferences,
		several: streamSeveral,
		report:  regexp.MustCompile(`(?m)^== .+\n(?:(?:[^=\n].*)?\n)*`),
		show:    showStream,
		query:   "origin=" + url.QueryEscape(origin.URL),
	}
	header := http.Header{"X-One": {"1"}, "Authorization": {"secret"}}
	c.comparePaths(t, header)
	for _, target := range strings.Fields(`/?consumer=shape /throw?consumer=shape /fetch?consumer=shape /errors?consumer=shape /rpc?consumer=shape /throw?consumer=object
		/levels?consumer=object /fetch?consumer=instance /levels?consumer=none /levels?consumer=number /levels?consumer=throw /levels?consumer=reject
		/levels?consumer=empty /levels?consumer=bad /levels?consumer=late /levels?consumer=slow /ABcd12efghijklmnopqrs`) {
		c.compareRequest(t, target, target, header)
	}
	c.compareEvents(t)
	c.done(t, 80)
}

// streamSeveral is how many invocations there are in a case, if more than one.
var streamSeveral = map[string]int{
	"/named": 2, "/named/post": 2, "/named/text": 2, "/named/twice": 3,
	"/rpc": 2, "/rpc/two": 3, "/rpc/property": 2, "/rpc/bad": 2, "/rpc/none": 2, "/rpc/target": 2, "/rpc/pipelined": 2, "/rpc/fail": 2, "/rpc/function": 2, "/rpc/both": 3, "/rpc/awaited": 3, "/rpc/slow": 2,
	"/span/nested": 2, "/send": 2, "/send/throw": 2, "/send/batch": 2, "/rpc?consumer=shape": 2,
}

var (
	streamIDs  = regexp.MustCompile(`"(?:[0-9a-f]{32}|[0-9a-f]{16})"`)
	streamSize = regexp.MustCompile(`(?:x{1000})+`)
)

// showStream is what the consumer has been told of invocations, those of a kind together, with IDs numbered as they come.
func showStream(reports []string) string {
	slices.SortStableFunc(reports, func(a, b string) int {
		kind, _, _ := strings.Cut(a, "\n")
		other, _, _ := strings.Cut(b, "\n")
		return strings.Compare(kind, other)
	})
	ids := map[string]string{}
	all := streamIDs.ReplaceAllStringFunc(strings.Join(reports, "\n"), func(id string) string {
		if ids[id] == "" {
			ids[id] = fmt.Sprintf(`"#%d"`, len(ids)+1)
		}
		return ids[id]
	})
	all = streamSize.ReplaceAllString(all, "X")
	// Miniflare's producer has no name that it would tell.
	return strings.NewReplacer(`"scriptName":"producer",`, "", "scriptName=string,", "").Replace(all)
}
