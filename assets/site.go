package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"devserver/runtime/weburl"
)

// MaxFileSize is how large an asset may be that is deployed. Here larger ones are served too.
const MaxFileSize = 25 << 20

// Site serves the assets of a directory, as its files are at each request.
type Site struct {
	settings Settings
	dir      *directory
	report   func(file string, problems []Problem)

	mu    sync.Mutex
	rules *siteRules
}

// siteRules are what the files say that are no assets themselves.
type siteRules struct {
	Rules
	ignored *Ignored
	stamps  [3]stamp // of the files as they were read
	texts   [3]string
}

// stamp tells one version of a file from the next. That of a file that is not there is zero.
type stamp struct {
	modified time.Time
	size     int64
	settled  bool
}

// ruleFiles are in the order of siteRules.stamps.
var ruleFiles = [3]string{IgnoreFile, HeadersFile, RedirectsFile}

// NewSite makes a Site of a directory, which need not exist yet. Report is told what is wrong with _headers, _redirects
// and .assetsignore whenever one of them has been read; no problems mean that all is well now. It is given the system's
// path of the file.
func NewSite(dir string, settings Settings, report func(file string, problems []Problem)) *Site {
	return &Site{settings: settings, dir: newDirectory(dir), report: report}
}

// Refresh reads _headers, _redirects and .assetsignore if they have changed, and returns how many rules there are.
func (s *Site) Refresh() (headers, redirects int) {
	_, rules := s.now()
	return rules.Headers.Len(), rules.Redirects.Len()
}

// now is the directory and the rules as they are.
func (s *Site) now() (*view, *siteRules) {
	v := &view{dir: s.dir}
	stamps := s.stamps(v)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rules == nil || s.rules.stamps != stamps || !settled(stamps) {
		s.rules = s.read(stamps, s.rules)
	}
	v.ignored = s.rules.ignored
	return v, s.rules
}

// settled reports whether stamps tell all later changes.
func settled(stamps [3]stamp) bool {
	for _, s := range stamps {
		if s != (stamp{}) && !s.settled {
			return false
		}
	}
	return true
}

func (s *Site) stamps(v *view) (stamps [3]stamp) {
	root := v.folder("")
	if root == nil {
		return stamps
	}
	for i, name := range ruleFiles {
		if root.names[name] == noName {
			continue
		}
		if info, err := os.Stat(s.dir.system("/" + name)); err == nil && info.Mode().IsRegular() {
			at := info.ModTime()
			stamps[i] = stamp{at, info.Size(), time.Since(at) > settling(at)}
		}
	}
	return stamps
}

// read reads the files whose stamps are not those of before, which may be nil.
func (s *Site) read(stamps [3]stamp, before *siteRules) *siteRules {
	rules := &siteRules{stamps: stamps}
	if before != nil {
		rules.Rules, rules.ignored, rules.texts = before.Rules, before.ignored, before.texts
	}
	for i, name := range ruleFiles {
		if before != nil && before.stamps[i] == stamps[i] && (stamps[i].settled || stamps[i] == stamp{}) {
			continue
		}
		file := s.dir.system("/" + name)
		var text []byte
		exists := stamps[i] != (stamp{})
		if exists {
			var err error
			if text, err = os.ReadFile(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
				s.report(file, []Problem{{Message: "cannot be read: " + err.Error()}})
			}
		}
		if before != nil && rules.texts[i] == string(text) && exists == (before.stamps[i] != stamp{}) {
			continue
		}
		rules.texts[i] = string(text)
		var problems []Problem
		switch name {
		case HeadersFile:
			rules.Headers, problems = ParseHeaders(string(text))
		case RedirectsFile:
			rules.Redirects, problems = ParseRedirects(string(text), s.settings.HTML)
		case IgnoreFile:
			ignored, found := ParseIgnore(text)
			if problems = found; ignored == nil {
				ignored = everything // until it can be read
			}
			rules.ignored = ignored
		}
		if exists || before != nil && before.stamps[i] != (stamp{}) {
			s.report(file, problems)
		}
	}
	return rules
}

// everything ignores all files.
var everything = func() *Ignored {
	p, _ := parseIgnorePattern("*")
	return &Ignored{[]ignorePattern{p}}
}()

// Before answers a request before a Worker does, or returns nil: the Worker is to answer. The URL is the request's.
// Navigation is the compatibility flag assets_navigation_prefers_asset_serving.
func (s *Site) Before(req *http.Request, u *weburl.URL, navigation bool) *http.Response {
	if s.settings.First.All {
		return nil
	}
	v, rules := s.now()
	if s.settings.ForWorker(req.Method, u, navigation && req.Header.Get("Sec-Fetch-Mode") == "navigate", rules.Rules, v) {
		return nil
	}
	return s.respond(req, u, v, rules)
}

