//go:build peers

package matrix_test

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"testing"

	"golang.org/x/net/http2"

	"devserver/internal/subprocess"
)

// goServer is net/http over crypto/tls.
var goServer = product{
	name: "Go",
	lacks: func(s setup, c client) string {
		switch {
		case s.asks == late:
			return "no renegotiation and no post-handshake authentication"
		case s.namesIntermediate:
			return "it names the issuers that it has, no others"
		case s.checksRevocation:
			return "no revocation lists"
		case s.rsaOnly:
			return "the signature algorithms cannot be chosen"
		case c.credential == weak:
			return "it takes RSA-1024"
		case s.oddCiphers && s.version == tls.VersionTLS13:
			return "the cipher suites of TLS 1.3 cannot be chosen"
		}
		return ""
	},
	start: startGo,
	words: words(map[event]string{
		acceptedCert:  `answered \[worker\]`,
		acceptedNone:  `answered \[\]`,
		noCert:        `client didn't provide a certificate`,
		untrustedCert: `unknown authority`,
		expiredCert:   `expired or is not yet valid: current time .* is after`,
		earlyCert:     `expired or is not yet valid: current time .* is before`,
		unfitCert:     `incompatible key usage`,
		badSignature:  `invalid signature by the client certificate`,
		hungUp:        `TLS handshake error from .*(remote error|EOF)`,
		noVersion:     `client offered only unsupported versions`,
		noCipher:      `no cipher suite supported by both client and server`,
		noName:        `no certificates configured`,
		noTLS:         `no HTTP: .*\\x16\\x03\\x01`,
		plainText:     `client sent an HTTP request to an HTTPS server`,
		closedEarly:   `hung up`,
		closedAtOnce:  `hung up`,
	}),
	http2:     true,
	http2Only: expectation{520, "HTTP2_ONLY", []string{"HTTP/2"}, closedAtOnce},
	plain:     expectation{status: http.StatusBadRequest, code: "MTLS_PLAIN_HTTP", event: plainText},
}

func startGo(t testing.TB, a *authorities, s setup) *server {
	t.Helper()
	journal := subprocess.NewLog()
	logger := log.New(journal, "", log.Ltime)
	config := &tls.Config{
		Certificates: []tls.Certificate{a.certificates[s.cert].TLS()},
		ClientCAs:    a.clients.Pool(),
		MinVersion:   s.version, MaxVersion: s.version,
	}
	switch s.asks {
	case optional:
		config.ClientAuth = tls.VerifyClientCertIfGiven
	case required:
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	if s.oddCiphers {
		config.CipherSuites = []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256} // not with an ECDSA certificate
	}
	if s.onlyByName {
		config.Certificates = nil
		config.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if hello.ServerName != host {
				return nil, nil
			}
			cert := a.certificates[s.cert].TLS()
			return &cert, nil
		}
	}
	l := listen(t)
	web := &http.Server{ErrorLog: logger, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cn := ""
		if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
			cn = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		defer func() {
			if s.answer == hangUp {
				logger.Printf("hung up on [%s]", cn)
			} else {
				logger.Printf("answered [%s] %s %s", cn, r.Method, r.Proto)
			}
		}()
		respond(w, r, cn, s.answer)
	})}
	switch {
	case s.hangsUpAtOnce || s.version == 0:
		go refuse(l, logger, s)
	case s.http2Only:
		config.NextProtos = []string{http2.NextProtoTLS}
		go serveHTTP2(tls.NewListener(l, config), web, logger)
	case s.oddCiphers:
		go web.Serve(tls.NewListener(l, config)) // HTTP/2 would want others
	default:
		web.TLSConfig = config
		go web.ServeTLS(l, "", "") // offers HTTP/2
	}
	t.Cleanup(func() { web.Close() })
	return &server{l.Addr().String(), journal}
}

// serveHTTP2 speaks HTTP/2 whatever the client has asked for: it begins with its settings, and ends when it is answered in
// another language.
func serveHTTP2(l net.Listener, web *http.Server, logger *log.Logger) {
	for {
		accepted, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			conn := accepted.(*tls.Conn)
			defer conn.Close()
			if err := conn.Handshake(); err != nil {
				logger.Print(err)
				return
			}
			if conn.ConnectionState().NegotiatedProtocol == http2.NextProtoTLS {
				//lint:ignore SA1019 there is no other way to serve one connection
				new(http2.Server).ServeConn(conn, &http2.ServeConnOpts{BaseConfig: web})
				return
			}
			framer := http2.NewFramer(conn, nil)
			framer.WriteSettings()
			io.ReadFull(conn, make([]byte, len(http2.ClientPreface)))
			framer.WriteGoAway(0, http2.ErrCodeProtocol, nil)
			conn.CloseWrite()
			io.Copy(io.Discard, conn)
			logger.Print("hung up")
		}()
	}
}

// refuse is what does not get as far as TLS: it reads something, answers like a server without TLS, or not at all, and
// hangs up.
func refuse(l net.Listener, logger *log.Logger, s setup) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		hello := make([]byte, 1024)
		n, _ := conn.Read(hello)
		if s.hangsUpAtOnce {
			logger.Printf("hung up on %.8q", hello[:n])
		} else {
			logger.Printf("no HTTP: %.8q", hello[:n])
			io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		}
		conn.Close()
	}
}
