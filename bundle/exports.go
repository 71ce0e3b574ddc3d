package bundle

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"

	"github.com/evanw/esbuild/pkg/api"
)

// Exports are the names that an entry point exports, without what packages export. A Worker in the service-worker format
// has none. tsconfig may be empty.
func Exports(entry, tsconfig string) ([]string, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{entry}, AbsWorkingDir: filepath.Dir(entry), Tsconfig: tsconfig,
		Bundle: true, Metafile: true, Format: api.FormatESModule, Platform: api.PlatformNeutral, Packages: api.PackagesExternal,
		Loader: map[string]api.Loader{".js": api.LoaderJSX, ".mjs": api.LoaderJSX, ".cjs": api.LoaderJSX},
		Plugins: []api.Plugin{{Name: "code only", Setup: func(b api.PluginBuild) {
			b.OnResolve(api.OnResolveOptions{Filter: `\.\w+(\?\w+)?$`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
				code := []string{".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".json"}
				external := args.Kind != api.ResolveEntryPoint && !slices.Contains(code, filepath.Ext(args.Path))
				if external && filepath.Ext(args.Path) != "" && !isCode(args) {
					return api.OnResolveResult{Path: args.Path, External: true}, nil
				}
				return api.OnResolveResult{}, nil
			})
		}}},
		LogLevel: api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(result.Errors[0].Text)
	}
	var meta struct {
		Outputs map[string]struct{ Exports []string }
	}
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return nil, err
	}
	var names []string
	for _, out := range meta.Outputs {
		names = append(names, out.Exports...)
	}
	slices.Sort(names)
	return names, nil
}

// isCode reports whether an import such as ./a.b is that of ./a.b.js or ./a.b.ts.
func isCode(args api.OnResolveArgs) bool {
	matches, _ := filepath.Glob(filepath.Join(args.ResolveDir, args.Path) + ".[jt]s*")
	return len(matches) > 0
}
