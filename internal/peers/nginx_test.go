//go:build peers

package peers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"devserver/internal/testpki"
)

// nginxBinary finds nginx, or skips.
func nginxBinary(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("nginx is not installed")
	return ""
}

// startNginx starts nginx as an origin for hosts that demands certificates which clients vouches for, and returns its
// address. It answers with the subject of the certificate that it saw.
func startNginx(t testing.TB, server *testpki.Leaf, clients *testpki.CA) string {
	t.Helper()
	binary, dir := nginxBinary(t), t.TempDir()
	listener := listen(t)
	addr := listener.Addr().String()
	for name, content := range map[string][]byte{
		"server.pem": server.ChainPEM(), "server.key": server.KeyPEM(testpki.PKCS8), "clients.pem": clients.PEM(),
		"nginx.conf": fmt.Appendf(nil, nginxConf, addr),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// It gets the socket that was opened here, as at the upgrade of a running nginx: its port cannot be taken in between,
	// and connections wait in its queue until nginx is there.
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	cmd := exec.Command(binary, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", "stderr")
	cmd.Env = append(os.Environ(), "NGINX=3;")
	cmd.ExtraFiles = []*os.File{socket}
	nginx := start(t, "nginx", cmd)
	listener.Close()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("nginx:\n%s", nginx.Log)
		}
	})
	return addr
}

const nginxConf = `daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr info;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  keepalive_requests 1000000;
  server {
    listen %s ssl;
    ssl_certificate server.pem;
    ssl_certificate_key server.key;
    ssl_client_certificate clients.pem;
    ssl_verify_client on;
    location / {
      default_type text/plain;
      return 200 "nginx saw $ssl_client_s_dn\n";
    }
  }
}
`
