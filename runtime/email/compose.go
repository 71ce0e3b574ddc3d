package email

import (
	"encoding/base64"
	"fmt"
	"mime"
	"strings"
	"time"
)

// draft is a message that is made of its parts.
type draft struct {
	from, replyTo    string
	to, cc           []string
	subject          string
	headers          []Field
	text, html       string
	attachments      []attachment
	inReplyTo, chain string // of a reply: what it answers, and the References
}

type attachment struct {
	disposition, contentID, filename, kind string
	content                                []byte
}

// managed are the fields that are made of other parts, whatever headers says.
var managed = []string{"bcc", "cc", "content-transfer-encoding", "content-type", "date", "from", "in-reply-to", "message-id", "mime-version", "references", "reply-to", "subject", "to"}

// compose writes a message: https://www.rfc-editor.org/rfc/rfc5322, https://www.rfc-editor.org/rfc/rfc2045
func (d *draft) compose(id string, at time.Time) []byte {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	field("From", d.from)
	field("To", strings.Join(d.to, ", "))
	field("Cc", strings.Join(d.cc, ", "))
	field("Reply-To", d.replyTo)
	fmt.Fprintf(&b, "Subject: %s\r\n", mime.QEncoding.Encode("utf-8", d.subject))
	field("Message-ID", id)
	field("In-Reply-To", d.inReplyTo)
	field("References", d.chain)
	field("Date", at.UTC().Format(time.RFC1123Z))
	field("MIME-Version", "1.0")
	for _, f := range d.headers {
		field(f.Name, f.Value)
	}
	part := func(kind, text string) string {
		return "Content-Type: " + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines([]byte(text))
	}
	body := part("text/plain", d.text)
	switch {
	case d.html != "" && d.text != "":
		body = multipart("alternative", id, part("text/plain", d.text), part("text/html", d.html))
	case d.html != "":
		body = part("text/html", d.html)
	}
	if len(d.attachments) > 0 {
		parts := []string{body}
		for _, a := range d.attachments {
			name := mime.FormatMediaType(a.disposition, map[string]string{"filename": a.filename})
			head := fmt.Sprintf("Content-Type: %s\r\nContent-Disposition: %s\r\nContent-Transfer-Encoding: base64\r\n", a.kind, name)
			if a.contentID != "" {
				head += "Content-ID: <" + strings.Trim(a.contentID, "<>") + ">\r\n"
			}
			parts = append(parts, head+"\r\n"+lines(a.content))
		}
		body = multipart("mixed", id, parts...)
	}
	return []byte(b.String() + body)
}

// multipart joins parts by a boundary that is in none of them: theirs are in base64, and have no underscore.
func multipart(kind, id string, parts ...string) string {
	boundary := kind + "_" + strings.Trim(id, "<>")[:12]
	var b strings.Builder
	fmt.Fprintf(&b, "Content-Type: multipart/%s; boundary=\"%s\"\r\n\r\n", kind, boundary)
	for _, part := range parts {
		fmt.Fprintf(&b, "--%s\r\n%s\r\n", boundary, part)
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.String()
}

// lines is base64 in lines of 76 characters.
func lines(data []byte) string {
	text := base64.StdEncoding.EncodeToString(data)
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	return b.String() + text + "\r\n"
}
