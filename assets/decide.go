package assets

import (
	"net/http"

	"devserver/runtime/weburl"
)

// Rules are what the files _redirects and _headers say. Either may be nil.
type Rules struct {
	Redirects *Redirects
	Headers   *Headers
}

// Answer is how assets answer a request.
type Answer struct {
	// Status is that of the response; 0 means that there is nothing here for the request: the Worker's turn, or a 404.
	Status int
	// Location is where a redirect leads.
	Location string
	// File is the path of the file that is served, if one is.
	File string
	// Bare says that the rules of _headers do not count.
	Bare bool
}

// Decide says how a request with a method and a URL is answered.
func (s *Settings) Decide(method string, u *weburl.URL, rules Rules, files Files) Answer {
	return s.decide(method, u, rules, files, s.NotFound)
}

// ForWorker says who answers a request where there is a Worker: it, or if ForWorker returns false, the assets, as
// [Settings.Decide] says. Navigation says that what stands in for a file that is not there comes before the Worker: a
// browser is going to the URL, and the Worker's compatibility flags want it so.
func (s *Settings) ForWorker(method string, u *weburl.URL, navigation bool, rules Rules, files Files) bool {
	if worker, decided := s.First.first(u.Pathname()); decided {
		return worker
	}
	notFound := s.NotFound
	if !s.First.Rules && !navigation {
		notFound = NothingFound
	}
	return s.decide(method, u, rules, files, notFound).Status == 0
}

func (s *Settings) decide(method string, u *weburl.URL, rules Rules, files Files, notFound NotFoundHandling) Answer {
	base := s.BasePath
	if base == "" {
		base = "/"
	}
	path := u.Pathname() // as it is, which is not always the one at which a file is
	decoded := decodePath(path)
	if _, ok := within(decoded, base); !ok {
		return Answer{Bare: true}
	}
	shown := false // at another path than its own
	if rule, ok := rules.Redirects.match(u); ok {
		if rule.status != http.StatusOK {
			location, ok := rule.location(u)
			if !ok {
				return failure
			}
			return Answer{Status: rule.status, Location: location}
		}
		to, err := weburl.ParseWithBase(rule.to, u)
		if err != nil {
			return failure
		}
		shown, path = true, to.Pathname()
		decoded = decodePath(path)
	}
	f := newFinder(s.HTML, notFound, files)
	there, ok := found{}, false
	if below, in := within(decoded, base); in {
		if there, ok = s.baseRoot(decoded, base, files); !ok || shown {
			there, ok = f.find(below, true)
		}
	}
	switch {
	case !ok && shown:
		return Answer{Status: http.StatusNotFound}
	case !ok:
		return Answer{}
	case method != http.MethodGet && method != http.MethodHead:
		return Answer{Status: http.StatusMethodNotAllowed}
	}
	if there.file == "" {
		return Answer{Status: http.StatusTemporaryRedirect, Location: encodePath(beyond(there.to, base)) + u.Search()}
	}
	if encoded := encodePath(decoded); encoded != path {
		return Answer{Status: http.StatusTemporaryRedirect, Location: encoded + u.Search()}
	}
	return Answer{Status: there.status, File: there.file}
}

// failure is what a rule leads to that cannot be followed.
var failure = Answer{Status: http.StatusInternalServerError, Bare: true}

// baseRoot is the redirect between a base path with and without its slash, if it is not "/".
func (s *Settings) baseRoot(decoded, base string, files Files) (found, bool) {
	if base == "/" || s.HTML == ExactPath {
		return found{}, false
	}
	from, to := base[:len(base)-1], "/"
	if s.HTML == DropTrailingSlash {
		from, to = base, ""
	}
	return found{to: to}, decoded == from && files.Has("/index.html")
}
