package textcodec

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/transform"
)

// iso2022JPDecoder decodes a stream of ISO-2022-JP, in which escape sequences switch between character sets.
type iso2022JPDecoder struct {
	transformer transform.Transformer
	kept        []byte // the beginning of a character or an escape sequence
	fatal       bool
}

func newISO2022JPDecoder(fatal bool) *iso2022JPDecoder {
	return &iso2022JPDecoder{transformer: japanese.ISO2022JP.NewDecoder().Transformer, fatal: fatal}
}

// shiftCodes are two control characters that x/text lets pass, and that the standard has as malformed.
var shiftCodes = strings.NewReplacer("\x0E", "\uFFFD", "\x0F", "\uFFFD")

func (d *iso2022JPDecoder) decode(chunk []byte, last bool) (string, error) {
	if len(d.kept) > 0 {
		chunk = append(d.kept, chunk...)
		d.kept = nil
	}
	var b strings.Builder
	buffer := make([]byte, min(2*len(chunk)+utf8.UTFMax, 32<<10))
	for {
		written, read, err := d.transformer.Transform(buffer, chunk, last)
		b.Write(buffer[:written])
		chunk = chunk[read:]
		if !errors.Is(err, transform.ErrShortDst) {
			break
		}
	}
	d.kept = bytes.Clone(chunk)
	if last {
		d.reset()
	}
	text := shiftCodes.Replace(b.String())
	if d.fatal && strings.ContainsRune(text, utf8.RuneError) {
		return "", errMalformed
	}
	return text, nil
}

func (d *iso2022JPDecoder) reset() {
	d.kept = nil
	d.transformer.Reset()
}
