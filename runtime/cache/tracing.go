package cache

import (
	"fmt"
	"net/http"

	"devserver/runtime/fetch"
	"devserver/runtime/tracing"
)

// asked gives the span of an operation the attributes of its request.
func asked(span *tracing.Span, req *fetch.Request) {
	if span == nil {
		return
	}
	if u, err := req.URL(); err == nil {
		span.Set(tracing.Attribute{Name: "cache.request.url", Value: u.Href()}, tracing.Attribute{Name: "cache.request.method", Value: req.Method()})
	}
}

// answered gives a span the attributes of what the cache has answered. A length below 0, and an empty status of the cache,
// are not there.
func answered(span *tracing.Span, status int, length int64, cacheStatus string, success bool) {
	if span == nil {
		return
	}
	span.Set(tracing.Attribute{Name: "cache.response.status_code", Value: int64(status)})
	if length >= 0 {
		span.Set(tracing.Attribute{Name: "cache.response.body.size", Value: length})
	}
	if cacheStatus != "" {
		span.Set(tracing.Attribute{Name: "cache.response.cache_status", Value: cacheStatus})
	}
	span.Set(tracing.Attribute{Name: "cache.response.success", Value: success})
}

// stored gives the span of a put the attributes of the response, whose size is that of an HTTP/1.1 message.
func stored(span *tracing.Span, answer *http.Response, length int, err error) {
	if span == nil {
		return
	}
	if err == nil {
		size := length + len(fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: %d\r\n\r\n", answer.StatusCode, http.StatusText(answer.StatusCode), length))
		for name, values := range answer.Header {
			if name == "Content-Length" {
				continue
			}
			for _, value := range values {
				size += len(name) + len(": ") + len(value) + len("\r\n")
			}
		}
		span.Set(tracing.Attribute{Name: "cache.request.payload.status_code", Value: int64(answer.StatusCode)})
		if control := answer.Header.Get("Cache-Control"); control != "" {
			span.Set(tracing.Attribute{Name: "cache.request.payload.header.cache_control", Value: control})
		}
		span.Set(tracing.Attribute{Name: "cache.request.payload.size", Value: int64(size)})
	}
	span.Set(tracing.Attribute{Name: "cache.response.success", Value: err == nil})
}
