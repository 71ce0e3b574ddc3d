package assets

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"devserver/runtime/weburl"
)

// maxLineLength is how long a line of _headers and _redirects may be, in UTF-16 code units.
const maxLineLength = 2000

// line is a line that says something.
type line struct {
	number int // from 1
	column int // of the first character, from 1
	text   string
	last   int // the number of the file's last line
}

func (l line) problem(message, fix string) Problem {
	return Problem{Line: l.number, Column: l.column, Message: message, Fix: fix}
}

// lines are the lines of a file that say something: no empty ones, no comments. Those that are too long are reported.
func lines(text string, report func(Problem)) []line {
	all := strings.Split(strings.ToValidUTF8(text, "\uFFFD"), "\n")
	var list []line
	for i, raw := range all {
		l := line{number: i + 1, text: strings.TrimFunc(raw, isSpace), last: len(all)}
		if l.text == "" || l.text[0] == '#' {
			continue
		}
		l.column = utf8.RuneCountInString(raw[:strings.Index(raw, l.text)]) + 1
		if i == 0 && strings.HasPrefix(raw, "\uFEFF") {
			l.column-- // a byte order mark has no column
		}
		if utf16Length(l.text) > maxLineLength {
			report(l.problem("the line is longer than 2000 characters, and ignored", "shorten it"))
			continue
		}
		list = append(list, l)
	}
	return list
}

// isSpace reports whether JavaScript calls a character white space.
func isSpace(r rune) bool { return r == '\uFEFF' || r != '\u0085' && unicode.IsSpace(r) }

func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// absolute matches what has a host.
var absolute = regexp.MustCompile(`^https://+([^/]+)/?(.*)`)

func hasHost(url string) bool { return absolute.MatchString(url) }

var withPort = regexp.MustCompile(`:\d+$`)

const (
	fixPath = `begin it with a slash: "/path"`
	fixURL  = `begin it with a slash, or with "https://"`
)

// canonicalURL is a path or an https URL as URLs are serialised, with its query and fragment if they are part of it.
func canonicalURL(token string, whole bool) (url, problem, fix string) {
	if m := absolute.FindStringSubmatch(token); m != nil {
		path, ok := canonicalPath(m[2], whole)
		if !ok {
			return "", token + " is not a URL", fixURL
		}
		return "https://" + m[1] + path, "", ""
	}
	if !strings.HasPrefix(token, "/") {
		return "", token + " is neither a path nor an https URL", fixURL
	}
	path, ok := canonicalPath(token, whole)
	if !ok {
		return "", token + " is not a path", fixPath
	}
	return path, "", ""
}

// relative is the URL that paths are made canonical with: one whose scheme has no rules of its own.
var relative = func() *weburl.URL {
	u, err := weburl.Parse("relative://")
	if err != nil {
		panic(err)
	}
	return u
}()

func canonicalPath(path string, whole bool) (string, bool) {
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	u, err := weburl.ParseWithBase("//"+path, relative)
	if err != nil {
		return "", false
	}
	if !whole {
		return u.Pathname(), true
	}
	return u.Pathname() + u.Search() + u.Hash(), true
}
