package main

import (
	"cmp"
	"errors"
	goflag "flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devserver/bindings"
	"devserver/bindings/all"
	"devserver/config"
)

var update = goflag.Bool("update", false, "rewrite docs/configuration.md")

// shownBy names the tests that show what is done with a key; without an entry it is TestReference of config, which sets
// every key and sees what is said of it. A test is named by its package's folder.
var shownBy = map[string]string{
	"env": "config.TestEnvironments", "name": "config.TestDecode", "main": "config.TestLoad", "compatibility_date": "config.TestLoad",
	"compatibility_flags": "config.TestDecode", "vars": "config.TestVars", "secrets": "config.TestSecretsRequired",
	"dev.ip": "cmd/devserver.TestReload", "dev.port": "cmd/devserver.TestReload", "dev.host": "config.TestHost", "dev.upstream_protocol": "config.TestOverrides",
	"dev.local_protocol": "cmd/devserver.TestHTTPS", "dev.generate_types": "cmd/devserver.TestTypes",
	"limits": "server.TestCPULimits", "define": "config.TestOverrides", "alias": "bundle.TestBundle", "rules": "bundle.TestModules", "tsconfig": "bundle.TestBundle",
	"jsx_factory": "config.TestOverrides", "jsx_fragment": "config.TestOverrides", "minify": "bundle.TestBundle", "keep_names": "config.TestDecode",
	"no_bundle": "bundle.TestModules", "build": "server.TestCustomBuild", "find_additional_modules": "config.TestBuild", "base_dir": "bundle.TestModules",
	"route": "config.TestHost", "routes": "config.TestHost", "triggers": "server.TestScheduledEndpoint", "site": "server.TestWorkersSite",
	"tail_consumers": "server.TestTailConsumers", "streaming_tail_consumers": "server.TestTailStreams", "connect": "server.TestConnect",
	"configPath": "config.TestRedirect", "mtls_certificates": "server.TestMTLSBinding", "queues": "server.TestQueue", "services": "server.TestServiceCases",
	"send_email": "server.TestEmail", "assets": "server.TestAssets", "version_metadata": "server.TestVersionMetadata",
	"wasm_modules": "server.TestBlobs", "text_blobs": "server.TestBlobs", "data_blobs": "server.TestBlobs",
}

// differently says where a key that is supported does not do what it does in wrangler dev.
var differently = map[string]string{
	"compatibility_date": "without it, the latest behaviour that devserver knows",
	"limits":             "what is over cpu_ms is reported, and stopped with --enforce-limits; wrangler does neither",
	"triggers":           "with --cron they fire; in wrangler dev they do not",
	"connect":            "protocol tcp; udp is reported as not supported",
	"mtls_certificates":  "with local files; wrangler needs remote = true",
	"tail_consumers":     "Workers of this process", "streaming_tail_consumers": "Workers of this process", "services": "Workers of this process",
}

// wranglersFlags are all flags of wrangler's dev, hidden ones included.
func wranglersFlags() []string {
	return strings.Fields(`name compatibility-date compatibility-flags compatibility-flag latest assets no-bundle bundle ip port inspector-port
		inspector-ip routes route host local-protocol https-key-path https-cert-path local-upstream infer-origin-from-routes upstream-protocol var define
		alias jsx-factory jsx-fragment tsconfig minify remote r local l persist-to live-reload test-scheduled log-level show-interactive-dev-session types
		tunnel tunnel-name tunnel-allowed-mail enable-containers site site-include site-exclude node-compat config c cwd env e env-file help h version v
		profile install-skills experimental-provision x-provision experimental-auto-create x-auto-create experimental-new-config x-new-config`)
}

