package mtls

import "encoding/asn1"

// maxNesting is how deep ASN.1 may be nested; a PKCS#12 file has about ten levels.
const maxNesting = 40

// derOf rewrites BER as DER, as far as lengths are concerned: encoding/asn1 reads DER alone, and some programs write PKCS#12
// files with indefinite lengths and strings in pieces. What is in a string stays as it is. It returns nil for what is not
// one element of BER.
func derOf(ber []byte) []byte {
	der, rest := berElement(ber, maxNesting)
	if der == nil || len(rest) > 0 {
		return nil
	}
	return der
}

// berElement rewrites the first element, and returns what follows it. Its result is nil if there is none.
// https://www.itu.int/rec/T-REC-X.690: section 8.1.
func berElement(ber []byte, depth int) (der, rest []byte) {
	if depth == 0 || len(ber) < 2 || ber[0]&0x1F == 0x1F { // nothing here has a tag above 30
		return nil, nil
	}
	tag, length, rest := ber[0], int(ber[1]), ber[2:]
	constructed, indefinite := tag&0x20 != 0, length == 0x80
	switch {
	case indefinite && !constructed:
		return nil, nil
	case indefinite:
		length = len(rest)
	case length > 0x80:
		size := length & 0x7F
		if size > 3 || size > len(rest) { // no file is as large as 16 MB
			return nil, nil
		}
		length = 0
		for _, b := range rest[:size] {
			length = length<<8 | int(b)
		}
		rest = rest[size:]
	}
	if length > len(rest) {
		return nil, nil
	}
	body, rest := rest[:length], rest[length:]
	if !constructed {
		return element(tag, body), rest
	}
	octets := tag == 0x20|asn1.TagOctetString
	var content []byte
	for {
		if indefinite && len(body) >= 2 && body[0] == 0 && body[1] == 0 {
			rest = body[2:]
			break
		}
		if len(body) == 0 {
			if indefinite { // without an end
				return nil, nil
			}
			break
		}
		var inner []byte
		if inner, body = berElement(body, depth-1); inner == nil {
			return nil, nil
		}
		if octets {
			piece, ok := unmarshal[[]byte](inner)
			if !ok {
				return nil, nil
			}
			inner = piece
		}
		content = append(content, inner...)
	}
	if octets {
		tag = asn1.TagOctetString
	}
	return element(tag, content), rest
}

func element(tag byte, content []byte) []byte {
	der := []byte{tag}
	switch n := len(content); {
	case n < 0x80:
		der = append(der, byte(n))
	case n < 1<<8:
		der = append(der, 0x81, byte(n))
	case n < 1<<16:
		der = append(der, 0x82, byte(n>>8), byte(n))
	default:
		der = append(der, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(der, content...)
}
