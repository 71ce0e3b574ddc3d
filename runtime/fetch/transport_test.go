package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"devserver/runtime/fetch"
)

// TestOverTransport runs many isolates at once over a real http.Transport and server: bodies of all kinds both ways,
// redirects, aborts at every moment. It is for the race detector.
func TestOverTransport(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex()
		io.Copy(w, r.Body)
	})
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/echo", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/refuse", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden) // without reading the body
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		chunk := []byte(strings.Repeat("x", 1024))
		for r.Context().Err() == nil {
			w.Write(chunk)
			w.(http.Flusher).Flush()
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()

	scripts := []struct{ script, want string }{
		{`return (await fetch(O + '/echo', { method: 'POST', body: 'é'.repeat(50000) })).text().then(s => s.length)`, "50000"},
		{`return (await fetch(O + '/redirect', { method: 'POST', body: new Uint8Array(100000) })).bytes().then(b => b.length)`, "100000"},
		{`let n = 0; const body = new ReadableStream({ pull(c) { n++ < 20 ? c.enqueue(new Uint8Array(5000)) : c.close() } });
		  return (await fetch(O + '/echo', { method: 'POST', body })).arrayBuffer().then(b => b.byteLength)`, "100000"},
		{`const res = await fetch(O + '/echo', { method: 'POST', body: 'x'.repeat(70000) });
		  const again = await fetch(O + '/echo', { method: 'POST', body: res.body });
		  return (await again.text()).length`, "70000"},
		{`const res = await fetch(O + '/refuse', { method: 'POST', body: 'x'.repeat(10) }); return res.status + await res.text()`, "403"},
		{`const c = new AbortController(); const res = await fetch(O + '/endless', { signal: c.signal }); const reader = res.body.getReader();
		  await reader.read(); c.abort(new Error('enough')); try { for (;;) await reader.read() } catch (e) { return e.message }`, "enough"},
		{`const res = await fetch(O + '/endless'); const reader = res.body.getReader(); await reader.read(); await reader.cancel(); return 'done'`, "done"},
		{`const c = new AbortController(); const p = fetch(O + '/endless', { signal: c.signal }); c.abort(); return p.catch(e => e.name)`, "AbortError"},
		{`return (await fetch(O + '/endless')).status`, "200"}, // and never reads it
		{`const body = new ReadableStream({ start(c) { c.enqueue(new Uint8Array(3)) }, pull(c) { c.error(new RangeError('mine')) } });
		  return fetch(O + '/echo', { method: 'POST', body }).then(r => r.text()).catch(String)`, "RangeError: mine"},
		{`const f = new FixedLengthStream(3), w = f.writable.getWriter(); w.write(new Uint8Array(2)); w.close().catch(() => 0);
		  return fetch(O + '/echo', { method: 'POST', body: f.readable }).then(r => r.text()).catch(String)`,
			"TypeError: FixedLengthStream did not see all expected bytes before close()."},
		{`const [a, b] = (await fetch(O + '/echo', { method: 'POST', body: 'x'.repeat(30000) })).body.tee();
		  return (await Promise.all([new Response(a).text(), new Response(b).text()])).map(s => s.length).join()`, "30000,30000"},
		{`const res = await fetch(O + '/echo', { method: 'POST', body: 'abc' }), copy = res.clone(); return await copy.text() + await res.text()`, "abcabc"},
	}
	var running sync.WaitGroup
	for i := range 4 {
		for _, s := range scripts {
			running.Go(func() {
				ctx, end := context.WithCancel(context.Background())
				defer end()
				iso := newIsolate(t, fetch.Environment{Target: transport, Context: func() context.Context { return ctx }})
				if got := iso.Run(t, fmt.Sprintf("const O = %q;", server.URL)+s.script); got != s.want {
					t.Errorf("round %d: %s\ngot  %.200s\nwant %s", i, s.script, got, s.want)
				}
			})
		}
	}
	running.Wait()
}
