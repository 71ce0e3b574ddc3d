package inspect

import (
	"encoding/json"
	"time"
)

// Report is what one call to an origin showed. All of it is safe to print: it holds no key material. Texts come from
// certificates and from the origin, so they may hold control characters.
type Report struct {
	URL       string `json:"url"`
	Host      string `json:"host"`                 // of the origin, as in the URL
	Port      string `json:"port"`                 //
	ConnectTo string `json:"connect_to,omitempty"` // address:port that is dialled instead

	Identity   Identity     `json:"identity"`
	DNS        *DNS         `json:"dns,omitempty"`   // nil: nothing had to be resolved
	TCP        []Attempt    `json:"tcp"`             // in the order of their ends
	TLS        *TLS         `json:"tls,omitempty"`   // nil: the origin did not get so far as to choose a version
	Spoke      string       `json:"spoke,omitempty"` // how an answer begins that is not TLS: five bytes
	Server     *Server      `json:"server,omitempty"`
	Request    Request      `json:"certificate_request"`
	Match      Match        `json:"match"`
	Alert      *Alert       `json:"alert,omitempty"`
	Response   *Response    `json:"response,omitempty"`
	Timings    Timings      `json:"timings_ms"`
	Production Production   `json:"production"`
	Notices    []Notice     `json:"notices,omitempty"`
	Result     Result       `json:"result"`
	Commands   CommandLines `json:"commands"`
}

// Answer is yes, no, or that it could not be learnt.
type Answer string

const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "unknown"
)

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// Identity is who was to be presented.
type Identity struct {
	Name   string        `json:"name,omitempty"`
	ID     string        `json:"id,omitempty"`
	Source string        `json:"source,omitempty"` // where it was found, in words
	Chain  []Certificate `json:"chain"`            // leaf first
}

// Certificate is what people want to know of one.
type Certificate struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Names     []string  `json:"names,omitempty"` // subject alternative names
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	DaysLeft  int       `json:"days_left"` // negative once it has expired
	Key       string    `json:"key"`       // "ECDSA P-256"
	Signature string    `json:"signature"` // the issuer's algorithm: "SHA256-RSA"
	SHA256    string    `json:"sha256"`
	Usages    []string  `json:"extended_key_usage,omitempty"` // empty: for everything
}

// DNS is how the name was resolved.
type DNS struct {
	Name      string   `json:"name"`
	Addresses []string `json:"addresses,omitempty"`
	Error     string   `json:"error,omitempty"`
}

// Attempt is one TCP connection that was tried.
type Attempt struct {
	Address string   `json:"address"`
	Error   string   `json:"error,omitempty"` // empty: it was made
	Took    Duration `json:"took_ms"`
}

// TLS is what was agreed on.
type TLS struct {
	Version     string `json:"version"`
	CipherSuite string `json:"cipher_suite"`
	Curve       string `json:"curve,omitempty"`
	ALPN        string `json:"alpn,omitempty"`
	SNI         string `json:"sni,omitempty"` // empty: none is sent for an IP address
	Resumed     Answer `json:"resumed"`       // whether a second connection took up the session of the first
	Explored    bool   `json:"explored"`      // learnt on a connection on which everything was accepted and nothing presented
}

// Server is who the origin says it is.
type Server struct {
	Chain    []Certificate `json:"chain"` // as it was sent, leaf first
	Accepted bool          `json:"accepted"`
	Root     string        `json:"root,omitempty"`      // that verified it; empty if none did
	RootFrom string        `json:"root_from,omitempty"` // whose roots that is among
	Problem  string        `json:"problem,omitempty"`   // why it is not accepted
	Public   Answer        `json:"public"`              // whether the system's roots alone accept it
	PublicNo string        `json:"public_why,omitempty"`
}

// Request is how the origin asked for a certificate.
type Request struct {
	Asked       Answer   `json:"asked"`
	Authorities []string `json:"authorities,omitempty"` // that it accepts; empty: it names none
	Schemes     []string `json:"signature_schemes,omitempty"`
}

// Match is whether the identity fits what the origin asked for, as far as that can be seen before its answer.
type Match struct {
	Fits   Answer `json:"fits"`
	Reason string `json:"reason"`
}

// Alert is how the origin refused.
type Alert struct {
	Number uint8  `json:"number"`
	Name   string `json:"name"`
	Stage  string `json:"stage"` // how far the call had come: "in the TLS handshake"
}

// Response is the origin's answer.
type Response struct {
	Status   int    `json:"status"`
	Text     string `json:"status_text"` // "200 OK"
	Proto    string `json:"proto"`
	Type     string `json:"content_type,omitempty"`
	Server   string `json:"server,omitempty"`
	Location string `json:"location,omitempty"` // not followed
	Bytes    int64  `json:"bytes"`
	More     bool   `json:"more,omitempty"` // there are more bytes, which were not read
}

// Timings are how long the parts took; 0 for what did not come about.
type Timings struct {
	DNS       Duration `json:"dns"`
	TCP       Duration `json:"tcp"`
	TLS       Duration `json:"tls"`
	FirstByte Duration `json:"first_byte"` // since the connection stood
	Total     Duration `json:"total"`
}

// Duration is written as milliseconds in JSON.
type Duration time.Duration

// MarshalJSON implements json.Marshaler.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Duration(d).Microseconds()) / 1000)
}

// Production is what deployed code would get.
type Production struct {
	Status int    `json:"status,omitempty"` // 0: it cannot be known from here
	Text   string `json:"text"`
	Why    string `json:"why,omitempty"`
}

// Notice is something that the client remarked.
type Notice struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Result is the verdict on it all.
type Result struct {
	Code  string `json:"code"` // an origin's Code, or one of this package
	Exit  int    `json:"exit_code"`
	What  string `json:"what"`
	Why   string `json:"why,omitempty"`
	Fix   string `json:"fix,omitempty"`
	Error string `json:"error,omitempty"` // as the network reported it
}

// CommandLines do the same with other programs, for a POSIX shell. They name files and hold no key.
type CommandLines struct {
	Curl    []string `json:"curl,omitempty"`    // words, quoted for the shell
	OpenSSL []string `json:"openssl,omitempty"` //
	None    string   `json:"none,omitempty"`    // why there are none
}
