//go:build peers

package peers

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
)

// TestNodeIO runs Workers that use Node.js's streams, compression, HTTP, files and sockets on both sides. Each line of
// their answers is a case.
func TestNodeIO(t *testing.T) {
	workerdBinary(t)
	ca := testpki.New("peers")
	vars := map[string]string{"ORIGIN": nodeOrigin(t), "ECHO": strconv.Itoa(echo(t))}
	for _, name := range []string{"stream", "zlib", "http_client", "http_server", "fs", "net"} {
		t.Run(name, func(t *testing.T) {
			worker, err := os.ReadFile(filepath.Join("testdata", "node", name+".js"))
			if err != nil {
				t.Fatal(err)
			}
			p := newProject(t, ca, string(worker), vars)
			theirs := startWorkerd(t, p)
			want := theirs.ask(t, get("/"))
			theirs.Kill()
			got := serve(t, p).ask(t, get("/"))
			if got.status != want.status {
				t.Fatalf("devserver answers %s\n%s\nand workerd %s\n%s", got.status, got.body, want.status, want.body)
			}
			ours := strings.Split(got.body, "\n")
			for i, line := range strings.Split(want.body, "\n") {
				if i >= len(ours) || ours[i] != line {
					t.Errorf("workerd:   %s\ndevserver: %s", line, strings.Join(ours[min(i, len(ours)):min(i+1, len(ours))], ""))
				}
			}
		})
	}
}

// nodeOrigin is what the HTTP clients call.
func nodeOrigin(t *testing.T) string {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/gz":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, "zipped")
			z.Close()
		case "/redir":
			w.Header().Set("Location", "/x")
			w.WriteHeader(http.StatusFound)
			io.WriteString(w, "moved")
		case "/cookies":
			w.Header()["Set-Cookie"] = []string{"a=1", "b=2"}
			w.Header()["X-Multi"] = []string{"1", "2"}
			io.WriteString(w, "c")
		case "/slow":
			select {
			case <-r.Context().Done():
			case <-time.After(400 * time.Millisecond):
				io.WriteString(w, "slow")
			}
		case "/204":
			w.WriteHeader(http.StatusNoContent)
		case "/404":
			w.Header().Set("X-A", "b")
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, "nf")
		default:
			w.Header().Set("Content-Type", "application/json")
			fields := map[string]string{}
			for name, values := range r.Header {
				if !strings.HasPrefix(name, "Cf-") {
					fields[name] = strings.Join(values, "|")
				}
			}
			json.NewEncoder(w).Encode(map[string]any{"m": r.Method, "u": r.RequestURI, "h": fields, "b": string(body), "l": r.ContentLength})
		}
	}))
	t.Cleanup(origin.Close)
	return origin.URL
}

// echo is what sockets connect to: it repeats what it is told, and hangs up when that is what it is told.
func echo(t *testing.T) (port int) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				buffer := make([]byte, 1024)
				for {
					n, err := conn.Read(buffer)
					switch text := string(buffer[:n]); {
					case err != nil || text == "kill":
						return
					case text == "bye":
						io.WriteString(conn, "closing")
						return
					default:
						io.WriteString(conn, "echo:"+text)
					}
				}
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}
