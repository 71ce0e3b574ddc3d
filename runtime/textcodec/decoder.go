package textcodec

import (
	"encoding/binary"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"devserver/runtime/webidl"
)

// errMalformed is what a fatal decoder returns for bytes that are not text in its encoding.
var errMalformed = webidl.TypeErrorf("Failed to decode input.")

// Options are the options of a decoder.
type Options struct {
	// Fatal makes malformed bytes an error; else each becomes a U+FFFD.
	Fatal bool
	// IgnoreBOM leaves a byte order mark in the text; else it is dropped.
	IgnoreBOM bool
}

// Decoder decodes a stream of bytes: it is TextDecoder without its JavaScript half.
type Decoder struct {
	// Encoding is the name of the encoding, in lower case, such as "windows-1252" for the label "latin1".
	Encoding string
	Options

	stream interface {
		// decode returns the text of chunk and of what earlier chunks left; it keeps a character that is cut short
		// for the next call, unless this is the last one. It does not keep chunk.
		decode(chunk []byte, last bool) (string, error)
		reset()
	}
	marked  bool // the encoding has a byte order mark
	started bool // its place has passed
}

// NewDecoder makes a decoder of the encoding that has the label, or returns false if none has:
// https://encoding.spec.whatwg.org/#concept-encoding-get
func NewDecoder(label string, options Options) (*Decoder, bool) {
	d := &Decoder{Options: options}
	if label == "utf-8" { // the common case needs no table
		d.Encoding, d.stream, d.marked = label, &utf8Decoder{fatal: d.Fatal}, true
		return d, true
	}
	label = strings.Trim(label, asciiWhitespace)
	// The index would fold and trim more than ASCII.
	if strings.ContainsFunc(label, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, false
	}
	found, err := htmlindex.Get(label)
	if err != nil {
		return nil, false
	}
	name, err := htmlindex.Name(found)
	if err != nil {
		return nil, false
	}
	d.Encoding = name
	switch name {
	case "utf-8":
		d.stream, d.marked = &utf8Decoder{fatal: d.Fatal}, true
	case "utf-16le":
		d.stream, d.marked = &utf16Decoder{order: binary.LittleEndian, fatal: d.Fatal}, true
	case "utf-16be":
		d.stream, d.marked = &utf16Decoder{order: binary.BigEndian, fatal: d.Fatal}, true
	case "iso-2022-jp":
		d.stream = newISO2022JPDecoder(d.Fatal)
	case "iso-8859-8-i":
		d.stream = &singleByteDecoder{charmap: charmap.ISO8859_8, fatal: d.Fatal}
	default:
		if table, ok := found.(*charmap.Charmap); ok {
			d.stream = &singleByteDecoder{charmap: table, fatal: d.Fatal}
		} else if charset := multiByteCharsets[name]; charset != nil {
			d.stream = newMultiByteDecoder(charset, d.Fatal)
		} else {
			return nil, false // "replacement", which has no decoder that scripts can have
		}
	}
	return d, true
}

// Decode returns the text of chunk. With more, what is left of a character at its end is kept for the next call;
// without, it is malformed, and the next call starts anew. An error, which only a fatal decoder returns, also has the
// next call start anew. Chunk is not kept.
func (d *Decoder) Decode(chunk []byte, more bool) (string, error) {
	text, err := d.stream.decode(chunk, !more)
	if d.marked && !d.started && text != "" {
		d.started = true
		if !d.IgnoreBOM {
			text = strings.TrimPrefix(text, utf8BOM)
		}
	}
	if err != nil {
		d.stream.reset()
	}
	if err != nil || !more {
		d.started = false
	}
	return text, err
}
