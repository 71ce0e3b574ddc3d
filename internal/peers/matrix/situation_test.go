//go:build peers

package matrix_test

import "crypto/tls"

// situation is one line of the list of situations that are explained: a server's configuration and a client.
type situation struct {
	number   int    // in the list
	name     string // what is the matter
	setup    setup
	client   client
	versions []uint16 // nil: 1.2 and 1.3
}

var (
	onlyTLS11  = []uint16{tls.VersionTLS11}
	onlyTLS13  = []uint16{tls.VersionTLS13}
	withoutTLS = []uint16{0}
)

// situations are all that depend on the server. The others have their tests where they are at home: 11–13 the files of
// keys, 25 redirects, 27–30 the connections.
var situations = []situation{
	{1, "never asks", setup{asks: never}, client{credential: good}, nil},
	{1, "never asks, plain fetch", setup{asks: never}, client{credential: none}, nil},
	{2, "optional, presented", setup{asks: optional}, client{credential: good}, nil},
	{2, "optional, none", setup{asks: optional}, client{credential: none}, nil},
	{2, "optional, presented one of another CA", setup{asks: optional}, client{credential: foreign}, nil},
	{3, "required, accepted", setup{asks: required}, client{credential: good}, nil},
	{3, "required, accepted, RSA", setup{asks: required}, client{credential: goodRSA}, nil},
	{3, "required, accepted, P-384", setup{asks: required}, client{credential: goodP384}, nil},
	{3, "required, accepted, P-521", setup{asks: required}, client{credential: goodP521}, nil},
	{3, "required, accepted, Ed25519", setup{asks: required}, client{credential: goodEd25519}, nil},
	{3, "required, accepted, by an intermediate", setup{asks: required}, client{credential: goodChain}, nil},
	{3, "required, accepted, revocation checked", setup{asks: required, checksRevocation: true}, client{credential: good}, nil},
	{4, "required, none", setup{asks: required}, client{credential: none}, nil},
	{6, "wrong CA", setup{asks: required}, client{credential: foreign}, nil},
	{6, "wrong CA, chain", setup{asks: required}, client{credential: foreignChain}, nil},
	{7, "intermediate missing, no trace of it", setup{asks: required}, client{credential: bare}, nil},
	{7, "intermediate missing, the certificate says where it is", setup{asks: required}, client{credential: bareWithAddress}, nil},
	{7, "intermediate missing, the origin names it", setup{asks: required, namesIntermediate: true}, client{credential: bare}, nil},
	{8, "expired", setup{asks: required}, client{credential: expired}, nil},
	{9, "not yet valid", setup{asks: required}, client{credential: early}, nil},
	{10, "wrong usage", setup{asks: required}, client{credential: wrongUsage}, nil},
	{11, "key of another certificate", setup{asks: required}, client{credential: swapped}, nil},
	{14, "weak key", setup{asks: required}, client{credential: weak}, nil},
	{15, "no signature algorithm in common", setup{asks: required, rsaOnly: true}, client{credential: good}, nil},
	{15, "P-224", setup{asks: required}, client{credential: p224}, onlyTLS13},
	{17, "asks per path", setup{asks: late}, client{credential: good}, nil},
	{18, "named, SNI required", setup{asks: required, onlyByName: true}, client{credential: good}, nil},
	{18, "by address, SNI required", setup{asks: required, onlyByName: true}, client{credential: good, name: byAddress}, nil},
	{18, "by another name, SNI required", setup{asks: required, onlyByName: true}, client{credential: good, name: byWrongName}, nil},
	{19, "server: self-signed", setup{cert: selfSigned, asks: required}, client{credential: good}, nil},
	{19, "server: unknown root", setup{cert: unknownRoot, asks: required}, client{credential: good}, nil},
	{20, "server: another name", setup{cert: otherName, asks: required}, client{credential: good}, nil},
	{20, "server: expired", setup{cert: serverExpired, asks: required}, client{credential: good}, nil},
	{20, "server: not yet valid", setup{cert: serverEarly, asks: required}, client{credential: good}, nil},
	{20, "server: intermediate missing", setup{cert: serverBare, asks: required}, client{credential: good}, nil},
	{20, "server: certificate for clients", setup{cert: clientsOnly, asks: required}, client{credential: good}, nil},
	{21, "not TLS", setup{}, client{credential: good}, withoutTLS},
	{21, "http:// to the https:// port", setup{asks: required}, client{credential: good, plain: true}, nil},
	{22, "TLS 1.1 only", setup{asks: required}, client{credential: good}, onlyTLS11},
	{22, "no cipher suite in common", setup{asks: required, oddCiphers: true}, client{credential: good}, nil},
	{24, "hangs up in the handshake", setup{asks: required, hangsUpAtOnce: true}, client{credential: good}, nil},
	{24, "hangs up before the response", setup{asks: required, answer: hangUp}, client{credential: good}, nil},
	{24, "hangs up in the response", setup{asks: required, answer: halfBody}, client{credential: good}, nil},
	{26, "HTTP/2 only", setup{asks: required, http2Only: true}, client{credential: good}, nil},
	{31, "Cloudflare in front", setup{asks: required, answer: asCloudflare}, client{credential: good}, nil},
	{31, "Cloudflare in front, plain fetch", setup{asks: never, answer: asCloudflare}, client{credential: none}, nil},
	{0, "revoked", setup{asks: required, checksRevocation: true}, client{credential: revoked}, nil},
}
