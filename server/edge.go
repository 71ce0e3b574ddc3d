package server

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net"
	"net/http"

	"devserver/config"
)

// defaultCF is request.cf where the configuration says nothing else: a visitor from Austin, by way of Dallas.
var defaultCF = map[string]any{
	"asn":                        395747,
	"asOrganization":             "Cloudflare",
	"city":                       "Austin",
	"clientAcceptEncoding":       "gzip, deflate, br",
	"clientTcpRtt":               0,
	"colo":                       "DFW",
	"continent":                  "NA",
	"country":                    "US",
	"edgeRequestKeepAliveStatus": 1,
	"httpProtocol":               "HTTP/1.1",
	"isEUCountry":                nil,
	"latitude":                   "30.27130",
	"longitude":                  "-97.74260",
	"metroCode":                  "635",
	"postalCode":                 "78701",
	"region":                     "Texas",
	"regionCode":                 "TX",
	"requestPriority":            "",
	"timezone":                   "America/Chicago",
	"tlsCipher":                  "AEAD-AES128-GCM-SHA256",
	"tlsVersion":                 "TLSv1.3",
	"tlsClientAuth": map[string]any{
		"certPresented": "0", "certVerified": "NONE", "certRevoked": "0",
		"certIssuerDN": "", "certSubjectDN": "", "certIssuerDNRFC2253": "", "certSubjectDNRFC2253": "",
		"certIssuerDNLegacy": "", "certSubjectDNLegacy": "", "certSerial": "", "certIssuerSerial": "",
		"certSKI": "", "certIssuerSKI": "", "certFingerprintSHA1": "", "certFingerprintSHA256": "",
		"certNotBefore": "", "certNotAfter": "", "certRFC9440": "", "certRFC9440TooLarge": false,
		"certChainRFC9440": "", "certChainRFC9440TooLarge": false,
	},
}

// cfObject is request.cf as JSON: the default with the properties that the configuration sets.
func cfObject(overrides json.RawMessage) string {
	cf := maps.Clone(defaultCF)
	if len(overrides) > 0 {
		json.Unmarshal(overrides, &cf) // config has checked that it is an object
	}
	text, _ := json.Marshal(cf)
	return string(text)
}

// atTheEdge gives a request the headers that it would have at the edge. What it returns takes the response back from there.
func atTheEdge(r *http.Request, cfg *config.Config) *movedOrigin {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		ip = r.RemoteAddr
	}
	var ray [8]byte
	rand.Read(ray[:])
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	if cfg.Dev.UpstreamProtocol != "" {
		scheme = cfg.Dev.UpstreamProtocol
	}
	address := []string{ip}
	h := r.Header
	h["Cf-Connecting-Ip"] = address
	h["X-Real-Ip"] = address
	h["Cf-Ray"] = []string{hex.EncodeToString(ray[:])}
	h["Cf-Ipcountry"] = country
	if scheme == "https" {
		h["Cf-Visitor"], h["X-Forwarded-Proto"] = visitorHTTPS, protoHTTPS
	} else {
		h["Cf-Visitor"], h["X-Forwarded-Proto"] = visitorHTTP, protoHTTP
	}
	moved := move(r, scheme, cfg.Dev.Host)
	if cfg.Dev.Host != "" {
		r.Host = cfg.Dev.Host
	}
	r.URL.Scheme = scheme
	return moved
}

// Header values that are the same for all requests. They are only read.
var (
	country      = []string{"US"}
	visitorHTTP  = []string{`{"scheme":"http"}`}
	visitorHTTPS = []string{`{"scheme":"https"}`}
	protoHTTP    = []string{"http"}
	protoHTTPS   = []string{"https"}
)
