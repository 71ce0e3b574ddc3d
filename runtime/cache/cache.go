// Package cache is the Cache API as Workers have it: caches.default, caches.open() and, on what they give, put, match and
// delete: https://developers.cloudflare.com/workers/runtime-apis/cache/
//
// A cache keeps responses to GET requests by their URL, for as long as their headers say (policy.go), and answers
// requests for parts of them, and conditional ones (answer.go). Vary is not looked at, as in Workers. What
// there is outlives isolates and reloads: it is in a [Storage], of which [Memory] is one.
//
// The standard's other methods are there, and throw that they are not implemented: https://w3c.github.io/ServiceWorker/#cache-objects
package cache

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// Storage is where responses are kept. Its methods may be called from any goroutine.
type Storage interface {
	// Get returns the entry of a key, nil if there is none or none that is fresh at now.
	Get(key Key, now time.Time) *Entry
	// Put keeps an entry in place of what there was, or drops both if it is too large, or stale already.
	Put(key Key, e *Entry)
	// Delete removes the entry of a key, and reports whether there was one that is fresh at now.
	Delete(key Key, now time.Time) bool
	// EntryLimit is how many bytes the body of an entry may have.
	EntryLimit() int64
}

// Key is what an entry is found by.
type Key struct {
	Cache string // Default, or what Named returns
	URL   string // or what the request's cf.cacheKey says
}

// Default is caches.default, in a [Key].
const Default = "default"

// Named is the cache that caches.open gives for a name, in a [Key]. It is never the default one.
func Named(name string) string { return "named:" + name }

// Entry is a stored response. It is never changed.
type Entry struct {
	Status int
	// Header has neither Age nor what belongs to one connection.
	Header http.Header
	Body   []byte
	// Stored is when the response was stored; it was Age old then, and is fresh until Expires.
	Stored  time.Time
	Age     time.Duration
	Expires time.Time
}

// Host is a realm's host that says where its caches are kept.
type Host interface{ CacheStorage() Storage }

// state is what the package keeps per isolate.
type state struct{ storage Storage }

// Init implements the initialization of [webidl.State]. Without a [Host], caches end with the isolate.
func (s *state) Init(r *webidl.Realm) {
	if host, ok := r.Host.(Host); ok {
		s.storage = host.CacheStorage()
		return
	}
	s.storage = NewMemory(MemoryOptions{})
}

// cache is the Go value behind a Cache: https://w3c.github.io/ServiceWorker/#cache-interface
type cache struct{ name string }

var (
	errKey      = webidl.TypeErrorf("Invalid URL. Cache API keys must be fully-qualified, valid URLs.")
	errFailed   = webidl.TypeErrorf("Cache is unable to store an error response")
	errMethod   = webidl.TypeErrorf("Cannot cache response to non-GET request.")
	errPartial  = webidl.TypeErrorf("Cannot cache response to a range request (206 Partial Content).")
	errUpgrade  = webidl.TypeErrorf("Cannot cache WebSocket upgrade response.")
	errVary     = webidl.TypeErrorf("Cannot cache response with 'Vary: *' header.")
	errLongName = webidl.TypeErrorf("Cache name is too long.")
)

// Uncached begins the paths, after their slash, of what is never stored: the files of a Workers Site, whose keys say
// nothing of their contents, so that a Worker that caches them would not see a change.
const Uncached = "$__MINIFLARE_SITES__$/"

// key returns what a request's entry is found by. http says that it is one of HTTP's; others are never stored.
func (c *cache) key(r *webidl.Realm, req *fetch.Request) (key Key, isHTTP bool, err error) {
	u, err := req.URL()
	if err != nil {
		return Key{}, false, err
	}
	isHTTP = u.Scheme() == "http" || u.Scheme() == "https"
	if !isHTTP && u.Host() == "" {
		return Key{}, false, errKey
	}
	key = Key{c.name, u.Scheme() + "://" + u.Host() + u.RequestTarget()}
	if cf, ok := req.CF().(*goja.Object); ok {
		if v := cf.Get("cacheKey"); v != nil && v.ToBoolean() {
			key.URL = r.USVString(v)
		}
	}
	return key, isHTTP, nil
}

