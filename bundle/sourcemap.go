package bundle

import "bytes"

// shiftForGoja moves the map one line down, for the line before the module, and both its columns one to the right. Goja
// looks positions up, and reports them, with columns that count from one, as stacks have it, where a map's count from zero.
//
// All numbers but the generated column are relative to those of the segment before, and the latter to the segment before
// in its line. So it takes one more in the first segment of each line, and one more in the map's first original column.
func shiftForGoja(sourceMap []byte) []byte {
	key := []byte(`"mappings": "`)
	start := bytes.Index(sourceMap, key)
	if start < 0 {
		return sourceMap
	}
	start += len(key)
	mappings := sourceMap[start:]
	mappings = mappings[:bytes.IndexByte(mappings, '"')]

	shifted := make([]byte, 0, len(sourceMap)+len(mappings)/4)
	shifted = append(append(shifted, sourceMap[:start]...), ';')
	originalShifted := false
	for len(mappings) > 0 {
		if mappings[0] == ';' {
			shifted, mappings = append(shifted, ';'), mappings[1:]
			continue
		}
		column, rest := readVLQ(mappings)
		shifted = appendVLQ(shifted, column+1)
		if !originalShifted && len(rest) > 0 && rest[0] != ',' && rest[0] != ';' {
			var numbers [3]int // source, line, column
			for i := range numbers {
				numbers[i], rest = readVLQ(rest)
			}
			shifted = appendVLQ(appendVLQ(appendVLQ(shifted, numbers[0]), numbers[1]), numbers[2]+1)
			originalShifted = true
		}
		end := bytes.IndexByte(rest, ';')
		if end < 0 {
			end = len(rest)
		}
		shifted, mappings = append(shifted, rest[:end]...), rest[end:]
	}
	tail := sourceMap[start:]
	return append(shifted, tail[bytes.IndexByte(tail, '"'):]...)
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// base64Values are what the digits stand for.
var base64Values = func() (values [256]uint8) {
	for value, digit := range []byte(base64Digits) {
		values[digit] = uint8(value)
	}
	return values
}()

// readVLQ reads a variable-length quantity of source maps: base 64, five bits a digit, the lowest bit is the sign.
func readVLQ(digits []byte) (value int, rest []byte) {
	for shift := 0; len(digits) > 0; shift += 5 {
		digit := int(base64Values[digits[0]])
		digits = digits[1:]
		value |= digit & 31 << shift
		if digit&32 == 0 {
			break
		}
	}
	if value&1 != 0 {
		return -(value >> 1), digits
	}
	return value >> 1, digits
}

func appendVLQ(digits []byte, value int) []byte {
	value <<= 1
	if value < 0 {
		value = -value | 1
	}
	for ; value >= 32; value >>= 5 {
		digits = append(digits, base64Digits[value&31|32])
	}
	return append(digits, base64Digits[value])
}

// moveLine makes the mappings of a line that begins at offset start those of the line with edits, which are in order: what
// stands behind one has moved.
func moveLine(mappings []byte, start int, edits []edit) []byte {
	var moved []byte
	column, before, by := 0, 0, 0
	for len(mappings) > 0 {
		step, rest := readVLQ(mappings)
		column += step
		for ; len(edits) > 0 && int(edits[0].end)-start <= column; edits = edits[1:] {
			by += len(edits[0].text) - int(edits[0].end-edits[0].start)
		}
		to := column + by
		end := bytes.IndexByte(rest, ',') + 1
		if end == 0 {
			end = len(rest)
		}
		moved = append(appendVLQ(moved, to-before), rest[:end]...)
		before, mappings = to, rest[end:]
	}
	return moved
}
