package server

import (
	"bytes"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Go's HTTP server refuses a request whose path has a percent sign that encodes nothing, as in /100%.txt. Browsers send
// such paths, and Workers get them. So percent signs pass the server in disguise: in a request line, where it comes from
// the network, each is replaced by a byte that the server takes for one of a path's, and that no URL has, since it is in no
// UTF-8. The handler puts them back.
//
// Nothing is inserted, removed or moved, and no byte but these is changed: messages begin and end where the sender and
// the server take them to.
const disguisedPercent = 0xFF

// requestLineListener accepts connections whose request lines are disguised.
type requestLineListener struct{ net.Listener }

func (l requestLineListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &requestLineConn{TCPConn: tcp}, err
	}
	return conn, err
}

type requestLineConn struct {
	*net.TCPConn
	lines requestLines
}

func (c *requestLineConn) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p)
	c.lines.disguise(p[:n])
	return n, err
}

// requestLines finds the request lines in what a client sends, which comes in pieces of any size. It only follows bodies
// whose length is given in the plainest way. After anything else the rest of the connection is left as it is.
type requestLines struct {
	at      messagePart
	started bool   // something of the line has been seen
	target  bool   // and the space behind the method
	line    []byte // the beginning of the line in the head, if a piece ended in it
	body    int64  // how much is left of the body
	sized   bool   // the head has given the body's length
}

// messagePart is what of a message comes next.
type messagePart int

const (
	inRequestLine messagePart = iota
	inHead
	inBody
	unknown
)

// longestFraming is more than a line of the head has that gives the length of a body.
const longestFraming = 64

func (l *requestLines) disguise(p []byte) {
	for len(p) > 0 {
		switch l.at {
		case inRequestLine:
			end := bytes.IndexByte(p, '\n') + 1
			line := p
			if end > 0 {
				line = p[:end]
			}
			replace(line, disguisedPercent, 0x7f) // which the server refuses, as it should
			behind := 0
			if !l.target { // a method may have a percent sign, too
				if behind = bytes.IndexByte(line, ' '); behind < 0 {
					behind = len(line)
				}
				l.target = behind < len(line)
			}
			replace(line[behind:], '%', disguisedPercent)
			// Empty lines before it are not it.
			l.started = l.started || len(bytes.Trim(line, "\r\n")) > 0
			if end > 0 && l.started {
				l.at, l.started, l.target = inHead, false, false
			}
			p = p[len(line):]
		case inHead:
			end := bytes.IndexByte(p, '\n') + 1
			if end == 0 {
				l.keep(p)
				return
			}
			line := p[:end]
			if len(l.line) > 0 {
				l.keep(line)
				line = l.line
			}
			l.header(line)
			l.line = l.line[:0]
			p = p[end:]
		case inBody:
			n := min(l.body, int64(len(p)))
			if l.body -= n; l.body == 0 {
				l.at = inRequestLine
			}
			p = p[n:]
		default:
			return
		}
	}
}

// keep adds to the beginning of the line, as far as it can matter, and whether it has an end.
func (l *requestLines) keep(p []byte) {
	if room := longestFraming - len(l.line); len(p) > room {
		l.line = append(l.line, p[:max(room, 0)]...)
		if p[len(p)-1] == '\n' {
			l.line[len(l.line)-1] = '\n'
		}
		return
	}
	l.line = append(l.line, p...)
}

// header goes by a line of the head.
func (l *requestLines) header(line []byte) {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(line) == 0 {
		l.at, l.sized = inRequestLine, false
		if l.body > 0 {
			l.at = inBody
		}
		return
	}
	switch {
	case names(line, "Content-Length:"):
		value := bytes.Trim(line[len("Content-Length:"):], " \t")
		n, err := strconv.ParseUint(string(value), 10, 62)
		if err != nil || l.sized || len(line) >= longestFraming-2 {
			l.at = unknown
			return
		}
		l.body, l.sized = int64(n), true
	case names(line, "Transfer-Encoding:"), names(line, "Upgrade:"):
		l.at = unknown
	}
}

// names reports whether a line begins with a name.
func names(line []byte, name string) bool {
	return len(line) >= len(name) && line[0]|0x20 == name[0]|0x20 && strings.EqualFold(string(line[:len(name)]), name)
}

func replace(text []byte, old, with byte) {
	for {
		i := bytes.IndexByte(text, old)
		if i < 0 {
			return
		}
		text[i] = with
		text = text[i+1:]
	}
}

// resolveTarget makes the target of a request a path again, as it was sent, and reports whether it is one. One that is a
// whole URL, as proxies are sent them, has told its host already.
func resolveTarget(r *http.Request) bool {
	target := r.RequestURI
	if strings.HasPrefix(target, "/") && strings.IndexByte(target, disguisedPercent) < 0 {
		return utf8.ValidString(target)
	}
	if r.TLS == nil {
		target = strings.ReplaceAll(target, string([]byte{disguisedPercent}), "%")
	}
	if !strings.HasPrefix(target, "/") {
		scheme, rest, whole := strings.Cut(target, "://")
		if !whole || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") || strings.IndexByte(r.Host, disguisedPercent) >= 0 {
			return false
		}
		target = "/"
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			target = "/" + strings.TrimPrefix(rest[i:], "/")
		}
	}
	r.RequestURI = target
	u, err := url.ParseRequestURI(target)
	if err != nil {
		path, query, _ := strings.Cut(target, "?")
		u = &url.URL{Path: decodePath(path), RawPath: path, RawQuery: query}
	}
	r.URL = u
	return utf8.ValidString(target)
}

// decodePath decodes what is encoded in a path, and leaves the rest of it as it is.
func decodePath(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			if c, err := strconv.ParseUint(path[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}
