package mtls

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	youmark "github.com/youmark/pkcs8"

	"devserver/bindings"
	"devserver/origin"
)

// TestBindingUnlocks opens bindings whose private keys are encrypted, from files and from the store.
func TestBindingUnlocks(t *testing.T) {
	dir := t.TempDir()
	leaf := pki().inter.Client("client")
	encryptedKey := pemOf("ENCRYPTED PRIVATE KEY", must(youmark.MarshalPrivateKey(leaf.Key, []byte(secret), nil)))
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cert, key := write("cert.pem", leaf.ChainPEM()), write("key.pem", encryptedKey)
	right, wrong, empty := write("right.txt", []byte(secret+"\n")), write("wrong.txt", []byte("WRONG\n")), write("empty.txt", nil)
	environment := map[string]string{"DEVSERVER_HOME": dir, "RIGHT": secret, "WRONG": "WRONG", "KEY": string(encryptedKey), "CERT": string(leaf.ChainPEM())}
	store := NewStore(dir, time.Now, func(p *Problem) { t.Error(p) })
	mustUpload(t, store, UploadParams{Cert: certFile(leaf.Chain...), Key: File{"key.pem", encryptedKey}, ID: "abc", Passphrase: known(secret)})

	for _, c := range []struct {
		name  string
		local source
		want  string // part of the row's problem; "" if the certificate is there
	}{
		{"files", source{cert: cert, key: key, passphraseFile: right}, ""},
		{"files, environment", source{cert: cert, key: key, passphraseEnv: "RIGHT"}, ""},
		{"all in the environment", source{certEnv: "CERT", keyEnv: "KEY", passphraseEnv: "RIGHT"}, ""},
		{"store", source{passphraseFile: right}, ""},
		{"store, environment", source{passphraseEnv: "RIGHT"}, ""},
		{"files, none", source{cert: cert, key: key}, "needs a passphrase"},
		{"store, none", source{}, "needs a passphrase"},
		{"files, wrong", source{cert: cert, key: key, passphraseFile: wrong}, "the passphrase of the private key is wrong"},
		{"store, wrong", source{passphraseEnv: "WRONG"}, "the passphrase of the private key is wrong"},
		{"no such variable", source{passphraseEnv: "NOWHERE"}, "$NOWHERE: this environment variable is not set"},
		{"no such file", source{passphraseFile: filepath.Join(dir, "nowhere")}, filepath.Join(dir, "nowhere") + ": could not read file"},
		{"a folder", source{cert: dir, key: key}, dir + ": could not read file: is a directory"},
		{"empty file", source{passphraseFile: empty}, "is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &binding{settings: settings{binding: "MY_CERT", id: "abc", local: c.local}}
			err := b.Open(t.Context(), bindings.Host{
				Getenv: func(name string) string { return environment[name] },
				Target: func(client *origin.Client) bindings.Target { return client },
				Notice: func(text string) { t.Error(text) },
			})
			defer b.Close()
			if err != nil {
				t.Fatal(err)
			}
			row := b.Row()
			if c.want == "" && row.Mode != "local" || !strings.Contains(row.Problem, c.want) || strings.Contains(row.Problem+row.Fix, secret) {
				t.Errorf("got the row %+v, want %q", row, c.want)
			}
			if strings.Contains(c.want, "needs") && !strings.Contains(row.Fix, "passphrase_file or passphrase_env under [mtls_certificates.MY_CERT]") {
				t.Errorf("the fix is %q", row.Fix)
			}
			if c.local.passphraseFile != "" && !slices.Contains(b.Files(), c.local.passphraseFile) {
				t.Error("the passphrase's file is not watched")
			}
		})
	}
}
