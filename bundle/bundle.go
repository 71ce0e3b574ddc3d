// Package bundle turns a Worker's entry file, and all that it imports, into one classic script that goja can compile,
// with a source map and the list of files that the result depends on.
//
// esbuild reads TypeScript, JSX and npm packages and links them as one ES module. What remains to be done is done here,
// on esbuild's output: its import and export clauses become the head and the return statement of a function, and the
// little that goja's parser does not take is respelled. No CommonJS helper surrounds the user's module: such helpers cost
// more per isolate than everything else that a small Worker does.
package bundle

import (
	"bytes"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
)

// ScriptName is the name under which a Script is compiled. It shows in a stack only where the source map knows nothing.
const ScriptName = "worker.js"

// Options say what to bundle. Only Entry is required.
type Options struct {
	// Entry is the absolute path of the Worker's main file.
	Entry string

	// Dir is the directory that source names in stacks and messages are relative to, and the only one in which files
	// that do not exist yet are waited for. The default is the directory of Entry.
	Dir string

	// TSConfig is the path of a tsconfig.json that replaces those found beside the sources.
	TSConfig string

	// JSXFactory and JSXFragment replace React.createElement and React.Fragment.
	JSXFactory, JSXFragment string

	// Define replaces identifiers and member chains by JSON values or other identifiers, written as esbuild has it:
	// a string needs its quotes.
	Define map[string]string

	// Alias replaces import specifiers, just as they are written; what comes instead is resolved from Dir.
	Alias map[string]string

	// Shims replaces packages such as node-fetch, which do what the runtime does itself, as wrangler does with nodejs_compat.
	Shims bool

	// Rules say which files are modules of which type. The defaults come after them.
	Rules []Rule

	// FindAdditionalModules makes modules of all files below BaseDir that Rules name, so that the Worker can import them by
	// names that it works out. Those that are code are not bundled, as far as they can tell: they can import only each other.
	FindAdditionalModules bool

	// BaseDir is where modules are looked for, and what their names are relative to. The default is the directory of Entry.
	BaseDir string

	// NoBundle takes Entry as it is, as one more of these modules: if none are to be found, as the only one.
	NoBundle bool

	// DropNames lets functions and classes lose their names where esbuild renames them.
	DropNames bool

	// Minify removes white space and shortens syntax, unless NoBundle is set. Names stay, so that stacks remain readable.
	Minify bool

	// Builtin reports whether the runtime has a module. It is asked for "cloudflare:…" and "node:…" specifiers, and for
	// "node:fs" where a source imports bare "fs". The default is that there are none. It is called from several goroutines.
	Builtin func(specifier string) bool

	// Missing says what to do to have a built-in module that Builtin says there is none of; "" and nil know nothing.
	Missing func(specifier string) string

	// Exports lists what a built-in module exports, so that an import of something else is a build error with a
	// position instead of an undefined value. Without it, or where it returns nil, nothing is checked.
	Exports func(specifier string) []string
}

// A Script is a bundled Worker. It is immutable.
//
// Code evaluates to a function of one parameter, the loader of built-in modules. The function returns an object that has
// the entry's exports as properties, or a promise of it if Async is set. The loader gets a specifier and returns the
// module's namespace: an object with its exports, and "default" if it has one. For a specifier that it does not know it
// throws. Its property "import" is a function that does what import() does, for an x that is known only at run time. If there are additional modules that are
// code, the loader is called first with an object that has for each a function that imports it, and the directory of the
// entry among them.
//
// Code ends in a sourceMappingURL comment that names no file: give [Script.LoadSourceMap] to
// parser.WithSourceMapLoader.
type Script struct {
	Name  string
	Code  string
	Parts []*Part // the same as Code, in pieces; none if it is small, or does not come apart
	Async bool    // the module awaits at top level

	// Inputs are the files that were read, and Missing the places where a file that appears could change the result.
	// All are absolute.
	Inputs, Missing []string

	// Dirs are the directories in which a file that comes or goes could change the result.
	Dirs []string

	// Assigned are names of global variables that the bundle may assign, delete or redefine. Local variables of the same
	// name can be among them.
	Assigned []string

	// ReflectsGlobal is set if the global object itself is handed around or inspected (Object.keys(globalThis),
	// "x" in self, const g = globalThis, …), so that more of its properties may be used than the code names.
	ReflectsGlobal bool

	// Builtins are the specifiers of the built-in modules that the code loads.
	Builtins []string

	// Modules are the files that the code loads, or may load, by their names.
	Modules []Module

	// ServiceWorker says that the Worker exports nothing and listens to events instead. Its code is sloppy, and has the
	// bindings as global variables.
	ServiceWorker bool

	// DirectEval says that the code calls eval directly. It, or each part's, evaluates to a function of one parameter, the engine's eval, that
	// returns the function of the loader. It is sloppy around that. The loader's property "code" is a function of what is
	// about to be evaluated, which it returns unless that is not allowed.
	DirectEval bool

	// Loads is set if the code may call the loader: for its Builtins, or for an import(x) where x is known only at run time.
	Loads bool

	// Warnings are about the rules and the format, and esbuild's about the user's own sources.
	Warnings []Message

	sourceMap func() []byte
	written   writtenFiles
}

