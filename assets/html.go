package assets

import "strings"

// A step is one thing that is tried for a path: file is served or, if there is a to, the path redirected there. Both
// stand after the stem, the path without the suffix that led to the step.
type step struct {
	file     string
	redirect bool
	to       string
}

func serve(file string) step        { return step{file: file} }
func redirect(file, to string) step { return step{file: file, redirect: true, to: to} }

// steps are what is tried for paths that end with suffix, in order. With root, for the suffix alone.
type steps struct {
	suffix string
	root   bool
	try    []step
}

// handling is what is tried for a path: the first list whose suffix it has, and then the one without.
type handling []steps

// handlings are the four ways in which HTML files may be found.
var handlings = map[HTMLHandling]handling{
	AutoTrailingSlash: {
		{suffix: "/index", try: []step{serve("/index"), redirect("/index.html", "/"), redirect(".html", "")}},
		{suffix: "/index.html", try: []step{redirect("/index.html", "/"), redirect(".html", "")}},
		{suffix: "/", try: []step{serve("/index.html"), redirect(".html", "")}},
		{suffix: ".html", try: []step{redirect(".html", ""), redirect("/index.html", "/")}},
		{try: []step{serve(""), serve(".html"), redirect("/index.html", "/")}},
	},
	ForceTrailingSlash: {
		{suffix: "/index", try: []step{serve("/index"), redirect("/index.html", "/"), redirect(".html", "/")}},
		{suffix: "/index.html", try: []step{redirect("/index.html", "/"), redirect(".html", "/")}},
		{suffix: "/", try: []step{serve("/index.html"), serve(".html")}},
		{suffix: ".html", try: []step{redirect(".html", "/"), serve(".html"), redirect("/index.html", "/")}},
		{try: []step{serve(""), redirect(".html", "/"), redirect("/index.html", "/")}},
	},
	DropTrailingSlash: {
		{suffix: "/index", root: true, try: []step{serve("/index"), redirect("/index.html", "/")}},
		{suffix: "/index", try: []step{serve("/index"), redirect(".html", ""), redirect("/index.html", "")}},
		{suffix: "/index.html", root: true, try: []step{redirect("/index.html", "/")}},
		{suffix: "/index.html", try: []step{redirect("/index.html", ""), serve("/index.html"), redirect(".html", "")}},
		{suffix: "/", root: true, try: []step{serve("/index.html")}},
		{suffix: "/", try: []step{redirect(".html", ""), redirect("/index.html", "")}},
		{suffix: ".html", try: []step{redirect(".html", ""), redirect("/index.html", "")}},
		{try: []step{serve(""), serve(".html"), serve("/index.html")}},
	},
	ExactPath: {
		{try: []step{serve("")}},
	},
}

// found is what a path leads to: a file or, if there is none, another path.
type found struct {
	file     string
	notFound bool // the file stands in for one that is not there
	status   int
	to       string
}

// finder finds files for paths.
type finder struct {
	handling handling
	notFound NotFoundHandling
	files    Files
}

func newFinder(html HTMLHandling, notFound NotFoundHandling, files Files) finder {
	h, ok := handlings[html]
	if !ok {
		h = handlings[AutoTrailingSlash]
	}
	return finder{h, notFound, files}
}

// find finds what a decoded path leads to. Without redirects, only a file.
func (f finder) find(path string, redirects bool) (found, bool) {
	special := false
	for _, list := range f.handling {
		stem, ok := strings.CutSuffix(path, list.suffix)
		if !ok || list.root && stem != "" || special && list.suffix != "" {
			continue
		}
		special = true
		for _, s := range list.try {
			file := stem + s.file
			switch {
			case !s.redirect:
				if f.files.Has(file) {
					return found{file: file, status: 200}, true
				}
			case redirects && f.leadsTo(stem+s.to, file):
				return found{to: stem + s.to}, true
			}
		}
	}
	return f.nothing(path)
}

// leadsTo reports whether a path may be redirected to: it is not a file of its own, and is answered with the file.
func (f finder) leadsTo(path, file string) bool {
	if !f.files.Has(file) || f.files.Has(path) {
		return false
	}
	there, ok := f.find(path, false)
	return ok && there.file == file
}

// nothing is what answers where there is no file.
func (f finder) nothing(path string) (found, bool) {
	switch f.notFound {
	case SinglePageApplication:
		if f.files.Has("/index.html") {
			return found{file: "/index.html", notFound: true, status: 200}, true
		}
	case NearestPage:
		for path != "" {
			path = path[:max(strings.LastIndexByte(path, '/'), 0)]
			if f.files.Has(path + "/404.html") {
				return found{file: path + "/404.html", notFound: true, status: 404}, true
			}
		}
	}
	return found{}, false
}
