package bundle

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// builtinNamespace holds the CommonJS faces of built-in modules.
const builtinNamespace = "builtin"

// resolveBuiltins answers for the modules that the runtime has. An import of one stays in esbuild's output, where shape
// turns it into a call of the loader; a require gets a module of its own, because it must work wherever it stands.
func (b *Bundler) resolveBuiltins(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: `.*`, Namespace: builtinNamespace}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: args.Path, External: true}, nil
	})
	build.OnResolve(api.OnResolveOptions{Filter: `^((cloudflare|node|workerd):|__STATIC_CONTENT_MANIFEST$)`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		if !b.options.Builtin(args.Path) {
			if !strings.Contains(args.Path, ":") {
				return api.OnResolveResult{}, nil // a package, if anything
			}
			return api.OnResolveResult{Errors: []api.Message{{
				Text:   fmt.Sprintf("Could not import %q: devserver does not provide it yet", args.Path),
				Detail: b.missingBuiltin(args.Path),
			}}}, nil
		}
		return builtin(args.Path, args.Kind), nil
	})

	// Bare names of Node.js modules are the runtime's modules, if it has them, as with nodejs_compat.
	// Otherwise they are packages like any other.
	build.OnResolve(api.OnResolveOptions{Filter: `^[a-z_]+[a-z0-9_]*(/[a-z0-9]+)?$`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		if b.options.Alias[args.Path] != "" || !nodeModules[args.Path] {
			return api.OnResolveResult{}, nil
		}
		if specifier := "node:" + args.Path; b.options.Builtin(specifier) {
			return builtin(specifier, args.Kind), nil
		}
		return api.OnResolveResult{}, nil
	})

	build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: builtinNamespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		contents := fmt.Sprintf("const m = require(%q); module.exports = m.default ?? m;", args.Path)
		return api.OnLoadResult{Contents: &contents, Loader: api.LoaderJS}, nil
	})
}

func builtin(specifier string, kind api.ResolveKind) api.OnResolveResult {
	if kind == api.ResolveJSRequireCall {
		return api.OnResolveResult{Path: specifier, Namespace: builtinNamespace}
	}
	return api.OnResolveResult{Path: specifier, External: true}
}

func (b *Bundler) missingBuiltin(specifier string) hint {
	name, isNode := strings.CutPrefix(specifier, "node:")
	switch todo := b.options.Missing(specifier); {
	case todo != "":
		return hint(todo)
	case !isNode:
		return ""
	case !nodeModules[name]:
		return hint(fmt.Sprintf("Node.js has no module %s either.", specifier))
	}
	return "It is a module of Node.js, which Workers have only in part. Use a web API instead, or a package that works without it."
}

// A builtinImport is one name that is imported from a built-in module.
type builtinImport struct{ specifier, name string }

// unknownImports words the imports of names that built-in modules don't export.
func (b *Bundler) unknownImports(imports []builtinImport) (problems []Message) {
	for _, wanted := range imports {
		exports, reason := b.options.Exports(wanted.specifier), "devserver does not provide it yet, if Cloudflare does."
		if b.observed.isModule(wanted.specifier) {
			exports, reason = []string{"default"}, "A file that is not code has only a default export."
		}
		if exports == nil || slices.Contains(exports, wanted.name) {
			continue
		}
		// esbuild's output doesn't say where the import is, so look for it in the files that import the module.
		clause := regexp.MustCompile(`\b(?:import|export)\b[^;'"]*?[{,\s](` + regexp.QuoteMeta(wanted.name) + `)\b[^;'"]*?\bfrom\s*['"](?:node:)?` +
			regexp.QuoteMeta(strings.TrimPrefix(wanted.specifier, "node:")) + `['"]`)
		message := Message{
			Text: fmt.Sprintf("%q does not export %q here", wanted.specifier, wanted.name),
			Hint: reason,
		}
		for _, file := range b.observed.importers(wanted.specifier) {
			source, err := os.ReadFile(file)
			if found := clause.FindSubmatchIndex(source); err == nil && found != nil {
				message.at(b.relative(file), string(source), found[2], len(wanted.name))
				break
			}
		}
		problems = append(problems, message)
	}
	return problems
}

// nodeModules are the modules of Node.js that may be imported without "node:".
var nodeModules = func() map[string]bool {
	names := make(map[string]bool)
	for name := range strings.FieldsSeq(`
		_http_agent _http_client _http_common _http_incoming _http_outgoing _http_server
		_stream_duplex _stream_passthrough _stream_readable _stream_transform _stream_wrap _stream_writable
		_tls_common _tls_wrap assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram
		diagnostics_channel dns dns/promises domain events fs fs/promises http http2 https inspector inspector/promises
		module net os path path/posix path/win32 perf_hooks process punycode querystring readline readline/promises repl
		stream stream/consumers stream/promises stream/web string_decoder sys timers timers/promises tls trace_events tty
		url util util/types v8 vm wasi worker_threads zlib`) {
		names[name] = true
	}
	return names
}()