// put implements https://w3c.github.io/ServiceWorker/#cache-put for what Workers store: it returns a promise that is
// fulfilled when the body has been read, whether the response was stored or may not be. One whose body fails is not
// stored, and what there was stays.
func (c *cache) put(r *webidl.Realm, input goja.Value, res *fetch.Response, span *tracing.Span) (goja.Value, error) {
	if res.Failed() {
		return nil, errFailed
	}
	req := fetch.RequestOf(r, input)
	if err := r.CheckIO(); err != nil {
		return nil, err
	}
	switch vary, _ := res.Header("vary"); {
	case req.Method() != http.MethodGet:
		return nil, errMethod
	case res.Status() == http.StatusPartialContent:
		return nil, errPartial
	case variesOnAll(vary):
		return nil, errVary
	case res.Status() == http.StatusSwitchingProtocols:
		return nil, errUpgrade
	}
	if res.Status() == http.StatusNotModified {
		return goja.Undefined(), nil // no answer to any request that has no condition, and its body stays unused
	}
	key, isHTTP, err := c.key(r, req)
	if err != nil {
		return nil, err
	}
	head, err := req.Head()
	if err != nil {
		return nil, err
	}
	u, _ := req.URL() // it was there for the key
	uncached := strings.HasPrefix(u.RequestTarget(), "/"+Uncached)
	storage := webidl.State[state](r).storage
	asked(span, req)
	done := r.NewPromise()
	err = res.Keep(r, storage.EntryLimit(), func(answer *http.Response, body []byte, err error) {
		stored(span, answer, len(body), err)
		r.Microtask(span.Close)
		switch e, _ := errors.AsType[*webidl.Error](err); {
		case err == nil:
			if e := newEntry(head, answer, body, time.Now()); e != nil && isHTTP && !uncached {
				storage.Put(key, e)
			}
		case errors.Is(err, fetch.ErrTooLarge):
		case e != nil && e.Retryable: // the connection that the body came over was lost
		default:
			done.Reject(err)
			return
		}
		done.Resolve(goja.Undefined())
	})
	if err != nil {
		return nil, err
	}
	return done.Value(), nil
}

// match implements https://w3c.github.io/ServiceWorker/#cache-match
func (c *cache) match(r *webidl.Realm, input goja.Value, ignoreMethod bool, span *tracing.Span) (goja.Value, error) {
	req, key, err := c.query(r, input, ignoreMethod)
	if req == nil || err != nil {
		return goja.Undefined(), err
	}
	asked(span, req)
	head, err := req.Head()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	e := webidl.State[state](r).storage.Get(key, now)
	if e == nil {
		answered(span, http.StatusGatewayTimeout, 0, "MISS", false)
		return goja.Undefined(), nil
	}
	answer := e.answer(head.Header, now)
	answered(span, answer.StatusCode, answer.ContentLength, "HIT", true)
	return fetch.NewResponse(r, answer, ""), nil
}

// remove implements https://w3c.github.io/ServiceWorker/#cache-delete
func (c *cache) remove(r *webidl.Realm, input goja.Value, ignoreMethod bool, span *tracing.Span) (goja.Value, error) {
	req, key, err := c.query(r, input, ignoreMethod)
	if req == nil || err != nil {
		return r.Bool(false), err
	}
	asked(span, req)
	there := webidl.State[state](r).storage.Delete(key, time.Now())
	status := http.StatusOK
	if !there {
		status = http.StatusNotFound
	}
	answered(span, status, -1, "", there)
	return r.Bool(there), nil
}

// query returns the request to find an entry for, and its key; a nil request finds none.
func (c *cache) query(r *webidl.Realm, input goja.Value, ignoreMethod bool) (*fetch.Request, Key, error) {
	if err := r.CheckIO(); err != nil {
		return nil, Key{}, err
	}
	req := fetch.RequestOf(r, input)
	if !ignoreMethod && req.Method() != http.MethodGet {
		return nil, Key{}, nil
	}
	key, isHTTP, err := c.key(r, req)
	if err == nil && !isHTTP {
		u, _ := req.URL()
		err = webidl.TypeErrorf("Fetch API cannot load: %s", u.Href())
	}
	return req, key, err
}
