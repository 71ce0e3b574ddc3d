//go:build peers

package npm

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// origin is what the Workers' clients talk to. At and below /status/NNN it answers with that status, and everywhere else as the
// path and the query say (content=TYPE, text=BODY); without, with what it was sent. It keeps what it was sent.
type origin struct {
	server *httptest.Server

	mu   sync.Mutex
	sent strings.Builder
}

func startOrigin(t *testing.T) *origin {
	o := &origin{}
	o.server = httptest.NewServer(o)
	t.Cleanup(o.server.Close)
	return o
}

// take returns what was sent since it was last called, as text.
func (o *origin) take() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := o.sent.String()
	o.sent.Reset()
	return text
}

func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var seen strings.Builder
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(&seen, "%s %s\n", r.Method, r.RequestURI)
	r.Header.Write(&seen)
	fmt.Fprintf(&seen, "length %d, %q\n\n%s\n", r.ContentLength, r.TransferEncoding, body)
	text := strings.ReplaceAll(seen.String(), "\r\n", "\n")
	o.mu.Lock()
	o.sent.WriteString(text)
	o.mu.Unlock()

	answer := r.URL.Query()
	contentType, reply := "text/plain", text
	if answer.Has("text") {
		contentType, reply = answer.Get("content"), answer.Get("text")
	}
	status := http.StatusOK
	if _, rest, ok := strings.Cut(r.URL.Path, "/status/"); ok {
		rest, _, _ = strings.Cut(rest, "/")
		status, _ = strconv.Atoi(rest)
	}
	if canned, ok := answers[r.Method+" "+r.URL.EscapedPath()]; ok {
		contentType, reply, status = canned.contentType, canned.body, canned.status
	}
	if strings.Contains(string(body), `"model":"m"`) {
		contentType, reply = "application/json", completion
	}
	w.Header().Set("Content-Type", contentType)
	w.Header()["Date"] = nil
	w.WriteHeader(status)
	io.WriteString(w, reply)
}

// answers are what the origin says as the services that SDKs are for.
var answers = map[string]struct {
	status            int
	contentType, body string
}{
	"GET /v1/customers/cus_1": {200, "application/json", `{"id":"cus_1","object":"customer","name":"Ann","metadata":{}}`},
	"POST /v1/customers":      {200, "application/json", `{"id":"cus_2","object":"customer","name":"Zoë"}`},
	"GET /v1/customers":       {200, "application/json", `{"object":"list","url":"/v1/customers","has_more":false,"data":[{"id":"cus_1"},{"id":"cus_2"}]}`},
	"GET /v1/customers/none":  {404, "application/json", `{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such customer","param":"id"}}`},
	"POST /v1/charges":        {402, "application/json", `{"error":{"type":"card_error","code":"card_declined","message":"Declined"}}`},

	"GET /openai/models":            {200, "application/json", `{"object":"list","data":[{"id":"m1"},{"id":"m2"}]}`},
	"GET /openai/models/m1":         {200, "application/json", `{"id":"m1","object":"model"}`},
	"GET /openai/models/secret":     {401, "application/json", `{"error":{"message":"no key","type":"invalid_request_error","code":"invalid_api_key"}}`},
	"GET /openai/models/busy":       {429, "application/json", `{"error":{"message":"slow down","code":"rate_limit_exceeded"}}`},
	"POST /openai/embeddings":       {200, "application/json", `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1]}]}`},
	"POST /openai/chat/completions": {200, "text/event-stream", completions},

	"GET /b/hello.txt":        {200, "text/plain", "hello"},
	"HEAD /b/hello.txt":       {200, "text/plain", ""},
	"PUT /b/a%20b/%C3%BC.txt": {200, "", ""},
	"PUT /b/bytes":            {200, "", ""},
	"GET /b/missing":          {404, "application/xml", `<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>`},
	"PUT /b/denied":           {403, "application/xml", `<Error><Code>AccessDenied</Code><Message>not you &amp; me</Message></Error>`},
	"POST /b/":                {200, "application/xml", `<DeleteResult><Deleted><Key>&lt;a&amp;b&gt;</Key></Deleted></DeleteResult>`},
	"GET /b/":                 {200, "application/xml", `<ListBucketResult><IsTruncated>true</IsTruncated><KeyCount>2</KeyCount><Contents><Key>x/1</Key><Size>5</Size><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents><Contents><Key>x/ü</Key></Contents><CommonPrefixes><Prefix>x/y/</Prefix></CommonPrefixes></ListBucketResult>`},
}

// completions is a stream of chat completions, whose chunks are not cut where lines end.
const completions = `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"s","choices":[{"index":0,"delta":{"role":"assistant","content":"Hé"}}]}

data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"s","choices":[{"index":0,"delta":{"content":"llo"}}]}

data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"s","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

data: [DONE]

`

// completion is one that is not streamed.
const completion = `{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"total_tokens":3}}`
