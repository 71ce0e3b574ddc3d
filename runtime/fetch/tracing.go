package fetch

import (
	"net/http"

	"devserver/runtime/tracing"
)

// describe gives the span of an exchange the attributes of the request.
func (x *exchange) describe() {
	x.span.Set(
		tracing.Attribute{Name: "network.protocol.name", Value: "http"},
		tracing.Attribute{Name: "network.protocol.version", Value: "HTTP/1.1"},
		tracing.Attribute{Name: "http.request.method", Value: x.method},
		tracing.Attribute{Name: "url.full", Value: x.asked},
	)
	for _, field := range tracedFields {
		if value := x.header.Get(field.name); value != "" {
			x.span.Set(tracing.Attribute{Name: field.attribute, Value: value})
		}
	}
	if x.content != nil && x.length >= 0 {
		x.span.Set(tracing.Attribute{Name: "http.request.body.size", Value: x.length})
	}
}

// tracedFields are the headers that are attributes of a fetch.
var tracedFields = []struct{ name, attribute string }{
	{"User-Agent", "user_agent.original"},
	{"Content-Type", "http.request.header.content-type"},
	{"Accept", "http.request.header.accept"},
	{"Accept-Encoding", "http.request.header.accept-encoding"},
}

// describeAnswer gives the span the attributes of the response.
func (x *exchange) describeAnswer(res *http.Response) {
	x.span.Set(tracing.Attribute{Name: "http.response.status_code", Value: int64(res.StatusCode)})
	length := res.ContentLength
	if x.method == http.MethodHead {
		length = 0
	}
	if length >= 0 {
		x.span.Set(tracing.Attribute{Name: "http.response.body.size", Value: length})
	}
}

// again ends the span of a request that was redirected and opens another one. As in Workers, that is said to be to the URL
// that the script asked for.
func (x *exchange) again() {
	if x.span == nil {
		return
	}
	x.span.Close()
	x.span = x.span.Again("fetch")
	x.describe()
}
