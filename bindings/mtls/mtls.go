// Package mtls is the mTLS certificate binding, the heart of devserver: env.MY_CERT.fetch(url) presents a client
// certificate in the TLS handshake. It also has the certificate store and its commands.
//
// config.go decodes what is configured, this file makes a binding of it, store.go and keyfile.go find the certificate,
// and package origin reaches the origin. Of a certificate's file, file.go makes blocks, pkcs12.go, pbe.go and passphrase.go
// open those that are encrypted, der.go names what they are, and keyfile.go makes a Certificate of them: all that the
// rest of the program sees of a private key is a crypto.Signer.
package mtls

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dop251/goja"

	"devserver/bindings"
	"devserver/origin"
	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// binding is one mTLS binding: a certificate, and the connections on which it was presented.
type binding struct {
	settings settings

	// Made by Open.
	identity *origin.Identity
	client   *origin.Client
	target   bindings.Target
	row      bindings.Row
	files    []string
	problem  *Problem // why there is no certificate
	lament   func()   // says so, once
}

func (b *binding) Name() string      { return b.settings.binding }
func (b *binding) Config() any       { return b.settings }
func (b *binding) Row() bindings.Row { return b.row }
func (b *binding) Files() []string   { return b.files }

// Open loads the certificate. A certificate that cannot be had is not an error: the binding says so in its row, and
// when it is used.
func (b *binding) Open(_ context.Context, host bindings.Host) error {
	b.row = bindings.Row{Resource: "mTLS Certificate " + b.settings.id, Mode: "local"}
	roots, err := b.load(host)
	if err != nil {
		problem, ok := errors.AsType[*Problem](err)
		if !ok {
			problem = &Problem{Code: CodeFileUnreadable, What: err.Error()}
		}
		problem.Where = shortPath(host.Dir, problem.Where)
		b.problem = problem
		b.lament = sync.OnceFunc(func() { host.Notice(b.unusable().Message + " " + problem.Code) })
		if host.Replaces {
			return problem
		}
		b.row.Mode, b.row.Problem, b.row.Fix = "no certificate", problem.located(), problem.Fix
		return nil
	}
	b.client = origin.New(origin.Options{
		Identity: b.identity,
		Policies: host.Policies,
		Roots:    slices.Concat(host.Roots, roots),
		Proxy:    http.ProxyFromEnvironment,
		HTTP2:    host.HTTP2,
		Observe:  host.Observe,
		Calls:    host.Calls,

		ResponseTimeout: host.ResponseTimeout,
	})
	b.target = host.Target(b.client)
	return nil
}

// load finds the certificate and the extra roots.
func (b *binding) load(host bindings.Host) (roots []*x509.Certificate, err error) {
	local := b.settings.local
	if local.ca != "" {
		b.files = append(b.files, local.ca)
		if roots, err = origin.ReadRoots(local.ca); err != nil {
			return nil, err
		}
	}
	if local.demo {
		identity, err := host.Demo()
		if err != nil {
			return nil, err
		}
		identity.Name = b.settings.binding
		b.identity = &identity
		b.row.Resource, b.row.Mode = "mTLS Certificate of the demo origin", "demo"
		return roots, nil
	}
	certificate, from, err := b.certificate(host)
	if err != nil {
		return nil, b.unlockFix(err)
	}
	b.identity = &origin.Identity{Name: b.settings.binding, Certificate: certificate.TLSCertificate()}
	b.identity.Source, b.identity.Renewal = b.found(host)
	b.row.Resource = fmt.Sprintf("mTLS Certificate %s (%s)", certificate.Subject(), from)
	if warnings := certificate.Warnings(time.Now()); len(warnings) > 0 {
		b.row.Problem, b.row.Fix = warnings[0].What, warnings[0].Fix
	}
	return roots, nil
}

// found says where the certificate is, and how another takes its place.
func (b *binding) found(host bindings.Host) (source, renewal string) {
	switch local := b.settings.local; {
	case local.cert != "":
		file := shortPath(host.Dir, local.cert)
		return file, "put the new one into " + file
	case local.certEnv != "":
		return "$" + local.certEnv, "put the new one into $" + local.certEnv
	default:
		id := shellWord(b.settings.id)
		return "store", fmt.Sprintf("put the new one into the store in its place: devserver mtls-certificate delete --id %s, then upload --cert FILE --key FILE --id %[1]s", id)
	}
}

// shortPath is a path relative to the folder that it is in.
func shortPath(dir, path string) string {
	if inside, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(inside) {
		return inside
	}
	return path
}

