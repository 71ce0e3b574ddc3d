package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"devserver/bindings/all"
	"devserver/internal/testpki"
)

// withCertificates is a project with a key pair, and a key of another.
func withCertificates(t *testing.T) *project {
	root := testpki.New("Root")
	leaf := root.Client("client")
	return newProject(t, map[string]string{
		"cert.pem": string(leaf.ChainPEM()), "key.pem": string(leaf.KeyPEM(testpki.PKCS8)),
		"other.pem": string(root.Client("other").KeyPEM(testpki.PKCS8)),
	})
}

func TestCertificates(t *testing.T) {
	for _, words := range []struct{ upload, list, remove string }{
		{"mtls-certificate upload", "mtls-certificate list", "mtls-certificate delete"},
		{"cert upload mtls-certificate", "cert list", "cert delete"},
	} {
		p := withCertificates(t)
		step := func(args string, want ...string) string {
			t.Helper()
			code, stdout, stderr := p.run(strings.Fields(args)...)
			if code != exitOK || stderr != "" {
				t.Fatalf("%s ends with %d\n%s", args, code, stderr)
			}
			contains(t, stdout, want...)
			return stdout
		}
		out := step(words.upload+" --cert cert.pem --key=key.pem --name my-cert", "Success! Uploaded mTLS Certificate my-cert", "Issuer: ", "Expires on ")
		id := regexp.MustCompile(`ID: (\S+)`).FindStringSubmatch(out)[1]
		step(words.list, "ID: "+id, "Name: my-cert", "Created on: ")
		step(words.remove+" --name my-cert", "Are you sure", "Deleted certificate "+id)
		step(words.list, "No certificates yet")
	}
}

func TestCertificateErrors(t *testing.T) {
	for _, test := range []struct {
		args string
		code int
		want string
	}{
		{"mtls-certificate", exitUsage, "upload, list, delete, test or check"},
		{"mtls-certificate uplaod", exitUsage, "did you mean upload?"},
		{"cert", exitUsage, "upload, list, delete, test or check"},
		{"cert upload", exitUsage, "it is not said what"},
		{"cert upload certificate-authority --ca-cert ca.pem", exitUsage, "not supported by devserver yet"},
		{"cert upload mtls-certificates", exitUsage, "did you mean mtls-certificate?"},
		{"mtls-certificate upload --crt cert.pem", exitUsage, "did you mean --cert?"},
		{"mtls-certificate upload cert.pem", exitUsage, `"cert.pem" is one word too many`},
		{"mtls-certificate list all", exitUsage, `"all" is one word too many`},
		{"mtls-certificate upload", exitFailed, "missing required flag: --cert"},
		{"mtls-certificate upload --cert cert.pem --key other.pem", exitFailed, "KEY_MISMATCH"},
		{"mtls-certificate upload --cert a.pem --key b.pem", exitFailed, "b.pem: "},
		{"mtls-certificate upload --cert a.pem --key b.pem", exitFailed, "a.pem: "},
		{"mtls-certificate delete", exitFailed, "must provide --id or --name"},
		{"mtls-certificate delete --id a --name b", exitFailed, "can't provide both --id and --name"},
		{"mtls-certificate delete --id nowhere", exitFailed, `certificate not found with id "nowhere"`},
	} {
		p := withCertificates(t)
		code, _, stderr := p.run(strings.Fields(test.args)...)
		if code != test.code || !strings.Contains(stderr, "✘ ") || !strings.Contains(stderr, test.want) || strings.Contains(stderr, p.dir) {
			t.Errorf("%s ends with %d, want %d, and %q in\n%s", test.args, code, test.code, test.want, stderr)
		}
	}
	p := withCertificates(t)
	code, stdout, stderr := p.run("mtls-certificate", "list", "-e", "staging")
	if code != exitOK || !strings.Contains(stdout, "No certificates") {
		t.Errorf("list -e ends with %d\n%s", code, stdout)
	}
	contains(t, stderr, "▲ --config and --env have no effect")
}

