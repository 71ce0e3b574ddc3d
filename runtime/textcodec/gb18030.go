package textcodec

import (
	"sort"
	"unicode/utf8"
)

// gb18030Length is part of https://encoding.spec.whatwg.org/#gb18030-decoder
func gb18030Length(data []byte) (int, bool) {
	isDigit := func(b byte) bool { return '0' <= b && b <= '9' }
	switch {
	case data[0] == 0x80:
		return 1, true
	case data[0] == 0xFF:
		return 1, false
	case len(data) < 2:
		return 0, false
	case !isDigit(data[1]):
		return 2, true
	case len(data) < 3:
		return 0, false
	case data[2] < 0x81 || data[2] == 0xFF:
		return 1, false
	case len(data) < 4:
		return 0, false
	case !isDigit(data[3]):
		return 1, false
	}
	return 4, true
}

// gb18030Moved is a private character since the standard gave U+1E3F two bytes, although x/text still has that here. No
// other charset has characters of four bytes. https://encoding.spec.whatwg.org/#index-gb18030-ranges-code-point
const gb18030Moved = "\x81\x35\xF4\x37"

// gb18030Missing returns the characters for private use, and the few that were such before the edition of 2022:
// https://encoding.spec.whatwg.org/#index-gb18030
func gb18030Missing(lead, trail byte) rune {
	// User-defined areas 1, 2 and 3.
	switch {
	case 0xAA <= lead && lead <= 0xAF && 0xA1 <= trail && trail <= 0xFE:
		return 0xE000 + rune(lead-0xAA)*94 + rune(trail-0xA1)
	case 0xF8 <= lead && lead <= 0xFE && 0xA1 <= trail && trail <= 0xFE:
		return 0xE234 + rune(lead-0xF8)*94 + rune(trail-0xA1)
	case 0xA1 <= lead && lead <= 0xA7 && 0x40 <= trail && trail <= 0xA0 && trail != 0x7F:
		if trail > 0x7F {
			trail--
		}
		return 0xE4C6 + rune(lead-0xA1)*96 + rune(trail-0x40)
	}
	pair := uint16(lead)<<8 | uint16(trail)
	i := sort.Search(len(gb18030Gaps), func(i int) bool { return gb18030Gaps[i].pair > pair }) - 1
	if i < 0 || pair >= gb18030Gaps[i].pair+gb18030Gaps[i].count {
		return utf8.RuneError
	}
	return gb18030Gaps[i].first + rune(pair-gb18030Gaps[i].pair)
}

// gb18030Gaps are runs of pairs of bytes outside the user-defined areas that x/text has no character for.
var gb18030Gaps = []struct {
	pair, count uint16
	first       rune
}{
	{0xA2AB, 6, 0xE766},
	{0xA2E4, 1, 0xE76D},
	{0xA2EF, 2, 0xE76E},
	{0xA2FD, 2, 0xE770},
	{0xA4F4, 11, 0xE772},
	{0xA5F7, 8, 0xE77D},
	{0xA6B9, 8, 0xE785},
	{0xA6D9, 1, 0xFE10},
	{0xA6DA, 1, 0xFE12},
	{0xA6DB, 1, 0xFE11},
	{0xA6DC, 4, 0xFE13},
	{0xA6EC, 2, 0xFE17},
	{0xA6F3, 1, 0xFE19},
	{0xA6F6, 9, 0xE797},
	{0xA7C2, 15, 0xE7A0},
	{0xA7F2, 13, 0xE7AF},
	{0xA896, 11, 0xE7BC},
	{0xA8BC, 1, 0x1E3F},
	{0xA8C1, 4, 0xE7C9},
	{0xA8EA, 21, 0xE7CD},
	{0xA958, 1, 0xE7E2},
	{0xA95B, 1, 0xE7E3},
	{0xA95D, 3, 0xE7E4},
	{0xA997, 13, 0xE7F4},
	{0xA9F0, 15, 0xE801},
	{0xD7FA, 5, 0xE810},
	{0xFE51, 3, 0xE816},
	{0xFE59, 1, 0x9FB4},
	{0xFE61, 1, 0x9FB5},
	{0xFE66, 2, 0x9FB6},
	{0xFE6C, 1, 0xE831},
	{0xFE6D, 1, 0x9FB8},
	{0xFE76, 1, 0xE83B},
	{0xFE7E, 1, 0x9FB9},
	{0xFE90, 1, 0x9FBA},
	{0xFE91, 1, 0xE855},
	{0xFEA0, 1, 0x9FBB},
}
