package weburl

import (
	"math"
	"strconv"
	"strings"
)

// parseIPv4 returns the address that s, a domain ending in a number, stands
// for, serialised as four decimal parts.
//
// https://url.spec.whatwg.org/#concept-ipv4-parser
func parseIPv4(s string) (string, error) {
	var address uint64
	rest := strings.TrimSuffix(s, ".")
	for count := 1; ; count++ {
		if count > 4 {
			return "", errIPv4TooManyParts
		}
		part, after, more := strings.Cut(rest, ".")
		n, ok := parseIPv4Number(part)
		if !ok {
			return "", errIPv4NonNumericPart
		}
		if !more {
			// The last number fills all the bytes that are left.
			left := 8 * (5 - count)
			if n >= 1<<left {
				return "", errIPv4OutOfRange
			}
			return formatIPv4(s, uint32(address<<left|n)), nil
		}
		if n > 0xFF {
			return "", errIPv4OutOfRange
		}
		address, rest = address<<8|n, after
	}
}

// parseIPv4Number reads a decimal, octal ("0…") or hexadecimal ("0x…") number.
// One that is too large for uint64 is returned as the largest.
//
// https://url.spec.whatwg.org/#ipv4-number-parser
func parseIPv4Number(s string) (n uint64, ok bool) {
	if s == "" {
		return 0, false
	}
	radix := byte(10)
	switch {
	case len(s) >= 2 && s[0] == '0' && s[1]|0x20 == 'x':
		s, radix = s[2:], 16
	case len(s) >= 2 && s[0] == '0':
		s, radix = s[1:], 8
	}
	for i := range len(s) {
		digit := hexValue(s[i])
		if digit >= radix {
			return 0, false
		}
		if n > math.MaxUint32 {
			n = math.MaxUint64 / 32 // too large already, whatever follows
		}
		n = n*uint64(radix) + uint64(digit)
	}
	return n, true
}

// formatIPv4 serialises an address. It returns s if that is how s is written.
//
// https://url.spec.whatwg.org/#concept-ipv4-serializer
func formatIPv4(s string, address uint32) string {
	var buf [len("255.255.255.255")]byte
	b := appendIPv4(buf[:0], address)
	if string(b) == s {
		return s
	}
	return string(b)
}

func appendIPv4(b []byte, address uint32) []byte {
	for shift := 24; shift >= 0; shift -= 8 {
		b = strconv.AppendUint(b, uint64(address>>shift&0xFF), 10)
		if shift > 0 {
			b = append(b, '.')
		}
	}
	return b
}
