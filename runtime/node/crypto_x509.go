package node

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"
	"golang.org/x/crypto/cryptobyte"
	cryptobyteasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"devserver/runtime/webidl"
)

// attributeNames are the short names of what a distinguished name is made of.
var attributeNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
	"2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.13": "description",
	"2.5.4.15": "businessCategory", "2.5.4.17": "postalCode", "2.5.4.41": "name", "2.5.4.42": "GN", "2.5.4.43": "initials",
	"2.5.4.46": "dnQualifier", "2.5.4.97": "organizationIdentifier", "1.2.840.113549.1.9.1": "emailAddress",
	"0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC", "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
	"1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST", "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}

// nameParts reads a distinguished name.
func nameParts(raw []byte) pkix.RDNSequence {
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw, &name); err != nil {
		return nil
	}
	return name
}

// attribute returns the name and the value of one of them.
func attribute(a pkix.AttributeTypeAndValue) (name, value string) {
	oid := a.Type.String()
	if name = attributeNames[oid]; name == "" {
		name = oid
	}
	return name, fmt.Sprint(a.Value)
}

// nameText writes a distinguished name, one attribute a line.
func nameText(raw []byte) string {
	var lines []string
	for _, set := range nameParts(raw) {
		var parts []string
		for _, a := range set {
			name, value := attribute(a)
			parts = append(parts, name+"="+escapeValue(value))
		}
		lines = append(lines, strings.Join(parts, " + "))
	}
	return strings.Join(lines, "\n")
}

// escapeValue escapes what https://www.rfc-editor.org/rfc/rfc2253#section-2.4 gives a meaning, and control characters.
func escapeValue(value string) string {
	var b strings.Builder
	for i, r := range value {
		switch {
		case strings.ContainsRune(`,+"\<>;`, r), i == 0 && (r == '#' || r == ' '), i == len(value)-1 && r == ' ':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7F:
			fmt.Fprintf(&b, `\%02X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// nameObject is a distinguished name as toLegacyObject shows it: an attribute that is there several times is a list.
func nameObject(c webidl.Call, raw []byte) goja.Value {
	obj := c.Realm.VM.NewObject()
	var names []string
	values := map[string][]string{}
	for _, set := range nameParts(raw) {
		for _, a := range set {
			name, value := attribute(a)
			if values[name] == nil {
				names = append(names, name)
			}
			values[name] = append(values[name], value)
		}
	}
	for _, name := range names {
		if list := values[name]; len(list) > 1 {
			obj.Set(name, c.Realm.Strings(list))
		} else {
			obj.Set(name, list[0])
		}
	}
	return obj
}

// The kinds of https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6
const (
	otherName     = 0
	emailName     = 1
	dnsName       = 2
	directoryName = 4
	uriName       = 6
	ipName        = 7
	idName        = 8
)

// generalName is one of the names of an extension.
type generalName struct {
	kind int
	data []byte
}

func readGeneralName(input *cryptobyte.String) (generalName, bool) {
	var data cryptobyte.String
	var tag cryptobyteasn1.Tag
	if !input.ReadAnyASN1(&data, &tag) {
		return generalName{}, false
	}
	return generalName{int(tag &^ 0xE0), data}, true
}

// text writes a name as OpenSSL does. One that could be taken for several is quoted.
func (n generalName) text() string {
	value := string(n.data)
	if strings.ContainsAny(value, `,"`) || strings.ContainsRune(value, 0) {
		value = strconv.Quote(value)
	}
	switch n.kind {
	case emailName:
		return "email:" + value
	case dnsName:
		return "DNS:" + value
	case uriName:
		return "URI:" + value
	case ipName:
		return "IP Address:" + ipText(n.data)
	case directoryName:
		return "DirName:" + strings.ReplaceAll(nameText(n.data), "\n", "/")
	case idName:
		var oid asn1.ObjectIdentifier
		if der, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagOID, Bytes: n.data}); err == nil {
			asn1.Unmarshal(der, &oid)
		}
		return "Registered ID:" + oid.String()
	case otherName:
		return "othername:<unsupported>"
	}
	return "<unsupported>"
}

// ipText writes an address; one of version 6 in full.
func ipText(data []byte) string {
	switch len(data) {
	case net.IPv4len:
		return net.IP(data).String()
	case net.IPv6len:
		parts := make([]string, 8)
		for i := range parts {
			parts[i] = fmt.Sprintf("%X", uint16(data[2*i])<<8|uint16(data[2*i+1]))
		}
		return strings.Join(parts, ":")
	}
	return "<invalid>"
}