func TestHelp(t *testing.T) {
	p := newProject(t, nil)
	for args, want := range map[string][]string{
		"help":                           {"Usage", "mtls-certificate upload", "Exit codes"},
		"--help":                         {"Usage", "--connect-to", "CLOUDFLARE_ENV"},
		"dev --bogus -h":                 {"Usage"},
		"help dev":                       {"--mtls BINDING=CERT"},
		"help mtls-certificate":          {"--cert FILE", "--id ID"},
		"mtls-certificate --help":        {"--cert FILE"},
		"mtls-certificate upload --help": {"--cert FILE"},
		"mtls-certificate test --help":   {"--max-time SECONDS", "Exit codes of test", "113  ", "it has expired"},
		"mtls-certificate check --help":  {"--ca FILE"},
		"cert --help":                    {"cert upload mtls-certificate"},
		"cert upload --help":             {"cert upload mtls-certificate"},
		"help version":                   {"version"},
		"help help":                      {"help"},
		"version --help":                 {"version"},
	} {
		code, stdout, stderr := p.run(strings.Fields(args)...)
		if code != exitOK || stderr != "" {
			t.Errorf("%s ends with %d\n%s", args, code, stderr)
		}
		if args == "dev --bogus -h" || args == "--help" {
			var d devFlags
			for _, f := range d.flags(all.Kinds()) {
				if f.help != "" {
					contains(t, stdout, shown(f.names[0]), f.help)
				}
			}
			continue
		}
		contains(t, stdout, want...)
	}
	for _, name := range commandNames() {
		if code, stdout, _ := p.run("help", name); code != exitOK || stdout == "" {
			t.Errorf("there is no help for %s", name)
		}
	}
	code, _, stderr := p.run("help", "mtls")
	if code != exitUsage {
		t.Errorf("help for what does not exist ends with %d", code)
	}
	contains(t, stderr, `there is neither a command nor a script "mtls"`)
}

func TestVersion(t *testing.T) {
	p := newProject(t, nil)
	for _, args := range []string{"version", "--version", "-v", "dev --version"} {
		code, stdout, _ := p.run(strings.Fields(args)...)
		if code != exitOK || !regexp.MustCompile(`^devserver \S+ .*go1\.\d+`).MatchString(stdout) {
			t.Errorf("%s prints %q and ends with %d", args, stdout, code)
		}
	}
	if code, _, _ := p.run("version", "2"); code != exitUsage {
		t.Errorf("version 2 ends with %d", code)
	}
}

// TestInterrupted has a command that is cancelled before it begins.
func TestInterrupted(t *testing.T) {
	p := withCertificates(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if code := run(ctx, p.process([]string{"mtls-certificate", "list"}, io.Discard, io.Discard)); code != exitInterrupted {
		t.Errorf("it ends with %d", code)
	}
}

// The documented example, word for word.
const (
	documentedJS = `export default {
  async fetch(request, environment) {
    return await environment.MY_CERT.fetch("https://a-secured-origin.com");
  },
};
`
	documentedTS = `interface Env {
  MY_CERT: Fetcher;
}


export default {
    async fetch(request, environment): Promise<Response> {
        return await environment.MY_CERT.fetch("https://a-secured-origin.com")
    }
} satisfies ExportedHandler<Env>;
`
	documentedTOML = `mtls_certificates = [
  { binding = "MY_CERT", certificate_id = "<CERTIFICATE_ID>" }
]
`
	// Without the brace that begins it: a name, main and compatibility_date come before.
	documentedJSONC = `
  "$schema": "./node_modules/wrangler/config-schema.json",
  "mtls_certificates": [
    {
      "binding": "MY_CERT",
      "certificate_id": "<CERTIFICATE_ID>"
    }
  ]
}
`
)

func TestDocumentedExample(t *testing.T) {
	dir, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if read("worker.js") != documentedJS || read("worker.ts") != documentedTS {
		t.Error("a Worker in examples is not the documented one, byte for byte")
	}
	contains(t, read("wrangler.toml"), documentedTOML)
	contains(t, read("wrangler.jsonc"), documentedJSONC)

	for _, name := range []string{"wrangler.toml", "wrangler.jsonc"} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t, nil)
			p.dir = filepath.Dir(dir)
			r := p.start("--config", "examples/"+name)
			contains(t, r.screen.all(), "env.MY_CERT", "mTLS Certificate of the demo origin", "demo", "a-secured-origin.com")
			status, body := r.get("/")
			if status != http.StatusOK {
				t.Errorf("it answers %d", status)
			}
			contains(t, body, "Hello from a-secured-origin.com", "demanded a client certificate", "CN=devserver demo client")
			if code := r.stop(); code != exitOK {
				t.Errorf("it ends with %d", code)
			}
		})
	}
}
