package assets

import (
	_ "embed"
	"strings"
	"sync"
)

// mediaTypes has a line for each media type: the type, and the extensions of names that have it.
//
//go:embed mediatypes.txt
var mediaTypes string

var extensions = sync.OnceValue(func() map[string]string {
	types := make(map[string]string, 1200)
	for line := range strings.Lines(mediaTypes) {
		mediaType, names, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(mediaType, "text/") {
			mediaType += "; charset=utf-8"
		}
		for name := range strings.SplitSeq(names, " ") {
			types[name] = mediaType
		}
	}
	return types
})

// ContentType is the Content-Type of a file by its name, or "" if that says nothing.
func ContentType(name string) string {
	name = name[strings.LastIndexByte(name, '/')+1:]
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 { // a name that begins with its only dot has no extension
		return ""
	}
	extension := name[dot+1:]
	if lower := strings.ToLower(extension); lower != extension {
		extension = lower
	}
	return extensions()[extension]
}
