//go:build peers

package peers

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devserver/internal/subprocess"
)

// typesProjects are configurations, without name, main and date, and the flags of types.
var typesProjects = map[string]struct{ toml, flags string }{
	"nothing":                    {"", ""},
	"vars":                       {"vars = { A = \"x\", B = 1.5, C = true, D = [1, \"a\"], E = { f = \"<g>\" }, \"odd-name\" = \"q\\\"\" }", ""},
	"vars, not strict":           {"vars = { A = \"x\", B = 1, C = true, D = [1, \"a\"], E = { f = \"g\" }, F = [], G = [1, 2] }", "--strict-vars=false"},
	"environments":               {"vars = { A = \"x\", B = \"x\" }\n[env.staging.vars]\nA = \"y\"\n[env.prod-eu.vars]\nA = \"x\"\nONLY = \"z\"", ""},
	"an environment":             {"vars = { A = \"x\" }\n[env.staging.vars]\nB = \"y\"", "--env staging"},
	"services":                   {"services = [{ binding = \"API\", service = \"api\" }, { binding = \"ADMIN\", service = \"api\", entrypoint = \"Admin\" }, { binding = \"SELF\", service = \"w\" }, { binding = \"NAMED\", service = \"w\", entrypoint = \"Named\" }, { binding = \"NO\", service = \"w\", entrypoint = \"No\" }]", ""},
	"services of another Worker": {"services = [{ binding = \"API\", service = \"api\" }, { binding = \"ADMIN\", service = \"api\", entrypoint = \"Admin\" }]", "-c wrangler.toml -c api/wrangler.toml"},
	"certificates":               {"mtls_certificates = [{ binding = \"CERT\", certificate_id = \"x\" }]", ""},
	"queues":                     {"queues = { producers = [{ binding = \"Q\", queue = \"q\" }], consumers = [{ queue = \"q\" }] }", ""},
	"assets":                     {"assets = { directory = \"public\", binding = \"ASSETS\" }", ""},
	"secrets.required":           {"secrets = { required = [\"TOKEN\", \"KEY\"] }\nvars = { A = \"x\" }", ""},
	"secrets of .dev.vars":       {"vars = { A = \"x\", TOKEN = \"y\" }", "--dev-vars"},
	"process.env":                {"compatibility_flags = [\"nodejs_compat\"]\nvars = { A = \"x\" }", ""},
	"Durable Objects":            {"durable_objects = { bindings = [{ name = \"DO\", class_name = \"Counter\" }, { name = \"GONE\", class_name = \"Gone\" }, { name = \"FAR\", class_name = \"F\", script_name = \"far\" }] }\nmigrations = [{ tag = \"v1\", new_sqlite_classes = [\"Counter\"] }, { tag = \"v2\", new_classes = [\"B\"] }]", ""},
	"Workflows":                  {"workflows = [{ binding = \"FLOW\", name = \"flow\", class_name = \"Flow\" }]", ""},
	"storage":                    {"kv_namespaces = [{ binding = \"KV\", id = \"x\" }]\nr2_buckets = [{ binding = \"B\", bucket_name = \"bucket\" }]\nd1_databases = [{ binding = \"DB\", database_name = \"d\", database_id = \"i\" }]\nhyperdrive = [{ binding = \"H\", id = \"x\" }]\nvectorize = [{ binding = \"V\", index_name = \"i\" }]", ""},
	"others":                     {"ai = { binding = \"AI\" }\nbrowser = { binding = \"BR\" }\nimages = { binding = \"IMG\" }\nversion_metadata = { binding = \"VM\" }\nsend_email = [{ name = \"MAIL\" }]\nratelimits = [{ name = \"RL\", namespace_id = \"1\", simple = { limit = 1, period = 10 } }]\nanalytics_engine_datasets = [{ binding = \"AE\" }]\ndispatch_namespaces = [{ binding = \"DN\", namespace = \"n\" }]\nsecrets_store_secrets = [{ binding = \"SS\", store_id = \"s\", secret_name = \"n\" }]\nworker_loaders = [{ binding = \"WL\" }]", ""},
	"rarer kinds":                {"pipelines = [{ binding = \"P\", pipeline = \"p\" }, { binding = \"P2\", stream = \"s\" }]\nvpc_services = [{ binding = \"VS\", service_id = \"s\" }]\nvpc_networks = [{ binding = \"VN\", tunnel_id = \"t\" }]\nai_search_namespaces = [{ binding = \"ASN\", namespace = \"n\" }]\nai_search = [{ binding = \"AS\", instance_name = \"i\" }]\nartifacts = [{ binding = \"AR\", namespace = \"n\" }]\nflagship = [{ binding = \"FL\", app_id = \"a\" }]\nagent_memory = [{ binding = \"AM\", namespace = \"n\" }]\nunsafe_hello_world = [{ binding = \"HW\" }]\nlogfwdr = { bindings = [{ name = \"LF\", destination = \"d\" }, { name = \"LG\", destination = \"e\" }] }\nunsafe = { bindings = [{ name = \"UN\", type = \"thing\" }] }\nmedia = { binding = \"ME\" }\nstream = { binding = \"STR\" }\ntail_consumers = [{ service = \"t\" }]\nstreaming_tail_consumers = [{ service = \"t\" }]\nconnect = [{ protocol = \"tcp\", port = 5555 }]", ""},
	"rules":                      {"rules = [{ type = \"Text\", globs = [\"**/*.md\", \"src/*.csv\"], fallthrough = true }, { type = \"Data\", globs = [\"*.dat\"] }]", ""},
	"another name":               {"vars = { A = \"x\" }", "--env-interface Mine"},
	"no main module":             {"vars = { A = \"x\" }", "--include-main-module=false"},
	"blobs":                      {"text_blobs = { T = \"t.txt\" }\ndata_blobs = { D = \"d.bin\" }", ""},
}

