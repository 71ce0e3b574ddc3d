package blob

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"io"
	"strings"

	"devserver/runtime/textcodec"
	"devserver/runtime/webidl"
)

// NewBoundary makes a boundary for [FormData.Encode] that nothing contains by chance.
func NewBoundary() string {
	var random [16]byte
	rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}

// Encode implements https://html.spec.whatwg.org/#multipart-form-data: the reader gives size bytes, those of files
// without copying them, and may be had more than once. As in Workers, no newline follows the last boundary.
func (f *FormData) Encode(boundary string) (body io.Reader, size int64) {
	var readers []io.Reader
	var head strings.Builder
	flush := func() {
		size += int64(head.Len())
		readers = append(readers, strings.NewReader(head.String()))
		head.Reset()
	}
	for _, e := range f.Entries {
		head.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + escapeName(normalizeNewlines(e.Name)) + `"`)
		if e.File == nil {
			head.WriteString("\r\n\r\n" + normalizeNewlines(e.Value) + "\r\n")
			continue
		}
		kind := e.File.Type()
		if kind == "" {
			kind = "application/octet-stream"
		}
		head.WriteString(`; filename="` + escapeName(e.File.Name) + "\"\r\nContent-Type: " + kind + "\r\n\r\n")
		flush()
		readers = append(readers, e.File.Reader())
		size += e.File.Size()
		head.WriteString("\r\n")
	}
	head.WriteString("--" + boundary + "--")
	flush()
	return io.MultiReader(readers...), size
}

