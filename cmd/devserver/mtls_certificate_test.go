package main

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/youmark/pkcs8"
	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"devserver/internal/testpki"
)

// canaryPassphrase must be found nowhere but in the file that it was written to.
const canaryPassphrase = "CANARY passphrase 51c9"

// withEncrypted is a project with encrypted keys, and the base64 of the key itself, which nothing may show.
func withEncrypted(t *testing.T) (p *project, secret string) {
	t.Helper()
	leaf := testpki.New("Root").Intermediate("Inter").Client("client", testpki.Key(testpki.Ed25519))
	der, err := pkcs8.MarshalPrivateKey(leaf.Key, []byte(canaryPassphrase), nil)
	if err != nil {
		t.Fatal(err)
	}
	p12, err := gopkcs12.LegacyRC2.Encode(leaf.Key, leaf.Cert, leaf.Chain[1:], canaryPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(leaf.Key)
	if err != nil {
		t.Fatal(err)
	}
	return newProject(t, map[string]string{
		"cert.pem": string(leaf.ChainPEM()), "key.pem": string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})),
		"client.p12": string(p12), "right.txt": canaryPassphrase + "\n", "wrong.txt": canaryPassphrase + "-NOT\n",
		"wrangler.toml": wranglerToml + "mtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"one\" }]\n", "index.js": answering("fine"),
		"devserver.toml": "[mtls_certificates.MY_CERT]\npassphrase_file = \"right.txt\"\n",
	}), base64.StdEncoding.EncodeToString(plain[len(plain)-30:])
}

// TestUploadEncrypted uploads encrypted files, and looks at all that is printed and stored for what must not be there.
func TestUploadEncrypted(t *testing.T) {
	p, secret := withEncrypted(t)
	ca := testpki.New("origin root")
	p.write("origin.pem", string(ca.PEM()))
	addr := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}}).Addr
	for _, test := range []struct {
		args string
		code int
		want string // part of what is printed
	}{
		{"upload --cert cert.pem --key key.pem --passphrase-file right.txt --id one", exitOK, "Success! Uploaded mTLS Certificate"},
		{"upload --cert client.p12 --passphraseFile right.txt --id two", exitOK, "Success! Uploaded mTLS Certificate"},
		{"upload --cert cert.pem --key client.p12 --passphrase-file=right.txt --id three", exitOK, "Success! Uploaded mTLS Certificate"},
		{"upload --cert cert.pem --key key.pem", exitFailed, "--passphrase-file FILE, or run this in a terminal"},
		{"upload --cert cert.pem --key key.pem --passphrase-file wrong.txt", exitFailed, "PASSPHRASE_WRONG"},
		{"upload --cert client.p12 --passphrase-file wrong.txt", exitFailed, "client.p12: the passphrase of the PKCS#12 file is wrong"},
		{"upload --cert client.p12 --passphrase-file nowhere.txt", exitFailed, "nowhere.txt: "},
		{"upload --cert client.p12 --passphrase CANARY", exitUsage, "--passphrase is not taken"},
		{"upload --cert client.p12 --passphrase=CANARY", exitUsage, "--passphrase-file FILE"},
		{"upload --cert right.txt --key wrong.txt", exitFailed, "neither PEM nor DER"},
		{"upload --cert key.pem --key cert.pem --passphrase-file right.txt", exitFailed, "swapped"},
		{"list", exitOK, "ID: three"},
		{"check cert.pem key.pem --passphrase-file right.txt", exitOK, "Ed25519"},
		{"check cert.pem key.pem --passphrase-file right.txt --json", exitOK, `"findings"`},
		{"check client.p12 --passphrase-file wrong.txt --json", exitFailed, "PASSPHRASE_WRONG"},
		{"test MY_CERT https://" + addr + "/", 60, "SERVER_UNTRUSTED"},
		{"test MY_CERT https://" + addr + "/ --json", 60, `"SERVER_UNTRUSTED"`},
		{"test MY_CERT https://" + addr + "/ --cacert origin.pem --json", 111, `"CLIENT_CA_UNKNOWN"`},
		{"upload --help", exitOK, "--passphrase-file FILE"},
		{"delete --id two", exitOK, "Deleted"},
	} {
		code, stdout, stderr := p.run(append([]string{"mtls-certificate"}, strings.Fields(test.args)...)...)
		printed := stdout + stderr
		if code != test.code || !strings.Contains(printed, test.want) {
			t.Errorf("%s ends with %d, want %d, and %q in\n%s", test.args, code, test.code, test.want, printed)
		}
		if strings.Contains(printed, "CANARY") || strings.Contains(printed, secret) {
			t.Errorf("%s shows what is secret:\n%s", test.args, printed)
		}
	}
	err := filepath.WalkDir(p.env["DEVSERVER_HOME"], func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if text := strings.ReplaceAll(string(data), "\n", ""); strings.Contains(text, "CANARY") || strings.Contains(text, secret) || strings.Contains(text, "BEGIN PRIVATE") {
			t.Errorf("%s holds what is secret:\n%s", path, data)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}

	p.age()
	r := p.start()
	r.wants("fine")
	contains(t, r.screen.all(), "env.MY_CERT", "CN=client", "store")
	r.stop()
	if text := r.screen.all() + r.errors.all(); strings.Contains(text, "CANARY") || strings.Contains(text, secret) {
		t.Errorf("what is secret is printed:\n%s", text)
	}
}
