package bundle_test

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"devserver/bundle"
)

func abs(dir string, names ...string) (paths []string) {
	for _, name := range names {
		paths = append(paths, filepath.Join(dir, filepath.FromSlash(name)))
	}
	return paths
}

func contains(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, path := range want {
		if !slices.Contains(got, path) {
			t.Errorf("the %s lack %s:\n%q", what, path, got)
		}
	}
}

func TestInputs(t *testing.T) {
	dir := project(t, map[string]string{
		"src/index.ts":                      "import './a'; import p from 'p'; import t from '../t.txt'; export default { fetch: () => [p, t], lazy: () => import('./lazy') }",
		"src/a.ts":                          "",
		"src/a.js":                          "not JavaScript",
		"src/lazy/index.js":                 "",
		"t.txt":                             "",
		"package.json":                      "{}",
		"tsconfig.json":                     `{"extends": ["./base.json", "shared/tsconfig"]}`,
		"base.json":                         `{}`,
		"node_modules/shared/tsconfig.json": `{}`,
		"node_modules/p/package.json":       `{"main": "lib/p"}`,
		"node_modules/p/lib/p.js":           "require('./q')",
		"node_modules/p/lib/q.js":           "",
	})
	script := build(t, bundler(t, dir, "src/index.ts"))
	want := abs(dir, "src/index.ts", "src/a.ts", "src/lazy/index.js", "t.txt", "package.json", "tsconfig.json", "base.json",
		"node_modules/shared/tsconfig.json", "node_modules/p/package.json", "node_modules/p/lib/p.js", "node_modules/p/lib/q.js")
	slices.Sort(want)
	if !slices.Equal(script.Inputs, want) {
		t.Errorf("inputs:\ngot  %q\nwant %q", script.Inputs, want)
	}
	contains(t, "missing", script.Missing, abs(dir, "src/a", "src/a.tsx", "src/lazy.ts", "src/lazy/index.ts", "src/package.json", "src/tsconfig.json", "src/node_modules/p"))
	for _, path := range script.Missing {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is said to be missing", path)
		}
	}
}

