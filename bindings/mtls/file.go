package mtls

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf16"
)

// A File is the content of a certificate or key file, and the name by which messages speak of it: a path, or $NAME
// for an environment variable.
type File struct {
	Name string
	Data []byte
}

// LoadFile reads a file, which may be a pipe, as long as it is no larger than a certificate's can be. An error is a *Problem.
func LoadFile(path string) (File, error) {
	var data []byte
	f, err := os.Open(path)
	if err == nil {
		defer f.Close()
		data, err = readAll(f, path)
	}
	if err != nil {
		if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
			err = pathErr.Err
		}
		return File{}, &Problem{Code: CodeFileUnreadable, Where: path, What: "could not read file: " + err.Error(), Fix: "check the path and its permissions"}
	}
	return File{Name: path, Data: data}, nil
}

// A role is what a block in a file is for, in the words of messages.
type role string

const (
	roleCertificate role = "a certificate"
	roleRequest     role = "a certificate request (CSR)"
	rolePrivateKey  role = "a private key"
	rolePublicKey   role = "a public key"
	roleParameters  role = "key parameters"
	rolePKCS7       role = "a PKCS#7 bundle"
	rolePKCS12      role = "a PKCS#12 bundle"
	roleOther       role = "something else"
)

func roleOf(label string) role {
	switch {
	case strings.HasSuffix(label, "CERTIFICATE REQUEST"):
		return roleRequest
	case strings.HasSuffix(label, "CERTIFICATE"):
		return roleCertificate
	case strings.HasSuffix(label, "PRIVATE KEY"):
		return rolePrivateKey
	case strings.HasSuffix(label, "PUBLIC KEY"):
		return rolePublicKey
	case strings.HasSuffix(label, "PARAMETERS"):
		return roleParameters
	case label == "PKCS7" || label == "CMS":
		return rolePKCS7
	case label == "PKCS12":
		return rolePKCS12
	}
	return roleOther
}

// A block is one PEM block, or a whole DER file.
type block struct {
	label string // what follows BEGIN, such as "EC PRIVATE KEY"
	role  role
	line  int  // of its BEGIN, from 1; 0 for DER
	whole bool // false: the END line is missing, or what stands between is not base64
	pem   pem.Block
	from  *pem.Block // the PKCS#12 file that it was taken from; nil if it stands in the file itself
}

// given is the block as the file has it.
func (b block) given() *pem.Block {
	if b.from != nil {
		return b.from
	}
	return &b.pem
}

// contents is a file taken apart.
type contents struct {
	name   string
	empty  bool
	blocks []block
}

func readContents(f File) contents {
	c := contents{name: f.Name, empty: len(bytes.TrimSpace(f.Data)) == 0}
	text := plainText(f.Data)
	if !bytes.Contains(text, []byte("-----BEGIN ")) {
		if label := labelOfDER(f.Data); label != "" {
			c.blocks = []block{{label: label, role: roleOf(label), whole: true, pem: pem.Block{Type: label, Bytes: f.Data}}}
		}
		return c
	}
	// One block at a time, because pem.Decode skips damaged blocks without a word.
	var label string
	var segment []byte
	start := 0
	flush := func() {
		if start == 0 {
			return
		}
		b := block{label: label, role: roleOf(label), line: start}
		if decoded, _ := pem.Decode(segment); decoded != nil {
			b.whole, b.pem = true, *decoded
		}
		c.blocks = append(c.blocks, b)
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if rest, ok := bytes.CutPrefix(line, []byte("-----BEGIN ")); ok {
			flush()
			name, _, _ := bytes.Cut(rest, []byte("-----"))
			label, segment, start = string(name), nil, number
		}
		segment = append(segment, line...)
	}
	flush()
	return c
}

// plainText undoes what editors, shells and CI systems do to PEM: byte order marks, UTF-16 (PowerShell's redirection), CRLF,
// indentation (from YAML), and line breaks spelled \n (in environment variables).
func plainText(data []byte) []byte {
	text := string(decodeText(data))
	if !strings.Contains(strings.TrimSpace(text), "\n") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, `\r`, ""), `\n`, "\n")
	}
	var b bytes.Buffer
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	return b.Bytes()
}

// decodeText makes UTF-8 without a byte order mark of UTF-8 or UTF-16 with one.
func decodeText(data []byte) []byte {
	if len(data) >= 2 && (data[0] == 0xFF && data[1] == 0xFE || data[0] == 0xFE && data[1] == 0xFF) {
		units := make([]uint16, 0, len(data)/2)
		for i := 2; i+1 < len(data); i += 2 {
			low, high := data[i], data[i+1]
			if data[0] == 0xFE {
				low, high = high, low
			}
			units = append(units, uint16(high)<<8|uint16(low))
		}
		data = []byte(string(utf16.Decode(units)))
	}
	return bytes.TrimPrefix(data, []byte("\uFEFF"))
}

// open puts what a PKCS#12 file holds in the place of the file. Many such files have the empty passphrase, so nobody
// is asked before that was tried: as PKCS#12 spells it, and left out.
func (c contents) open(ask Passphrase) (contents, error) {
	opened := contents{name: c.name, empty: c.empty}
	for _, b := range c.blocks {
		if b.role != rolePKCS12 {
			opened.blocks = append(opened.blocks, b)
			continue
		}
		inside, err := openPKCS12(b.pem.Bytes, newUnlocker(""))
		if err == errWrongPassphrase {
			inside, err = openPKCS12(b.pem.Bytes, &unlocker{left: maxRounds})
		}
		switch {
		case err == errWrongPassphrase:
			inside, err = unlock(ask, thePKCS12, c, c.where(b), func(u *unlocker) ([]block, error) { return openPKCS12(b.pem.Bytes, u) })
			if err != nil {
				return contents{}, err
			}
		case err != nil:
			return contents{}, undecryptable(err, thePKCS12, c.name, c.where(b))
		}
		for _, found := range inside {
			found.from = &b.pem
			opened.blocks = append(opened.blocks, found)
		}
	}
	return opened, nil
}

// holdsOnly tells whether the file is, apart from key parameters, made of blocks of this role.
func (c contents) holdsOnly(r role) bool {
	found := false
	for _, b := range c.blocks {
		if b.role != r && b.role != roleParameters {
			return false
		}
		found = found || b.role == r
	}
	return found
}

func (c contents) with(r role) []block {
	var found []block
	for _, b := range c.blocks {
		if b.role == r {
			found = append(found, b)
		}
	}
	return found
}

func (c contents) where(b block) string {
	if b.line > 1 {
		return fmt.Sprintf("%s:%d", c.name, b.line)
	}
	return c.name
}

// held says what the file holds, for the message that it lacks what was looked for.
func (c contents) held() string {
	if c.empty {
		return "the file is empty"
	}
	var roles []string
	for _, b := range c.blocks {
		if !slices.Contains(roles, string(b.role)) {
			roles = append(roles, string(b.role))
		}
	}
	if len(roles) == 0 {
		return "the file is neither PEM nor DER"
	}
	return "the file holds " + strings.Join(roles, " and ")
}
