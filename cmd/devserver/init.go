package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"devserver/config"
)

// initFlags is the command line of init.
type initFlags struct {
	lang, template, name string
	help                 bool
}

func (f *initFlags) flags() []flag {
	return []flag{
		{[]string{"lang"}, "ts|js", "TypeScript, the default, or JavaScript", choiceFlag(&f.lang, "ts", "js")},
		{[]string{"template"}, "mtls|hello", "an mTLS binding with an origin that is built in, the default, or a Worker that says hello", choiceFlag(&f.template, "mtls", "hello")},
		{[]string{"name"}, "NAME", "the Worker's name, instead of the folder's", textFlag(&f.name)},
		{[]string{"help", "h"}, "", "show this", switchFlag(&f.help)},
	}
}

// initProject is `devserver init [dir]`: it writes a Worker that runs at once, and overwrites nothing.
func initProject(_ context.Context, p *process, args []string) error {
	f := initFlags{lang: "ts", template: "mtls"}
	words, err := parse(f.flags(), args)
	switch {
	case f.help:
		return printHelp(p, "init")
	case err != nil:
		return err
	case len(words) > 1:
		return badUsage("write devserver init [DIR]", "%q is one word too many", words[1])
	}
	dir := p.dir
	if len(words) == 1 {
		dir = words[0]
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(p.dir, dir)
		}
		if words[0] == "" {
			return badUsage("write devserver init [DIR]", "the folder has no name")
		}
	}
	if f.name == "" {
		f.name = workerName(filepath.Base(dir))
	} else if workerName(f.name) != f.name {
		return badUsage(fmt.Sprintf("for example --name %s", workerName(f.name)), "--name %s: the name of a Worker has lower-case letters, digits, - and _", f.name)
	}
	if file := notDirectory(dir); file != "" {
		return &usageError{what: fmt.Sprintf("%s is a file, and no folder", file), fix: "choose a folder of its own: devserver init DIR"}
	}
	files := f.files()
	if there := taken(dir, files); len(there) > 0 {
		fix := "choose a folder of its own: devserver init DIR"
		if main := files[1].name; len(there) == 1 && there[0] == main {
			fix = fmt.Sprintf("devserver %s runs what is there; for a new one choose a folder of its own: devserver init DIR", shellWord(shownIn(p, dir, main)))
		}
		return &usageError{what: fmt.Sprintf("%s %s there already, and init overwrites nothing", strings.Join(there, ", "), map[bool]string{true: "is", false: "are"}[len(there) == 1]), fix: fix}
	}
	for _, file := range files {
		kept, err := writeNew(filepath.Join(dir, filepath.FromSlash(file.name)), file.text)
		if err != nil {
			return fmt.Errorf("%s: %w", file.name, err)
		}
		fmt.Fprintf(p.stdout, "  %s%s\n", shownIn(p, dir, file.name), map[bool]string{true: " (as it was)"}[kept])
	}
	f.next(p, dir)
	return nil
}

// next says what to do with what was written.
func (f *initFlags) next(p *process, dir string) {
	fmt.Fprintln(p.stdout)
	if rel, err := filepath.Rel(p.dir, dir); err == nil && rel != "." {
		fmt.Fprintf(p.stdout, "cd %s\n", shellWord(rel))
	}
	fmt.Fprintln(p.stdout, "devserver")
	if f.template == "mtls" {
		fmt.Fprintln(p.stdout, "\nWith your own certificate: devserver mtls-certificate upload --cert cert.pem --key key.pem, its ID into wrangler.toml,\nand without the sections of devserver.toml.")
	}
}

// shownIn is a file below dir, as a person would type it who is in p.dir.
func shownIn(p *process, dir, name string) string {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if rel, err := filepath.Rel(p.dir, path); err == nil {
		return rel
	}
	return path
}

var plainWord = regexp.MustCompile(`^[\pL\pN_./@%+:,][\pL\pN_./@%+:,-]*$`)

