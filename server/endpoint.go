package server

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// endpoint is one of devserver's own: what the Worker is asked through besides HTTP, and what the browser needs.
type endpoint struct {
	// path is below localPrefix, and has no slash.
	path string
	// aliases are whole paths at which other tools have the same.
	aliases []string
	// methods are those that it answers. HEAD needs no mention beside GET.
	methods []string
	// help is a line for who asks for something that there is not: what it does, and its parameters.
	help  string
	serve http.HandlerFunc
}

// endpoints are all of devserver's endpoints, in the order in which they are listed.
func (s *Session) endpoints() []endpoint {
	scheduled := []string{"/cdn-cgi/handler/scheduled", "/cdn-cgi/mf/scheduled"}
	if s.options.TestScheduled {
		scheduled = append(scheduled, testScheduled)
	}
	return append(s.live.endpoints(), []endpoint{
		{"scheduled", scheduled, []string{"GET", "POST"}, "run the scheduled handler: ?cron=*/5+*+*+*+* ?time=MILLISECONDS ?format=json ?worker=NAME", s.serveScheduled},
		{"email", []string{"/cdn-cgi/handler/email"}, []string{"POST"}, "have the email handler take the message in the body: ?from=ADDRESS ?to=ADDRESS ?format=json ?worker=NAME", s.serveEmail},
		{"queue", nil, []string{"POST"}, "send the body to a queue: ?queue=NAME ?contentType=json|text|bytes ?delaySeconds=N", s.serveQueue},
	}...)
}

// localEndpoint looks for what a path of devserver's own leads to. ours says whether it is one at all: everything else
// belongs to the Worker.
func (s *Session) localEndpoint(path string) (e *endpoint, ours bool) {
	if !strings.HasPrefix(path, "/cdn-cgi/") && !strings.HasPrefix(path, "/__") {
		return nil, false // nearly every request: it costs no more than this
	}
	below, ours := strings.CutPrefix(path, localPrefix)
	i := slices.IndexFunc(s.local, func(e endpoint) bool { return ours && e.path == below || slices.Contains(e.aliases, path) })
	if i < 0 {
		return nil, ours
	}
	return &s.local[i], true
}

// serveEndpoint answers with an endpoint, or says which there are.
func (s *Session) serveEndpoint(w http.ResponseWriter, r *http.Request, e *endpoint) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	switch {
	case e == nil:
		http.Error(w, fmt.Sprintf("devserver has no endpoint %s%s", r.URL.EscapedPath(), s.listEndpoints()), http.StatusNotFound)
	case !slices.Contains(e.methods, method):
		w.Header().Set("Allow", strings.Join(e.methods, ", "))
		http.Error(w, fmt.Sprintf("%s%s takes %s, not %s", localPrefix, e.path, strings.Join(e.methods, " or "), r.Method), http.StatusMethodNotAllowed)
	default:
		e.serve(w, r)
	}
}

func (s *Session) listEndpoints() string {
	if len(s.local) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(". These are there:\n")
	for _, e := range s.local {
		fmt.Fprintf(&b, "\n  %-4s %s%s\n       %s\n", e.methods[0], localPrefix, e.path, e.help)
	}
	return b.String()
}
