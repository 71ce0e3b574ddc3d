//go:build peers

package peers

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"devserver/internal/testpki"
)

// unlike is why some of the global surface is otherwise than workerd's. What no line explains must be the same, and each
// line must explain something.
type unlike struct {
	why string
	// property matches the paths of properties, and of what is in them.
	property string
	// theirs and here match what the property is; "" matches a property that is missing, and nil anything.
	theirs, here *string
}

func is(pattern string) *string { return &pattern }

// explains reports whether the line is about a property and what it is on either side.
func (u unlike) explains(path, theirs, here string) bool {
	matches := func(pattern *string, s string) bool {
		return pattern == nil || regexp.MustCompile("^(?:"+*pattern+")$").MatchString(s)
	}
	return regexp.MustCompile("^(?:"+u.property+`)(\..*)?$`).MatchString(path) && matches(u.theirs, theirs) && matches(u.here, here)
}

// TestSurface compares what a Worker finds on its global object: names, property descriptors and prototypes, of the
// classes' constructors and prototypes, too.
func TestSurface(t *testing.T) {
	workerdBinary(t)
	source, err := os.ReadFile("testdata/surface.js")
	if err != nil {
		t.Fatal(err)
	}
	p := newProject(t, testpki.New("peers"), string(source), nil)
	theirs, here := surface(t, &startWorkerd(t, p).peer), surface(t, serve(t, p))

	used := make([]bool, len(unlikes))
	count := 0
	for _, path := range slices.Sorted(maps.Keys(union(theirs, here))) {
		if theirs[path] == here[path] {
			count++
			continue
		}
		i := slices.IndexFunc(unlikes, func(u unlike) bool { return u.explains(path, theirs[path], here[path]) })
		if i < 0 {
			t.Errorf("%s: workerd has %q, devserver %q", path, theirs[path], here[path])
			continue
		}
		used[i] = true
	}
	for i, u := range unlikes {
		if !used[i] {
			t.Errorf("%s: there is no such difference any more (%s)", u.property, u.why)
		}
	}
	t.Logf("%d properties on workerd, %d on devserver, %d the same", len(theirs), len(here), count)
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func surface(t *testing.T, p *peer) map[string]string {
	t.Helper()
	r := p.ask(t, get("/"))
	var properties map[string]string
	if err := json.Unmarshal([]byte(r.body), &properties); err != nil {
		t.Fatalf("%s: %s %v\n%s", p.name, r.status, err, r.body)
	}
	return properties
}
