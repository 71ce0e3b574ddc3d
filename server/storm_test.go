package server_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"devserver/config"
	"devserver/internal/testpki"
	"devserver/server"
)

var saves = flag.Int("saves", 20, "how often all files are saved at once under requests")

// TestStorm has three Workers call each other, and an origin with a certificate, while all their files are saved at once
// again and again, with mistakes among them, and a configuration comes and goes, is named otherwise, gets a queue consumer,
// and the certificate is replaced. No request fails but while nobody has the name that is called; when it is over, the
// last of everything answers, and nothing is left of what was before.
func TestStorm(t *testing.T) {
	ca := testpki.New("test CA")
	addr := rotationOrigin(t, ca, nil, make(chan string))
	script := func(name string, n int, call string) string {
		return fmt.Sprintf(`import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
	async fetch(request) { try { return new Response(await this.all((x) => x + 1)) } catch (e) { return new Response(e.message, { status: 500 }) } }
	async all(f) { return "%s%d " + %s; }
	queue(batch) { batch.ackAll() }
}`, name, n, call)
	}
	write := map[string]func(n int) string{
		"a/w.js": func(n int) string { return script("a", n, `await this.env.B.all(f)`) },
		"b/w.js": func(n int) string {
			return script("b", n, `await this.env.C.all(f) + " " + await (await this.env.CERT.fetch("https://`+addr+`/")).text()`)
		},
		"c/w.js": func(n int) string { return script("c", n, `await f(1)`) },
	}
	toml := func(name, more string) string {
		return "name = '" + name + "'\nmain = 'w.js'\ncompatibility_date = '2026-11-01'\n" + more
	}
	b := "services = [{ binding = 'C', service = 'c' }]\nmtls_certificates = [{ binding = 'CERT', certificate_id = '00000000-0000-4000-8000-000000000001' }]\n"
	identity := func(n int) string {
		leaf := ca.Client(fmt.Sprintf("worker%d", n))
		return string(leaf.ChainPEM()) + string(leaf.KeyPEM(testpki.PKCS8))
	}
	files := map[string]string{
		"wrangler.toml": toml("unused", ""), "w.js": "export default {}",
		"a/wrangler.toml": toml("a", "services = [{ binding = 'B', service = 'b' }]\n"),
		"b/wrangler.toml": toml("b", b), "c/wrangler.toml": toml("c", ""),
		"b/devserver.toml": "[mtls_certificates.CERT]\ncert = 'client.pem'\nca = 'ca.pem'\n", "b/ca.pem": string(ca.PEM()), "b/client.pem": identity(0),
	}
	for name, content := range write {
		files[name] = content(0)
	}
	p := serveWith(t, files, func(o *server.Options) {
		cfg, _ := o.Projects[0]() // it knows the directory
		o.Projects = nil
		for _, worker := range []string{"a", "b", "c"} {
			o.Projects = append(o.Projects, func() (*config.Config, config.Diagnostics) {
				return config.Load(config.Options{Dir: cfg.Dir, Path: filepath.Join(cfg.Dir, worker, "wrangler.toml")})
			})
		}
	})
	for range 3 {
		await[server.Loaded](p)
	}
	var loads, failed atomic.Int64
	drained := make(chan struct{})
	events, over := p.events, make(chan struct{})
	go func() {
		defer close(drained)
		for {
			select {
			case e := <-events:
				switch e.(type) {
				case server.Loaded:
					loads.Add(1)
				case server.Failed:
					failed.Add(1)
				}
			case <-over:
				return
			}
		}
	}()
	settle := func(n int) {
		t.Helper()
		want := fmt.Sprintf("200 a%d b%d c%d 2 worker%d", n, n, n, n)
		got := ""
		for deadline := time.Now().Add(3 * patience); got != want; {
			if time.Now().After(deadline) {
				t.Fatalf("got %q, want %q", got, want)
			}
			status, body := p.get("/")
			if got = fmt.Sprint(status, " ", body); got != want {
				time.Sleep(5 * time.Millisecond) // a poll: nothing says that it has settled
			}
		}
	}
	settle(0)
	measure := func() (goroutines int, heap uint64) {
		http.DefaultClient.CloseIdleConnections()
		debug.FreeOSMemory()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return runtime.NumGoroutine(), m.HeapAlloc
	}
	goroutines, heap := measure()

	ctx, stop := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	var asked, renamed atomic.Int64
	for range 3 {
		clients.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: patience}
			defer client.CloseIdleConnections()
			for ctx.Err() == nil {
				res, err := client.Get(p.url + "/")
				if err != nil {
					t.Errorf("a request fails: %v", err)
					return
				}
				body, err := io.ReadAll(res.Body)
				res.Body.Close()
				asked.Add(1)
				switch {
				case err != nil:
					t.Errorf("a response breaks off: %v", err)
				case res.StatusCode == 500 && strings.Contains(string(body), `No Worker named "b" is running`):
					renamed.Add(1)
				case res.StatusCode != 200:
					t.Errorf("%d %s", res.StatusCode, body)
					return
				}
			}
		})
	}
	callee := filepath.Join(p.dir, "b", "wrangler.toml")
	for n := range *saves {
		seen := asked.Load()
		for name, content := range write {
			text := content(n + 1)
			if n%6 == 5 {
				text = "a mistake {"
			}
			p.write(name, text)
		}
		switch n % 5 {
		case 0:
			p.write("c/wrangler.toml", toml("c", "[[queues.consumers]]\nqueue = 'q"+fmt.Sprint(n)+"'\n"))
		case 1:
			p.write("b/client.pem", identity(n))
		case 2:
			os.Remove(callee)
		case 3:
			p.write("b/wrangler.toml", toml("otherwise", b))
		case 4:
			p.write("b/wrangler.toml", toml("b", b))
		}
		for asked.Load() < seen+3 && !t.Failed() { // some requests between one save and the next
			time.Sleep(time.Millisecond)
		}
	}
	all := func(n int) {
		for name, content := range write {
			p.write(name, content(n))
		}
		p.write("b/client.pem", identity(n))
		settle(n)
	}
	p.write("b/wrangler.toml", toml("b", b))
	all(*saves + 1)
	stop()
	clients.Wait()
	all(*saves + 2) // with the certificate its connections go

	var now int
	var used uint64
	for deadline := time.Now().Add(3 * patience); ; time.Sleep(20 * time.Millisecond) {
		if now, used = measure(); now <= goroutines+8 || time.Now().After(deadline) {
			break
		}
	}
	close(over)
	<-drained
	t.Logf("%d saves, %d loaded, %d failed; %d requests, %d while nobody had the name; %d goroutines before and %d after, %d KiB and %d KiB of heap",
		*saves, loads.Load(), failed.Load(), asked.Load(), renamed.Load(), goroutines, now, heap>>10, used>>10)
	if now > goroutines+8 {
		stacks := make([]byte, 1<<20)
		t.Errorf("goroutines are left:\n%s", stacks[:runtime.Stack(stacks, true)])
	}
	if used > heap+64<<20 {
		t.Errorf("%d KiB of heap are left, of %d before", used>>10, heap>>10)
	}
}
