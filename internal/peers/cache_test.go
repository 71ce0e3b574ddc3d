//go:build peers

package peers

import (
	_ "embed"
	"encoding/json"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

//go:embed testdata/cache.js
var cacheWorker string

// cacheDifferences are the cases of the Cache API that come out otherwise than on Miniflare, which simulates the cache
// for workerd. Most differ because the simulator does, from the edge.
var cacheDifferences = []difference{
	// As at the edge, or as the standards have it.
	{"directives have no case", `"MAX-AGE=60"`, []string{"MAX-AGE"}},
	{"what was stored encoded is decoded when it is read; the simulator encodes it once more", `"text": "zip me, please"`, []string{"Content-Encoding"}},
	{"as above", `"text": "a"`, []string{"Content-Encoding, manual"}},
	{"a body that broke off is not stored, nor does it take the place of what there was; the simulator stores half of it", `"match": "undefined"`, []string{"stream that fails"}},
	{"as above", `"text": "old"`, []string{"stream that fails keeps what there was"}},
	{"Age is that of now; the simulator's is that of when the response was stored", `"1"`, []string{"Age after a second"}},
	{"Content-Length is that of the parts; the simulator's is that of the whole", `"212"`, []string{"Range: bytes=0-1,3-4", "Range: bytes=0-1, 8-"}},
	{"as above", `"160"`, []string{"Range of several, no Content-Type"}},
	{"methods that return promises reject, and do not throw, also for a wrong this", `"a promise"`, []string{"detached"}},
}

// startMiniflare runs a project's Worker on Miniflare, with the workerd that DEVSERVER_WORKERD names, or skips.
func startMiniflare(t testing.TB, p *project) *peer {
	t.Helper()
	return runMiniflare(t, "miniflare.mjs", miniflareFolder(t), filepath.Join(p.dir, "worker.js"), compatibilityDate)
}

// TestCache runs sequences of requests to the Cache API on both sides.
func TestCache(t *testing.T) {
	t.Parallel()
	p := newProject(t, testpki.New("peers"), cacheWorker, nil)
	theirs, ours := startMiniflare(t, p), serve(t, p)
	var names []string
	if err := json.Unmarshal([]byte(theirs.ask(t, get("/")).body), &names); err != nil {
		t.Fatal(err)
	}
	known := map[string]difference{}
	for _, d := range cacheDifferences {
		for _, name := range d.cases {
			known[name] = d
			if !slices.Contains(names, name) {
				t.Errorf("cacheDifferences: there is no case %q", name)
			}
		}
	}
	same := 0
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			ask := get("/", "X-Case: "+url.PathEscape(name))
			want, got := outcome{client: theirs.ask(t, ask).body}, outcome{client: ours.ask(t, ask).body}
			difference, differs := known[name]
			switch equal := want.client == got.client; {
			case equal && differs:
				t.Errorf("there is no difference any more (%s)", difference.why)
			case equal:
				same++
			case !differs:
				t.Errorf("- miniflare, + devserver:\n%s", diff(want, got))
			case !strings.Contains(got.client, difference.here):
				t.Errorf("- miniflare, + devserver:\n%s\nand not %q: %s", diff(want, got), difference.here, difference.why)
			}
		})
	}
	t.Logf("%d cases: %d the same, %d differ and are explained", len(names), same, len(known))
}
