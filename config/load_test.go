package config

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite what the archives in testdata/load want")

// TestLoad runs the archives in testdata/load. Their comment says why; a line
// of it that begins with "flags:" is the command line. The files are loaded,
// and "want" is what is reported. Files under good/ stand in the place of
// those of the same name, and with them nothing must be reported: the twin
// that shows that the refusal is about what it says.
func TestLoad(t *testing.T) {
	archives, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a := readArchive(t, name)
			var bad, good []file
			var want *string
			for i, f := range a.files {
				if f.name == "want" {
					want = &a.files[i].text
				} else if twin, ok := strings.CutPrefix(f.name, "good/"); ok {
					good = append(good, file{twin, f.text})
				} else {
					bad = append(bad, f)
				}
			}
			if want == nil {
				t.Fatal("no file named want")
			}
			flags := flagsOf(a.comment)
			got := loadFiles(t, flags, bad)
			if *update {
				*want = got
				a.write(t, name)
			}
			if diff := cmp.Diff(*want, got); diff != "" {
				t.Errorf("reported (-want +got):\n%s", diff)
			}
			if strings.Contains(got, "error: ") || strings.Contains(got, "warning: ") {
				if len(good) == 0 {
					t.Error("a refusal without a twin under good/")
				}
				if got := loadFiles(t, flags, append(slices.Clone(bad), good...)); got != "" {
					t.Errorf("the twin is reported too:\n%s", got)
				}
			}
		})
	}
}

func flagsOf(comment string) []string {
	for line := range strings.Lines(comment) {
		if flags, ok := strings.CutPrefix(line, "flags:"); ok {
			return strings.Fields(flags)
		}
	}
	return nil
}

// loadFiles loads files that are written to a new directory, and returns what
// is reported. An empty file is not written: so a twin can be without it.
func loadFiles(t *testing.T, flags []string, files []file) string {
	t.Helper()
	_, ds := load(t, flags, files)
	return ds.String()
}

// load loads files from a new directory, with the entry points that most of
// them name. Positions come back relative to it.
func load(t *testing.T, flags []string, files []file) (*Config, Diagnostics) {
	t.Helper()
	dir := mustHave(t, append([]file{{"index.js", "export default {}\n"}}, files...)...)
	c, ds := Load(options(t, dir, flags))
	ds = ds.RelativeTo(dir)
	for i := range ds {
		ds[i].Message = strings.ReplaceAll(ds[i].Message, dir+string(filepath.Separator), "")
		ds[i].Message = strings.ReplaceAll(ds[i].Message, dir, ".")
		ds[i].Fix = strings.ReplaceAll(ds[i].Fix, dir+string(filepath.Separator), "")
	}
	return c, ds
}

// mustHave writes files to a new directory, but for those that are empty.
func mustHave(t *testing.T, files ...file) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if f.text == "" {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(f.text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func options(t *testing.T, dir string, flags []string) Options {
	o := Options{Dir: dir}
	for len(flags) > 0 {
		if !strings.HasPrefix(flags[0], "-") {
			o.Script = flags[0]
			flags = flags[1:]
			continue
		}
		if len(flags) < 2 {
			t.Fatalf("no value for %s", flags[0])
		}
		value := flags[1]
		switch flags[0] {
		case "--dir":
			o.Dir = filepath.Join(dir, value)
		case "--config":
			o.Path = value
		case "--env":
			o.Env = value
		case "--name":
			o.Name = value
		case "--compatibility-date":
			o.CompatibilityDate = value
		case "--compatibility-flags":
			o.CompatibilityFlags = strings.Split(value, ",")
		case "--var":
			name, v, _ := strings.Cut(value, ":")
			o.Vars = append(o.Vars, Var{Name: name, Value: v, Secret: true, Source: "--var"})
		case "--env-file":
			o.EnvFiles = append(o.EnvFiles, value)
		case "--environ":
			o.Environ = append(o.Environ, value)
		default:
			t.Fatalf("unknown flag %s", flags[0])
		}
		flags = flags[2:]
	}
	return o
}
