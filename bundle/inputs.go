package bundle

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
)

// An observer notes what a build reads and what it looks for, because esbuild tells neither when it fails, and never
// which files it would rather have found.
type observer struct {
	options Options

	mu      sync.Mutex
	loaded  map[string]bool
	imports map[request]bool

	collected []Module        // by name
	dirs      map[string]bool // that were searched for modules
	scopes    map[string]scope
}

// A request is an import specifier, the file that it stands in, and that file's directory.
type request struct{ specifier, importer, dir string }

func newObserver(options Options) *observer {
	return &observer{options: options, loaded: make(map[string]bool), imports: make(map[request]bool), dirs: make(map[string]bool), scopes: make(map[string]scope)}
}

// observe is a plugin that never answers.
func (b *Bundler) observe(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		if data, _ := args.PluginData.(resolving); args.ResolveDir != "" && !data.ahead {
			b.observed.mu.Lock()
			b.observed.imports[request{args.Path, unmarked(args.Importer), args.ResolveDir}] = true
			b.observed.mu.Unlock()
		}
		return api.OnResolveResult{}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "file"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		b.observed.mu.Lock()
		b.observed.loaded[unmarked(args.Path)] = true
		b.observed.mu.Unlock()
		return api.OnLoadResult{}, nil
	})
}

// isInput reports whether the build has read a file, given its path as esbuild writes it.
func (b *Bundler) isInput(path string) bool {
	b.observed.mu.Lock()
	defer b.observed.mu.Unlock()
	return b.observed.loaded[filepath.Join(b.options.Dir, filepath.FromSlash(unmarked(path)))]
}

// collect notes a module and the file that it was read from.
func (o *observer) collect(file string, m Module) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.loaded[file] = true
	i, found := slices.BinarySearchFunc(o.collected, m.Name, func(m Module, name string) int { return strings.Compare(m.Name, name) })
	if !found {
		o.collected = slices.Insert(o.collected, i, m)
	}
}

// isModule reports whether a specifier is the name of a collected module.
func (o *observer) isModule(name string) bool {
	return slices.ContainsFunc(o.collected, func(m Module) bool { return m.Name == name })
}

// importers returns the files that import a built-in module.
func (o *observer) importers(specifier string) (files []string) {
	for wanted := range o.imports {
		if wanted.specifier == specifier || "node:"+wanted.specifier == specifier {
			files = append(files, wanted.importer)
		}
	}
	slices.Sort(files)
	return files
}

// dependencies returns the files that the build read, and the places where a file that appears could change its result.
// Of the user's own imports these are the places that esbuild tries before the one where it finds something; packages'
// imports among each other are looked at only if they failed.
func (o *observer) dependencies(errors []api.Message) (inputs, missing []string) {
	failed := make(map[string]bool)
	for _, message := range errors {
		if unresolved := unresolvedImport.FindStringSubmatch(message.Text); unresolved != nil {
			failed[unresolved[1]] = true
		}
	}
	places := placeSet{dir: o.options.Dir, existing: make(map[string]bool), missing: make(map[string]bool), isFile: make(map[string]bool)}
	places.want(o.options.Entry)
	if o.options.TSConfig != "" {
		places.want(o.options.TSConfig)
	}
	configs := tsconfigs{places: &places, override: o.options.TSConfig, byDir: make(map[string]*tsconfig)}
	packageDirs := make(map[string]bool)
	for file := range o.loaded {
		places.existing[file] = true
		places.wantUpwards(filepath.Dir(file), "package.json", packageDirs)
		if !inPackage(file) {
			configs.of(filepath.Dir(file))
		}
	}
	for wanted := range o.imports {
		if inPackage(wanted.dir+string(filepath.Separator)) && !failed[wanted.specifier] {
			continue
		}
		places.wantImport(wanted, configs.of(wanted.dir))
	}
	return slices.Sorted(maps.Keys(places.existing)), slices.Sorted(maps.Keys(places.missing))
}

// A placeSet collects paths by whether there is a file now.
type placeSet struct {
	dir               string // outside of it, missing files are of interest only where an import names them
	existing, missing map[string]bool
	isFile            map[string]bool // what has been asked
}

