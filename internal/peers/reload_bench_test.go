//go:build peers

package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"devserver/internal/subprocess"
	"devserver/internal/testpki"
)

const saves = 21

// BenchmarkReload is the time from saving a source to the first answer by the new Worker, of devserver's and, where it is
// installed, of wrangler dev's, in turns.
func BenchmarkReload(b *testing.B) {
	for _, sources := range []struct {
		name  string
		files map[string]string // but for the one that is saved: version.ts
	}{
		{"one file", map[string]string{"worker.js": `export { default } from "./version";`}},
		{"20 files", twentyFiles()},
		{"1 MiB", withPackages(twentyFiles(), 1<<20)},
	} {
		b.Run(sources.name, func(b *testing.B) { benchReload(b, sources.files) })
	}
}

func benchReload(b *testing.B, files map[string]string) {
	devserverBinary(b)
	list := []side{{"devserver", benchDevserver}}
	if _, err := exec.LookPath("node"); os.Getenv("DEVSERVER_WRANGLER") != "" && err == nil {
		list = append(list, side{"wrangler", func(t testing.TB, p *project) *process {
			port := freePort(t)
			cmd := subprocess.Wrangler(t, p.dir, "dev", "--ip", "127.0.0.1", "--port", port, "--inspector-port", freePort(t), "--show-interactive-dev-session=false")
			w := start(t, "wrangler", cmd)
			w.addr = "127.0.0.1:" + port
			return w
		}})
	}
	version := func(n int) string {
		return fmt.Sprintf("export const version: number = %d;\nexport default { fetch(): Response { return new Response(String(version)); } };\n", n)
	}
	projects, processes, times := make([]*project, len(list)), make([]*process, len(list)), make([][]float64, len(list))
	for i, s := range list {
		projects[i] = newProject(b, testpki.New("peers"), "", nil)
		for name, text := range files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(projects[i].dir, name)), 0o755); err != nil {
				b.Fatal(err)
			}
			projects[i].write(b, name, text)
		}
		projects[i].write(b, "version.ts", version(0))
		processes[i] = s.start(b, projects[i])
		processes[i].firstAnswer(b)
	}
	for n := 1; n <= saves; n++ {
		for i, p := range processes {
			saved := time.Now()
			projects[i].write(b, "version.ts", version(n))
			for want := fmt.Sprint(n); ; time.Sleep(time.Millisecond / 2) { // leaves it the processor
				if r, err := p.try(get("/"), patience); err == nil && strings.HasPrefix(r.body, want) {
					break
				}
				if time.Since(saved) > patience {
					b.Fatalf("%s: still not version %s:\n%s", p.name, want, p.Log)
				}
			}
			if n > 1 { // to warm up
				times[i] = append(times[i], float64(time.Since(saved).Microseconds())/1000)
			}
			time.Sleep(100 * time.Millisecond) // whatever it does after the answer
		}
	}
	for i, s := range list {
		b.ReportMetric(median(times[i]), s.name+"-ms/save")
		b.Logf("%-9s median %.1f ms of %.1f", s.name, median(times[i]), times[i])
	}
	b.ReportMetric(0, "ns/op")
}

// twentyFiles are the sources of a Worker in TypeScript: with version.ts, twenty files.
func twentyFiles() map[string]string {
	files := make(map[string]string)
	var imports, uses strings.Builder
	for i := range 18 {
		fmt.Fprintf(&imports, "import { Handler%d, check%[1]d } from \"./lib/m%[1]d\";\n", i)
		fmt.Fprintf(&uses, "  if (!check%d(new Handler%[1]d(%[1]d))) throw new Error(\"%[1]d\");\n", i)
		var m strings.Builder
		if i > 0 {
			fmt.Fprintf(&m, "import type { State } from \"./m%d\";\n", i-1)
		}
		fmt.Fprintf(&m, "export interface State%d { id: number; tags: string[]; next?: %s }\nexport type State = State%[1]d;\n", i, map[bool]string{true: "State", false: "null"}[i > 0])
		fmt.Fprintf(&m, "export class Handler%d<T extends number> {\n  private readonly state: { id: T; tags: string[] };\n  constructor(id: T) { this.state = { id, tags: [`h${id}`] }; }\n  get id(): T { return this.state.id; }\n", i)
		for j := range 10 {
			fmt.Fprintf(&m, "  step%d(value: number): number {\n    if (value > %d) {\n      return this.state.tags.map((tag: string) => tag.length * value).reduce((a, b) => a + b, 0);\n    }\n    return value + (this.id as number);\n  }\n", j, j*7)
		}
		fmt.Fprintf(&m, "}\nexport function check%d(h: Handler%[1]d<number>): boolean { return h.step3(h.id) === h.step4(h.id); }\n", i)
		files[fmt.Sprintf("lib/m%d.ts", i)] = m.String()
	}
	files["worker.js"] = imports.String() + "import worker from \"./version\";\nexport default { fetch(request) {\n" + uses.String() + "  return worker.fetch(request);\n} };\n"
	return files
}

// withPackages adds packages, and uses them, so that the bundle has about size bytes.
func withPackages(files map[string]string, size int) map[string]string {
	const packages = 8
	var head, use strings.Builder
	for i := range packages {
		name := fmt.Sprintf("package%d", i)
		var m strings.Builder
		functions := 0
		for ; m.Len() < size/packages; functions++ {
			fmt.Fprintf(&m, `export function transform%[1]d(input, options = {}) {
  const { depth = %[1]d, separator = "-%[1]d-", strict = false } = options;
  if (input === null || input === undefined) {
    if (strict) throw new TypeError("transform%[1]d: input is required");
    return { value: "", depth };
  }
  const parts = Array.isArray(input) ? input : String(input).split(separator);
  for (let index = 0; index < parts.length; index++) {
    parts[index] = typeof parts[index] === "string" ? parts[index].trim() : transform%[2]d(parts[index], options);
  }
  return { value: parts.filter((part) => part !== "").join(separator), depth: depth + parts.length };
}
`, functions, max(functions-1, 0))
		}
		m.WriteString("export const all = [")
		for f := range functions {
			fmt.Fprintf(&m, "transform%d, ", f)
		}
		m.WriteString("];\n")
		files["node_modules/"+name+"/index.js"] = m.String()
		files["node_modules/"+name+"/package.json"] = fmt.Sprintf(`{"name": %q, "version": "1.0.0", "type": "module", "main": "index.js"}`, name)
		fmt.Fprintf(&head, "import { all as all%d } from %q;\n", i, name)
		fmt.Fprintf(&use, "  if (all%d.length !== %d) throw new Error();\n", i, functions)
	}
	files["worker.js"] = head.String() + strings.Replace(files["worker.js"], "fetch(request) {\n", "fetch(request) {\n"+use.String(), 1)
	return files
}
