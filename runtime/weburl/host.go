package weburl

import "strings"

// parseHost returns the serialised host that input stands for.
//
// https://url.spec.whatwg.org/#concept-host-parser
func parseHost(input string, opaque bool) (string, error) {
	switch {
	case strings.HasPrefix(input, "["):
		if !strings.HasSuffix(input, "]") {
			return "", errIPv6Unclosed
		}
		address, err := parseIPv6(input[1 : len(input)-1])
		if err != nil {
			return "", err
		}
		return address.String(), nil
	case opaque:
		if forbiddenHost.index(input) >= 0 {
			return "", errHostCodePoint
		}
		return C0Control.Encode(input), nil
	}
	domain := input
	if unready.index(input) >= 0 || hasPunycode(input) {
		var err error
		if domain, err = domainToASCII(decodeUTF8(PercentDecode(input))); err != nil {
			return "", err
		}
	}
	if endsInNumber(domain) {
		return parseIPv4(domain)
	}
	return domain, nil
}

// domainToASCII is the standard's "domain to ASCII" without beStrict.
//
// https://url.spec.whatwg.org/#concept-domain-to-ascii
func domainToASCII(domain string) (string, error) {
	if isASCII(domain) && !hasPunycode(domain) {
		domain = strings.ToLower(domain) // all that toASCII could do
	} else {
		var err error
		if domain, err = toASCII(domain); err != nil {
			return "", err
		}
	}
	if domain == "" {
		return "", errDomainToASCII
	}
	if forbiddenDomain.index(domain) >= 0 {
		return "", errDomainCodePoint
	}
	return domain, nil
}

// hasPunycode reports whether a label of domain claims to be Punycode.
func hasPunycode(domain string) bool {
	for i := range len(domain) {
		if domain[i]|0x20 == 'x' && (i == 0 || domain[i-1] == '.') && hasACEPrefix(domain[i:]) {
			return true
		}
	}
	return false
}

// endsInNumber reports whether the last label of domain, which is not empty, is
// a number, so that domain can only be an IPv4 address.
//
// https://url.spec.whatwg.org/#ends-in-a-number-checker
func endsInNumber(domain string) bool {
	domain = strings.TrimSuffix(domain, ".")
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	if last == "" || !isDigit(last[0]) {
		return false
	}
	if _, ok := parseIPv4Number(last); ok {
		return true
	}
	for i := range len(last) {
		if !isDigit(last[i]) {
			return false
		}
	}
	return true
}
