//go:build peers && linux

package peers

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// staticDevserver is devserver as it is handed out: a static binary. It is a copy that may be moved.
func staticDevserver(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root may change its root and its processes' numbers")
	}
	binary := filepath.Join(t.TempDir(), "devserver")
	program, err := os.ReadFile(devserverBinary(t))
	if err == nil {
		err = os.WriteFile(binary, program, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// placed runs devserver as a test has prepared it, waits until it is ready, asks its Worker, and tells it to end. It returns
// what was printed.
func placed(t *testing.T, cmd *exec.Cmd, dir string, meanwhile func(pid int)) string {
	t.Helper()
	var printed strings.Builder
	cmd.Stdout, cmd.Stderr = &printed, &printed
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	overdue := time.AfterFunc(time.Minute, func() { cmd.Process.Signal(syscall.SIGKILL) })
	defer overdue.Stop()
	var url string
	for url == "" && cmd.ProcessState == nil {
		text, _ := os.ReadFile(filepath.Join(dir, "ready"))
		if _, after, ok := strings.Cut(string(text), `"url":"`); ok {
			url, _, _ = strings.Cut(after, `"`)
		}
		time.Sleep(10 * time.Millisecond)
		if syscall.Kill(cmd.Process.Pid, 0) != nil {
			break
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err == nil {
		var res *http.Response
		if res, err = http.DefaultClient.Do(req); err == nil {
			body, _ := io.ReadAll(res.Body)
			res.Body.Close()
			if string(body) != "ok" {
				err = fmt.Errorf("%d %q", res.StatusCode, body)
			}
		}
	}
	if err != nil {
		t.Error(err)
	}
	if meanwhile != nil {
		meanwhile(cmd.Process.Pid)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v\n%s", err, printed.String())
	}
	return printed.String()
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEmptyRoot runs devserver where nothing else is: no shell, no libraries, no /etc, /proc, /dev or /tmp. The demo
// origin answers, which takes certificates, and there are time zones.
func TestEmptyRoot(t *testing.T) {
	t.Parallel()
	binary := staticDevserver(t)
	root := t.TempDir()
	if err := os.Rename(binary, filepath.Join(root, "devserver")); err != nil {
		t.Fatal(err)
	}
	write(t, root, map[string]string{
		"wrangler.toml":  "name = \"w\"\nmain = \"index.ts\"\ncompatibility_date = \"2026-01-01\"\nmtls_certificates = [{ binding = \"CERT\", certificate_id = \"x\" }]\n",
		"devserver.toml": "[mtls_certificates.CERT]\ndemo = true\n[origins.\"a.example\"]\ndemo = true\n",
		"index.ts": `export default { async fetch(request: Request, env: any): Promise<Response> {
	const seen = await (await env.CERT.fetch("https://a.example/")).text();
	const hour = new Date("2026-07-01T00:00:00Z").toLocaleTimeString("en-US", { timeZone: "Asia/Tokyo" });
	return new Response(seen.includes("certificate") && hour === "9:00:00 AM" ? "ok" : seen + hour);
} }`,
	})
	cmd := exec.Command("/devserver", "--port", "0", "--ready-file", "/ready")
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	cmd.Dir = "/"
	if printed := placed(t, cmd, root, nil); !strings.Contains(printed, "GET / ") {
		t.Errorf("it prints\n%s", printed)
	}
}

// TestFirstProcess runs devserver as the first process of a container: signals end it, and orphans that have ended go.
func TestFirstProcess(t *testing.T) {
	t.Parallel()
	binary := staticDevserver(t)
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Skip("there is no unshare")
	}
	if text, err := exec.Command(unshare, "--pid", "--fork", "--mount-proc", "true").CombinedOutput(); err != nil {
		t.Skipf("no new processes' numbers: %s", text)
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"wrangler.toml": "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n[build]\ncommand = \"setsid sleep 0.1 > /dev/null 2>&1 & echo $! > orphan\"\nwatch_dir = \"src\"\n",
		"index.js":      `export default { fetch() { return new Response("ok") } }`,
	})
	cmd := exec.Command(binary, "--port", "0", "--ready-file", "ready")
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS}
	// A /proc of its own, as containers have, takes a program that mounts it.
	cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c", "mount --make-rprivate / && mount -t proc proc /proc && exec " + binary + " --port 0 --ready-file ready"}
	placed(t, cmd, dir, func(pid int) {
		children := func() string {
			text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
			return strings.TrimSpace(string(text))
		}
		deadline := time.Now().Add(30 * time.Second)
		for children() != "" {
			if time.Now().After(deadline) {
				t.Fatalf("these stay: %s", children())
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	if orphan, err := os.ReadFile(filepath.Join(dir, "orphan")); err != nil || len(orphan) == 0 {
		t.Errorf("there was no orphan: %v", err)
	}
}
