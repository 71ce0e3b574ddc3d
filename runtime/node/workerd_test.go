package node_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"devserver/internal/jstest"
	"devserver/runtime/compat"
)

// imports are the import declarations that heads have.
var imports = regexp.MustCompile(`(?m)^import (\w+)?(?:, )?(?:\{([^}]*)\})? from '([^']*)';$`)

// TestAsWorkerd evaluates the expressions in testdata and compares with what is written down of workerd, or, where that
// is different on purpose, of devserver. The peers' tests write the files and compare with workerd itself.
func TestAsWorkerd(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 30 {
		t.Fatal(len(files), err)
	}
	flags, _ := compat.Resolve("2026-11-01", nil) // the date of the peers' tests
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, rest, _ := strings.Cut(string(text), "\n\n")
			head = imports.ReplaceAllStringFunc(head, func(declaration string) string {
				m := imports.FindStringSubmatch(declaration)
				names := strings.ReplaceAll(m[2], " as ", ": ")
				if m[1] != "" {
					names = "default: " + m[1] + "," + names
				}
				return "const {" + names + "} = namespace('" + m[3] + "');"
			})
			var script, want strings.Builder
			script.WriteString("const show = namespace('node:util').inspect;\n" + head + "\nconst out = [];\n")
			lines := strings.Split(strings.TrimSpace(rest), "\n")
			for i, line := range lines {
				switch {
				case !strings.HasPrefix(line, "\t"):
					script.WriteString("out.push(await outcome(async () => (" + line + ")));\n")
				case strings.HasPrefix(line, "\t! "):
					outcome, _, _ := strings.Cut(line[len("\t! "):], " // ")
					want.WriteString(outcome + "\n")
				case i+1 == len(lines) || !strings.HasPrefix(lines[i+1], "\t! "):
					want.WriteString(line[1:] + "\n")
				}
			}
			iso := jstest.New(t, globals(t)...)
			iso.SetCompat(&flags)
			got := iso.Run(t, lowered(t, "async function main() {'use strict';\n"+script.String()+`
				async function outcome(expression) {
					try {
						const late = new Promise((resolve) => setTimeout(resolve, 200, 'never settled'));
						return JSON.stringify(show(await Promise.race([expression(), late]), { depth: 3, breakLength: Infinity, maxStringLength: 4000 }));
					} catch (e) {
						return JSON.stringify(['thrown', e?.name, e?.code, e?.message, String(e)].join(' | '));
					}
				}
				return out.join('\n') + '\n';
				}`)+"\nreturn main()")
			compare(t, lines, got, want.String())
		})
	}
}

// lowered is a script in the language of the engine, as the bundler makes it.
func lowered(t *testing.T, script string) string {
	t.Helper()
	result := api.Transform(script, api.TransformOptions{
		Target: api.ES2022, Supported: map[string]bool{"for-await": false, "async-generator": false, "unicode-escapes": false},
	})
	if len(result.Errors) > 0 {
		t.Fatal(result.Errors[0].Text)
	}
	return string(result.Code)
}

func compare(t *testing.T, lines []string, got, want string) {
	t.Helper()
	var expressions []string
	for _, line := range lines {
		if !strings.HasPrefix(line, "\t") {
			expressions = append(expressions, line)
		}
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	if len(g) != len(w) {
		t.Fatalf("%d outcomes, want %d:\n%s", len(g), len(w), got)
	}
	for i := range g {
		if g[i] != w[i] {
			t.Errorf("%s\ngot  %s\nwant %s", expressions[i], g[i], w[i])
		}
	}
}