// LoadSourceMap returns the source map, version 3, whatever path it is asked for. Its columns, generated and original,
// are one higher than the specification has them, because goja looks up and reports columns that count from one.
func (s *Script) LoadSourceMap(string) ([]byte, error) { return s.sourceMap(), nil }

// WrittenText returns how the function or class Code[start:end] was written, as esbuild prints it but without its calls of __name
// that change nothing and with asynchronous generators and for await as such: a text that can be evaluated elsewhere. It is worked
// out when it is asked for. ok is false for what is in no file.
func (s *Script) WrittenText(start, end int) (text string, ok bool) {
	return s.written.text(start, end)
}

// A Bundler builds one Worker again and again, keeping what did not change. Its methods may be called from any goroutine;
// builds happen one after another.
type Bundler struct {
	options Options
	rules   ruleSet

	mu       sync.Mutex
	builds   map[mode]api.BuildContext // made on first use
	observed *observer                 // what the running build has looked at

	sources map[string]*checkedSource // by file
	shaped  shapedFiles

	additional *additional // of the running build; nil if there are none
	closed     bool
}

// mode is what a build allows that few Workers need, and that costs the others something.
type mode struct {
	topLevelAwait bool
	// braces allows \u{…}, with which esbuild writes identifiers outside of the Basic Multilingual Plane.
	braces bool
}

// New returns a Bundler that has done nothing yet. Problems in the options are reported by Build.
func New(options Options) *Bundler {
	options.Entry = filepath.Clean(options.Entry)
	if options.Dir == "" {
		options.Dir = filepath.Dir(options.Entry)
	}
	if real, err := filepath.EvalSymlinks(options.Dir); err == nil {
		options.Dir = real // esbuild names files by their real paths
	}
	if options.BaseDir == "" {
		options.BaseDir = filepath.Dir(options.Entry)
	}
	if real, err := filepath.EvalSymlinks(options.BaseDir); err == nil {
		options.BaseDir = real
	}
	if options.Builtin == nil {
		options.Builtin = func(string) bool { return false }
	}
	if options.Missing == nil {
		options.Missing = func(string) string { return "" }
	}
	if options.Exports == nil {
		options.Exports = func(string) []string { return nil }
	}
	b := &Bundler{options: options, rules: newRuleSet(options.Rules), builds: make(map[mode]api.BuildContext)}
	if options.NoBundle {
		b.shaped.unbundled = options.Dir
	}
	return b
}

// Build bundles the sources as they are now. If they are at fault, the error is an [*Error].
func (b *Bundler) Build() (*Script, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errors.New("bundle: closed")
	}
	b.observed = newObserver(b.options)
	if err := b.findAdditional(); err != nil {
		return nil, err
	}

	// esbuild does not say whether a module awaits at top level, but it refuses to bundle it when told that the target
	// cannot. Only who uses it pays for the second attempt, and for an async function around the Worker.
	// The same goes for identifiers that cannot be written in ASCII as the engine wants it.
	var m mode
	result, err := b.rebuild(m)
	for next := m; err == nil; m = next {
		next.topLevelAwait = m.topLevelAwait || slices.ContainsFunc(result.Errors, refusesTopLevelAwait)
		next.braces = m.braces || slices.ContainsFunc(result.Errors, refusesName)
		if next == m {
			break
		}
		result, err = b.rebuild(next)
	}
	if err != nil {
		return nil, err
	}
	inputs, missing := b.observed.dependencies(result.Errors)
	if len(result.Errors) > 0 {
		return nil, &Error{Messages: b.messages(result.Errors), Inputs: inputs, Missing: missing}
	}

	if problems := b.checkSources(); len(problems) > 0 {
		return nil, &Error{Messages: problems, Inputs: inputs, Missing: missing}
	}
	module, sourceMap := outputs(result)
	if b.options.NoBundle {
		module = asModules(module)
	}
	script, problems := b.shape(module, sourceMap, m)
	if len(problems) > 0 {
		return nil, &Error{Messages: problems, Inputs: inputs, Missing: missing}
	}
	script.Inputs, script.Missing = inputs, missing
	script.Dirs = slices.Sorted(maps.Keys(b.observed.dirs))
	script.Modules = b.observed.collected
	script.Warnings = slices.Concat(b.rules.warnings, script.Warnings, b.warnings(result.Warnings))
	return script, nil
}

