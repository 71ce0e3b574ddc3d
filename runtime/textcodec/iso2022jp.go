package textcodec

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/transform"
)

// iso2022JPState is a state of https://encoding.spec.whatwg.org/#iso-2022-jp-decoder
type iso2022JPState int

const (
	isoASCII iso2022JPState = iota
	isoRoman
	isoKatakana
	isoLeadByte
	isoTrailByte
	isoEscapeStart
	isoEscape
)

// iso2022JPDecoder decodes a stream of ISO-2022-JP, in which escape sequences switch between character sets:
// https://encoding.spec.whatwg.org/#iso-2022-jp-decoder
type iso2022JPDecoder struct {
	table transform.Transformer // of EUC-JP, which has the same characters of two bytes
	fatal bool

	state, outputState iso2022JPState
	lead               byte
	output             bool // whether something has come out since the last escape sequence
}

func newISO2022JPDecoder(fatal bool) *iso2022JPDecoder {
	return &iso2022JPDecoder{table: japanese.EUCJP.NewDecoder().Transformer, fatal: fatal}
}

const escape = 0x1B

func (d *iso2022JPDecoder) decode(chunk []byte, last bool) (string, error) {
	text := make([]byte, 0, len(chunk)+len(chunk)/2)
	// restored are bytes that have to be read again. There are no more than two.
	var restored []byte
	for len(restored) > 0 || len(chunk) > 0 || last {
		var b int
		switch {
		case len(restored) > 0:
			b, restored = int(restored[0]), restored[1:]
		case len(chunk) > 0:
			b, chunk = int(chunk[0]), chunk[1:]
		default:
			b = endOfQueue
		}
		r, again := d.handle(b)
		restored = append(again, restored...)
		switch {
		case r == finished:
			d.reset()
			return string(text), nil
		case r == malformed && d.fatal:
			return "", errMalformed
		case r == malformed:
			r = utf8.RuneError
		case r == nothing:
			continue
		}
		text = utf8.AppendRune(text, r)
	}
	return string(text), nil
}

// What the handler of a decoder is given or returns instead of a byte or a character.
const (
	endOfQueue = -1

	nothing   = -1
	malformed = -2
	finished  = -3
)

// handle is the handler: it returns a character, and bytes that are to be read again.
func (d *iso2022JPDecoder) handle(b int) (r rune, again []byte) {
	switch d.state {
	case isoTrailByte:
		return d.trail(b)
	case isoEscapeStart:
		return d.escapeStart(b)
	case isoEscape:
		return d.escape(b)
	}
	switch {
	case b == escape:
		d.state = isoEscapeStart
		return nothing, nil
	case b == endOfQueue:
		return finished, nil
	}
	d.output = false
	switch {
	case d.state == isoLeadByte && 0x21 <= b && b <= 0x7E:
		d.lead, d.state = byte(b), isoTrailByte
		return nothing, nil
	case d.state == isoKatakana && 0x21 <= b && b <= 0x5F:
		return 0xFF61 - 0x21 + rune(b), nil
	case d.state == isoLeadByte || d.state == isoKatakana || b > 0x7F || b == 0x0E || b == 0x0F:
		return malformed, nil
	case d.state == isoRoman && b == 0x5C:
		return '¥', nil
	case d.state == isoRoman && b == 0x7E:
		return '‾', nil
	}
	return rune(b), nil
}

// trail handles the second byte of a character.
func (d *iso2022JPDecoder) trail(b int) (rune, []byte) {
	d.state = isoLeadByte
	switch {
	case b == escape:
		d.state = isoEscapeStart
		return malformed, nil
	case b == endOfQueue:
		return malformed, nil
	case b < 0x21 || b > 0x7E:
		return malformed, nil
	}
	var found [utf8.UTFMax]byte
	n, _, err := d.table.Transform(found[:], []byte{d.lead | 0x80, byte(b) | 0x80}, true)
	r, _ := utf8.DecodeRune(found[:n])
	if err != nil || r == utf8.RuneError {
		return malformed, nil
	}
	return r, nil
}

// escapeStart handles what follows an ESC.
func (d *iso2022JPDecoder) escapeStart(b int) (rune, []byte) {
	if b == '$' || b == '(' {
		d.lead, d.state = byte(b), isoEscape
		return nothing, nil
	}
	return d.noEscape(b)
}

// escape handles the last byte of an escape sequence.
func (d *iso2022JPDecoder) escape(b int) (rune, []byte) {
	lead := d.lead
	d.lead = 0
	state := isoASCII
	switch {
	case lead == '(' && b == 'B':
	case lead == '(' && b == 'J':
		state = isoRoman
	case lead == '(' && b == 'I':
		state = isoKatakana
	case lead == '$' && (b == '@' || b == 'B'):
		state = isoLeadByte
	default:
		return d.noEscape(int(lead), b)
	}
	d.state, d.outputState = state, state
	again := d.output
	d.output = true
	if again {
		return malformed, nil // an escape sequence right after another
	}
	return nothing, nil
}

// noEscape gives the bytes after an ESC back, which was none then.
func (d *iso2022JPDecoder) noEscape(bytes ...int) (rune, []byte) {
	d.output = false
	d.state = d.outputState
	var again []byte
	for _, b := range bytes {
		if b != endOfQueue {
			again = append(again, byte(b))
		}
	}
	return malformed, again
}

func (d *iso2022JPDecoder) reset() {
	d.state, d.outputState, d.lead, d.output = isoASCII, isoASCII, 0, false
}