// TestReferencePage holds docs/configuration.md to the tables that the program itself goes by, and to tests that exist.
func TestReferencePage(t *testing.T) {
	const page = "../../docs/configuration.md"
	var b strings.Builder
	b.WriteString(`# Keys and flags of wrangler, and what devserver does with them

Made by ` + "`go test ./cmd/devserver -run TestReferencePage -update`" + ` from the tables that devserver goes by. *Supported* is as in
` + "`wrangler dev`" + `; what has no effect is said at the start, with its line, unless it is set to wrangler's default. The last column names a test that shows it.

## Keys of wrangler.toml, .json and .jsonc

| Key | Environments | Here | Shown by |
|---|---|---|---|
`)
	kinds := all.Kinds()
	used := map[string]bool{}
	for _, k := range config.Reference() {
		here, test := "supported", "config.TestReference"
		switch k.Status {
		case config.KeyBinding:
			here = k.Note + ": supported"
			if !slices.ContainsFunc(kinds, func(kind bindings.Kind) bool { return kind.Key() == k.Name }) {
				here, test = k.Note+": listed as *not supported*; using it throws, and says so", "server.TestUnsupportedBinding"
			}
		case config.KeyDeployOnly, config.KeyUnsupported:
			here = "no effect: " + k.Note
		case config.KeyRefused:
			here = "refused, unless a script is named: " + k.Note
		case config.KeyRemoved:
			here = "refused: " + k.Note
		}
		if how := differently[k.Name]; how != "" {
			if !strings.HasSuffix(here, "supported") {
				t.Errorf("%s is %q, and not supported differently", k.Name, here)
			}
			here += " differently: " + how
		}
		test = cmp.Or(shownBy[k.Name], test)
		used[k.Name] = true
		mustExist(t, test)
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` |\n", k.Name, k.Where, here, test)
	}
	for name := range shownBy {
		if !used[name] {
			t.Errorf("there is no key %s", name)
		}
	}
	b.WriteString("\n## Flags of wrangler dev\n\n| Flag | Here | Shown by |\n|---|---|---|\n")
	for _, name := range wranglersFlags() {
		var d devFlags
		f, negated := find(d.flags(kinds), "--"+name)
		if len(name) == 1 {
			f, negated = find(d.flags(kinds), "-"+name)
		}
		if f == nil {
			t.Errorf("--%s is not known", name)
			continue
		}
		here, test := "supported: "+f.help, "cmd/devserver.TestDevFlags"
		if f.help == "" {
			value := "true"
			if f.argument != "" {
				value = "x"
			}
			err := f.set(value)
			e, usage := errors.AsType[*usageError](err)
			switch {
			case usage:
				here = "refused: *" + e.what + "*; fix: " + e.fix
			case err == nil && len(d.warnings) > 0:
				here = "no effect: " + strings.TrimPrefix(d.warnings[0], shown(f.names[0])+" has no effect: ")
			default:
				t.Errorf("--%s is neither refused nor warned of: %v", name, err)
			}
			test = "cmd/devserver.TestReferencePage"
		} else if negated {
			here = "supported: turns off " + shown(f.names[0])
		}
		switch f.names[0] {
		case "help":
			test = "cmd/devserver.TestHelp"
		case "version":
			test = "cmd/devserver.TestVersion"
		case "cwd":
			test = "cmd/devserver.TestTypes"
		}
		mustExist(t, test)
		fmt.Fprintf(&b, "| `%s` | %s | `%s` |\n", shown(name), strings.ReplaceAll(here, "|", `\|`), test)
	}
	if *update {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	found, err := os.ReadFile(page)
	if err != nil || string(found) != b.String() {
		t.Errorf("docs/configuration.md is not what the tables say: run this test with -update (%v)", err)
	}
}

// mustExist wants a test to be there.
func mustExist(t *testing.T, test string) {
	t.Helper()
	dot := strings.LastIndexByte(test, '.')
	files, err := filepath.Glob(filepath.Join("../..", test[:dot], "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tests in %s: %v", test[:dot], err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+test[dot+1:]+"(t *testing.T) {") {
			return
		}
	}
	t.Errorf("there is no test %s", test)
}
