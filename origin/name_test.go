package origin

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestDistinguishedName(t *testing.T) {
	attribute := func(oid asn1.ObjectIdentifier, value string) pkix.AttributeTypeAndValue {
		return pkix.AttributeTypeAndValue{Type: oid, Value: value}
	}
	cn, o, c := asn1.ObjectIdentifier{2, 5, 4, 3}, asn1.ObjectIdentifier{2, 5, 4, 10}, asn1.ObjectIdentifier{2, 5, 4, 6}
	for _, test := range []struct {
		want string
		rdns pkix.RDNSequence
	}{
		{"(no name)", pkix.RDNSequence{}},
		{"CN=Root CA,O=Localhost,C=US", pkix.RDNSequence{{attribute(c, "US")}, {attribute(o, "Localhost")}, {attribute(cn, "Root CA")}}},
		{"C=US,CN=x", pkix.RDNSequence{{attribute(cn, "x")}, {attribute(c, "US")}}}, // the certificate's own order
		{`CN=a\,b\+c\"d\\e\<f\>g\;h`, pkix.RDNSequence{{attribute(cn, `a,b+c"d\e<f>g;h`)}}},
		{`CN=\#1`, pkix.RDNSequence{{attribute(cn, "#1")}}},
		{`CN=\ x\ `, pkix.RDNSequence{{attribute(cn, " x ")}}},
		{"CN=Größe 東京", pkix.RDNSequence{{attribute(cn, "Größe 東京")}}},
		{`CN=\1B[31mred\0A\E2\80\AE`, pkix.RDNSequence{{attribute(cn, "\x1b[31mred\n\u202e")}}},
		{"1.2.3.4=x", pkix.RDNSequence{{attribute(asn1.ObjectIdentifier{1, 2, 3, 4}, "x")}}},
		{"emailAddress=a@b.c", pkix.RDNSequence{{attribute(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, "a@b.c")}}},
	} {
		raw, err := asn1.Marshal(test.rdns)
		if err != nil {
			t.Fatal(err)
		}
		if got := DistinguishedName(raw); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	if got := DistinguishedName([]byte("garbage")); got != "(unreadable name)" {
		t.Errorf("garbage gives %q", got)
	}
	// One RDN of two attributes, which DER sorts.
	raw, _ := asn1.Marshal(pkix.RDNSequence{{attribute(cn, "x"), attribute(o, "y")}})
	if got := DistinguishedName(raw); got != "CN=x+O=y" {
		t.Errorf("got %q", got)
	}
}

// FuzzDistinguishedName has names that a hostile origin could send: whatever comes of them may be shown in a terminal.
func FuzzDistinguishedName(f *testing.F) {
	for _, name := range []pkix.Name{{}, {CommonName: "a"}, {CommonName: "\x1b[31m", Organization: []string{"b", "c"}}} {
		raw, err := asn1.Marshal(name.ToRDNSequence())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte("garbage"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		name := DistinguishedName(raw)
		if name == "" || !utf8.ValidString(name) {
			t.Errorf("%x gives %q", raw, name)
		}
		for _, r := range name {
			if !unicode.IsPrint(r) {
				t.Errorf("%x gives %q, with %U", raw, name, r)
			}
		}
		issuerNames([][]byte{raw, raw})
	})
}
