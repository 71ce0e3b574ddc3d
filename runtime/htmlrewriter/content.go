package htmlrewriter

import (
	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

var (
	errLocked   = webidl.TypeErrorf("The ReadableStream has been locked to a reader.")
	errNoStream = webidl.TypeErrorf("Replacing content in HTML comments using a ReadableStream or Response object is not implemented. You must provide a string.")
)

// putContent passes on the content that a call of a method has for arguments: a string, a stream or a response, and
// options. A response without a body is no content at all.
func putContent(c webidl.Call, method, class string, put func(content)) {
	options := contentOptions(c, method, class)
	switch impl := c.Realm.Impl(c.Arg(0)).(type) {
	case *streams.ReadableStream:
		options.stream = impl
	case *fetch.Response:
		body := impl.Stream()
		if body == nil {
			return
		}
		options.stream = body
	default:
		options.text = c.USVString(0)
	}
	put(options)
}

// putText is putContent where there can be no streams.
func putText(c webidl.Call, method, class string, put func(content)) {
	putContent(c, method, class, func(content content) {
		if content.stream != nil {
			c.Throw(errNoStream)
		}
		put(content)
	})
}

func contentOptions(c webidl.Call, method, class string) content {
	v := c.Arg(1)
	if _, ok := v.(*goja.Object); !ok && !webidl.IsNullish(v) {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on '%s': parameter 2 is not of type 'ContentOptions'.", method, class))
	}
	return content{html: c.Dictionary(1).Bool("html")}
}
