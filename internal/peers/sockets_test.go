//go:build peers

package peers

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"os"
	"testing"

	"devserver/internal/testpki"
)

// TestSockets has a Worker connect to a server that answers lines with themselves, and "quit" with "bye".
func TestSockets(t *testing.T) {
	code, err := os.ReadFile("testdata/sockets.js")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answerLines(conn.(*net.TCPConn))
		}
	}()
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	p := newProject(t, testpki.New("sockets"), string(code), map[string]string{"ADDR": listener.Addr().String(), "NOBODY": nobody.Addr().String()})
	w, d := startWorkerd(t, p), serve(t, p)
	var theirs, ours map[string]string
	for peer, results := range map[*peer]*map[string]string{&w.peer: &theirs, d: &ours} {
		reply := peer.ask(t, get("/"))
		if err := json.Unmarshal([]byte(reply.body), results); err != nil {
			t.Fatalf("%s: %s", peer.name, reply)
		}
	}
	for name, want := range theirs {
		if ours[name] != want {
			t.Errorf("%s\ndevserver %s\nworkerd   %s", name, ours[name], want)
		}
	}
}

func answerLines(conn *net.TCPConn) {
	defer conn.Close()
	for lines := bufio.NewReader(conn); ; {
		line, err := lines.ReadString('\n')
		switch {
		case err != nil:
			io.WriteString(conn, "end:"+line)
			return
		case line == "quit\n":
			io.WriteString(conn, "bye")
			conn.CloseWrite()
			io.Copy(io.Discard, lines)
			return
		}
		io.WriteString(conn, line)
	}
}
