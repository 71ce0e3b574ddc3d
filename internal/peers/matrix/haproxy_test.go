//go:build peers

package matrix_test

import (
	"crypto/tls"
	"fmt"
	"os/exec"
	"testing"
)

// haproxyServer is HAProxy.
var haproxyServer = product{
	name:    "HAProxy",
	program: "haproxy",
	lacks: func(s setup, c client) string {
		switch {
		case s.asks == late:
			return "no renegotiation and no post-handshake authentication"
		case s.hangsUpAtOnce:
			return "it does so before a client can know that it is connected"
		case s.namesIntermediate:
			return "it names the issuers that it has, no others"
		case s.rsaOnly:
			return "client-sigalgs came with version 2.8"
		}
		return ""
	},
	start: startHAProxy,
	words: words(map[event]string{
		acceptedCert:  `served \[worker\]`,
		acceptedNone:  `served \[-?\]`,
		noCert:        `refused .*(peer did not return a certificate|client certificate)`,
		untrustedCert: `refused .* (c_err=(18|19|20|21)\b|CA chain cannot be verified)`,
		expiredCert:   `refused .* c_err=10\b`,
		earlyCert:     `refused .* c_err=9\b`,
		unfitCert:     `refused .* c_err=26\b`,
		weakCert:      `refused .* c_err=66\b`,
		revokedCert:   `refused .* c_err=23\b`,
		badSignature:  `refused .*bad signature`,
		hungUp:        `refused .*alert`,
		noVersion:     `refused .*unsupported protocol`,
		noCipher:      `refused .*no shared cipher`,
		noName:        `refused .*(callback failed|unrecognized|clienthello)`,
		noTLS:         `refused Success`,
		plainText:     `refused .*http request`,
		closedEarly:   `served \[worker\]`,
	}),
	http2:     true,
	http2Only: expectation{520, "ORIGIN_CLOSED", []string{"HTTP/2"}, closedAtOnce}, // nothing else can be seen of it

	plain: expectation{520, "MTLS_PLAIN_HTTP", nil, plainText},
}

func startHAProxy(t testing.TB, a *authorities, s setup) *server {
	t.Helper()
	l := listen(t)
	bind := "fd@3"
	if s.version != 0 {
		version := versionName(s.version)
		bind += " ssl crt server.both verify " + map[asking]string{never: "none", optional: "optional", required: "required"}[s.asks]
		bind += " ssl-min-ver " + version + " ssl-max-ver " + version
		if s.asks != never {
			bind += " ca-file clients.pem"
		}
	}
	switch {
	case s.version == 0:
	case s.version < tls.VersionTLS12:
		bind += " ciphers DEFAULT:@SECLEVEL=0"
	case s.oddCiphers:
		bind += " ciphers " + oddCipher12 + " ciphersuites " + oddCipher13
	}
	if s.checksRevocation {
		bind += " crl-file revocations.pem"
	}
	if s.onlyByName {
		bind += " strict-sni"
	}
	if s.http2Only {
		bind += " proto h2 alpn h2"
	} else if s.version != 0 {
		bind += " alpn h2,http/1.1"
	}
	rules := ""
	if s.answer == hangUp {
		rules += "  http-request wait-for-body time 10s at-least 2000000\n  http-request reject\n"
	}
	dir := folder(t, a, s)
	write(t, dir, map[string]string{"haproxy.cfg": fmt.Sprintf(haproxyConf, bind, rules, s.answer, backend(t))})
	cmd := exec.Command(find("haproxy"), "-db", "-f", "haproxy.cfg")
	cmd.Dir = dir
	return inherit(t, l, cmd)
}

const haproxyConf = `global
  log stderr format raw daemon
  tune.bufsize 2097152
  tune.ssl.default-dh-param 2048
defaults
  mode http
  log global
  timeout connect 10s
  timeout client 10s
  timeout server 10s
  log-format "served [%%[ssl_c_s_dn(cn)]] %%{+Q}r %%ST"
  error-log-format "refused %%[fc_err_str]: %%[ssl_fc_err_str] c_err=%%[ssl_c_err]"
frontend origin
  bind %s
%s  http-request set-header X-Client %%[ssl_c_s_dn(cn)]
  http-request set-header X-Answer "%s"
  default_backend answers
backend answers
  server one %s
`