// shellWord is a path as one word of a command line of this system's shells.
func shellWord(path string) string {
	switch {
	case strings.HasPrefix(path, "-"):
		return shellWord("." + string(filepath.Separator) + path)
	case filepath.Separator == '\\':
		if strings.ContainsAny(path, " &()^;,=") {
			return `"` + path + `"`
		}
		return path
	case plainWord.MatchString(path):
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// notDirectory is what of dir, or above it, is there and no directory; "" if a directory can be made.
func notDirectory(dir string) string {
	for {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			return dir
		}
		above := filepath.Dir(dir)
		if err == nil || above == dir {
			return ""
		}
		dir = above
	}
}

var notInWorkerNames = regexp.MustCompile(`[^a-z0-9_]+`)

// workerName is a name that a Worker may have, as near as possible to a folder's.
func workerName(s string) string {
	s = strings.Trim(notInWorkerNames.ReplaceAllString(strings.ToLower(s), "-"), "-")
	if s == "" {
		return "worker"
	}
	return s
}

// newFile is a file to be written.
type newFile struct{ name, text string }

func (f *initFlags) files() []newFile {
	main := "src/index." + f.lang
	list := []newFile{
		{"wrangler.toml", fmt.Sprintf("name = %q\nmain = %q\ncompatibility_date = %q\n", f.name, main, config.DefaultCompatibilityDate)},
		{main, helloWorker[f.lang]},
	}
	if f.template == "mtls" {
		list[0].text += mtlsBinding
		list[1].text = mtlsWorker[f.lang]
		list = append(list, newFile{"devserver.toml", mtlsLocal})
	}
	if f.lang == "ts" {
		list = append(list, newFile{"tsconfig.json", tsconfig})
	}
	return append(list, newFile{".gitignore", gitignore})
}

// taken are the files that would be overwritten, and other configurations, which would come before the new one.
func taken(dir string, files []newFile) []string {
	var names []string
	for _, file := range files {
		names = append(names, file.name)
	}
	var there []string
	for _, name := range append(names, "wrangler.json", "wrangler.jsonc") {
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name))); err == nil && name != ".gitignore" {
			there = append(there, name)
		}
	}
	slices.Sort(there)
	return there
}

// writeNew writes a file that is not there. A .gitignore that is there is kept as it is.
func writeNew(path, text string) (kept bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return false, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) && filepath.Base(path) == ".gitignore" {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	_, err = file.WriteString(text)
	return false, errors.Join(err, file.Close())
}

// What the files say.

var helloWorker = map[string]string{
	"js": `export default {
  async fetch(request, env, ctx) {
    return new Response("Hello from " + new URL(request.url).pathname + "\n");
  },
};
`,
	"ts": `export default {
  async fetch(request, env, ctx): Promise<Response> {
    return new Response("Hello from " + new URL(request.url).pathname + "\n");
  },
} satisfies ExportedHandler<Env>;

interface Env {}
`,
}

var mtlsWorker = map[string]string{
	"js": `export default {
  async fetch(request, env) {
    // The origin sees the client certificate of the binding, in the TLS handshake.
    return await env.MY_CERT.fetch("https://a-secured-origin.com");
  },
};
`,
	"ts": `interface Env {
  MY_CERT: Fetcher;
}

export default {
  async fetch(request, env): Promise<Response> {
    // The origin sees the client certificate of the binding, in the TLS handshake.
    return await env.MY_CERT.fetch("https://a-secured-origin.com");
  },
} satisfies ExportedHandler<Env>;
`,
}

const mtlsBinding = `
mtls_certificates = [
  { binding = "MY_CERT", certificate_id = "<CERTIFICATE_ID>" }
]
`

const mtlsLocal = `# Settings for this machine only: what wrangler.toml says is what is deployed.

# The client certificate of the demo origin. Your own: delete this section, and upload it with
#   devserver mtls-certificate upload --cert cert.pem --key key.pem
# or name its files here: cert = "cert.pem", key = "key.pem".
[mtls_certificates.MY_CERT]
demo = true

# The demo origin, which is built in and demands a client certificate. Your own: connect_to = "127.0.0.1:9443".
[origins."a-secured-origin.com"]
demo = true
`

const tsconfig = `{
  // The types of the runtime: npm install --save-dev @cloudflare/workers-types
  // Those of env, from wrangler.toml: devserver types
  "compilerOptions": {
    "target": "es2024",
    "module": "es2022",
    "moduleResolution": "bundler",
    "lib": ["es2024"],
    "types": ["@cloudflare/workers-types"],
    "strict": true,
    "noEmit": true,
    "skipLibCheck": true
  },
  "include": ["src", "worker-configuration.d.ts"]
}
`

const gitignore = `node_modules/
.wrangler/
.dev.vars*
.env*
devserver.local.toml
*.key
*.pem
*.p12
`