// Fetch answers a request, whatever a Worker would answer.
func (s *Site) Fetch(req *http.Request, u *weburl.URL) *http.Response {
	v, rules := s.now()
	return s.respond(req, u, v, rules)
}

func (s *Site) respond(req *http.Request, u *weburl.URL, v *view, rules *siteRules) *http.Response {
	answer := s.settings.Decide(req.Method, u, rules.Rules, v)
	res := &http.Response{
		Status: http.StatusText(answer.Status), StatusCode: answer.Status, ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header, 6), Body: http.NoBody, Request: req,
	}
	switch {
	case answer.Status == 0:
		res.StatusCode = http.StatusNotFound
	case answer.Location != "":
		res.Header["Location"] = []string{answer.Location}
	case answer.File != "":
		if !s.open(res, req, answer.File) { // it has just gone
			res.StatusCode = http.StatusNotFound
		}
	}
	if !answer.Bare && !rules.Headers.Apply(u, res.Header) {
		res.Body.Close()
		res.StatusCode, res.Header, res.Body, res.ContentLength = http.StatusInternalServerError, http.Header{}, http.NoBody, 0
	}
	if req.Method == http.MethodHead {
		res.ContentLength = -1 // nobody is told, as in Workers
	}
	res.Status = strconv.Itoa(res.StatusCode) + " " + http.StatusText(res.StatusCode)
	return res
}

// Header values that are the same for all files. They are only read.
var (
	revalidate = []string{"public, max-age=0, must-revalidate"}
	hit        = []string{"HIT"}
)

// inMemory is up to which size a file is read at once, and sent with its head.
const inMemory = 64 << 10

// open makes a response of a file.
func (s *Site) open(res *http.Response, req *http.Request, path string) bool {
	name := s.dir.system(path)
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		f.Close()
		return false
	}
	tag := etag(name, info)
	res.Header["Etag"] = []string{tag}
	if kind := ContentType(path); kind != "" {
		res.Header["Content-Type"] = []string{kind}
	}
	if !has(req.Header, "Authorization") && !has(req.Header, "Range") {
		res.Header["Cache-Control"] = revalidate
	}
	res.Header["Cf-Cache-Status"] = hit
	if known := get(req.Header, "If-None-Match"); known == tag || known == "W/"+tag {
		f.Close()
		res.StatusCode = http.StatusNotModified
		return true
	}
	res.ContentLength = info.Size()
	switch {
	case req.Method == http.MethodHead:
		f.Close()
	case info.Size() > inMemory:
		res.Body = &fileBody{f, info.Size()}
	default:
		defer f.Close()
		text := make([]byte, info.Size())
		n, err := io.ReadFull(f, text)
		if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
			return false
		}
		res.ContentLength = int64(n) // it may have been made shorter
		if n > 0 {
			res.Body = &memoryBody{text[:n]}
		}
	}
	return true
}

// has reports whether there is a header, however it is spelt.
func has(header http.Header, name string) bool { return get(header, name) != "" }

func get(header http.Header, name string) string {
	if values := header[name]; len(values) > 0 {
		return strings.Join(values, ", ")
	}
	for other, values := range header {
		if strings.EqualFold(other, name) {
			return strings.Join(values, ", ")
		}
	}
	return ""
}

// etag is a strong validator: that of wrangler, of the file's path and time of change. A time without a fraction was set
// by a program that gives the same one to all versions, as for builds that are to be reproducible: there the size counts
// too.
func etag(name string, info fs.FileInfo) string {
	at := info.ModTime()
	milliseconds := float64(at.Unix())*1000 + float64(at.Nanosecond())/1e6
	text := append([]byte(name), strconv.FormatFloat(milliseconds, 'f', -1, 64)...)
	if at.Nanosecond() == 0 {
		text = strconv.AppendInt(append(text, '-'), info.Size(), 10)
	}
	sum := sha256.Sum256(text)
	quoted := make([]byte, 0, 2+2*16)
	return string(append(hex.AppendEncode(append(quoted, '"'), sum[:16]), '"'))
}

// fileBody is a body that is sent straight from the file.
type fileBody struct {
	file *os.File
	left int64
}

func (b *fileBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, io.EOF
	}
	n, err := b.file.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if err == io.EOF && b.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// WriteTo implements io.WriterTo: with a file as the source, the system copies to a connection.
func (b *fileBody) WriteTo(w io.Writer) (int64, error) {
	n, err := io.Copy(w, &io.LimitedReader{R: b.file, N: b.left})
	b.left -= n
	if err == nil && b.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (b *fileBody) Close() error { return b.file.Close() }

// memoryBody is a body that has been read.
type memoryBody struct{ text []byte }

func (b *memoryBody) Read(p []byte) (int, error) {
	if len(b.text) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b.text)
	b.text = b.text[n:]
	return n, nil
}

func (b *memoryBody) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(b.text)
	b.text = b.text[n:]
	return int64(n), err
}

func (b *memoryBody) Close() error { return nil }