// certificate is what is behind an X509Certificate.
type certificate struct{ *x509.Certificate }

// parseCertificate parses a certificate in DER or PEM.
func parseCertificate(data []byte) (certificate, bool) {
	if block, _ := pem.Decode(data); block != nil && strings.HasSuffix(block.Type, "CERTIFICATE") {
		data = block.Bytes
	}
	cert, err := x509.ParseCertificate(data)
	return certificate{cert}, err == nil
}

func (t certificate) extension(oid ...int) ([]byte, bool) {
	for _, e := range t.Extensions {
		if e.Id.Equal(oid) {
			return e.Value, true
		}
	}
	return nil, false
}

// names are the names of the subject beside the distinguished one.
func (t certificate) names() []generalName {
	value, _ := t.extension(2, 5, 29, 17)
	input := cryptobyte.String(value)
	var list []generalName
	if !input.ReadASN1(&input, cryptobyteasn1.SEQUENCE) {
		return nil
	}
	for !input.Empty() {
		n, ok := readGeneralName(&input)
		if !ok {
			return nil
		}
		list = append(list, n)
	}
	return list
}

func (t certificate) namesText() string {
	var texts []string
	for _, n := range t.names() {
		texts = append(texts, n.text())
	}
	return strings.Join(texts, ", ")
}

// access is one line of the extension that says where to find more about the issuer.
type access struct{ method, place string }

func (t certificate) accesses() []access {
	value, _ := t.extension(1, 3, 6, 1, 5, 5, 7, 1, 1)
	input := cryptobyte.String(value)
	if !input.ReadASN1(&input, cryptobyteasn1.SEQUENCE) {
		return nil
	}
	var list []access
	for !input.Empty() {
		var item cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !input.ReadASN1(&item, cryptobyteasn1.SEQUENCE) || !item.ReadASN1ObjectIdentifier(&oid) {
			return list
		}
		name, ok := readGeneralName(&item)
		if !ok {
			return list
		}
		method := oid.String()
		switch method {
		case "1.3.6.1.5.5.7.48.1":
			method = "OCSP"
		case "1.3.6.1.5.5.7.48.2":
			method = "CA Issuers"
		}
		kind, place, _ := strings.Cut(name.text(), ":")
		list = append(list, access{method + " - " + kind, place})
	}
	return list
}

// keyUsages are the extended ones.
func (t certificate) keyUsages() []string {
	value, ok := t.extension(2, 5, 29, 37)
	var oids []asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(value, &oids); !ok || err != nil {
		return nil
	}
	list := make([]string, len(oids))
	for i, oid := range oids {
		list[i] = oid.String()
	}
	return list
}

