package server

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
)

// The endpoints of live reload, below localPrefix: a stream of server-sent events, each the version of what is served,
// and the script that listens to them on pages.
const (
	liveReloadPath   = "live-reload"
	liveReloadScript = "live-reload.js"
)

//go:embed livereload.js
var liveReloadJS []byte

// liveReload has the pages of browsers reload when what they were made by is another. It is nil if nobody wants it.
type liveReload struct {
	session string // differs from one start to the next
	report  func(Event)

	mu      sync.Mutex
	number  int           // of changes
	changed chan struct{} // closed by the next change
	pages   int           // that listen
	ended   bool
	said    map[string]bool
}

const (
	mostLivePages = 256              // a browser has six at most for each of its hosts
	liveWrite     = 10 * time.Second // how long a page may take to read a line
	mostLiveSaid  = 100
)

func newLiveReload(report func(Event)) *liveReload {
	var id [4]byte
	rand.Read(id[:])
	return &liveReload{session: hex.EncodeToString(id[:]), report: report, changed: make(chan struct{}), said: map[string]bool{}}
}

// next tells the pages that what is served has changed.
func (l *liveReload) next() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.number++
	close(l.changed)
	l.changed = make(chan struct{})
}

// end lets the pages go, so that nothing waits for them.
func (l *liveReload) end() {
	if l == nil {
		return
	}
	l.mu.Lock()
	l.ended = true
	l.mu.Unlock()
	l.next()
}

// now is the version of what is served, and what is closed when that is over.
func (l *liveReload) now() (version string, changed <-chan struct{}, ended bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%s.%d", l.session, l.number), l.changed, l.ended
}

// endpoints are those of live reload.
func (l *liveReload) endpoints() []endpoint {
	if l == nil {
		return nil
	}
	return []endpoint{
		{path: liveReloadPath, methods: []string{http.MethodGet}, help: "server-sent events: the version of the Worker, at once and after each reload", serve: l.serveEvents},
		{path: liveReloadScript, methods: []string{http.MethodGet}, help: "the script that reloads a page; --live-reload adds it to pages", serve: l.serveScript},
	}
}

// serveEvents sends the version, now and whenever it changes: https://html.spec.whatwg.org/#server-sent-events
func (l *liveReload) serveEvents(w http.ResponseWriter, r *http.Request) {
	if !l.join() {
		w.Header().Set("Retry-After", "5")
		http.Error(w, "too many pages listen for reloads", http.StatusServiceUnavailable)
		return
	}
	defer l.leave()
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	control := http.NewResponseController(w)
	for {
		version, changed, ended := l.now()
		if ended {
			return
		}
		control.SetWriteDeadline(time.Now().Add(liveWrite))
		if _, err := fmt.Fprintf(w, "retry: 500\ndata: %s\n\n", version); err != nil || control.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

func (l *liveReload) join() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pages >= mostLivePages || l.ended {
		return false
	}
	l.pages++
	return true
}

func (l *liveReload) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pages--
}

func (l *liveReload) serveScript(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/javascript; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	w.Write(liveReloadJS)
}

// once tells the author something, but not again.
func (l *liveReload) once(text string) {
	l.mu.Lock()
	said := l.said[text] || len(l.said) >= mostLiveSaid
	l.said[text] = true
	l.mu.Unlock()
	if !said {
		l.report(Notice{text})
	}
}

// page wraps w for a request whose answer may be a page of the browser's, and returns nil for any other: of what fetch()
// gets, or an image, nothing is changed.
func (l *liveReload) page(w http.ResponseWriter, r *http.Request) *livePage {
	if l == nil || !navigates(r) {
		return nil
	}
	version, _, _ := l.now() // before the Worker is chosen: a page is never taken for newer than it is
	return &livePage{ResponseWriter: w, live: l, path: r.URL.Path, version: version}
}

// livePage is the answer to a request for a page. If it is HTML, it ends with the script.
type livePage struct {
	http.ResponseWriter
	live    *liveReload
	path    string
	version string

	begun   bool
	nonce   string
	script  bool           // to be added
	encoded *io.PipeWriter // to what decodes the body; nil if that is not encoded
	decoded chan error
}

// Unwrap is for http.ResponseController.
func (p *livePage) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (p *livePage) WriteHeader(status int) {
	if !p.begun && status >= 200 { // not 103 Early Hints
		p.begun = true
		p.begin(status)
	}
	p.ResponseWriter.WriteHeader(status)
}

// begin decides whether the script is added.
func (p *livePage) begin(status int) {
	h := header{p.Header()}
	kind, params, err := mime.ParseMediaType(h.get("Content-Type"))
	if err != nil || kind != "text/html" || status == http.StatusNoContent || status == http.StatusNotModified || status == http.StatusPartialContent {
		return
	}
	if strings.HasPrefix(strings.ToLower(params["charset"]), "utf-16") || h.get("Content-Length") == "0" ||
		strings.HasPrefix(strings.ToLower(strings.TrimSpace(h.get("Content-Disposition"))), "attachment") {
		return
	}
	allowed, nonce := allowsScript(h.values("Content-Security-Policy"))
	if !allowed {
		p.live.once("--live-reload: " + p.path + " is not reloaded, because its Content-Security-Policy allows no script and connection of its own origin ('self')")
		return
	}
	coding := strings.ToLower(strings.TrimSpace(h.get("Content-Encoding")))
	var decoder func(io.Reader) (io.Reader, error)
	switch coding {
	case "", "identity":
	case "gzip", "x-gzip":
		decoder = func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }
	case "br":
		decoder = func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil }
	default:
		p.live.once("--live-reload: " + p.path + " is not reloaded, because its Content-Encoding is " + coding)
		return
	}
	p.script, p.nonce = true, nonce
	// The body is another: what speaks of the old one goes, and nobody may keep a page that names a version.
	for _, name := range []string{"Content-Length", "Etag", "Last-Modified", "Content-Digest", "Repr-Digest", "Accept-Ranges"} {
		h.del(name)
	}
	h.del("Cache-Control")
	p.Header().Set("Cache-Control", "no-store")
	if decoder == nil {
		return
	}
	h.del("Content-Encoding")
	reader, writer := io.Pipe()
	p.encoded, p.decoded = writer, make(chan error, 1)
	go func() {
		plain, err := decoder(reader)
		if err == nil {
			_, err = io.Copy(flushing{p.ResponseWriter}, plain)
		}
		reader.CloseWithError(err)
		p.decoded <- err
	}()
}