// Close releases what is kept between builds. It waits for a running build.
func (b *Bundler) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, build := range b.builds {
		if build != nil {
			build.Dispose()
		}
	}
	b.builds, b.closed = nil, true
}

// rebuild runs esbuild. Its error is an *Error about the options; the sources' errors are in the result.
func (b *Bundler) rebuild(m mode) (api.BuildResult, error) {
	if b.builds[m] == nil {
		build, err := api.Context(b.buildOptions(m))
		if err != nil {
			return api.BuildResult{}, &Error{Messages: b.messages(err.Errors), Inputs: []string{b.options.Entry}}
		}
		b.builds[m] = build
	}
	return b.builds[m].Rebuild(), nil
}

// buildOptions are chosen so that the output is an ES module in the language that goja parses. What a Worker can tell
// (conditions, loaders, definitions) is as wrangler sets it.
func (b *Bundler) buildOptions(m mode) api.BuildOptions {
	define := map[string]string{}
	for _, global := range []string{"", "global.", "globalThis."} {
		define[global+"process.env.NODE_ENV"] = `"development"`
		define[global+"navigator.userAgent"] = `"Cloudflare-Workers"`
	}
	maps.Copy(define, b.options.Define)
	if b.options.NoBundle {
		clear(define)
	}
	if _, ok := define["import.meta.url"]; !ok {
		define["import.meta.url"] = "undefined" // as in workerd
	}

	return api.BuildOptions{
		EntryPoints:   []string{b.options.Entry},
		AbsWorkingDir: b.options.Dir,
		Outfile:       filepath.Join(b.options.Dir, ScriptName), // never written; the map's sources are relative to it
		Bundle:        true,
		Format:        api.FormatESModule,
		Platform:      api.PlatformBrowser, // packages may name other files for it
		Conditions:    []string{"workerd", "worker", "browser"},
		MainFields:    []string{"browser", "module", "main"},
		LogLevel:      api.LogLevelSilent,

		Target: api.ES2022,
		Supported: map[string]bool{
			"async-generator":                 false,
			"for-await":                       false,
			"decorators":                      false,
			"using":                           false,
			"dynamic-import":                  true, // what remains of it is the loader's
			"import-attributes":               true,
			"import-meta":                     false,
			"regexp-match-indices":            true, // else a literal becomes new RegExp(…), of which nobody looks at the pattern
			"regexp-set-notation":             true,
			"regexp-unicode-property-escapes": true,
			"top-level-await":                 m.topLevelAwait,
			"unicode-escapes":                 m.braces, // goja's parser panics at "\u{10FFFF}"
		},

		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		LegalComments:  api.LegalCommentsNone,
		Charset:        api.CharsetASCII,     // so that goja's columns, which count bytes, are the map's
		KeepNames:      !b.options.DropNames, // the calls that this takes are removed again wherever the name is right without

		// Names stay as they are: shape looks for esbuild's helpers by name, and stacks are to be read.
		MinifyWhitespace: b.options.Minify && !b.options.NoBundle,
		MinifySyntax:     b.options.Minify && !b.options.NoBundle,

		Define:      define,
		Tsconfig:    b.options.TSConfig,
		JSXFactory:  b.options.JSXFactory,
		JSXFragment: b.options.JSXFragment,
		Loader: map[string]api.Loader{
			".js": api.LoaderJSX, ".mjs": api.LoaderJSX, ".cjs": api.LoaderJSX,
		},
		Plugins: []api.Plugin{
			{Name: "observe", Setup: b.observe}, // first: it sees what the others answer
			{Name: "alias", Setup: b.resolveAliases},
			{Name: "builtin", Setup: b.resolveBuiltins},
			{Name: "shim", Setup: b.resolveShims},
			{Name: "additional", Setup: b.takeAdditional},
			{Name: "modules", Setup: b.collectModules},
			{Name: "esm", Setup: b.resolveESM},
		},
	}
}

// asModules makes the namespaces of modules that are not bundled what they are in workerd, where esbuild's are objects like
// others: [object Module], which Vue and others ask for, and without a prototype. No line moves.
func asModules(module []byte) []byte {
	const export = "var __export = (target, all) => {"
	return bytes.Replace(module, []byte(export), []byte(export+` __defProp(Object.setPrototypeOf(target, null), globalThis.Symbol.toStringTag, { value: "Module" });`), 1)
}

// outputs returns the module and its source map.
func outputs(result api.BuildResult) (module, sourceMap []byte) {
	for _, file := range result.OutputFiles {
		switch filepath.Ext(file.Path) {
		case ".js":
			module = bytes.ReplaceAll(file.Contents, []byte(esmMark), nil)
		case ".map":
			if filepath.Ext(file.Path[:len(file.Path)-len(".map")]) == ".js" {
				sourceMap = bytes.ReplaceAll(file.Contents, []byte(esmMark), nil)
			}
		}
	}
	return module, sourceMap
}
