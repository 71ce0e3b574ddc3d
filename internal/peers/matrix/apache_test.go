//go:build peers

package matrix_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"devserver/internal/subprocess"
)

// apacheServer is Apache httpd, as a proxy. It is the one server that can ask for a certificate per path.
var apacheServer = product{
	name:    "Apache",
	program: "apache2",
	lacks: func(s setup, c client) string {
		switch {
		case s.answer == hangUp:
			return "it answers 502 for a backend that hangs up"
		case s.onlyByName && c.name == byWrongName:
			return "it minds a missing name, not a wrong one"
		case s.hangsUpAtOnce, s.http2Only:
			return "no such directive"
		}
		return ""
	},
	start: startApache,
	words: words(map[event]string{
		acceptedCert:  `served \[worker\]`,
		acceptedNone:  `served \[-?\]`,
		noCert:        `peer did not return a certificate`,
		untrustedCert: `Certificate Verification: Error \((18|19|20|21)\)`,
		expiredCert:   `Certificate Verification: Error \(10\): certificate has expired`,
		earlyCert:     `Certificate Verification: Error \(9\): certificate is not yet valid`,
		unfitCert:     `Certificate Verification: Error \(26\)`,
		weakCert:      `Certificate Verification: Error \(66\)`,
		revokedCert:   `Certificate Verification: Error \(23\): certificate revoked`,
		badSignature:  `bad signature`,
		hungUp:        `SSL Library Error: .*alert|SSL handshake interrupted`,
		noVersion:     `unsupported protocol`,
		noCipher:      `no shared cipher`,
		noName:        `AH02033: No hostname was provided via SNI|callback failed`,
		noTLS:         `served \[-\] "\\x16\\x03\\x01.* 400`,
		plainText:     `AH01996: .*HTTP spoken on HTTPS port`,
		lateCert:      `AH10158: cannot perform post-handshake authentication|AH02042|AH02261|AH0222[0-9]|AH01979|[Rr]e-?negotiation`,
	}),
	http2:     true,
	nameless:  &expectation{http.StatusForbidden, "", nil, noName},
	plain:     expectation{http.StatusBadRequest, "MTLS_PLAIN_HTTP", nil, plainText},
	lateHTTP2: expectation{520, "HTTP1_REQUIRED", []string{"certificate per path"}, lateCert},
	late: map[uint16]expectation{
		tls.VersionTLS12: {520, "CERT_ASKED_LATE", []string{"renegotiation"}, lateCert},
		tls.VersionTLS13: {http.StatusForbidden, "CERT_ASKED_LATE", nil, lateCert},
	},
}

// apacheModules are where they are on Debian and elsewhere.
var apacheModules = []string{"/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2"}

func startApache(t testing.TB, a *authorities, s setup) *server {
	t.Helper()
	modules := ""
	for _, dir := range apacheModules {
		if _, err := os.Stat(filepath.Join(dir, "mod_ssl.so")); err == nil {
			modules = dir
		}
	}
	if modules == "" {
		t.Skip("Apache's modules are not where they are looked for")
	}
	var global, conf strings.Builder
	for _, module := range []string{"authz_core", "headers", "http2", "mpm_event", "proxy", "proxy_http", "ssl"} {
		fmt.Fprintf(&global, "LoadModule %s_module %s/mod_%s.so\n", module, modules, module)
	}
	if os.Getuid() == 0 {
		global.WriteString("User #65534\nGroup #65534\n")
	}
	say := func(format string, args ...any) { fmt.Fprintf(&conf, "  "+format+"\n", args...) }
	if s.version != 0 {
		version := versionName(s.version)
		say("SSLEngine on")
		say("SSLProtocol %s", version)
		say("SSLCertificateFile server.pem")
		say("SSLCertificateKeyFile server.key")
		say("SSLCACertificateFile clients.pem")
		say("SSLCADNRequestFile named.pem")
		say("SSLVerifyDepth 4")
		if s.asks == late {
			say("<Location />")
			say("  SSLVerifyClient require")
			say("  SSLRenegBufferSize 4194304")
			say("</Location>")
		} else {
			say("SSLVerifyClient %s", map[asking]string{never: "none", optional: "optional", required: "require"}[s.asks])
		}
	}
	switch {
	case s.version == 0:
	case s.version < tls.VersionTLS12:
		say("SSLCipherSuite DEFAULT:@SECLEVEL=0")
	case s.oddCiphers && s.version == tls.VersionTLS13:
		say("SSLCipherSuite TLSv1.3 %s", oddCipher13)
	case s.oddCiphers:
		say("SSLCipherSuite %s", oddCipher12)
	}
	if s.checksRevocation {
		say("SSLCARevocationFile revocations.pem")
		say("SSLCARevocationCheck leaf")
	}
	if s.rsaOnly {
		say("SSLOpenSSLConfCmd ClientSignatureAlgorithms RSA+SHA256:RSA-PSS+SHA256")
	}
	say("Protocols h2 http/1.1")
	if s.onlyByName {
		say("SSLStrictSNIVHostCheck on") // together with a second host
	}
	say("RequestHeader set X-Answer %q", s.answer)
	say("RequestHeader set X-Client \"expr=%%{SSL_CLIENT_S_DN_CN}\"")
	say("ProxyPass / http://%s/", backend(t))

	hosts := []string{host}
	if s.onlyByName {
		hosts = append(hosts, "second.test")
	}
	dir := folder(t, a, s)
	started := regexp.MustCompile(`AH01876|AH00094|AH02282|Address already in use`)
	for range 5 { // it opens its port itself, which another program may have taken meanwhile
		l := listen(t)
		addr := l.Addr().String()
		l.Close()
		text := fmt.Sprintf(apacheConf, addr, global.String())
		for _, name := range hosts {
			text += fmt.Sprintf("<VirtualHost %s>\n  ServerName %s\n%s</VirtualHost>\n", addr, name, conf.String())
		}
		write(t, dir, map[string]string{"apache.conf": text})
		cmd := exec.Command(find("apache2"), "-X", "-d", dir, "-f", "apache.conf")
		journal := subprocess.Start(t, cmd).Log
		switch line, _ := journal.Line(0, started, subprocess.Patience); {
		case line == "":
			t.Fatalf("apache did not start:\n%s", journal)
		case !strings.Contains(line, "already in use"):
			return &server{addr, journal}
		}
	}
	t.Fatal("apache found no port")
	return nil
}

const apacheConf = `Listen %s
ServerName localhost
DefaultRuntimeDir .
PidFile apache.pid
Mutex pthread
ErrorLog /dev/stderr
LogLevel notice ssl:info
LogFormat "served [%%{SSL_CLIENT_S_DN_CN}x] \"%%r\" %%>s"
TransferLog /dev/stderr
ThreadsPerChild 8
MaxRequestWorkers 8
StartServers 1
ServerLimit 1
%s`
