package mtls

import (
	"fmt"
	"path/filepath"
	"strings"

	"devserver/bindings"
	"devserver/config"
)

// Kind is the kind mtls_certificates. The zero value is ready; flags set on one are for the bindings it decodes.
type Kind struct {
	flags map[string]source // by binding: from --mtls
}

// Key implements bindings.Kind.
func (*Kind) Key() string { return "mtls_certificates" }

// settings is the decoded configuration of one binding.
type settings struct {
	binding string
	id      string // certificate_id
	local   source // from devserver.toml or --mtls; the zero value means the store
}

// source is where a certificate is, other than in the store. Paths are absolute.
type source struct {
	cert, key       string // files
	certEnv, keyEnv string // environment variables that hold PEM
	passphraseFile  string // a file whose first line is the private key's passphrase, here or in the store
	passphraseEnv   string // an environment variable that holds it
	ca              string // a file with extra roots for what the binding reaches
	demo            bool   // the demo origin's client certificate
}

// given reports whether the certificate itself is configured locally: ca alone goes with one from the store.
func (s source) given() bool { return s.demo || s.cert != "" || s.certEnv != "" }

// Decode implements bindings.Kind. The rules are wrangler's, and those of devserver.toml.
func (k *Kind) Decode(section *config.Section) ([]bindings.Binding, config.Diagnostics) {
	var list []bindings.Binding
	var problems config.Diagnostics
	for _, entry := range section.Node.Items() {
		s, found := decodeEntry(entry)
		problems = append(problems, found...)
		if s.binding == "" {
			continue
		}
		local, found := decodeLocal(section.Local.Get(s.binding))
		problems = append(problems, found...)
		s.local = local
		if flag, ok := k.flags[s.binding]; ok {
			flag.passphraseFile, flag.passphraseEnv = local.passphraseFile, local.passphraseEnv
			s.local = flag
		}
		list = append(list, &binding{settings: s})
	}
	return list, problems
}

func decodeEntry(entry *config.Node) (settings, config.Diagnostics) {
	var s settings
	var problems config.Diagnostics
	if entry.Kind() != config.Object {
		return s, config.Diagnostics{entry.WrongType("an object with binding and certificate_id")}
	}
	for key, to := range map[string]*string{"binding": &s.binding, "certificate_id": &s.id} {
		node := entry.Get(key)
		text, ok := node.AsString()
		switch {
		case node.Empty():
			problems = append(problems, entry.Missing(key, "a string"))
		case !ok:
			problems = append(problems, node.WrongType("a string"))
		case text == "":
			problems = append(problems, entry.Missing(key, "a string"))
		}
		*to = text
	}
	if remote := entry.Get("remote"); !remote.Empty() {
		if on, ok := remote.AsBool(); !ok {
			problems = append(problems, remote.WrongType("a boolean"))
		} else if on {
			problems = append(problems, remote.Diagnostic(config.Info, config.CodeDefault,
				"devserver makes the TLS handshake itself: remote has no effect here", ""))
		}
	}
	return s, append(problems, entry.UnknownKeys("binding", "certificate_id", "remote")...)
}

// decodeLocal decodes a binding's table in devserver.toml.
func decodeLocal(table *config.Node) (source, config.Diagnostics) {
	var s source
	var problems config.Diagnostics
	if table == nil {
		return s, nil
	}
	if table.Kind() != config.Object {
		return s, config.Diagnostics{table.WrongType("a table with cert and key")}
	}
	path := func(key string) string {
		node := table.Get(key)
		p, ok := node.AsPath()
		if node != nil && !ok {
			problems = append(problems, node.WrongType("the name of a file"))
		}
		return p
	}
	text := func(key string) string {
		node := table.Get(key)
		v, ok := node.AsString()
		if node != nil && (!ok || v == "") {
			problems = append(problems, node.WrongType("the name of an environment variable"))
		}
		return v
	}
	s = source{
		cert: path("cert"), key: path("key"), ca: path("ca"), certEnv: text("cert_env"), keyEnv: text("key_env"),
		passphraseFile: path("passphrase_file"), passphraseEnv: text("passphrase_env"),
	}
	if demo := table.Get("demo"); demo != nil {
		on, ok := demo.AsBool()
		if !ok {
			problems = append(problems, demo.WrongType("a boolean"))
		}
		s.demo = on
	}
	conflict := func(key, other string) {
		problems = append(problems, table.Get(key).Diagnostic(config.Error, config.CodeConflict,
			fmt.Sprintf("%s and %s exclude each other", key, other), "leave one of them out"))
	}
	switch {
	case s.demo && (s.cert != "" || s.certEnv != ""):
		conflict("demo", "a certificate of your own")
	case s.cert != "" && s.certEnv != "":
		conflict("cert_env", "cert")
	case s.key != "" && s.keyEnv != "":
		conflict("key_env", "key")
	case s.passphraseFile != "" && s.passphraseEnv != "":
		conflict("passphrase_env", "passphrase_file")
	case s.demo && (s.passphraseFile != "" || s.passphraseEnv != ""):
		conflict("demo", "a passphrase")
	case !s.given() && (s.key != "" || s.keyEnv != ""):
		problems = append(problems, table.Missing("cert", "the name of a file"))
	}
	return s, append(problems, table.UnknownKeys("cert", "key", "cert_env", "key_env", "passphrase_file", "passphrase_env", "ca", "demo")...)
}

// Flags implements bindings.FlagUser.
func (k *Kind) Flags(dir string) []bindings.Flag {
	return []bindings.Flag{{
		Name: "mtls", Argument: "BINDING=CERT[,KEY[,CA]]",
		Help: "use these files for an mTLS binding, instead of the certificate store and devserver.toml",
		Set: func(value string) error {
			name, files, ok := strings.Cut(value, "=")
			parts := strings.Split(files, ",")
			if !ok || name == "" || parts[0] == "" || len(parts) > 3 {
				return fmt.Errorf("want BINDING=CERT[,KEY[,CA]], such as MY_CERT=client.pem,client.key")
			}
			for len(parts) < 3 {
				parts = append(parts, "")
			}
			for i, part := range parts {
				if part != "" && !filepath.IsAbs(part) {
					parts[i] = filepath.Join(dir, part)
				}
			}
			if k.flags == nil {
				k.flags = map[string]source{}
			}
			k.flags[name] = source{cert: parts[0], key: parts[1], ca: parts[2]}
			return nil
		},
	}}
}
