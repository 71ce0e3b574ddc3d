package textcodec

import (
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// legacyDecoder decodes a stream in one of the old encodings.
type legacyDecoder struct {
	transformer transform.Transformer
	kept        []byte // the beginning of a character
	fatal       bool
}

func (d *legacyDecoder) decode(chunk []byte, last bool) (string, error) {
	if len(d.kept) > 0 {
		chunk = append(d.kept, chunk...)
		d.kept = nil
	}
	var text strings.Builder
	buffer := make([]byte, min(max(3*len(chunk), 64), 32<<10))
	for {
		written, read, err := d.transformer.Transform(buffer, chunk, last)
		text.Write(buffer[:written])
		chunk = chunk[read:]
		if errors.Is(err, transform.ErrShortDst) {
			continue
		}
		if errors.Is(err, transform.ErrShortSrc) {
			d.kept = append([]byte(nil), chunk...)
		}
		break
	}
	if last {
		d.reset()
	}
	// No old encoding but gb18030 has a U+FFFD of its own, and text that means it is not worth a second decoder.
	if d.fatal && strings.ContainsRune(text.String(), utf8.RuneError) {
		return "", errMalformed
	}
	return text.String(), nil
}

func (d *legacyDecoder) reset() {
	d.kept = nil
	d.transformer.Reset()
}
