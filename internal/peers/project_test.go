//go:build peers

// Package peers compares devserver with other programs: with workerd, which runs Workers in production, and with nginx
// as an origin that demands client certificates. Each test skips where the other program is missing:
//
//	DEVSERVER_WORKERD=…/bin/workerd make peers
//
// DEVSERVER_WRANGLER names the folder of the npm package wrangler, which bundles the projects of TestModules for workerd, and
// whose own Miniflare has the endpoints of TestEvents.
//
// DEVSERVER_NPM names a folder with the npm packages that the Workers of the package npm beside this one are made of.
//
// DEVSERVER_MINIFLARE names the folder of the npm package miniflare, for the Cache API, which workerd alone has not.
//
// With -short, lists whose items are much alike are tried in part, always the same one: the documents of TestRewriter, the
// patterns of TestAssetsIgnore, the options of TestSites.
package peers

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
)

// patience is how long a test waits for what must happen.
const patience = time.Minute

// compatibilityDate is that of the Workers on both sides.
const compatibilityDate = "2026-11-01"

// project is a folder that both programs can run: worker.js with wrangler.toml and devserver.toml for devserver, and
// config.capnp for workerd. Its env has the mTLS binding MY_CERT and vars.
type project struct {
	dir string
	ca  *testpki.CA // of the origins, and of the client certificate, worker-1
}

// newProject writes a project.
func newProject(t testing.TB, ca *testpki.CA, worker string, vars map[string]string) *project {
	t.Helper()
	p := &project{dir: t.TempDir(), ca: ca}
	client := ca.Client("worker-1")
	p.write(t, "worker.js", worker)
	p.write(t, "client.pem", string(client.ChainPEM()))
	p.write(t, "client.key", string(client.KeyPEM(testpki.PKCS8)))
	p.write(t, "ca.pem", string(ca.PEM()))
	var wrangler, local, bindings strings.Builder
	fmt.Fprintf(&wrangler, "name = \"peer\"\nmain = \"worker.js\"\ncompatibility_date = %q\n", compatibilityDate)
	wrangler.WriteString("mtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"00000000-0000-4000-8000-000000000001\" }]\n[vars]\n")
	local.WriteString("[mtls_certificates.MY_CERT]\ncert = \"client.pem\"\nkey = \"client.key\"\nca = \"ca.pem\"\n")
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		fmt.Fprintf(&wrangler, "%s = %q\n", name, vars[name])
		fmt.Fprintf(&bindings, ", (name = %q, text = %q)", name, vars[name])
		if host, ok := strings.CutPrefix(vars[name], "https://"); ok { // an origin that plain fetch reaches too
			fmt.Fprintf(&local, "[origins.%q]\nca = \"ca.pem\"\n", host)
		}
	}
	p.write(t, "wrangler.toml", wrangler.String())
	p.write(t, "devserver.toml", local.String())
	p.write(t, "config.capnp", fmt.Sprintf(workerdConfig, compatibilityDate, bindings.String()))
	return p
}

const workerdConfig = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = %q,
      bindings = [(name = "MY_CERT", service = "mtls")%s],
      globalOutbound = "plain")),
    (name = "mtls", network = (allow = ["private", "local", "public"], tlsOptions = (
      keypair = (privateKey = embed "client.key", certificateChain = embed "client.pem"),
      trustedCertificates = [embed "ca.pem"]))),
    (name = "plain", network = (allow = ["private", "local", "public"], tlsOptions = (
      trustedCertificates = [embed "ca.pem"]))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
`

// write replaces a file as editors do: by renaming a new one over it.
func (p *project) write(t testing.TB, name, content string) {
	t.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path+".tmp", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		t.Fatal(err)
	}
}

// append adds to a file.
func (p *project) append(t testing.TB, name, more string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	p.write(t, name, string(content)+more)
}
