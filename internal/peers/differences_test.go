//go:build peers

package peers

// difference is why some cases of TestWire come out otherwise than on workerd. A case that is not here must be the same,
// and one that is here must differ.
type difference struct {
	why   string
	here  string // is in devserver's outcome
	cases []string
}

// asEdge are the differences while failures become the responses of the edge.
var asEdge = []difference{
	{"what the network does not give is the edge's 52x Response here, as deployed code sees it; workerd alone throws", "x-devserver-mtls", []string{
		"fail garbage", "fail close", "fail half a head", "fail refused", "fail plain where TLS is", "fail TLS where plain is",
		"fail without the certificate", "fail other name",
	}},
	{"as above, handed on to the client", "X-Devserver-Mtls: BAD_RESPONSE", []string{"proxy garbage"}},
}

var differences = []difference{
	// On purpose.
	{"a request has the headers that the edge adds, and they are handed on", "Cf-Connecting-Ip: 127.0.0.1", []string{"proxy the request"}},
	{"an error page says what went wrong", "Return value from serve handler must not be an error response", []string{"answer error"}},
	{"the body's own error is thrown, which says more than \"Network connection lost.\"", "FixedLengthStream", []string{
		"body FixedLengthStream, too little", "body FixedLengthStream, too much",
	}},
	{"workerd ends an upload that broke off as if it were whole; here fetch rejects with the stream's error", "RangeError: no more", []string{"body stream that fails"}},
	{"as above", "TypeError: Draining read encountered a value that cannot be converted to bytes", []string{"body stream of objects"}},

	// As the standards have it, and workerd has not.
	{"a lone surrogate becomes U+FFFD in UTF-8", "\uFFFD", []string{"body lone surrogate"}},
	{"as above, in a URL", "%EF%BF%BD", []string{"path surrogate"}},
	{"an empty header name is not valid", "TypeError: Invalid header name.", []string{"headers empty name"}},
	{"base64 that is not valid makes a data: URL fail", "TypeError: Fetch API cannot load", []string{"data data:text/x;base64,!"}},
	{"a redirect to a scheme that is not HTTP's is a TypeError, where workerd has an internal error", "TypeError: Invalid Location header", []string{"redirect to ftp"}},
	{"newlines in names and values are CR LF", `\r\n`, []string{"body FormData"}},
	{"the host of an absolute request target comes before the Host header", "http://other.localhost/abs?x", []string{"in absolute form"}},

	{"workerd refuses what is no URI; here a request.url is made of it, as browsers would", "http://worker.localhost/a%2Fb|c%22%3C%3E", []string{"in odd characters"}},
	{"as above", "http://worker.localhost/a%2Fb|c%zz//e?q=", []string{"in odd path"}},

	// Other words.
	{"a request that cannot be parsed is refused in net/http's own words", "400 Bad Request", []string{"in bytes beyond ASCII"}},

	// What net/http does.
	{"net/http writes the usual reason of a status", "", []string{
		"proxy multi", "proxy HEAD", "proxy 204", "proxy 205", "proxy 404", "proxy 999", "proxy latin1", "proxy noreason", "proxy redirect/302?to=/there",
		"answer statusText", "answer statusText é",
	}},
	{"net/http spells a header's name so; case has no meaning", "Set-Cookie: b=2", []string{"answer header spelling"}},
	{"spelt so, Content-Length keeps net/http from sending a request that has no body a second time", "content-length: 0", []string{"method OPTIONS", "method TRACE"}},
	{"net/http takes Connection: close away", `\"headers\":[]`, []string{"response until-close"}},
	{"net/http takes two equal Content-Length headers for one", `[\"content-length\",\"2\"]`, []string{"response duplicate"}},
	{"net/http accepts a header that is continued on the next line", `[\"x-f\",\"a b\"]`, []string{"response fold"}},
	{"two compressors, one text", `\x1f\x8b`, []string{"answer content-encoding gzip"}},
	{"as above", "Content-Encoding: br", []string{"answer content-encoding br"}},
}
