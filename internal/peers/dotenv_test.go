//go:build peers

package peers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devserver/config"
)

// TestDotenv gives wrangler, and the packages dotenv and dotenv-expand that it bundles, the same lines as devserver: as
// .dev.vars, which is not expanded, and as .env, which is.
func TestDotenv(t *testing.T) {
	t.Parallel()
	w := startWranglerAPI(t)
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("wrangler.toml", "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n")
	write("index.js", "")
	var lines []string
	for _, before := range []string{"", "  ", "export ", "export\t\t", "#", "\u00a0"} {
		for _, name := range []string{"A", "a.b-c_D9", "9", "export", "ü", "A B"} {
			for _, equals := range []string{"=", " = ", ":", ": ", " : ", "=\t", "=\u2028"} {
				lines = append(lines, before+name+equals+"value")
			}
		}
	}
	quotes := []string{"", "'", `"`, "`"}
	for _, open := range quotes {
		for _, inner := range []string{"", "x", " x ", "a#b", "a # b", `a\nb`, `a\\nb`, `a\"b`, `a\'b`, "a'b", `a"b`, "a`b", "a=b", "a\nb", "a\r\nb", `\`, `{"j": [1]}`, "é😀", "\u2028", "$B", "${B}", `\$B`, "$", "$$B", "${", "${}", "${B:-d}", "${NO:-d}", "${NO-d}", "${B:+d}", "${NO:+d}", "${NO:-${B}}", "${NO:-}", "a${B}c${B}", "$NO", "$9", "${A}", "$A", "${B:-d}${NO:-e}"} {
			for _, after := range []string{"", " ", " # c", "#c", " x", open} {
				lines = append(lines, "B=b\nA="+open+inner+open+after+"\nC=c")
			}
		}
		lines = append(lines, "A="+open+"open\nC=c", "A="+open, "A=\n"+open+"x"+open)
	}
	compared := 0
	for _, line := range lines {
		for _, file := range []string{".dev.vars", ".env"} {
			os.Remove(filepath.Join(dir, ".dev.vars"))
			os.Remove(filepath.Join(dir, ".env"))
			write(file, line)
			c, ds := config.Load(config.Options{Dir: dir})
			problem := compareVars(t, w, c, ds, filepath.Join(dir, "wrangler.toml"))
			compared++
			if problem != "" && !dotenvDifference(file, line) {
				t.Errorf("%s %q: %s", file, line, problem)
			}
		}
	}
	t.Logf("%d files", compared)
}

// dotenvDifference is where devserver departs from dotenv-expand on purpose: that puts a value in the place of \$NAME
// too, if $NAME follows.
func dotenvDifference(file, line string) bool {
	return file == ".env" && strings.Contains(line, `\$B`) && strings.Count(line, "$B") > 1
}

// TestEveryKey has every key of wrangler's schema, and every flag of wrangler dev, known to devserver.
func TestEveryKey(t *testing.T) {
	t.Parallel()
	w := startWranglerAPI(t)
	var known struct {
		Dev, Types, Global map[string]struct {
			Type  string
			Alias any
		}
		Schema struct {
			Definitions map[string]struct{ Properties map[string]any }
		}
	}
	w.ask(t, map[string]any{"op": "flags"}, &known)
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "index.js"), nil, 0o600)
	load := func(text string) config.Diagnostics {
		os.WriteFile(filepath.Join(dir, "wrangler.json"), []byte(text), 0o600)
		_, ds := config.Load(config.Options{Dir: dir, Env: "e"})
		return ds
	}
	unknown := func(ds config.Diagnostics, key string) bool {
		for _, d := range ds {
			if d.Code == config.CodeUnknownKey && strings.HasSuffix(d.Path, key) && d.Message == "is not a key that is known here" {
				return true
			}
		}
		return false
	}
	if !unknown(load(`{"nokey": 1, "env": {"e": {}}}`), "nokey") {
		t.Fatal("the test does not see unknown keys")
	}
	keys, flags := 0, 0
	for key := range known.Schema.Definitions["RawConfig"].Properties {
		keys++
		if unknown(load(fmt.Sprintf(`{"main": "index.js", %q: 1, "env": {"e": {}}}`, key)), key) {
			t.Errorf("the key %s is not known", key)
		}
	}
	for key := range known.Schema.Definitions["RawEnvironment"].Properties {
		keys++
		if unknown(load(fmt.Sprintf(`{"main": "index.js", "env": {"e": {%q: 1}}}`, key)), key) {
			t.Errorf("the key %s is not known in an environment", key)
		}
	}
	for key := range known.Schema.Definitions["RawDevConfig"].Properties {
		keys++
		if unknown(load(fmt.Sprintf(`{"main": "index.js", "dev": {%q: 1}, "env": {"e": {}}}`, key)), "dev."+key) {
			t.Errorf("the key dev.%s is not known", key)
		}
	}
	program := devserverBinary(t)
	for _, list := range []map[string]struct {
		Type  string
		Alias any
	}{known.Dev, known.Global} {
		for name, f := range list {
			if name == "script" || strings.HasPrefix(name, "experimental-") {
				continue
			}
			flags++
			for _, spelling := range append([]string{name}, aliases(f.Alias)...) {
				dashes := "--"
				if len(spelling) == 1 {
					dashes = "-"
				}
				arg := dashes + spelling
				if f.Type != "boolean" {
					arg += "=1"
				}
				if out := outputOf(program, dir, "config", arg); strings.Contains(out, "unknown flag") {
					t.Errorf("%s: %s", arg, out)
				}
			}
		}
	}
	t.Logf("%d keys and %d flags", keys, flags)
}

func aliases(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, a := range v {
			list = append(list, fmt.Sprint(a))
		}
		return list
	}
	return nil
}
