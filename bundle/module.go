package bundle

import (
	"crypto/sha1"
	"encoding/hex"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// A Module is a file that the Worker imports and that is not code: it is given to the runtime as it is. The code loads it
// by its name.
type Module struct {
	Name  string
	Type  Type // Text, Data or CompiledWasm
	Bytes []byte
}

// resolving marks the resolutions that our own plugins ask for, which they must not answer themselves.
type resolving struct {
	ahead bool // before an import that asks for it has been seen
}

// resolve has esbuild, and the plugins after the one that asks, say where an import leads that stands in args' place.
func resolve(build api.PluginBuild, specifier string, args api.OnResolveArgs) api.ResolveResult {
	return build.Resolve(specifier, api.ResolveOptions{
		Importer: args.Importer, Namespace: args.Namespace, ResolveDir: args.ResolveDir, Kind: args.Kind, PluginData: resolving{},
	})
}

func isResolving(args api.OnResolveArgs) bool {
	_, ok := args.PluginData.(resolving)
	return ok
}

// resolveAliases answers for the specifiers that have an alias, just as they are written. What stands in their place is
// looked for from the project's directory.
func (b *Bundler) resolveAliases(build api.PluginBuild) {
	if len(b.options.Alias) == 0 {
		return
	}
	build.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		target, ok := b.options.Alias[args.Path]
		if !ok || isResolving(args) {
			return api.OnResolveResult{}, nil
		}
		args.ResolveDir = b.options.Dir
		return answer(resolve(build, target, args)), nil
	})
}

// answer hands a resolution on.
func answer(found api.ResolveResult) api.OnResolveResult {
	result := api.OnResolveResult{
		Path: found.Path, External: found.External, Namespace: found.Namespace, Suffix: found.Suffix,
		PluginData: found.PluginData, Errors: found.Errors, Warnings: found.Warnings,
	}
	if !found.SideEffects {
		result.SideEffects = api.SideEffectsFalse
	}
	return result
}

// collectModules answers for imports of files that are not code, by the rules. They stay in esbuild's output, like those
// of built-in modules.
func (b *Bundler) collectModules(build api.PluginBuild) {
	for _, rule := range b.rules.rules {
		if rule.Type.isJavaScript() {
			continue
		}
		for _, glob := range rule.Globs {
			build.OnResolve(api.OnResolveOptions{Filter: importPattern(glob)}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
				if isResolving(args) || args.Kind == api.ResolveEntryPoint || args.Namespace == builtinNamespace {
					return api.OnResolveResult{}, nil
				}
				return b.collect(build, rule.Type, args)
			})
		}
	}
	for _, rule := range b.rules.removed {
		for _, glob := range rule.Globs {
			build.OnResolve(api.OnResolveOptions{Filter: importPattern(glob)}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
				if isResolving(args) || args.Kind == api.ResolveEntryPoint {
					return api.OnResolveResult{}, nil
				}
				return api.OnResolveResult{Errors: []api.Message{{
					Text: "The file " + args.Path + " matched a module rule in your configuration (" + rule.String() +
						"), but was ignored because a previous rule with the same type was not marked as `fallthrough = true`.",
				}}}, nil
			})
		}
	}
}

// collect takes the file that an import names among the modules.
func (b *Bundler) collect(build api.PluginBuild, kind Type, args api.OnResolveArgs) (api.OnResolveResult, error) {
	specifier, _, _ := strings.Cut(args.Path, "?")
	found := resolve(build, specifier, args)
	if len(found.Errors) > 0 {
		return api.OnResolveResult{Errors: found.Errors}, nil
	}
	contents, err := os.ReadFile(found.Path)
	if err != nil {
		return api.OnResolveResult{}, err
	}
	hash := sha1.Sum(contents)
	name := "./" + hex.EncodeToString(hash[:]) + "-" + path.Base(filepath.ToSlash(specifier))
	b.observed.collect(found.Path, Module{Name: name, Type: kind, Bytes: contents})
	if args.Kind == api.ResolveJSRequireCall {
		return api.OnResolveResult{Path: name, Namespace: builtinNamespace}, nil
	}
	return api.OnResolveResult{Path: name, External: true}, nil
}
