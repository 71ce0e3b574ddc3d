//go:build unix

package main

import (
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestParent has devserver started by Node.js, with a channel between them.
func TestParent(t *testing.T) {
	for _, test := range []struct{ mode, want string }{
		{"json", `"{\"event\":\"DEV_SERVER_READY\",\"ip\":\"localhost\",\"port\":PORT}"` + "\n"},
		{"advanced", "\x00\x00\x00\x40\xff\x0f\"\x3c" + `{"event":"DEV_SERVER_READY","ip":"localhost","port":PORT}`},
	} {
		t.Run(test.mode, func(t *testing.T) {
			fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
			if err != nil {
				t.Fatal(err)
			}
			file := os.NewFile(uintptr(fds[0]), "parent")
			end, err := net.FileConn(file)
			file.Close()
			if err != nil {
				t.Fatal(err)
			}
			defer end.Close()
			p := newProject(t, map[string]string{"wrangler.toml": wranglerToml, "index.js": answering("fine")})
			p.env["NODE_CHANNEL_FD"], p.env["NODE_CHANNEL_SERIALIZATION_MODE"] = strconv.Itoa(fds[1]), test.mode
			r := p.start()
			port := r.url[strings.LastIndexByte(r.url, ':')+1:]
			want := strings.Replace(test.want, "PORT", port, 1)
			if test.mode == "advanced" { // with its lengths, which the port's may change
				length := len(want) - 8
				want = string([]byte{0, 0, 0, byte(length + 4), 0xff, 15, '"', byte(length)}) + want[8:]
			}
			message := make([]byte, len(want))
			end.SetReadDeadline(time.Now().Add(patience))
			if _, err := io.ReadFull(end, message); err != nil || string(message) != want {
				t.Errorf("%q, want %q: %v", message, want, err)
			}
			r.wants("fine")
			end.Close() // the parent ends
			select {
			case <-r.ended:
			case <-time.After(patience):
				t.Error("devserver does not end with its parent")
			}
		})
	}
}

// A variable that was inherited from elsewhere leads to a file that is no channel.
func TestNoParent(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, fd := range []string{"", "x", "1", "100000", strconv.Itoa(int(f.Fd()))} {
		if p := newParent(func(name string) string { return map[string]string{"NODE_CHANNEL_FD": fd}[name] }); p != nil {
			t.Errorf("NODE_CHANNEL_FD=%s is taken for a channel", fd)
		}
	}
}
