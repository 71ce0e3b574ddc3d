package bundle

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// esmMark is what the paths of packages' files get at their end, where package.json has "type": "module". esbuild keeps
// the parsed files from one build to the next, but not those whose type package.json says; of .mjs files it knows the type
// without. The mark is in no path that leaves this package.
const esmMark = "#type.mjs"

// unmarked returns the real path of a file.
func unmarked(path string) string { return strings.TrimSuffix(path, esmMark) }

// resolveESM marks the paths of such files.
func (b *Bundler) resolveESM(build api.PluginBuild) {
	known := newResolutions(build)
	build.OnResolve(api.OnResolveOptions{Filter: `.*`, Namespace: "file"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		if isResolving(args) || args.Kind == api.ResolveEntryPoint || isPath(args.Path) && !inPackage(args.Importer) {
			return api.OnResolveResult{}, nil
		}
		if path, sideEffects, ok := b.neighbour(args); ok {
			return api.OnResolveResult{Path: path + esmMark, SideEffects: sideEffects}, nil
		}
		found := known.of(args)
		if len(found.Errors) > 0 || found.External || found.Namespace != "file" || filepath.Ext(found.Path) != ".js" || !inPackage(found.Path) {
			return api.OnResolveResult{}, nil
		}
		if scope := b.observed.scope(filepath.Dir(found.Path)); !scope.module || scope.replaces {
			return api.OnResolveResult{}, nil
		}
		found.Path += esmMark
		return answer(found), nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: esmMark + "$", Namespace: "file"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		path := unmarked(args.Path)
		text, err := os.ReadFile(path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		contents := string(text)
		return api.OnLoadResult{Contents: &contents, Loader: api.LoaderJSX, ResolveDir: filepath.Dir(path)}, nil
	})
}

// neighbour resolves what files of such packages mostly import: files beside them, by their names. Asking esbuild takes
// longer than what the mark gains.
func (b *Bundler) neighbour(args api.OnResolveArgs) (path string, sideEffects api.SideEffects, ok bool) {
	if unmarked(args.Importer) == args.Importer || !isPath(args.Path) || filepath.Ext(args.Path) != ".js" {
		return "", 0, false
	}
	path = filepath.Join(args.ResolveDir, filepath.FromSlash(args.Path))
	scope := b.observed.scope(filepath.Dir(path))
	if !scope.module || scope.replaces || scope.someEffects {
		return "", 0, false
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return "", 0, false
	}
	if scope.noEffects {
		sideEffects = api.SideEffectsFalse
	}
	return path, sideEffects, true
}

// scope is what the nearest package.json says of a directory's files.
type scope struct {
	module   bool // that they are ES modules
	replaces bool // that some are others in browsers
	// noEffects and someEffects say that none, or only some, of them have side effects.
	noEffects, someEffects bool
}

// scope reads the package.json of a directory, or the next above it.
func (o *observer) scope(dir string) scope {
	o.mu.Lock()
	found, known := o.scopes[dir]
	o.mu.Unlock()
	if known {
		return found
	}
	var pkg struct {
		Type    string          `json:"type"`
		Browser json.RawMessage `json:"browser"`
		Effects json.RawMessage `json:"sideEffects"`
	}
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	switch parent := filepath.Dir(dir); {
	case err == nil:
		if json.Unmarshal(text, &pkg) == nil {
			effects := string(pkg.Effects)
			found = scope{pkg.Type == "module", strings.HasPrefix(string(pkg.Browser), "{"), effects == "false", strings.HasPrefix(effects, "[")}
		}
	case parent != dir && filepath.Base(dir) != "node_modules":
		found = o.scope(parent)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.scopes[dir] = found
	return found
}