// want adds a path, unless it is a directory's, and reports whether there is a file. What replaces a directory is noticed by
// the files in it.
func (p *placeSet) want(path string) bool {
	exists, known := p.isFile[path]
	if known {
		return exists
	}
	info, err := os.Stat(path)
	exists = err == nil && !info.IsDir()
	p.isFile[path] = exists
	switch {
	case exists:
		p.existing[path] = true
	case err != nil:
		p.missing[path] = true
	}
	return exists
}

// wantUpwards adds the nearest file of this name in dir or above, and the places on the way within the project.
func (p *placeSet) wantUpwards(dir, name string, seen map[string]bool) {
	for !seen[dir] {
		seen[dir] = true
		path := filepath.Join(dir, name)
		if p.inside(dir) {
			if p.want(path) {
				return
			}
		} else if info, err := os.Stat(path); err == nil && !info.IsDir() {
			p.existing[path] = true
			return
		}
		dir = filepath.Dir(dir)
	}
}

func (p *placeSet) inside(dir string) bool {
	return dir == p.dir || strings.HasPrefix(dir, p.dir+string(filepath.Separator))
}

// Where esbuild looks, in its order: https://esbuild.github.io/api/#resolve-extensions. A source that imports "x.js" may
// mean x.ts.
var (
	extensions = []string{".tsx", ".ts", ".jsx", ".js", ".css", ".json"}
	rewritten  = map[string][]string{
		".js": {".ts", ".tsx"}, ".jsx": {".ts", ".tsx"}, ".mjs": {".mts"}, ".cjs": {".cts"},
	}
)

func (p *placeSet) wantImport(wanted request, config *tsconfig) {
	if isPath(wanted.specifier) {
		p.wantFile(filepath.Join(wanted.dir, filepath.FromSlash(wanted.specifier)), wanted.specifier)
		return
	}
	if filepath.IsAbs(wanted.specifier) {
		p.wantFile(wanted.specifier, wanted.specifier)
		return
	}
	for _, path := range config.candidates(wanted.specifier) {
		if p.wantFile(path, wanted.specifier) {
			return
		}
	}
	name := packageName(wanted.specifier)
	if name == "" || strings.HasPrefix(name, "#") || strings.Contains(name, ":") {
		return
	}
	for dir := wanted.dir; ; dir = filepath.Dir(dir) {
		root := filepath.Join(dir, "node_modules", filepath.FromSlash(name))
		if _, err := os.Stat(root); err == nil {
			p.want(filepath.Join(root, "package.json"))
			if name != wanted.specifier {
				p.wantFile(filepath.Join(dir, "node_modules", filepath.FromSlash(wanted.specifier)), wanted.specifier)
			}
			return
		}
		if p.inside(dir) {
			p.missing[root] = true
		}
		if dir == filepath.Dir(dir) {
			return
		}
	}
}

// wantFile adds the places of a path that may lack its extension, or be a directory, up to the first that exists.
func (p *placeSet) wantFile(path, specifier string) bool {
	if !strings.HasSuffix(specifier, "/") && !strings.HasSuffix(specifier, ".") {
		if p.want(path) {
			return true
		}
		for _, extension := range extensions {
			if p.want(path + extension) {
				return true
			}
		}
		extension := filepath.Ext(path)
		for _, instead := range rewritten[extension] {
			if p.want(strings.TrimSuffix(path, extension) + instead) {
				return true
			}
		}
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return false
	}
	if p.want(filepath.Join(path, "package.json")) {
		return true
	}
	for _, extension := range extensions {
		if p.want(filepath.Join(path, "index"+extension)) {
			return true
		}
	}
	return false
}

// isPath reports whether an import names a file, and not a package.
func isPath(specifier string) bool {
	return specifier == "." || specifier == ".." || strings.HasPrefix(specifier, "./") || strings.HasPrefix(specifier, "../")
}

// packageName returns the package that an import names.
func packageName(specifier string) string {
	parts := strings.SplitN(specifier, "/", 3)
	if strings.HasPrefix(specifier, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

func inPackage(path string) bool {
	return strings.Contains(filepath.ToSlash(path), "node_modules/")
}
