package bundle

import (
	"slices"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
)

// resolutions are what a running build was told about imports. esbuild looks at directories anew each time that a plugin
// asks, which takes a millisecond, and asks for the imports of a file one after the other.
type resolutions struct {
	resolve func(resolution) api.ResolveResult

	mu     sync.Mutex
	known  map[resolution]func() api.ResolveResult
	asked  map[resolution]bool
	order  []resolution // in which the build asked
	before []resolution // in which the build before did
	ahead  sync.WaitGroup
}

// A resolution is what the answer depends on.
type resolution struct {
	specifier, dir, namespace string
	kind                      api.ResolveKind
}

func newResolutions(build api.PluginBuild) *resolutions {
	r := &resolutions{resolve: func(wanted resolution) api.ResolveResult {
		return build.Resolve(wanted.specifier, api.ResolveOptions{
			ResolveDir: wanted.dir, Namespace: wanted.namespace, Kind: wanted.kind, PluginData: resolving{ahead: true},
		})
	}}
	build.OnStart(func() (api.OnStartResult, error) {
		r.begin()
		return api.OnStartResult{}, nil
	})
	build.OnEnd(func(*api.BuildResult) (api.OnEndResult, error) {
		r.end()
		return api.OnEndResult{}, nil
	})
	return r
}

// begin forgets what was found, and asks what the build before did, the last first: the build begins with the first.
func (r *resolutions) begin() {
	r.mu.Lock()
	r.known, r.asked, r.order = make(map[resolution]func() api.ResolveResult), make(map[resolution]bool), nil
	before := r.before
	r.mu.Unlock()
	r.ahead.Go(func() {
		for _, wanted := range slices.Backward(before) {
			r.find(wanted)()
		}
	})
}

// end waits until nothing is asked any more.
func (r *resolutions) end() {
	r.ahead.Wait()
	r.mu.Lock()
	r.before = r.order
	clear(r.known)
	r.mu.Unlock()
}

// of returns what an import names.
func (r *resolutions) of(args api.OnResolveArgs) api.ResolveResult {
	wanted := resolution{args.Path, args.ResolveDir, args.Namespace, args.Kind}
	r.mu.Lock()
	if !r.asked[wanted] {
		r.asked[wanted] = true
		r.order = append(r.order, wanted)
	}
	r.mu.Unlock()
	return r.find(wanted)()
}

// find returns the function that finds out, which does so once.
func (r *resolutions) find(wanted resolution) func() api.ResolveResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := r.known[wanted]
	if found == nil {
		found = sync.OnceValue(func() api.ResolveResult { return r.resolve(wanted) })
		r.known[wanted] = found
	}
	return found
}