// colons writes bytes as hexadecimal digits in pairs.
func colons(data []byte) string {
	pairs := make([]string, len(data))
	for i, b := range data {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

func opensslTime(t time.Time) string { return t.UTC().Format("Jan _2 15:04:05 2006") + " GMT" }

// subjectValues returns the values of an attribute of the subject.
func (t certificate) subjectValues(name string) []string {
	var values []string
	for _, set := range nameParts(t.RawSubject) {
		for _, a := range set {
			if n, v := attribute(a); n == name {
				values = append(values, v)
			}
		}
	}
	return values
}

// matchHost returns the name in the certificate that a host name matches. The common name counts if there is no other,
// unless subject is false; wildcards says whether a * stands for the first label.
func (t certificate) matchHost(host string, subject, wildcards bool) (string, bool) {
	if host == "" || strings.HasPrefix(host, ".") || strings.ContainsRune(host, 0) {
		return "", false
	}
	found := false
	for _, n := range t.names() {
		if n.kind == dnsName {
			found = true
			if matchesName(string(n.data), host, wildcards) {
				return string(n.data), true
			}
		}
	}
	if found || !subject {
		return "", false
	}
	for _, name := range t.subjectValues("CN") {
		if matchesName(name, host, wildcards) {
			return name, true
		}
	}
	return "", false
}

func matchesName(pattern, host string, wildcards bool) bool {
	if strings.EqualFold(pattern, host) {
		return true
	}
	rest, ok := strings.CutPrefix(pattern, "*.")
	label, parent, dotted := strings.Cut(host, ".")
	return wildcards && ok && dotted && label != "" && strings.Contains(rest, ".") && strings.EqualFold(rest, parent)
}

// matchEmail compares the part before the @ as it is, and the host in any case.
func (t certificate) matchEmail(email string, subject bool) bool {
	same := func(name string) bool {
		at, bt := strings.LastIndexByte(name, '@'), strings.LastIndexByte(email, '@')
		return at >= 0 && bt >= 0 && name[:at] == email[:bt] && strings.EqualFold(name[at:], email[bt:])
	}
	found := false
	for _, n := range t.names() {
		if n.kind == emailName {
			found = true
			if same(string(n.data)) {
				return true
			}
		}
	}
	if !found && subject {
		for _, name := range t.subjectValues("emailAddress") {
			if same(name) {
				return true
			}
		}
	}
	return false
}

func (t certificate) matchIP(addr netip.Addr) bool {
	for _, n := range t.names() {
		if n.kind == ipName && bytes.Equal(n.data, addr.AsSlice()) {
			return true
		}
	}
	return false
}

// issuedBy reports whether the names and identifiers say that the other certificate's owner has issued this one.
func (t certificate) issuedBy(issuer certificate) bool {
	switch {
	case !bytes.Equal(t.RawIssuer, issuer.RawSubject):
		return false
	case len(t.AuthorityKeyId) > 0 && len(issuer.SubjectKeyId) > 0 && !bytes.Equal(t.AuthorityKeyId, issuer.SubjectKeyId):
		return false
	}
	return issuer.KeyUsage == 0 || issuer.KeyUsage&x509.KeyUsageCertSign != 0
}

// signedBy reports whether the signature is that of a key.
func (t certificate) signedBy(k *pairKey) bool {
	algorithm := map[string]x509.PublicKeyAlgorithm{"rsa": x509.RSA, "ec": x509.ECDSA, "ed25519": x509.Ed25519}[k.kind()]
	parent := &x509.Certificate{PublicKey: k.public, PublicKeyAlgorithm: algorithm}
	return parent.CheckSignature(t.SignatureAlgorithm, t.RawTBSCertificate, t.Signature) == nil
}

// legacy is what toLegacyObject returns.
func (t certificate) legacy(c webidl.Call) goja.Value {
	vm := c.Realm.VM
	obj := vm.NewObject()
	access := vm.NewObject()
	places := map[string][]string{}
	for _, a := range t.accesses() {
		places[a.method] = append(places[a.method], a.place)
		access.Set(a.method, c.Realm.Strings(places[a.method]))
	}
	for _, name := range []string{"subject", "subjectAltName", "infoAccess", "issuer", "ca", "modulus", "bits", "exponent", "pubkey",
		"asn1Curve", "nistCurve"} {
		obj.Set(name, goja.Undefined()) // the order of those that there may be
	}
	obj.Set("subject", nameObject(c, t.RawSubject))
	obj.Set("subjectAltName", t.namesText())
	obj.Set("infoAccess", access)
	obj.Set("issuer", nameObject(c, t.RawIssuer))
	obj.Set("ca", t.IsCA)
	switch k := t.PublicKey.(type) {
	case *rsa.PublicKey:
		obj.Set("modulus", strings.ToUpper(hex.EncodeToString(k.N.Bytes())))
		obj.Set("bits", k.N.BitLen())
		obj.Set("exponent", "0x"+strconv.FormatInt(int64(k.E), 16))
		obj.Set("pubkey", newBuffer(c.Realm, bytes.Clone(t.RawSubjectPublicKeyInfo)))
	case *ecdsa.PublicKey:
		if curve := curveOf(k.Curve); curve != nil {
			point, err := k.Bytes()
			c.Check(err)
			obj.Set("bits", k.Params().BitSize)
			obj.Set("pubkey", newBuffer(c.Realm, point))
			obj.Set("asn1Curve", curve.name)
			obj.Set("nistCurve", curve.nist)
		}
	}
	obj.Set("valid_from", opensslTime(t.NotBefore))
	obj.Set("valid_to", opensslTime(t.NotAfter))
	for _, f := range fingerprints {
		obj.Set(f.name, colons(f.sum(t.Raw)))
	}
	obj.Set("serialNumber", t.serial())
	if usages := t.keyUsages(); usages != nil {
		obj.Set("ext_key_usage", c.Realm.Strings(usages))
	} else {
		obj.Set("ext_key_usage", goja.Undefined())
	}
	obj.Set("raw", newBuffer(c.Realm, bytes.Clone(t.Raw)))
	return obj
}

// serial is the serial number in hexadecimal digits.
func (t certificate) serial() string {
	return strings.ToUpper(hex.EncodeToString(t.SerialNumber.Bytes()))
}

// fingerprint is a digest of a certificate by the name of its property.
type fingerprint struct {
	name string
	sum  func([]byte) []byte
}

var fingerprints = []fingerprint{
	{"fingerprint", func(b []byte) []byte { s := sha1.Sum(b); return s[:] }},
	{"fingerprint256", func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }},
	{"fingerprint512", func(b []byte) []byte { s := sha512.Sum512(b); return s[:] }},
}

// textOrUndefined makes a string of a property that is undefined if there is nothing to say.
func textOrUndefined(c webidl.Call, text string) goja.Value {
	if text == "" {
		return c.Undefined()
	}
	return c.String(text)
}

// spkac is a signed public key and challenge, as the element keygen once made them.
type spkac struct {
	Content struct {
		PublicKey asn1.RawValue
		Challenge asn1.RawValue
	}
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

func parseSPKAC(data []byte) (s spkac, ok bool) {
	der, err := base64.StdEncoding.DecodeString(string(bytes.TrimRight(data, "\r\n \x00")))
	if err != nil {
		return s, false
	}
	_, err = asn1.Unmarshal(der, &s)
	return s, err == nil
}

var x509Natives = []webidl.Member{
	webidl.Static("newCertificate", 0, func(c webidl.Call) goja.Value {
		t, ok := parseCertificate(dataAt(c, 0))
		if !ok {
			return goja.Null()
		}
		return newHandle(c, t)
	}),
	// certificateField returns one of the properties of an X509Certificate.
	webidl.Static("certificateField", 0, func(c webidl.Call) goja.Value {
		t, name := handleOf[certificate](c, 0), c.Arg(1).String()
		for _, f := range fingerprints {
			if f.name == name {
				return c.String(colons(f.sum(t.Raw)))
			}
		}
		switch name {
		case "subject":
			return textOrUndefined(c, nameText(t.RawSubject))
		case "issuer":
			return textOrUndefined(c, nameText(t.RawIssuer))
		case "subjectAltName":
			return textOrUndefined(c, t.namesText())
		case "infoAccess":
			var b strings.Builder
			for _, a := range t.accesses() {
				b.WriteString(a.method + ":" + a.place + "\n")
			}
			return textOrUndefined(c, b.String())
		case "validFrom":
			return c.String(opensslTime(t.NotBefore))
		case "validTo":
			return c.String(opensslTime(t.NotAfter))
		case "keyUsage":
			if usages := t.keyUsages(); usages != nil {
				return c.Realm.Strings(usages)
			}
			return c.Undefined()
		case "serialNumber":
			return c.String(t.serial())
		case "ca":
			return c.Bool(t.IsCA)
		case "raw":
			return newBuffer(c.Realm, bytes.Clone(t.Raw))
		case "pem":
			return c.String(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: t.Raw})))
		case "publicKey":
			if k := newPublicKey(t.PublicKey, crypto.PrivateKey(nil)); k != nil {
				return newHandle(c, k)
			}
			return c.Undefined()
		}
		return t.legacy(c)
	}),
	webidl.Static("matchHost", 0, func(c webidl.Call) goja.Value {
		name, ok := handleOf[certificate](c, 0).matchHost(c.Arg(1).String(), c.Arg(2).ToBoolean(), c.Arg(3).ToBoolean())
		if !ok {
			return c.Undefined()
		}
		return c.String(name)
	}),
	webidl.Static("matchEmail", 0, func(c webidl.Call) goja.Value {
		return c.Bool(handleOf[certificate](c, 0).matchEmail(c.Arg(1).String(), c.Arg(2).ToBoolean()))
	}),
	webidl.Static("matchIP", 0, func(c webidl.Call) goja.Value {
		addr, err := netip.ParseAddr(c.Arg(1).String())
		if err != nil || addr.Zone() != "" {
			c.Throw(webidl.Errorf("Invalid IP"))
		}
		return c.Bool(handleOf[certificate](c, 0).matchIP(addr))
	}),
	webidl.Static("issuedBy", 0, func(c webidl.Call) goja.Value {
		return c.Bool(handleOf[certificate](c, 0).issuedBy(handleOf[certificate](c, 1)))
	}),
	webidl.Static("signedBy", 0, func(c webidl.Call) goja.Value {
		return c.Bool(handleOf[certificate](c, 0).signedBy(handleOf[*pairKey](c, 1)))
	}),
	webidl.Static("exportSPKAC", 0, func(c webidl.Call) goja.Value {
		s, ok := parseSPKAC(dataAt(c, 0))
		if !ok {
			return newBuffer(c.Realm, nil)
		}
		if c.Arg(2).ToBoolean() {
			return newBuffer(c.Realm, bytes.Clone(s.Content.Challenge.Bytes))
		}
		return newBuffer(c.Realm, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: s.Content.PublicKey.FullBytes}))
	}),
}
