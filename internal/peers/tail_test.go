//go:build peers

package peers

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tailDifferences are cases in which what a tail handler gets is not what it gets on Miniflare, and why: a part of ours
// that Miniflare's does not have.
var tailDifferences = map[string]tailDifference{
	"email":       {"the simulator calls the handler by RPC; at the edge it is an event of its own", `EmailEventInfo[object EmailEventInfo]<constructor>{rawSize:`},
	"email throw": {"the same, and by RPC the exception is the caller's", `message:"m"`},
	// The text of a function is that of the bundled script.
	"/functions":      {"the bundler lays functions out", `"function two() {\n`},
	"/throw/function": {"the bundler lays functions out", `"function foo() {\n`},
}

// TestTail has a Worker on both sides do what there is to be told of, and compares what its tail consumer gets of that: the
// properties of everything, their order and their values, but for times, stacks and what is of the machine.
func TestTail(t *testing.T) {
	t.Parallel()
	theirs := startTailMiniflare(t, "tail", map[string]any{"tails": []string{"consumer"}})
	ours := startTail(t, "tail", `"tail_consumers": [{"service": "consumer"}]`)
	c := &tailComparison{
		theirs: theirs, ours: ours, differences: tailDifferences,
		several: map[string]int{"/named": 2, "/rpc": 2, "/rpc/bad": 2, "/send": 2, "/send/throw": 2},
		report:  regexp.MustCompile(`(?m)^.+$`),
		show: func(reports []string) string { // in any order
			slices.Sort(reports)
			// Miniflare's producer has no name that it would tell.
			return regexp.MustCompile(`scriptName:\w+`).ReplaceAllString(strings.Join(reports, "\n"), "scriptName")
		},
	}
	c.comparePaths(t, nil)
	header := http.Header{}
	for _, name := range strings.Fields("Authorization Cookie X-Test-Author X-Test-Monkey X-Test-Secretary X-Test-Tokens X-Test-Jwt X-Test-Cookie X-Test-Two X-Test-Two Cookie2") {
		header.Add(name, "value")
	}
	c.compareRequest(t, "headers", "/levels", header)
	for _, token := range strings.Fields(`abcdefabcdefabcdefabcdefabcdefab abcdefab-cdef-abcd-efab-cdefabcdefab abcdefabcdefabcdefabcdefabcdefa abcdefabcdefabcdefabcdefabcdefabg
		ABcd12efghijklmnopqrs ABcd12efghijklmnopqr Abcd12efghijklmnopqrs ABcd1efghijklmnopqrst AB12-_+ghijklmnopqrstcd?q=ABcd12efghijklmnopqrst&r=s
		abcdefabcdefabcdefabcdefabcdefab.abcdefabcdefabcdefabcdefabcdefab?-?a=%20ABcd12efghijklmnopqrst ABcd12efghijklmnopqr/ABcd12efghijklmnopqr`) {
		c.compareRequest(t, "URL "+token, "/"+token, nil)
	}
	c.compareEvents(t)
	c.done(t, 55)
}
