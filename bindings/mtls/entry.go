package mtls

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// An Entry is a certificate in the store, without its private key.
type Entry struct {
	ID         string
	Name       string // "" if it was uploaded without one; need not be unique
	UploadedOn time.Time
	Chain      Chain
}

// Warnings says why an origin may refuse the certificate at the time now.
func (e Entry) Warnings(now time.Time) []*Problem { return e.Chain.warnings(e.String(), now) }

// String is the ID with the name, if there is one, in brackets.
func (e Entry) String() string {
	if e.Name == "" {
		return e.ID
	}
	return fmt.Sprintf("%s (%s)", e.ID, e.Name)
}

// meta is the content of meta.json: what the certificate itself does not say.
type meta struct {
	Version    int       `json:"version"` // of this format: 1
	ID         string    `json:"id"`      // the folder's name, so that a file system that ignores case cannot confuse two
	Name       string    `json:"name,omitempty"`
	UploadedOn time.Time `json:"uploaded_on"`
}

func parseMeta(data []byte) (meta, error) {
	var m meta
	if err := json.Unmarshal(data, &m); err != nil {
		return meta{}, err
	}
	switch {
	case m.Version != 1:
		return meta{}, fmt.Errorf("version %d is not known to this devserver", m.Version)
	case !validID(m.ID):
		return meta{}, errors.New("the id is missing or not valid")
	case !validName(m.Name):
		return meta{}, errors.New("the name is not valid")
	case m.UploadedOn.IsZero():
		return meta{}, errors.New("uploaded_on is missing")
	}
	return m, nil
}

// newID is a random UUID: https://www.rfc-editor.org/rfc/rfc9562#section-5.4.
func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0F | 0x40
	b[8] = b[8]&0x3F | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// validID accepts UUIDs and whatever else production may hand out: up to 64 letters, digits and hyphens. It is also the rule
// that keeps an ID a plain file name.
func validID(id string) bool {
	if id == "" || len(id) > 64 || id[0] == '-' || !filepath.IsLocal(id) {
		return false
	}
	return !strings.ContainsFunc(id, func(r rune) bool {
		return !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '-')
	})
}

// validName accepts up to 255 bytes of printable text, so that a name can be shown in a terminal as it is.
func validName(name string) bool {
	return len(name) <= 255 && utf8.ValidString(name) &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}
