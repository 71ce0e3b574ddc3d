//go:build peers

package matrix_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"testing"

	"devserver/internal/subprocess"
)

// opensslServer is openssl s_server, with this test for the HTTP that it does not know.
var opensslServer = product{
	name:    "OpenSSL",
	program: "openssl",
	lacks: func(s setup, c client) string {
		switch {
		case s.version == 0:
			return "it is nothing but TLS"
		case s.asks == late && s.version == tls.VersionTLS13:
			return "post-handshake authentication is refused before anything is sent"
		case s.answer == halfBody:
			return "it cannot be told to hang up at a certain byte"
		case s.onlyByName && c.name == byAddress:
			return "it minds a wrong name, not a missing one"
		case s.http2Only, s.hangsUpAtOnce:
			return "no such option"
		}
		return ""
	},
	start: startOpenSSL,
	words: words(map[event]string{
		acceptedCert:  `subject=CN = worker`,
		acceptedNone:  `(GET|POST) / HTTP/1.1`,
		noCert:        `peer did not return a certificate`,
		untrustedCert: `verify error:num=(19|20|21):`,
		expiredCert:   `verify error:num=10:certificate has expired`,
		earlyCert:     `verify error:num=9:certificate is not yet valid`,
		unfitCert:     `verify error:num=26:`,
		weakCert:      `verify error:num=66:`,
		revokedCert:   `verify error:num=23:certificate revoked`,
		badSignature:  `tls_process_cert_verify:bad signature`,
		hungUp:        `alert (bad certificate|unknown ca|internal error|handshake failure|unsupported certificate|certificate expired)|unexpected eof`,
		noVersion:     `unsupported protocol|wrong version`,
		noCipher:      `no shared cipher`,
		noName:        `unrecognized name|callback failed|ERROR`,
		plainText:     `http request`,
		lateCert:      `SSL_do_handshake -> `,
		closedEarly:   `DONE`,
	}),
	plain: expectation{520, "MTLS_PLAIN_HTTP", nil, plainText},
	late:  map[uint16]expectation{tls.VersionTLS12: {520, "CERT_ASKED_LATE", []string{"renegotiation"}, lateCert}},
}

func startOpenSSL(t testing.TB, a *authorities, s setup) *server {
	t.Helper()
	cmd := exec.Command(find("openssl"), "s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-cert_chain", "server.pem",
		"-key", "server.key", "-CAfile", "named.pem", "-verifyCAfile", "clients.pem", versionFlag[s.version])
	cmd.Dir = folder(t, a, s)
	add := func(args ...string) { cmd.Args = append(cmd.Args, args...) }
	switch s.asks {
	case optional:
		add("-verify", "4", "-verify_return_error")
	case required:
		add("-Verify", "4", "-verify_return_error")
	}
	switch {
	case s.version < tls.VersionTLS12:
		add("-cipher", "DEFAULT:@SECLEVEL=0")
	case s.oddCiphers:
		add("-cipher", oddCipher12, "-ciphersuites", oddCipher13)
	}
	if s.checksRevocation {
		add("-CRL", "revocations.pem", "-crl_check")
	}
	if s.rsaOnly {
		add("-client_sigalgs", "RSA+SHA256:RSA-PSS+SHA256")
	}
	if s.onlyByName {
		add("-servername", host, "-servername_fatal", "-cert2", "server.pem", "-key2", "server.key")
	}
	journal := subprocess.NewLog()
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = &conversation{setup: s, journal: journal, input: input}
	subprocess.StartLogging(t, cmd, journal)
	accepting := regexp.MustCompile(`^ACCEPT (127\.0\.0\.1:\d+)`)
	_, m := journal.Line(0, accepting, subprocess.Patience)
	if m == nil {
		t.Fatalf("openssl did not start:\n%s", journal)
	}
	return &server{m[1], journal}
}

// Suites that OpenSSL has and crypto/tls has not.
const (
	oddCipher12 = "ECDHE-ECDSA-AES256-CCM"
	oddCipher13 = "TLS_AES_128_CCM_SHA256"
)

var versionFlag = map[uint16]string{tls.VersionTLS11: "-tls1_1", tls.VersionTLS12: "-tls1_2", tls.VersionTLS13: "-tls1_3"}

// conversation reads what s_server prints of its clients and types in what they shall get.
type conversation struct {
	setup   setup
	journal *subprocess.Log
	input   io.Writer
	heard   []byte // of the present connection
}

var (
	requestHead = regexp.MustCompile(`(GET|POST) / HTTP/1\.1\r\n(?:[^\r\n]+\r\n)+\r\n`)
	subjectLine = regexp.MustCompile(`(?m)^subject=CN = (\w+)`)
)

func (c *conversation) Write(p []byte) (int, error) {
	begun := requestHead.Match(c.heard)
	c.heard = append(c.heard, p...)
	if !begun {
		c.journal.Write(p) // until there is a body
	}
	head := requestHead.FindSubmatchIndex(c.heard)
	if head == nil {
		return len(p), nil
	}
	body := c.heard[head[1]:]
	var sent int64
	if string(c.heard[head[2]:head[3]]) == http.MethodPost {
		end := []byte("\r\n0\r\n\r\n")
		if !bytes.HasSuffix(body, end) && !bytes.Contains(body, end) {
			return len(p), nil
		}
		sent = int64(bytes.Count(body, []byte(filler)))
	}
	cn := ""
	if m := subjectLine.FindSubmatch(c.heard[:head[0]]); m != nil && c.setup.asks != never {
		cn = string(m[1])
	}
	c.heard = nil
	io.WriteString(c.input, c.reply(cn, sent))
	return len(p), nil
}

// reply is what to type: a response, or a command to s_server.
func (c *conversation) reply(cn string, sent int64) string {
	text, more := seen(cn, sent), ""
	switch {
	case c.setup.asks == late:
		return "R\n"
	case c.setup.answer == hangUp:
		return "q\n"
	case c.setup.answer == asCloudflare:
		more = "Server: cloudflare\r\nCF-Ray: 8f3c0ffee0ddba11-FRA\r\n"
	}
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s", more, len(text), text)
}
