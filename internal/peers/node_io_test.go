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

// nodeIOUnlikes are the cases in which devserver differs from workerd on purpose: what it answers, and why.
var nodeIOUnlikes = map[string]struct{ ours, why string }{
	"thenableLate":         {"[null,2]", "the engine resolves the promise of a reaction when it has left the reaction's context"},
	"asyncGeneratorQueued": {"[1,1,1]", "V8 forgets the context of a generator that is asked again before it has answered"},
	"handledLater":         {"[2,1]", "the event comes in a task, as the standard says"},
	"transformStream":      {`["t3",1,3,"f3"]`, "workerd transforms when it is written, and not when it is read"},
	"unhandledThen":        {`["x",null]`, "the engine asks for no context for a reaction that calls nothing"},
}

// TestNodeIO runs Workers that use Node.js's streams, compression, HTTP, files and sockets on both sides. Each line of
// their answers is a case.
func TestNodeIO(t *testing.T) {
	workerdBinary(t)
	ca := testpki.New("peers")
	vars := map[string]string{"ORIGIN": nodeOrigin(t), "ECHO": strconv.Itoa(echo(t))}
	for _, name := range []string{"stream", "zlib", "http_client", "http_server", "fs", "net", "async_context", "leftovers"} {
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
				name, _, _ := strings.Cut(line, ": ")
				if unlike, ok := nodeIOUnlikes[name]; ok && i < len(ours) {
					if ours[i] == line {
						t.Errorf("%s is not different any more", name)
					}
					line = name + ": " + unlike.ours
				}
				if i >= len(ours) || ours[i] != line {
					t.Errorf("wanted:    %s\ndevserver: %s", line, strings.Join(ours[min(i, len(ours)):min(i+1, len(ours))], ""))
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