// TestTypes compares the types that devserver writes with those of wrangler: the same lines, in whatever order the
// members of an interface stand.
func TestTypes(t *testing.T) {
	t.Parallel()
	program, wranglers := devserverBinary(t), subprocess.StartWranglers(t)
	for name, c := range typesProjects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			files := map[string]string{
				"wrangler.toml":     "name = \"w\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-01-01\"\n" + c.toml + "\n",
				"src/index.ts":      "export class Counter {}\nexport class Flow {}\nexport class Named {}\nexport default { fetch() { return new Response() } }\n",
				"api/wrangler.toml": "name = \"api\"\nmain = \"api.ts\"\ncompatibility_date = \"2026-01-01\"\n",
				"api/api.ts":        "export class Admin {}\nexport default { fetch() { return new Response() } }\n",
				"public/x":          "x", "t.txt": "t", "d.bin": "d",
			}
			flags := strings.Fields(c.flags)
			if i := slices.Index(flags, "--dev-vars"); i >= 0 {
				flags = slices.Delete(flags, i, i+1)
				files[".dev.vars"] = "TOKEN=x\nKEY=y\n"
			}
			for file, text := range files {
				os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o700)
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			written := func() []string {
				t.Helper()
				text, err := os.ReadFile(filepath.Join(dir, "worker-configuration.d.ts"))
				if err != nil {
					t.Fatal(err)
				}
				os.Remove(filepath.Join(dir, "worker-configuration.d.ts"))
				lines := slices.DeleteFunc(strings.Split(strings.ReplaceAll(string(text), "{}", "{\n}"), "\n"), func(line string) bool {
					return line == "" || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "/*") || strings.HasPrefix(line, "type StringifyValues") || strings.Contains(line, "in keyof")
				})
				for i, line := range lines {
					lines[i] = strings.TrimSpace(strings.ReplaceAll(line, "interface ProcessEnv extends StringifyValues<", ""))
				}
				slices.Sort(lines)
				return lines
			}
			if out, err := wranglers.Run(t, dir, append([]string{"types", "--include-runtime=false"}, flags...)...); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			theirs := written()
			command := exec.Command(program, append([]string{"types"}, flags...)...)
			command.Dir = dir
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", command, err, out)
			}
			ours := written()
			if !slices.Equal(theirs, ours) {
				t.Errorf("wrangler\n%s\ndevserver\n%s", strings.Join(theirs, "\n"), strings.Join(ours, "\n"))
			}
		})
	}
}

// outputOf is what a program prints that ends by itself.
func outputOf(program, dir string, args ...string) string {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	out, _ := cmd.CombinedOutput()
	return string(out)
}
