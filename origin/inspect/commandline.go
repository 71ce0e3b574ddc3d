package inspect

import (
	"crypto/tls"
	"net"
	"path"
	"strings"

	"devserver/origin"
)

// commandLines do the same with curl and OpenSSL.
func (r *run) commandLines() CommandLines {
	if r.CertFile == "" {
		return CommandLines{None: "the certificate is in no file that other programs could be given"}
	}
	return CommandLines{Curl: r.curl(), OpenSSL: r.openssl()}
}

// curl takes a name as the URL has it, and is told apart where it leads: https://curl.se/docs/manpage.html.
func (r *run) curl() []string {
	words := []string{"curl -v", "--cert " + Quote(r.CertFile)}
	switch strings.ToLower(path.Ext(r.CertFile)) {
	case ".p12", ".pfx":
		words = append(words, "--cert-type P12")
	case ".der":
		words = append(words, "--cert-type DER")
	}
	if r.KeyFile != "" {
		words = append(words, "--key "+Quote(r.KeyFile))
	}
	if file := r.rootFile(); file != "" {
		words = append(words, "--cacert "+Quote(file))
	}
	if r.MaxVersion == tls.VersionTLS12 {
		words = append(words, "--tls-max 1.2")
	}
	if !r.HTTP2 {
		words = append(words, "--no-alpn")
	}
	if to := r.policy.ConnectTo; to != "" {
		words = append(words, "--connect-to "+Quote(bracketed(r.report.Host)+":"+r.report.Port+":"+to))
	}
	return append(words, Quote(r.URL.String()))
}

// openssl sends a request too: with TLS 1.3 the origin refuses a certificate only after the handshake, and its alert is
// read by who waits for an answer. Of -cert s_client sends the first certificate alone, hence -cert_chain.
func (r *run) openssl() []string {
	to := r.policy.ConnectTo
	if to == "" {
		to = net.JoinHostPort(r.report.Host, r.report.Port)
	}
	words := []string{
		`printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n'`, Quote(origin.RequestURI(r.URL)), Quote(r.URL.Host) + " |",
		"openssl s_client -quiet", "-connect " + Quote(to),
	}
	verify := "-verify_hostname "
	if sni := r.sni(); sni != "" {
		words = append(words, "-servername "+Quote(sni))
	} else {
		words = append(words, "-noservername")
		verify = "-verify_ip "
	}
	words = append(words, verify+Quote(r.serverName()), "-verify_return_error", "-cert "+Quote(r.CertFile))
	if r.KeyFile != "" {
		words = append(words, "-key "+Quote(r.KeyFile))
	}
	if len(r.report.Identity.Chain) > 1 {
		words = append(words, "-cert_chain "+Quote(r.CertFile))
	}
	if file := r.rootFile(); file != "" {
		words = append(words, "-CAfile "+Quote(file))
	}
	if r.MaxVersion == tls.VersionTLS12 {
		words = append(words, "-tls1_2")
	}
	return words
}

// rootFile is the file with the root that matters; "" if it is one of the system's. Either program takes one file.
func (r *run) rootFile() string {
	s := r.report.Server
	for _, t := range r.Trust {
		if t.File != "" && (s == nil || !s.Accepted || s.RootFrom == t.From) {
			return t.File
		}
	}
	return ""
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// Quote makes one word of a text for a POSIX shell.
func Quote(text string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("/._-:,=+@%", r)
	}
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
