package weburl

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// The two tables that idna keeps to itself, each behind the profile that
// consults no other.
var (
	// mapping maps characters and refuses disallowed ones.
	mapping = idna.New(idna.MapForLookup(), idna.StrictDomainName(false), idna.CheckHyphens(false), idna.CheckJoiners(false))
	// joiners checks that a label doesn't start with a combining mark, and the
	// ContextJ rules.
	joiners = idna.New(idna.CheckJoiners(true))
)

const acePrefix = "xn--"

// maxDomain bounds a domain that is not plain ASCII, in bytes before and after.
// The standard has no bound; DNS carries 253 bytes. Punycode takes quadratic
// time, and nothing can interrupt it while JavaScript waits.
const maxDomain = 1024

// hasACEPrefix reports whether label claims, in either case, to be Punycode.
func hasACEPrefix(label string) bool {
	return len(label) >= len(acePrefix) && strings.EqualFold(label[:len(acePrefix)], acePrefix)
}

// toASCII is ToASCII of UTS #46 with CheckHyphens, UseSTD3ASCIIRules,
// VerifyDnsLength and Transitional_Processing false, CheckBidi and CheckJoiners
// true, and the bound maxDomain. It checks Punycode labels in ASCII domains
// too, as workerd does; the standard's text of July 2026 lets those pass.
//
// https://www.unicode.org/reports/tr46/#ToASCII
func toASCII(domain string) (string, error) {
	if len(domain) > maxDomain {
		return "", errDomainTooLong
	}
	domain, ok := mapDomain(domain)
	if !ok {
		return "", errDomainToASCII
	}
	labels := strings.Split(norm.NFC.String(domain), ".")
	for i, label := range labels {
		if hasACEPrefix(label) {
			decoded, err := idna.Punycode.ToUnicode(label)
			if err != nil || isASCII(decoded) || hasACEPrefix(decoded) {
				return "", errDomainToASCII
			}
			labels[i] = decoded
		}
		if !isValidLabel(labels[i]) {
			return "", errDomainToASCII
		}
	}
	if !satisfyBidiRule(labels) {
		return "", errDomainToASCII
	}
	for i, label := range labels {
		if isASCII(label) {
			continue
		}
		encoded, err := idna.Punycode.ToASCII(label)
		if err != nil {
			return "", errDomainToASCII
		}
		labels[i] = encoded
	}
	if domain = strings.Join(labels, "."); len(domain) > maxDomain {
		return "", errDomainTooLong // it couldn't be parsed again
	}
	return domain, nil
}

// mapDomain is the mapping step of UTS #46. It is not ok if domain contains a
// disallowed character.
//
// https://www.unicode.org/reports/tr46/#ProcessingStepMap
func mapDomain(domain string) (_ string, ok bool) {
	b := make([]byte, 0, len(domain))
	for _, r := range domain {
		to, status := mapRune(r)
		if status == disallowed {
			return "", false
		}
		b = append(b, to...)
	}
	return string(b), true
}

// isValidLabel reports whether a label, mapped and normalised or decoded from
// Punycode, meets the validity criteria that don't look at other labels.
//
// https://www.unicode.org/reports/tr46/#Validity_Criteria
func isValidLabel(label string) bool {
	if isASCII(label) {
		return true
	}
	if !norm.NFC.IsNormalString(label) {
		return false
	}
	for i, r := range label {
		_, status := mapRune(r)
		if status != valid && (status != validMark || i == 0) {
			return false
		}
	}
	_, err := joiners.ToUnicode(label)
	return err == nil
}

// status is what the IDNA mapping table says about a character.
type status uint8

const (
	valid      status = iota
	validMark         // valid, and a combining mark that idna doesn't know to be one
	mapped            // to something else
	ignored           // mapped to nothing
	disallowed        // in any domain
)

// mapRune returns what r maps to in a domain: itself, if it is valid.
//
// https://www.unicode.org/reports/tr46/#IDNA_Mapping_Table
func mapRune(r rune) (to string, s status) {
	if r < utf8.RuneSelf {
		lower := r
		if 'A' <= r && r <= 'Z' {
			lower, s = r|0x20, mapped
		}
		return string(lower), s
	}
	if c, ok := findChange(r); ok {
		if c.status == ignored {
			return "", ignored
		}
		return string(r + c.offset), c.status
	}
	to, err := mapping.ToUnicode(string(r))
	switch {
	case err != nil, strings.ContainsRune(to, utf8.RuneError):
		return "", disallowed
	case to != string(r):
		return to, mapped
	}
	return to, valid
}

func findChange(r rune) (change, bool) {
	i, found := slices.BinarySearchFunc(changes[:], r, func(c change, r rune) int {
		switch {
		case c.hi < r:
			return -1
		case c.lo > r:
			return 1
		}
		return 0
	})
	if !found {
		return change{}, false
	}
	return changes[i], true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
