package bundle

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// With nodejs_compat, wrangler replaces some packages that do what the runtime does itself, whether they are installed or
// not. A Worker can tell: node-fetch's requests have other headers than fetch's, and its bodies are streams of Node.js.

// shimNamespace holds what stands for these packages, and requiredShimNamespace what a require of them gets.
const shimNamespace, requiredShimNamespace = "shim", "required-shim"

// shims are their sources by specifier.
var shims = func() map[string]string {
	const fetching = `
const { Headers, Request, Response } = globalThis;
const fetch = (...args) => globalThis.fetch(...args);
export { fetch, fetch as default, Headers, Request, Response };
`
	const nodeFetch = fetching + `
const { AbortController, Error: AbortError, Error: FetchError } = globalThis, redirects = [301, 302, 303, 307, 308];
const isRedirect = (code) => redirects.includes(code);
Object.assign(fetch, { Promise, isRedirect });
export { AbortController, isRedirect, AbortError, FetchError };
`
	const nothing = `export default Object.freeze(Object.create(null, { __unenv__: { get: () => true } }));`
	const urls = `export const { URL, URLSearchParams } = globalThis;`
	var parser strings.Builder
	parser.WriteString(`
const missing = (name) => {
	const fn = () => { throw new Error("[unenv] whatwg-url." + name + " is not implemented yet!"); };
	return Object.assign(fn, { __unenv__: true });
};
`)
	for _, name := range []string{
		"parseURL", "basicURLParse", "serializeURL", "serializeHost", "serializeInteger", "serializeURLOrigin",
		"setTheUsername", "setThePassword", "cannotHaveAUsernamePasswordPort", "percentDecodeBytes", "percentDecodeString",
	} {
		// The wording is that of Workers which wrangler has built.
		fmt.Fprintf(&parser, "export const %s = missing(%q);\n", name, name)
	}
	return map[string]string{
		"cross-fetch":                  fetching,
		"cross-fetch/polyfill":         nothing,
		"isomorphic-fetch":             nothing,
		"node-fetch":                   nodeFetch,
		"node-fetch-native":            `export * from "node-fetch"; export { default } from "node-fetch";`,
		"node-fetch-native/polyfill":   nothing,
		"whatwg-url":                   urls + parser.String(),
		"whatwg-url/webidl2js-wrapper": urls,
		"inherits":                     `export { inherits as default } from "node:util";`,
		"fsevents": `
const unchanged = { inode: false, finder: false, access: false, xattrs: false };
export default {
	watch: (dir, callback) => Promise.resolve(),
	getInfo: (path, flags, id) => ({ event: "mock", path, type: "file", flags: 2 ** 32, changes: { ...unchanged } }),
};`,
	}
}()

// resolveShims answers for the packages that shims replace, and for debug: wrangler takes the one that it finds for itself,
// and of that the file that is not for browsers.
func (b *Bundler) resolveShims(build api.PluginBuild) {
	if !b.options.Shims {
		return
	}
	build.OnResolve(api.OnResolveOptions{Filter: `^(cross-fetch|isomorphic-fetch|node-fetch|whatwg-url|inherits|fsevents|debug)(-native)?(/(polyfill|webidl2js-wrapper))?$`},
		func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			switch {
			case b.options.Alias[args.Path] != "" || isResolving(args):
				return api.OnResolveResult{}, nil
			case args.Path == "debug":
				if args.ResolveDir = b.wrangler(); args.ResolveDir != "" {
					if found := resolve(build, "debug/src/index.js", args); len(found.Errors) == 0 {
						return answer(found), nil
					}
				}
				return api.OnResolveResult{}, nil
			case shims[args.Path] == "":
				return api.OnResolveResult{}, nil
			case args.Kind == api.ResolveJSRequireCall:
				return api.OnResolveResult{Path: args.Path, Namespace: requiredShimNamespace}, nil
			}
			return api.OnResolveResult{Path: args.Path, Namespace: shimNamespace}, nil
		})
	build.OnResolve(api.OnResolveOptions{Filter: `^shim$`, Namespace: requiredShimNamespace}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: args.Importer, Namespace: shimNamespace}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: shimNamespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		contents := shims[args.Path]
		return api.OnLoadResult{Contents: &contents, Loader: api.LoaderJS}, nil
	})
	// What require gives is the default export, with the others as its properties.
	build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: requiredShimNamespace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		contents := `
import * as shim from "shim";
const { default: required = {}, ...others } = shim;
for (const key of Object.keys(others)) Object.defineProperty(required, key, { value: others[key], enumerable: true });
module.exports = required;`
		return api.OnLoadResult{Contents: &contents, Loader: api.LoaderJS}, nil
	})
}

// wrangler returns where wrangler is installed for the project, "" if nowhere.
func (b *Bundler) wrangler() string {
	for dir := b.options.Dir; ; dir = filepath.Dir(dir) {
		if real, err := filepath.EvalSymlinks(filepath.Join(dir, "node_modules", "wrangler")); err == nil {
			return real
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// noSuchExport is what esbuild says of an import that a shim does not export.
var noSuchExport = regexp.MustCompile(`^No matching export in "(?:required-)?shim:(.*)" for import "(.*)"$`)

// explainShim says why a package does not export what it has.
func (m *Message) explainShim(specifier, name string) {
	m.Text = fmt.Sprintf("%q does not export %q here", specifier, name)
	m.Hint = fmt.Sprintf("With nodejs_compat, wrangler replaces the package %s by what the runtime has itself, which is less. An alias of it in the configuration turns this off.", specifier)
}
