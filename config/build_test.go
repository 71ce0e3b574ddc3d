package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuild(t *testing.T) {
	for name, test := range map[string]struct {
		toml string
		want func(dir string) Build
	}{
		"nothing":   {"", func(string) Build { return Build{} }},
		"no_bundle": {"no_bundle = true", func(string) Build { return Build{NoBundle: true, FindAdditionalModules: true} }},
		"no_bundle alone": {"no_bundle = true\nfind_additional_modules = false", func(string) Build {
			return Build{NoBundle: true}
		}},
		"modules": {"find_additional_modules = true\nbase_dir = \"src\"", func(dir string) Build {
			return Build{FindAdditionalModules: true, BaseDir: filepath.Join(dir, "src")}
		}},
		"a command": {"[build]\ncommand = \"make\"", func(dir string) Build {
			return Build{Command: "make", CWD: dir, WatchDirs: []string{filepath.Join(dir, "src")}}
		}},
		"a command elsewhere": {"[build]\ncommand = \"make\"\ncwd = \"app\"\nwatch_dir = \"app/lib\"", func(dir string) Build {
			return Build{Command: "make", CWD: filepath.Join(dir, "app"), WatchDirs: []string{filepath.Join(dir, "app/lib")}}
		}},
		"several directories": {"[build]\ncommand = \"make\"\nwatch_dir = [\"a\", \"b\"]", func(dir string) Build {
			return Build{Command: "make", CWD: dir, WatchDirs: []string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}}
		}},
		"no command": {"[build]\ncwd = \"app\"", func(string) Build { return Build{} }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"index.js": "export default {}", "wrangler.toml": "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n" + test.toml + "\n"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			c, problems := Load(Options{Dir: dir})
			if len(problems) > 0 || len(c.Ignored) > 0 {
				t.Errorf("problems %v, ignored %v", problems, c.Ignored)
			}
			want := test.want(dir)
			want.KeepNames = true
			if diff := cmp.Diff(want, c.Build); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
