package mtls

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"devserver/origin"
)

// Level says how bad a Finding is.
type Level string

// Levels of findings.
const (
	Fine     Level = "ok"
	Doubtful Level = "warning" // an origin may refuse it
	Unusable Level = "error"   // it cannot be presented, or origins refuse it
)

// A Finding is one thing that Check looked at.
type Finding struct {
	Level   Level
	Problem Problem // if it is fine, What says how it is, and there is no Code
}

// CheckParams are what Check looks at.
type CheckParams struct {
	Files      []File              // the certificates, in any order, and the private key unless Key has it
	Key        File                // zero: it is in Files, or there is none
	Roots      []*x509.Certificate // that an origin trusts; nil: not known
	RootsFile  string              // where they are from
	Passphrase Passphrase          // nil: there is none
	Now        time.Time
}

// CodeUntrusted is the code of the finding that a chain does not lead to the roots that were given.
const CodeUntrusted = "CLIENT_CA_UNKNOWN"

// Check looks at a certificate and its key without an origin. The chain is nil if none could be read. An error is the
// passphrase's own.
func Check(p CheckParams) (Chain, []Finding, error) {
	c := &check{CheckParams: p}
	c.Passphrase = p.Passphrase.once()
	chain, err := c.load()
	if err != nil {
		return nil, c.findings, c.refuse(err)
	}
	c.validity(chain)
	c.purpose(chain)
	c.strength(chain)
	c.trust(chain)
	return chain, c.findings, nil
}

type check struct {
	CheckParams
	findings []Finding
}

func (c *check) fine(where, format string, args ...any) {
	c.findings = append(c.findings, Finding{Fine, Problem{Where: where, What: fmt.Sprintf(format, args...)}})
}

func (c *check) found(problems []*Problem) {
	for _, p := range problems {
		level := Doubtful
		if slices.Contains([]string{CodeExpired, CodeNotYetValid, CodeEKU, CodeUntrusted}, p.Code) {
			level = Unusable
		}
		c.findings = append(c.findings, Finding{level, *p})
	}
}

// refuse adds what keeps the files from being loaded. It returns what is no problem of theirs.
func (c *check) refuse(err error) error {
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for _, err := range list {
		problem, ok := errors.AsType[*Problem](err)
		if !ok {
			return err
		}
		c.findings = append(c.findings, Finding{Unusable, *problem})
	}
	return nil
}

// load reads the files, whatever stands in which, and pairs the key with its certificate.
func (c *check) load() (Chain, error) {
	key, inFiles := c.Key, false
	var certs []contents
	var files []File
	for _, file := range c.Files {
		held, err := readContents(file).open(c.Passphrase)
		if err != nil {
			return nil, err
		}
		if held.with(rolePrivateKey) != nil && c.Key.Name == "" {
			if inFiles {
				return nil, &Problem{
					Code: CodeKeyAmbiguous, Where: file.Name, What: fmt.Sprintf("this is a second private key, beside the one in %s", key.Name),
					Fix: "leave out the one that does not belong to the certificate",
				}
			}
			key, inFiles = file, true
			if held.with(roleCertificate) == nil {
				continue
			}
		}
		certs, files = append(certs, held), append(files, file)
	}
	if len(files) == 0 {
		return nil, &Problem{Code: CodeCertMissing, Where: key.Name, What: "there is a private key and no certificate", Fix: "name the file of the certificate too"}
	}
	if key.Name == "" {
		return c.withoutKey(certs)
	}
	certificate, err := LoadEncryptedKeyPair(merged(files, certs), key, c.Passphrase)
	if err != nil {
		return nil, err
	}
	chain := certificate.Chain
	c.fine(certificate.source, "%s, issued by %s", chain.Subject(), chain.Issuer())
	c.fine(key.Name, "the private key (%s) belongs to it", chain.KeyType())
	c.order(chain, certificate.notes)
	return chain, nil
}

// withoutKey reads a chain of which the key is not there: the leaf is what issued none of the others.
func (c *check) withoutKey(held []contents) (Chain, error) {
	var certs []*x509.Certificate
	var names []string
	for _, each := range held {
		more, err := each.certificates()
		if err != nil {
			return nil, err
		}
		certs, names = append(certs, more...), append(names, each.name)
	}
	leaf := slices.IndexFunc(certs, func(cert *x509.Certificate) bool {
		return !slices.ContainsFunc(certs, func(other *x509.Certificate) bool { return other != cert && issued(cert, other) })
	})
	chain, strays := orderChain(certs[max(leaf, 0)], certs)
	where := strings.Join(names, ", ")
	c.fine(where, "%s, issued by %s", chain.Subject(), chain.Issuer())
	c.found([]*Problem{{
		Code: CodeKeyMissing, Where: where, What: "there is no private key, so whether one belongs to the certificate is not known",
		Fix: "name its file too: --key FILE",
	}})
	c.order(chain, chain.gaps(strays, where))
	return chain, nil
}

