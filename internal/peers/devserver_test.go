//go:build peers

package peers

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"devserver/bindings/all"
	"devserver/config"
	"devserver/internal/subprocess"
	"devserver/server"
)

// serve runs a project on devserver, within the test's process.
func serve(t testing.TB, p *project) *peer {
	t.Helper()
	peer, _ := serveWith(t, p, server.Options{})
	return peer
}

// serveWith is serve with other options. It also returns what devserver reports.
func serveWith(t testing.TB, p *project, options server.Options) (*peer, *reports) {
	t.Helper()
	port := 0
	listening, err := server.Listen("127.0.0.1", &port)
	if err != nil {
		t.Fatal(err)
	}
	seen := &reports{}
	if options.Projects == nil {
		options.Projects = []server.Load{func() (*config.Config, config.Diagnostics) { return config.Load(config.Options{Dir: p.dir}) }}
	}
	options.Kinds = all.Kinds()
	options.Getenv = func(string) string { return "" }
	if options.Report == nil {
		options.Report = seen.add
	}
	session := server.NewSession(options)
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { session.Run(ctx, time.Now(), func() { close(ready) }) })
	<-ready
	wg.Go(func() { listening.Serve(ctx, session.Handler()) })
	t.Cleanup(func() {
		cancel()
		wg.Wait()
	})
	return &peer{"devserver", net.JoinHostPort("127.0.0.1", strconv.Itoa(listening.Port))}, seen
}

// reports are what devserver has to say.
type reports struct {
	mu   sync.Mutex
	list []string
}

func (r *reports) add(e server.Event) {
	var text string
	switch e := e.(type) {
	case server.Exception:
		text = e.Error.Text()
	case server.Console:
		text = fmt.Sprintf("console: %s", e.Text)
	case server.Failed:
		text = e.Error()
	case server.Notice:
		text = e.Text
	default:
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, text)
}

// take returns what was reported since it was last called.
func (r *reports) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.Join(r.list, "\n")
	r.list = nil
	return text
}

// devserverBinary is the built program.
func devserverBinary(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// built builds the program, once for all tests: in a folder that TestMain removes.
var built = sync.OnceValues(func() (string, error) {
	return subprocess.BuildDevserver(builds)
})

var builds string

func TestMain(m *testing.M) {
	if upstream := os.Getenv(proxyOf); upstream != "" {
		beReverseProxy(upstream, os.Getenv("PORT"))
	}
	dir, err := os.MkdirTemp("", "devserver-peers-")
	if err != nil {
		panic(err)
	}
	builds = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}
