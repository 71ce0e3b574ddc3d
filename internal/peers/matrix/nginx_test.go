//go:build peers

package matrix_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// nginxServer is nginx, as a proxy. It never refuses a certificate in TLS, but with a 400 and a page of its own.
var nginxServer = product{
	name:    "nginx",
	program: "nginx",
	lacks: func(s setup, c client) string {
		switch {
		case s.asks == late:
			return "no renegotiation and no post-handshake authentication"
		case s.namesIntermediate:
			return "it names the issuers that it has, no others"
		case s.http2Only, s.hangsUpAtOnce:
			return "no such directive"
		}
		return ""
	},
	start: startNginx,
	words: words(map[event]string{
		acceptedCert:  `served \[CN=worker\]`,
		acceptedNone:  `served \[-?\]`,
		noCert:        `client sent no required SSL certificate`,
		untrustedCert: `client SSL certificate verify error: \((18|19|20|21):`,
		expiredCert:   `client SSL certificate verify error: \(10:certificate has expired\)`,
		earlyCert:     `client SSL certificate verify error: \(9:certificate is not yet valid\)`,
		unfitCert:     `client SSL certificate verify error: \(26:`,
		weakCert:      `client SSL certificate verify error: \(66:|ee key too small`,
		revokedCert:   `client SSL certificate verify error: \(23:certificate revoked\)`,
		badSignature:  `bad signature`,
		hungUp:        `SSL_do_handshake\(\) failed .*alert|peer closed connection in SSL handshake|client closed connection while SSL handshaking`,
		noVersion:     `unsupported protocol`,
		noCipher:      `no shared cipher`,
		noName:        `callback failed|unrecognized name|handshake rejected`,
		noTLS:         `client sent invalid (request|method)`,
		plainText:     `client sent plain HTTP request to HTTPS port`,
		closedEarly:   `served \[CN=worker\]`,
	}),
	refusesByHTTP: true,
	http2:         true,
	plain:         expectation{http.StatusBadRequest, "MTLS_PLAIN_HTTP", nil, plainText},
}

func startNginx(t testing.TB, a *authorities, s setup) *server {
	t.Helper()
	l := listen(t)
	var conf, other strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&conf, "    "+format+"\n", args...) }
	if s.version == 0 {
		say("listen %s;", l.Addr())
	} else {
		say("listen %s ssl http2;", l.Addr())
		say("ssl_protocols %s;", versionName(s.version))
		say("ssl_certificate server.pem;")
		say("ssl_certificate_key server.key;")
		say("ssl_client_certificate clients.pem;")
		say("ssl_verify_depth 4;")
		say("ssl_verify_client %s;", map[asking]string{never: "off", optional: "optional", required: "on"}[s.asks])
	}
	switch {
	case s.version == 0:
	case s.version < tls.VersionTLS12:
		say("ssl_ciphers DEFAULT:@SECLEVEL=0;")
	case s.oddCiphers && s.version == tls.VersionTLS13:
		say("ssl_conf_command Ciphersuites %s;", oddCipher13)
	case s.oddCiphers:
		say("ssl_ciphers %s;", oddCipher12)
	}
	if s.checksRevocation {
		say("ssl_crl revocations.pem;")
	}
	if s.rsaOnly {
		say("ssl_conf_command ClientSignatureAlgorithms RSA+SHA256:RSA-PSS+SHA256;")
	}
	if s.onlyByName {
		fmt.Fprintf(&other, "  server { listen %s ssl http2 default_server; ssl_reject_handshake on; }\n", l.Addr())
	}
	say("location / { proxy_pass http://%s; proxy_set_header X-Client $cn; proxy_set_header X-Answer %q; proxy_pass_header Server; }", backend(t), s.answer)
	if s.answer == hangUp {
		say("error_page 502 = @gone;")
		say("location @gone { return 444; }")
	}
	dir := folder(t, a, s)
	write(t, dir, map[string]string{"nginx.conf": fmt.Sprintf(nginxConf, host, conf.String(), other.String())})
	cmd := exec.Command(find("nginx"), "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", "stderr")
	cmd.Env = append(os.Environ(), "NGINX=3;") // the socket, as at the upgrade of a running nginx
	return inherit(t, l, cmd)
}

// With one process and an inherited socket, nginx 1.22 crashes: hence a master.
const nginxConf = `daemon off;
user root root;
worker_processes 1;
pid nginx.pid;
error_log stderr info;
events { worker_connections 512; }
http {
  log_format saying 'served [$ssl_client_s_dn] "$request" $status';
  access_log /dev/stderr saying;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  client_max_body_size 0;
  map $ssl_client_s_dn $cn { default ""; ~CN=(?<name>[^,]+) $name; }
  server {
    server_name %s;
%s  }
%s}
`