// certificate loads the certificate from where it is configured, and says from where that was.
func (b *binding) certificate(host bindings.Host) (*Certificate, string, error) {
	local := b.settings.local
	passphrase, err := b.passphrase(host)
	if err != nil {
		return nil, "", err
	}
	if !local.given() {
		return b.fromStore(host, passphrase)
	}
	from := shortPath(host.Dir, local.cert)
	cert, err := b.read(host, local.cert, local.certEnv)
	if err != nil {
		return nil, "", err
	}
	if local.cert == "" {
		from = "$" + local.certEnv
	}
	var key File // zero: it is in the certificate's file
	if local.key != "" || local.keyEnv != "" {
		if key, err = b.read(host, local.key, local.keyEnv); err != nil {
			return nil, "", err
		}
	}
	certificate, err := LoadEncryptedKeyPair(cert, key, passphrase)
	return certificate, from, err
}

func (b *binding) fromStore(host bindings.Host, passphrase Passphrase) (*Certificate, string, error) {
	home, err := DefaultHome(host.Getenv)
	if err != nil {
		return nil, "", err
	}
	store := NewStore(home, time.Now, func(p *Problem) { host.Notice(p.Error()) })
	b.files = append(b.files, store.Files(b.settings.id)...)
	certificate, _, err := store.Unlock(b.settings.id, passphrase)
	if problem, ok := errors.AsType[*Problem](err); ok && (problem.Code == CodeNotFound || problem.Code == CodeBadID) {
		return nil, "", &Problem{
			Code: CodeNotFound,
			What: fmt.Sprintf("certificate %s is not in the store", b.settings.id),
			Fix: fmt.Sprintf("devserver mtls-certificate upload --cert cert.pem --key key.pem --id %s, or name files for %s in devserver.toml",
				shellWord(b.settings.id), b.settings.binding),
		}
	}
	return certificate, "store", err
}

// shellWord leaves out an ID that is a placeholder, such as the documentation's.
func shellWord(id string) string {
	if validID(id) {
		return id
	}
	return "ID (and put that ID into the wrangler file)"
}

// read reads a file, or else an environment variable.
func (b *binding) read(host bindings.Host, path, variable string) (File, error) {
	if path == "" {
		value := host.Getenv(variable)
		if value == "" {
			return File{}, &Problem{Code: CodeFileUnreadable, What: "this environment variable is not set", Where: "$" + variable}
		}
		return File{Name: "$" + variable, Data: []byte(value)}, nil
	}
	b.files = append(b.files, path)
	return LoadFile(path)
}

// Usable implements bindings.Partial.
func (b *binding) Usable() bool { return b.problem == nil }

// Value makes the Fetcher.
func (b *binding) Value(r *webidl.Realm) goja.Value { return fetch.NewFetcher(r, b) }

// RoundTrip sends one request of the Worker's.
func (b *binding) RoundTrip(req *http.Request) (*http.Response, error) {
	if b.problem != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		b.lament()
		return nil, b.unusable()
	}
	return b.target.RoundTrip(req)
}

// unusable is what the Worker gets of a binding without certificate.
func (b *binding) unusable() *webidl.Error {
	message := fmt.Sprintf("Binding %s has no certificate: %s", b.settings.binding, b.problem.located())
	if b.problem.Fix != "" {
		message += " (fix: " + b.problem.Fix + ")"
	}
	return &webidl.Error{Name: "Error", Message: message, Code: b.problem.Code}
}

// Dial implements fetch.Dialer: the certificate is presented on connections that speak TLS.
func (b *binding) Dial(ctx context.Context, addr string, secure bool) (net.Conn, error) {
	if b.problem != nil {
		b.lament()
		return nil, b.unusable()
	}
	return b.target.Dial(ctx, addr, secure)
}

// StartTLS implements fetch.Dialer.
func (b *binding) StartTLS(ctx context.Context, conn net.Conn, addr, name string) (net.Conn, error) {
	return b.target.StartTLS(ctx, conn, addr, name)
}

// SetPolicies implements bindings.OriginUser.
func (b *binding) SetPolicies(policies *origin.Policies) {
	if b.client != nil {
		b.client.SetPolicies(policies)
	}
}

// Retire implements bindings.Retirer: nothing is kept of a certificate that has been replaced.
func (b *binding) Retire() {
	if b.client != nil {
		b.client.Retire()
	}
}

// Close lets requests in flight finish.
func (b *binding) Close() error {
	if b.client == nil {
		return nil
	}
	return b.client.Close()
}
