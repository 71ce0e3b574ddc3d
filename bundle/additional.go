package bundle

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// additional are the modules that a Worker has besides those that its code imports by literal names: the files below the
// base directory that the rules name. Their names are relative to it.
type additional struct {
	base   string          // absolute, with no links in it
	byName map[string]Type // with slashes
	file   string          // the entry's, with no links in it
	entry  string          // the name of it
	strict bool            // the entry too may import only modules and what the runtime has: it is not bundled
}

// findAdditional looks for them, if the options ask for any, and takes those that are not code among the modules.
func (b *Bundler) findAdditional() error {
	if b.additional = nil; !b.options.FindAdditionalModules && !b.options.NoBundle {
		return nil
	}
	a := &additional{base: b.options.BaseDir, byName: make(map[string]Type), file: b.options.Entry, strict: b.options.NoBundle}
	if real, err := filepath.EvalSymlinks(a.file); err == nil {
		a.file = real
	}
	a.entry = a.name(a.file)
	b.additional = a
	type matcher struct {
		pattern *regexp.Regexp
		kind    Type
	}
	var matchers []matcher
	for _, rule := range b.rules.rules {
		for _, glob := range rule.Globs {
			pattern, err := regexp.Compile(filePattern(glob))
			if err != nil {
				return fmt.Errorf("glob %q: %w", glob, err)
			}
			matchers = append(matchers, matcher{pattern, rule.Type})
		}
	}
	if !b.options.FindAdditionalModules {
		return nil
	}
	return filepath.WalkDir(a.base, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && file != a.base:
			return nil // removed in this moment
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || file == filepath.Join(b.options.Dir, ".wrangler")):
			return filepath.SkipDir
		case entry.IsDir():
			b.observed.dirs[file] = true
			return nil
		}
		name := a.name(file)
		i := slices.IndexFunc(matchers, func(m matcher) bool { return m.pattern.MatchString(name) })
		if i < 0 || name == a.entry {
			return nil
		}
		a.byName[name] = matchers[i].kind
		if matchers[i].kind.isJavaScript() {
			return nil
		}
		contents, err := os.ReadFile(file)
		b.observed.collect(file, Module{Name: name, Type: matchers[i].kind, Bytes: contents})
		return err
	})
}

// name is the name of the module in a file.
func (a *additional) name(file string) string {
	name, err := filepath.Rel(a.base, file)
	if err != nil {
		return filepath.ToSlash(file)
	}
	return filepath.ToSlash(name)
}

func (a *additional) path(name string) string { return filepath.Join(a.base, filepath.FromSlash(name)) }

// isStrict reports whether a file may import only modules.
func (a *additional) isStrict(file string) bool {
	name := a.name(file)
	return a.byName[name].isJavaScript() || name == a.entry && a.strict
}

// scripts are the names of the modules that are code, as far as they may be imported by a name that is not literal:
// packages are not.
func (a *additional) scripts() []string {
	names := maps.Keys(a.byName)
	return slices.DeleteFunc(slices.Sorted(names), func(name string) bool { return !a.byName[name].isJavaScript() || inPackage(name) })
}

// additionalNamespace has the one module that gives the loader its table of additional modules.
const additionalNamespace = "additional"

// takeAdditional answers for the imports of additional modules, and for theirs. Those that are code are bundled: a module
// that is imported in two ways is evaluated once. But they see what they would see if they were not, which is each other.
func (b *Bundler) takeAdditional(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: "^" + additionalNamespace + ":$"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: "modules", Namespace: additionalNamespace}, nil
	})
	build.OnResolve(api.OnResolveOptions{Filter: `.*`, Namespace: "file"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		a := b.additional
		if a == nil || isResolving(args) || args.Kind == api.ResolveEntryPoint {
			return api.OnResolveResult{}, nil
		}
		strict := a.isStrict(args.Importer)
		name := a.name(filepath.Join(args.ResolveDir, filepath.FromSlash(args.Path)))
		if strict && strings.HasPrefix(args.Path, "/") {
			name = args.Path[1:]
		}
		kind, found := a.byName[name]
		switch {
		case strict && name == a.entry:
			return api.OnResolveResult{Path: a.file}, nil
		case found && kind.isJavaScript():
			return api.OnResolveResult{Path: a.path(name)}, nil
		case found:
			if args.Kind == api.ResolveJSRequireCall {
				return api.OnResolveResult{Path: name, Namespace: builtinNamespace}, nil
			}
			return api.OnResolveResult{Path: name, External: true}, nil
		case strict:
			return api.OnResolveResult{Errors: []api.Message{{
				Text:   fmt.Sprintf("No such module %q.", name),
				Notes:  []api.Note{{Text: fmt.Sprintf("imported from %q", a.name(args.Importer))}},
				Detail: a.missing(name),
			}}}, nil
		}
		return api.OnResolveResult{}, nil
	})

	build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "file"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		a := b.additional
		if a == nil || args.Path != a.file && !a.isStrict(args.Path) {
			return api.OnLoadResult{}, nil
		}
		source, err := os.ReadFile(args.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		contents := string(source)
		result := api.OnLoadResult{Contents: &contents, Loader: api.LoaderDefault, ResolveDir: filepath.Dir(args.Path)}
		if a.isStrict(args.Path) {
			contents, result.Loader = leaveImports(source), api.LoaderJS
		}
		if args.Path == a.file && exports.Match(source) {
			contents += "\nimport \"" + additionalNamespace + ":\";"
		}
		return result, nil
	})

	build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: additionalNamespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		contents := b.additional.table()
		return api.OnLoadResult{Contents: &contents, Loader: api.LoaderJS, ResolveDir: b.additional.base}, nil
	})
}

// leaveImports has esbuild leave import("./lang/" + name) to the loader. It would bundle the files that this may mean.
func leaveImports(source []byte) string {
	m, err := scan(source)
	if err != nil {
		return string(source) // esbuild says what is wrong with it
	}
	var code strings.Builder
	at := int32(0)
	for i := range m.list {
		if !m.kind(i, word) || !m.isImportCall(i) || !m.kind(i+2, text) && !m.kind(i+2, template) || m.is(i+3, ")") || m.is(i+3, ",") {
			continue
		}
		start := m.list[i+2].start
		code.Write(source[at:start])
		code.WriteString(`(0,"")+`) // adds nothing to a string, and esbuild does not know that
		at = start
	}
	code.Write(source[at:])
	return code.String()
}

// exports finds what only an ES module has.
var exports = regexp.MustCompile(`\bexport\b`)

// missing says what to do about an import of a module that there is not.
func (a *additional) missing(name string) hint {
	if info, err := os.Stat(a.path(name)); err == nil && !info.IsDir() {
		return hint(fmt.Sprintf("There is such a file, but no rule names it. Add one: rules = [{ type = \"ESModule\", globs = [\"**/*%s\"] }]", path.Ext(name)))
	}
	return "A Worker that is not bundled imports its modules by their whole names, relative to the module that imports them."
}

// registration is how the code calls the loader to give it the table of additional modules; shape puts the loader's own
// name in its place.
const registration = "__modules"

// table is the code that gives the loader the additional modules and the directory of the entry.
func (a *additional) table() string {
	var code strings.Builder
	fmt.Fprintf(&code, "%s({", registration)
	for _, name := range a.scripts() {
		fmt.Fprintf(&code, "%q:()=>import(%q),", name, a.path(name))
	}
	fmt.Fprintf(&code, "},%q);", path.Dir(a.entry))
	return code.String()
}