// header is the header of a Worker's response, whose names are spelled as the Worker has them.
type header struct{ http.Header }

func (h header) values(name string) []string {
	var list []string
	for n, values := range h.Header {
		if strings.EqualFold(n, name) {
			list = append(list, values...)
		}
	}
	return list
}

func (h header) get(name string) string {
	if list := h.values(name); len(list) > 0 {
		return list[0]
	}
	return ""
}

func (h header) del(name string) {
	maps.DeleteFunc(h.Header, func(n string, _ []string) bool { return strings.EqualFold(n, name) })
}

// flushing sends what is written at once.
type flushing struct{ http.ResponseWriter }

func (f flushing) Write(b []byte) (int, error) {
	n, err := f.ResponseWriter.Write(b)
	if err == nil {
		err = http.NewResponseController(f.ResponseWriter).Flush()
	}
	return n, err
}

// Write implements http.ResponseWriter.
func (p *livePage) Write(b []byte) (int, error) {
	if !p.begun {
		p.WriteHeader(http.StatusOK)
	}
	if p.encoded != nil {
		return p.encoded.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// FlushError is for http.ResponseController. What is being decoded is flushed there.
func (p *livePage) FlushError() error {
	if !p.begun {
		p.WriteHeader(http.StatusOK)
	}
	if p.encoded != nil {
		return nil
	}
	return http.NewResponseController(p.ResponseWriter).Flush()
}

// finish adds the script. It is not called for a body that broke off; release is called always.
func (p *livePage) finish() {
	if p.encoded != nil {
		p.encoded.Close()
		if err := <-p.decoded; err != nil {
			p.encoded = nil
			p.live.once("--live-reload: the body of " + p.path + " is not what its Content-Encoding says: " + err.Error())
			panic(http.ErrAbortHandler)
		}
		p.encoded = nil
	}
	if !p.script {
		return
	}
	var b bytes.Buffer
	b.WriteString("\n<script")
	if p.nonce != "" {
		fmt.Fprintf(&b, ` nonce="%s"`, p.nonce)
	}
	fmt.Fprintf(&b, " src=\"%s%s?v=%s\"></script>\n", localPrefix, liveReloadScript, p.version)
	p.ResponseWriter.Write(b.Bytes())
}

// release ends the decoding, if finish has not.
func (p *livePage) release() {
	if p.encoded != nil {
		p.encoded.CloseWithError(io.ErrUnexpectedEOF)
		<-p.decoded
	}
}

// allowsScript reports whether policies let a page run a script of its own origin and connect to it, and the nonce that the
// script needs for it, if any: https://www.w3.org/TR/CSP3/
func allowsScript(policies []string) (allowed bool, nonce string) {
	for _, policy := range strings.Split(strings.Join(policies, ","), ",") {
		directives := map[string][]string{}
		for directive := range strings.SplitSeq(policy, ";") {
			fields := strings.Fields(directive)
			if len(fields) == 0 {
				continue
			}
			name := strings.ToLower(fields[0])
			if _, again := directives[name]; !again {
				directives[name] = fields[1:]
			}
		}
		first := func(names ...string) (sources []string, found bool) {
			for _, name := range names {
				if sources, found = directives[name]; found {
					return sources, true
				}
			}
			return nil, false
		}
		if sources, found := first("connect-src", "default-src"); found && !hasOwnOrigin(sources) {
			return false, ""
		}
		if sandbox, found := directives["sandbox"]; found && !(holds(sandbox, "allow-scripts") && holds(sandbox, "allow-same-origin")) {
			return false, ""
		}
		sources, found := first("script-src-elem", "script-src", "default-src")
		if !found {
			continue
		}
		own := ""
		for _, source := range sources {
			if value, ok := strings.CutPrefix(source, "'nonce-"); ok && isNonce(strings.TrimSuffix(value, "'")) {
				own = strings.TrimSuffix(value, "'")
			}
		}
		switch {
		case own != "" && (nonce == "" || nonce == own):
			nonce = own
		case !hasOwnOrigin(sources) || holds(sources, "'strict-dynamic'"):
			return false, ""
		}
	}
	return true, nonce
}

// isNonce reports whether a text is a nonce by its form, and so safe in an attribute.
func isNonce(text string) bool {
	return text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=") == ""
}

func hasOwnOrigin(sources []string) bool {
	return holds(sources, "'self'") || holds(sources, "*")
}

func holds(list []string, wanted string) bool {
	for _, word := range list {
		if strings.EqualFold(word, wanted) {
			return true
		}
	}
	return false
}