// TestAppearing builds, adds a file at a place that is said to be missing or changes an input, and expects another result.
func TestAppearing(t *testing.T) {
	for name, test := range map[string]struct {
		specifier string
		before    map[string]string
		failed    bool
		after     map[string]string
		want      string
	}{
		"a file":                         {"./x", nil, true, map[string]string{"src/x.ts": "export const x = 1"}, "1"},
		"a file with its extension":      {"./x.mjs", nil, true, map[string]string{"src/x.mjs": "export const x = 1"}, "1"},
		"a .ts for a .js":                {"./x.js", nil, true, map[string]string{"src/x.ts": "export const x = 1"}, "1"},
		"an index file":                  {"./x", map[string]string{"src/x/y.ts": ""}, true, map[string]string{"src/x/index.ts": "export const x = 1"}, "1"},
		"a directory":                    {"./new/x", nil, true, map[string]string{"src/new/x.ts": "export const x = 1"}, "1"},
		"a directory with an index":      {"./new", nil, true, map[string]string{"src/new/index.js": "export const x = 1"}, "1"},
		"a package":                      {"p", nil, true, map[string]string{"node_modules/p/index.js": "export const x = 1"}, "1"},
		"a package's file":               {"p/y", map[string]string{"node_modules/p/index.js": ""}, true, map[string]string{"node_modules/p/y.js": "export const x = 1"}, "1"},
		"a package, nearer":              {"p", map[string]string{"node_modules/p/index.js": "export const x = 0"}, false, map[string]string{"src/node_modules/p/index.js": "export const x = 1"}, "1"},
		"a file that goes first":         {"./x", map[string]string{"src/x.js": "export const x = 0"}, false, map[string]string{"src/x.ts": "export const x = 1"}, "1"},
		"a path of tsconfig":             {"@/x", map[string]string{"tsconfig.json": `{"compilerOptions": {"paths": {"@/*": ["./lib/*"]}}}`}, true, map[string]string{"lib/x.ts": "export const x = 1"}, "1"},
		"a tsconfig":                     {"@/x", map[string]string{"lib/x.ts": "export const x = 1"}, true, map[string]string{"tsconfig.json": `{"compilerOptions": {"paths": {"@/*": ["./lib/*"]}}}`}, "1"},
		"a tsconfig's base":              {"@/x", map[string]string{"lib/x.ts": "export const x = 1", "tsconfig.json": "{ // comment \"\n \"extends\": [ \"./base\", /* , */ ], }"}, true, map[string]string{"base.json": `{"compilerOptions": {"paths": {"@/*": ["./lib/*"]}}}`}, "1"},
		"a change of package.json":       {"p", map[string]string{"node_modules/p/package.json": `{"main": "a.js"}`, "node_modules/p/a.js": "export const x = 0", "node_modules/p/b.js": "export const x = 1"}, false, map[string]string{"node_modules/p/package.json": `{"main": "b.js"}`}, "1"},
		"a change of our package.json":   {"#x", map[string]string{"package.json": `{}`, "x.js": "export const x = 1"}, true, map[string]string{"package.json": `{"imports": {"#x": "./x.js"}}`}, "1"},
		"a broken file that is mended":   {"./x", map[string]string{"src/x.ts": "export const x = "}, true, map[string]string{"src/x.ts": "export const x = 1"}, "1"},
		"a package's missing dependency": {"p", map[string]string{"node_modules/p/index.js": "export { x } from 'q'"}, true, map[string]string{"node_modules/q/index.js": "export const x = 1"}, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, test.before)
			write(t, dir, map[string]string{"src/index.ts": "import { x } from '" + test.specifier + "'; export default { fetch: () => x }"})
			b := bundler(t, dir, "src/index.ts")
			var watched []string
			if test.failed {
				failed := buildError(t, b)
				watched = append(failed.Inputs, failed.Missing...)
			} else {
				script := build(t, b)
				watched = append(script.Inputs, script.Missing...)
			}
			for _, path := range abs(dir, slices.Collect(maps.Keys(test.after))...) {
				// What is watched is the path or a directory above it that was missing.
				for !slices.Contains(watched, path) && path != dir {
					path = filepath.Dir(path)
				}
				if path == dir {
					t.Errorf("nobody waits for %v:\n%q", test.after, watched)
				}
			}
			write(t, dir, test.after)
			if got := fetch(t, build(t, b)); got != test.want {
				t.Errorf("after: got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRebuild(t *testing.T) {
	dir := project(t, map[string]string{"index.ts": "import { x } from './x'; export default { fetch: () => x }", "x.ts": "export const x = 1"})
	b := bundler(t, dir, "index.ts")
	for _, step := range []struct{ source, want string }{
		{"export const x = 1", "1"},
		{"export const x = 2", "2"},
		{"export const x = await Promise.resolve(3)", "3"},
		{"export const x = 4", "4"},
	} {
		write(t, dir, map[string]string{"x.ts": step.source})
		script := build(t, b)
		if got := fetch(t, script); got != step.want || script.Async != (step.want == "3") {
			t.Errorf("%s: got %q, async %v", step.source, got, script.Async)
		}
	}
	write(t, dir, map[string]string{"x.ts": "export const x ="})
	buildError(t, b)
	if err := os.Remove(filepath.Join(dir, "x.ts")); err != nil {
		t.Fatal(err)
	}
	buildError(t, b)
	write(t, dir, map[string]string{"x.ts": "export const x = 5"})
	if got := fetch(t, build(t, b)); got != "5" {
		t.Errorf("mended: got %q", got)
	}
	b.Close()
	if _, err := b.Build(); err == nil {
		t.Error("Build after Close succeeds")
	}
}

// TestLinkedPackages builds what pnpm installs: links to packages that find their dependencies beside their real place.
func TestLinkedPackages(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege")
	}
	dir := project(t, map[string]string{
		"app/index.ts": "import { x } from 'p'; export default { fetch: () => x }",
		"app/node_modules/.pnpm/p@1/node_modules/p/index.js": "export { x } from 'q'",
		"app/node_modules/.pnpm/q@1/node_modules/q/index.js": "export const x = 1",
	})
	for link, target := range map[string]string{
		"app/node_modules/p":                        ".pnpm/p@1/node_modules/p",
		"app/node_modules/.pnpm/p@1/node_modules/q": "../../q@1/node_modules/q",
		"linked": "app",
	} {
		if err := os.Symlink(filepath.FromSlash(target), filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Fatal(err)
		}
	}
	for _, root := range []string{"app", "linked"} {
		script := build(t, bundler(t, dir, root+"/index.ts", func(o *bundle.Options) { o.Dir = filepath.Join(dir, root) }))
		if got := fetch(t, script); got != "1" {
			t.Errorf("%s: got %q", root, got)
		}
		contains(t, "inputs", script.Inputs, abs(dir, "app/node_modules/.pnpm/q@1/node_modules/q/index.js"))
	}
}
