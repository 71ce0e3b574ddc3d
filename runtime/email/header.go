// Package email is what Workers do with email: https://developers.cloudflare.com/email-routing/email-workers/runtime-api/
//
// header.go reads messages, compose.go makes them; incoming_class.go is what the handler is given, send_class.go the binding that
// sends. Nothing leaves the machine: what is sent goes to an [Outbox].
package email

import (
	"bytes"
	"crypto/rand"
	"net/mail"
	"strings"
)

// Field is one field of a header: unfolded, without the space around it.
type Field struct{ Name, Value string }

// Header is the header of a message, in its order.
type Header []Field

// ParseHeader reads the header of a message. Lines that are none of a header count as fields without a value.
func ParseHeader(raw []byte) (h Header) {
	for line := range bytes.Lines(raw) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if (line[0] == ' ' || line[0] == '\t') && len(h) > 0 {
			h[len(h)-1].Value = strings.TrimSpace(h[len(h)-1].Value + " " + strings.TrimSpace(string(line)))
			continue
		}
		name, value, _ := strings.Cut(strings.ToValidUTF8(string(line), "\uFFFD"), ":")
		h = append(h, Field{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
	return h
}

// Get is the value of the first field of a name, or "".
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Has reports whether there is a field of a name.
func (h Header) Has(name string) bool {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

// Addresses are those that a field names, without the names beside them.
func (h Header) Addresses(name string) []string {
	list, err := mail.ParseAddressList(h.Get(name))
	if err != nil {
		if value := h.Get(name); value != "" {
			return []string{address(value)}
		}
		return nil
	}
	addresses := make([]string, len(list))
	for i, a := range list {
		addresses[i] = a.Address
	}
	return addresses
}

// address is the address in a text that may have a name beside it.
func address(text string) string {
	if i := strings.LastIndexByte(text, '<'); i >= 0 {
		if j := strings.IndexByte(text[i:], '>'); j > 0 {
			return strings.TrimSpace(text[i+1 : i+j])
		}
	}
	return strings.TrimSpace(text)
}

// Without returns a message without the header fields of some names.
func Without(raw []byte, names ...string) []byte {
	var out bytes.Buffer
	drop, rest := false, raw
	for line := range bytes.Lines(raw) {
		text := bytes.TrimRight(line, "\r\n")
		if len(text) == 0 {
			break
		}
		rest = rest[len(line):]
		if text[0] != ' ' && text[0] != '\t' {
			name, _, found := bytes.Cut(text, []byte(":"))
			drop = false
			for _, n := range names {
				drop = drop || found && strings.EqualFold(string(bytes.TrimSpace(name)), n)
			}
		}
		if !drop {
			out.Write(line)
		}
	}
	out.Write(rest)
	return out.Bytes()
}

// NewID makes a Message-ID in the domain of an address.
func NewID(sender string) string {
	domain := "localhost"
	if i := strings.LastIndexByte(sender, '@'); i >= 0 && i+1 < len(sender) && !strings.ContainsAny(sender[i+1:], " <>\r\n/\\") {
		domain = sender[i+1:]
	}
	return "<" + rand.Text() + rand.Text()[:10] + "@" + domain + ">"
}
