package wasm

import (
	"regexp"
	"strconv"
	"strings"
)

// trapping says which instructions a function has: the engine says less than V8 does of why code trapped.
type trapping byte

const (
	divides trapping = 1 << iota
	dividesSigned
	remains
	truncates
	callsIndirectly
	accessesTables
)

// note adds the instruction at the start of code.
func (t *trapping) note(code []byte) {
	switch op := code[0]; op {
	case 0x6d, 0x7f:
		*t |= divides | dividesSigned
	case 0x6e, 0x80:
		*t |= divides
	case 0x6f, 0x70, 0x81, 0x82:
		*t |= remains
	case 0xa8, 0xa9, 0xaa, 0xab, 0xae, 0xaf, 0xb0, 0xb1:
		*t |= truncates
	case 0x11, 0x13:
		*t |= callsIndirectly
	case 0x25, 0x26:
		*t |= accessesTables
	case 0xfc:
		if len(code) > 1 && (code[1] == 0x0c || code[1] == 0x0e || code[1] == 0x11) {
			*t |= accessesTables
		}
	}
}

// frame is a line of the engine's stack traces: functions have no names in what it compiles, but numbers.
var frame = regexp.MustCompile(`\.\$(\d+)\(`)

// trapMessage words a trap as V8 does: text is the engine's error.
func (m *Module) trapMessage(text string) string {
	has := ^trapping(0)
	if at := frame.FindStringSubmatch(text); at != nil && m != nil {
		n, _ := strconv.Atoi(at[1])
		if n -= m.imported[kindFunction] + 1; 0 <= n && n < len(m.traps) {
			has = m.traps[n]
		}
	}
	text, _, _ = strings.Cut(strings.TrimPrefix(text, "wasm error: "), "\n")
	switch text {
	case "integer divide by zero":
		if has&divides == 0 {
			return "remainder by zero"
		}
		return "divide by zero"
	case "integer overflow":
		if has&truncates == 0 {
			return "divide result unrepresentable"
		}
		return "float unrepresentable in integer range"
	case "invalid conversion to integer":
		return "float unrepresentable in integer range"
	case "out of bounds memory access":
		return "memory access out of bounds"
	case "invalid table access":
		// A null function, or an index out of bounds, which the engine does not tell apart.
		if has&callsIndirectly == 0 {
			return "table index is out of bounds"
		}
		return "null function"
	case "indirect call type mismatch":
		return "function signature mismatch"
	case "unaligned atomic":
		return "operation does not support unaligned accesses"
	case "expected shared memory":
		return "Atomics.wait cannot be called in this context"
	}
	return text
}
