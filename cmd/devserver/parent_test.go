//go:build unix

package main

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
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

// TestParentKilled has the parent end, which closes the channel, while requests are under way that would never end.
func TestParentKilled(t *testing.T) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(fds[0]) // or devserver would have both ends
	syscall.CloseOnExec(fds[1])
	theirs, ours := os.NewFile(uintptr(fds[0]), "parent"), os.NewFile(uintptr(fds[1]), "child")
	p := newProject(t, map[string]string{"wrangler.toml": wranglerToml, "index.js": `export default { fetch(request) {
		if (new URL(request.url).pathname == "/busy") for (;;);
		return new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array(1)) }, pull() { return new Promise(() => setInterval(() => {}, 1)) } }));
	} }`})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "--port", "0")
	cmd.Dir, cmd.ExtraFiles = p.dir, []*os.File{ours}
	cmd.Env = append(os.Environ(), "DEVSERVER_TEST_COMMAND=1", "NODE_CHANNEL_FD=3")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	overdue := time.AfterFunc(patience, func() { cmd.Process.Signal(syscall.SIGKILL) })
	defer overdue.Stop()
	ours.Close()
	message := make([]byte, 100)
	n, err := theirs.Read(message)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(message[:n]), `port\":`)
	url := "http://localhost:" + strings.TrimRight(after, "}\"\n")
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	go http.Get(url + "/busy")
	theirs.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
}
