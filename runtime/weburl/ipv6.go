package weburl

import (
	"strconv"
	"strings"
)

// ipv6 is an IPv6 address as its eight pieces.
type ipv6 [8]uint16

// parseIPv6 parses an address without its brackets. No zone is allowed.
//
// https://url.spec.whatwg.org/#concept-ipv6-parser
func parseIPv6(s string) (ipv6, error) {
	var address ipv6
	piece, compress := 0, -1
	if strings.HasPrefix(s, ":") {
		if !strings.HasPrefix(s, "::") {
			return ipv6{}, errIPv6
		}
		s = s[2:]
		piece, compress = 1, 1
	}
	for s != "" {
		if piece == len(address) {
			return ipv6{}, errIPv6
		}
		if s[0] == ':' {
			if compress >= 0 {
				return ipv6{}, errIPv6
			}
			s = s[1:]
			piece++
			compress = piece
			continue
		}
		length, value := 0, uint16(0)
		for length < 4 && length < len(s) && hexValue(s[length]) < 16 {
			value = value<<4 | uint16(hexValue(s[length]))
			length++
		}
		if length < len(s) && s[length] == '.' {
			v4, ok := parseEmbeddedIPv4(s)
			if !ok || piece > len(address)-2 {
				return ipv6{}, errIPv6
			}
			address[piece], address[piece+1] = uint16(v4>>16), uint16(v4)
			piece += 2
			break
		}
		if s = s[length:]; s != "" {
			if s[0] != ':' || len(s) == 1 {
				return ipv6{}, errIPv6
			}
			s = s[1:]
		}
		address[piece] = value
		piece++
	}
	switch {
	case compress >= 0:
		// Move the pieces after "::" to the end.
		var expanded ipv6
		copy(expanded[:], address[:compress])
		copy(expanded[len(address)-(piece-compress):], address[compress:piece])
		return expanded, nil
	case piece != len(address):
		return ipv6{}, errIPv6
	}
	return address, nil
}

// parseEmbeddedIPv4 reads the dotted form at the end of an IPv6 address: four
// decimal parts without leading zeros, and nothing else.
func parseEmbeddedIPv4(s string) (address uint32, ok bool) {
	for count := 1; ; count++ {
		part, rest, more := strings.Cut(s, ".")
		if len(part) == 0 || len(part) > 3 || part[0] == '0' && len(part) > 1 {
			return 0, false
		}
		n := uint32(0)
		for i := range len(part) {
			if !isDigit(part[i]) {
				return 0, false
			}
			n = n*10 + uint32(part[i]-'0')
		}
		if n > 0xFF || more != (count < 4) {
			return 0, false
		}
		address, s = address<<8|n, rest
		if !more {
			return address, true
		}
	}
}

// String returns the address in brackets, with the first longest run of two or
// more zero pieces compressed.
//
// https://url.spec.whatwg.org/#concept-ipv6-serializer
func (a ipv6) String() string {
	from, to := a.longestZeros()
	var buf [len("[1111:1111:1111:1111:1111:1111:1111:1111]")]byte
	b := append(buf[:0], '[')
	for i := 0; i < len(a); i++ {
		if i == from {
			b = append(b, "::"...)
			i = to - 1
			continue
		}
		if i > 0 && i != to {
			b = append(b, ':')
		}
		b = strconv.AppendUint(b, uint64(a[i]), 16)
	}
	return string(append(b, ']'))
}

// longestZeros returns the bounds of the run to compress; from is -1 if there
// is none.
func (a ipv6) longestZeros() (from, to int) {
	from, to = -1, -1
	for i := 0; i < len(a); i++ {
		j := i
		for j < len(a) && a[j] == 0 {
			j++
		}
		if j-i > max(1, to-from) {
			from, to = i, j
		}
		i = j
	}
	return from, to
}