// Encodable returns why the form cannot be encoded, or nil. As in Workers, a backslash must not be the last character of a
// name: there it would escape the quote that follows, for them and for many others who read it.
func (f *FormData) Encodable() error {
	for _, e := range f.Entries {
		if strings.HasSuffix(e.Name, `\`) || e.File != nil && strings.HasSuffix(e.File.Name, `\`) {
			return webidl.TypeErrorf("Name or filename can't end with backslash")
		}
	}
	return nil
}

var (
	newlines      = strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n")
	nameEscaper   = strings.NewReplacer("\n", "%0A", "\r", "%0D", `"`, "%22")
	nameUnescaper = strings.NewReplacer("%0A", "\n", "%0D", "\r", "%22", `"`, "%0a", "\n", "%0d", "\r")
)

// normalizeNewlines makes every newline a CR LF, as https://html.spec.whatwg.org/#multipart-form-data has it.
func normalizeNewlines(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	return newlines.Replace(s)
}

// escapeName implements https://html.spec.whatwg.org/#multipart/form-data-encoding-algorithm for names.
func escapeName(s string) string {
	if !strings.ContainsAny(s, "\r\n\"") {
		return s
	}
	return nameEscaper.Replace(s)
}

// ParseMultipart parses a body of type multipart/form-data, as https://fetch.spec.whatwg.org/#body-mixin says, and
// with the leniency and the words of Workers: lines may end in LF alone, and there may be text before the first
// boundary and after the last. Files share memory with body, which must not be changed any more.
func ParseMultipart(boundary string, body []byte) (*FormData, error) {
	p := multipartParser{rest: body, delimiter: []byte("--" + boundary)}
	if !p.skipToBoundary() {
		return nil, webidl.TypeErrorf("No initial boundary string (or you have a truncated message).")
	}
	f := &FormData{}
	for {
		last, err := p.endBoundary()
		if err != nil {
			return nil, err
		}
		if last {
			return f, nil
		}
		e, err := p.part()
		if err != nil {
			return nil, err
		}
		f.Append(e)
	}
}

type multipartParser struct {
	rest      []byte
	delimiter []byte // "--" and the boundary
}

// skipToBoundary skips everything up to the end of a delimiter at the start of a line.
func (p *multipartParser) skipToBoundary() bool {
	if rest, ok := bytes.CutPrefix(p.rest, p.delimiter); ok {
		p.rest = rest
		return true
	}
	_, ok := p.toBoundary()
	return ok
}

// toBoundary takes everything up to the next line that begins with a delimiter, and that.
func (p *multipartParser) toBoundary() (before []byte, ok bool) {
	before, rest, ok := bytes.Cut(p.rest, append([]byte{'\n'}, p.delimiter...))
	if !ok {
		return nil, false
	}
	p.rest = rest
	return bytes.TrimSuffix(before, []byte{'\r'}), true
}

// endBoundary takes what follows a delimiter and reports whether it was the last.
func (p *multipartParser) endBoundary() (last bool, err error) {
	if bytes.HasPrefix(p.rest, []byte("--")) {
		return true, nil
	}
	rest, ok := bytes.CutPrefix(bytes.TrimPrefix(p.rest, []byte{'\r'}), []byte{'\n'})
	if !ok {
		return false, webidl.TypeErrorf("Boundary string was not succeeded by CRLF, LF, or '--'.")
	}
	p.rest = rest
	return false, nil
}

// part takes a part: its header, its body, and the delimiter after it.
func (p *multipartParser) part() (Entry, error) {
	header, ok := p.header()
	if !ok {
		return Entry{}, webidl.TypeErrorf("No multipart message header termination found.")
	}
	d, err := parseDisposition(header)
	if err != nil {
		return Entry{}, err
	}
	body, ok := p.toBoundary()
	if !ok {
		return Entry{}, webidl.TypeErrorf("No subsequent boundary string after multipart message.")
	}
	e := Entry{Name: d.name}
	if d.filename == "" {
		e.Value = textcodec.DecodeUTF8WithoutBOM(body)
		return e, nil
	}
	e.File = NewFile(New(normalizeType(headerValue(header, "content-type")), body), d.filename)
	return e, nil
}

// header takes the lines up to the empty one. The newline before the body stays, so that an empty body may follow it
// at once.
func (p *multipartParser) header() (string, bool) {
	for i := 0; i < len(p.rest); i++ {
		if p.rest[i] != '\n' {
			continue
		}
		after := bytes.TrimPrefix(p.rest[i+1:], []byte{'\r'})
		if len(after) > 0 && after[0] == '\n' {
			header := string(p.rest[:i])
			p.rest = after[1:]
			if bytes.HasPrefix(p.rest, p.delimiter) {
				p.rest = after
			}
			return header, true
		}
	}
	return "", false
}

// headerValue returns the value of a field of a part's header, or "".
func headerValue(header, name string) string {
	for line := range strings.SplitSeq(header, "\n") {
		key, value, ok := strings.Cut(line, ":")
		if ok && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.Trim(value, " \t\r")
		}
	}
	return ""
}

// disposition is what Content-Disposition says of a part. A part without a filename, or with an empty one, is no file.
type disposition struct{ name, filename string }

func parseDisposition(header string) (disposition, error) {
	var d disposition
	value := headerValue(header, "content-disposition")
	if value == "" {
		return d, webidl.TypeErrorf("No valid Content-Disposition header found in FormData part.")
	}
	kind, parameters, _ := strings.Cut(value, ";")
	if kind = strings.TrimSpace(kind); !strings.EqualFold(kind, "form-data") {
		return d, webidl.TypeErrorf("Content-Disposition header for FormData part must have the value \"form-data\", possibly followed by parameters. Got: \"%s\"", kind)
	}
	named := false
	for parameters != "" {
		var name, value string
		name, value, parameters = nextParameter(parameters)
		switch name {
		case "name":
			d.name, named = value, true
		case "filename":
			d.filename = value
		}
	}
	if !named {
		return d, webidl.TypeErrorf("Content-Disposition header in FormData part is missing a name.")
	}
	return d, nil
}

// nextParameter takes a parameter, name="value", off a list separated by semicolons. As in Workers, one whose value is
// not quoted, or not to its end, does not count.
func nextParameter(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, " \t;")
	i := strings.IndexAny(s, "=;")
	if i < 0 || s[i] == ';' {
		_, rest, _ = strings.Cut(s, ";")
		return "", "", rest
	}
	name = strings.ToLower(strings.TrimSpace(s[:i]))
	s = strings.TrimLeft(s[i+1:], " \t")
	if !strings.HasPrefix(s, `"`) {
		_, rest, _ = strings.Cut(s, ";")
		return "", "", rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return name, decodeName(b.String()), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == '"':
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", "" // the quote does not end
}

// decodeName undoes what [escapeName] does.
func decodeName(s string) string {
	return textcodec.DecodeUTF8WithoutBOM([]byte(nameUnescaper.Replace(s)))
}
