// Package assets is what static assets are: which file of a directory answers a request, or which redirect, and with
// which headers. It follows the asset Worker that Cloudflare runs in front of a Worker, and that wrangler runs locally.
//
// The rules are plain functions of a request's URL, the settings and what files there are: html.go finds a file for a
// path, redirects.go and headers.go read _redirects and _headers, rule.go matches their patterns, routing.go is
// run_worker_first, ignore.go is .assetsignore, and decide.go puts them together. Reading files is left to directory.go
// (which there are) and serve.go (the response).
//
// https://developers.cloudflare.com/workers/static-assets/
package assets

// Settings are what the configuration says of a Worker's assets. The zero value is the default.
type Settings struct {
	HTML     HTMLHandling
	NotFound NotFoundHandling
	// BasePath is the path that the assets are below: "/", or "/docs/" as [NormalizeBasePath] returns it. "" is "/".
	BasePath string
	// First are the paths for which the Worker comes before the assets.
	First Routing
}

// HTMLHandling says at which paths HTML files are.
type HTMLHandling string

// The values of html_handling. Others count as AutoTrailingSlash, the default.
const (
	AutoTrailingSlash  HTMLHandling = "auto-trailing-slash"  // /a.html at /a, /a/index.html at /a/
	ForceTrailingSlash HTMLHandling = "force-trailing-slash" // both at /a/
	DropTrailingSlash  HTMLHandling = "drop-trailing-slash"  // both at /a
	ExactPath          HTMLHandling = "none"                 // each where it is
)

// NotFoundHandling says what answers where there is no file.
type NotFoundHandling string

// The values of not_found_handling. Others count as NothingFound, the default.
const (
	NothingFound          NotFoundHandling = "none"                    // an empty 404, or the Worker
	NearestPage           NotFoundHandling = "404-page"                // the 404.html in the path's directory or one above, as a 404
	SinglePageApplication NotFoundHandling = "single-page-application" // /index.html, as a 200
)

// Files are what files there are.
type Files interface {
	// Has reports whether there is a file at a decoded path: "/", and names with "/" between them.
	Has(path string) bool
}

// Problem is a line of _headers, _redirects or .assetsignore that has no effect, or not the one it seems to have.
type Problem struct {
	Line, Column int    // from 1, in characters
	Message      string // what is wrong, without a full stop
	Fix          string // what to write instead; may be empty
}
