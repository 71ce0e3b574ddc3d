package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestInit runs every starter as it was written, and has a second init overwrite nothing.
func TestInit(t *testing.T) {
	for _, test := range []struct{ flags, want string }{
		{"", "This is the one it saw"},
		{"--lang js", "This is the one it saw"},
		{"--template hello", "Hello from /"},
		{"--lang js --template hello --name my-name", "Hello from /"},
	} {
		t.Run(test.flags, func(t *testing.T) {
			p := newProject(t, map[string]string{"My App/.gitignore": "mine\n"})
			args := append([]string{"init", "My App"}, strings.Fields(test.flags)...)
			code, stdout, stderr := p.run(args...)
			if code != exitOK {
				t.Fatalf("exit %d %s", code, stderr)
			}
			contains(t, stdout, "wrangler.toml", filepath.Join("My App", "src", "index."), "cd "+shellWord("My App")+"\ndevserver\n")
			text, _ := os.ReadFile(filepath.Join(p.dir, "My App", "wrangler.toml"))
			name := "my-app"
			if strings.Contains(test.flags, "my-name") {
				name = "my-name"
			}
			contains(t, string(text), "name = \""+name+"\"\n")
			if ignored, _ := os.ReadFile(filepath.Join(p.dir, "My App", ".gitignore")); string(ignored) != "mine\n" {
				t.Errorf(".gitignore was overwritten: %s", ignored)
			}
			p.write("My App/src/index.js", "mine")
			p.write("My App/src/index.ts", "mine")
			code, _, stderr = p.run(args...)
			if code == exitOK || !strings.Contains(stderr, "init overwrites nothing") {
				t.Errorf("the second time: exit %d %s", code, stderr)
			}
			if mine, _ := os.ReadFile(filepath.Join(p.dir, "My App", "src", "index.ts")); string(mine) != "mine" {
				t.Errorf("src/index.ts was overwritten: %s", mine)
			}

			fresh := newProject(t, nil)
			if code, _, stderr := fresh.run(append([]string{"init"}, strings.Fields(test.flags)...)...); code != exitOK {
				t.Fatalf("exit %d %s", code, stderr)
			}
			fresh.age()
			r := fresh.start()
			if status, body := r.get("/"); status != 200 || !strings.Contains(strings.ToLower(body), strings.ToLower(test.want)) {
				t.Errorf("%d %s", status, body)
			}
			if screen := r.screen.all() + r.errors.all(); strings.Contains(screen, "▲") || strings.Contains(screen, "✘") {
				t.Errorf("it has something against its own starter:\n%s", screen)
			}
			if code, _, stderr := fresh.run("types"); code != exitOK {
				t.Errorf("types: exit %d %s", code, stderr)
			}
		})
	}
}

func TestInitRefuses(t *testing.T) {
	p := newProject(t, map[string]string{"a/wrangler.jsonc": "{}", "b": "a file", "d/src/index.ts": ""})
	for _, test := range []struct{ args, want string }{
		{"a", "wrangler.jsonc is there already"},
		{"b", "b is a file, and no folder"},
		{"b/c", "b is a file, and no folder"},
		{"d", "devserver d/src/index.ts runs what is there"},
		{"a b", "one word too many"},
		{"c --lang py", `"py" is not one of ts, js`},
		{"c --name UPPER", "for example --name upper"},
	} {
		if code, _, stderr := p.run(append([]string{"init"}, strings.Fields(test.args)...)...); code == exitOK || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: exit %d %s, want %s", test.args, code, stderr, test.want)
		}
	}
	if _, err := os.Stat(filepath.Join(p.dir, "c")); err == nil {
		t.Error("a folder was made")
	}
}

func TestShellWord(t *testing.T) {
	if filepath.Separator != '/' {
		t.Skip("for the shells of Unix")
	}
	for path, want := range map[string]string{
		"my-app": "my-app", "../a.b": "../a.b", "Größe": "Größe", "a b": "'a b'", "it's": `'it'\''s'`, "-x": "./-x", "- x": "'./- x'", "a;b": "'a;b'", "~": "'~'", "$(x)": "'$(x)'",
	} {
		if got := shellWord(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