// merged makes one file of several, unless there is one only.
func merged(files []File, held []contents) File {
	if len(files) == 1 {
		return files[0]
	}
	var names []string
	var data bytes.Buffer
	for i, file := range files {
		names = append(names, file.Name)
		for _, b := range held[i].with(roleCertificate) {
			if !b.whole {
				return file // whose problem that is
			}
			pem.Encode(&data, &pem.Block{Type: b.label, Bytes: b.pem.Bytes})
		}
	}
	return File{Name: strings.Join(names, ", "), Data: data.Bytes()}
}

func (c *check) order(chain Chain, notes []*Problem) {
	c.found(notes)
	if len(notes) > 0 {
		return
	}
	if len(chain) == 1 {
		c.fine("", "the chain is this certificate alone")
		return
	}
	c.fine("", "%d certificates, in order: %s", len(chain), strings.Join(subjects(chain), ", then "))
}

func (c *check) validity(chain Chain) {
	problems := chain.validity("", c.Now)
	c.found(problems)
	if len(problems) == 0 {
		first := chain[0]
		for _, cert := range chain[1:] {
			if cert.NotAfter.Before(first.NotAfter) {
				first = cert
			}
		}
		c.fine("", "valid until %s, for another %s", day(first.NotAfter), remaining(first.NotAfter.Sub(c.Now)))
	}
}

func (c *check) purpose(chain Chain) {
	problems := chain.purpose("")
	c.found(problems)
	if len(problems) > 0 {
		return
	}
	if len(chain.Leaf().ExtKeyUsage)+len(chain.Leaf().UnknownExtKeyUsage) == 0 {
		c.fine("", "for every use, as it names none")
		return
	}
	c.fine("", "for client authentication")
}

func (c *check) strength(chain Chain) {
	problems := slices.Concat(chain.version(""), chain.strength(""))
	c.found(problems)
	if len(problems) == 0 {
		c.fine("", "%s, signed with %s", chain.KeyType(), chain.Leaf().SignatureAlgorithm)
	}
}

// trust verifies the chain as an origin would, but for what has been looked at already.
func (c *check) trust(chain Chain) {
	if len(c.Roots) == 0 {
		return
	}
	options := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, CurrentTime: c.Now,
	}
	if leaf := chain.Leaf(); c.Now.After(leaf.NotAfter) {
		options.CurrentTime = leaf.NotAfter
	} else if c.Now.Before(leaf.NotBefore) {
		options.CurrentTime = leaf.NotBefore
	}
	for _, root := range c.Roots {
		options.Roots.AddCert(root)
	}
	for _, cert := range chain[1:] {
		options.Intermediates.AddCert(cert)
	}
	paths, err := chain.Leaf().Verify(options)
	if err == nil {
		path := paths[0]
		c.fine("", "trusted by %s of %s", origin.DistinguishedName(path[len(path)-1].RawSubject), c.RootsFile)
		return
	}
	problem := &Problem{Code: CodeUntrusted, Where: c.RootsFile, What: "an origin that trusts these roots refuses it: " + err.Error()}
	if _, unknown := errors.AsType[x509.UnknownAuthorityError](err); unknown {
		end := chain.end()
		problem.What = fmt.Sprintf("no root here issued %s; the chain needs %s", origin.DistinguishedName(end.RawSubject), origin.DistinguishedName(end.RawIssuer))
		problem.Fix = "if that is an intermediate, append its certificate; if it is a root, an origin must be told to trust it"
		if slices.ContainsFunc(c.Roots, func(root *x509.Certificate) bool { return bytes.Equal(root.RawSubject, end.RawIssuer) }) {
			problem.What = fmt.Sprintf("the root called %s here is not the one that issued %s: it has another key", origin.DistinguishedName(end.RawIssuer), origin.DistinguishedName(end.RawSubject))
			problem.Fix = "get the certificate from the authority that the origin trusts"
		}
	}
	c.found([]*Problem{problem})
}

// end is the last certificate of the path that begins with the leaf.
func (c Chain) end() *x509.Certificate {
	end := c.Leaf()
	for _, cert := range c[1:] {
		if issued(cert, end) {
			end = cert
		}
	}
	return end
}
