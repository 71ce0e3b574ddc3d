package origin

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// attributeNames are the short names of RFC 4514 §3 and the ones that OpenSSL prints.
var attributeNames = map[string]string{
	"2.5.4.3":                    "CN",
	"2.5.4.4":                    "SN",
	"2.5.4.5":                    "SERIALNUMBER",
	"2.5.4.6":                    "C",
	"2.5.4.7":                    "L",
	"2.5.4.8":                    "ST",
	"2.5.4.9":                    "STREET",
	"2.5.4.10":                   "O",
	"2.5.4.11":                   "OU",
	"2.5.4.12":                   "title",
	"2.5.4.17":                   "POSTALCODE",
	"2.5.4.42":                   "GN",
	"2.5.4.97":                   "organizationIdentifier",
	"0.9.2342.19200300.100.1.1":  "UID",
	"0.9.2342.19200300.100.1.25": "DC",
	"1.2.840.113549.1.9.1":       "emailAddress",
}

// unreadableName stands for a name that is not one.
const unreadableName = "(unreadable name)"

func subject(c *x509.Certificate) string { return DistinguishedName(c.RawSubject) }
func issuer(c *x509.Certificate) string  { return DistinguishedName(c.RawIssuer) }

// DistinguishedName writes the DER of an X.501 name as RFC 4514 does, last attribute first: CN=Root CA,O=Example,ST=Texas,C=US.
// Unlike pkix.Name.String it keeps the certificate's own order, and control characters, which would
// reach a terminal, are escaped.
func DistinguishedName(raw []byte) string {
	var rdns pkix.RDNSequence
	if rest, err := asn1.Unmarshal(raw, &rdns); err != nil || len(rest) > 0 {
		return unreadableName
	}
	if len(rdns) == 0 {
		return "(no name)"
	}
	var b strings.Builder
	for i := len(rdns) - 1; i >= 0; i-- {
		for j, attribute := range rdns[i] {
			switch {
			case j > 0:
				b.WriteByte('+')
			case b.Len() > 0:
				b.WriteByte(',')
			}
			name, known := attributeNames[attribute.Type.String()]
			if !known {
				name = attribute.Type.String()
			}
			b.WriteString(name + "=" + EscapeName(fmt.Sprint(attribute.Value)))
		}
	}
	return b.String()
}

// EscapeName escapes a value as https://www.rfc-editor.org/rfc/rfc4514#section-2.4 asks, and besides that every
// byte of what cannot be printed.
func EscapeName(value string) string {
	var b strings.Builder
	for i, r := range value {
		size := utf8.RuneLen(r)
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(value[i:], "\uFFFD"): // a byte that is not UTF-8
			fmt.Fprintf(&b, `\%02X`, value[i])
		case !unicode.IsPrint(r):
			for _, c := range []byte(value[i : i+size]) {
				fmt.Fprintf(&b, `\%02X`, c)
			}
		case strings.ContainsRune(`,+"\<>;`, r),
			i == 0 && (r == ' ' || r == '#'),
			i == len(value)-1 && r == ' ':
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
