package mtls

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
)

// shell runs commands on a new store in a folder with certificate files.
type shell struct {
	Commands
	dir      string
	out      bytes.Buffer
	warnings []*Problem
}

func newShell(t *testing.T, now time.Time) *shell {
	t.Helper()
	s := &shell{dir: t.TempDir()}
	clock := func() time.Time { return now }
	warn := func(p *Problem) { s.warnings = append(s.warnings, p) }
	s.Commands = Commands{
		Store: NewStore(filepath.Join(s.dir, "home"), clock, warn), Stdin: strings.NewReader(""), Stdout: &s.out, Now: clock, Warn: warn,
	}
	return s
}

func (s *shell) file(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// printed is what was printed since the last call.
func (s *shell) printed() string {
	defer s.out.Reset()
	return s.out.String()
}

var noon = time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)

func leafFor(cn string) *testpki.Leaf {
	return pki().root.Client(cn, testpki.Valid(noon.Add(-time.Hour), noon.AddDate(1, 0, 0)))
}

func TestCommands(t *testing.T) {
	ctx := t.Context()
	s := newShell(t, noon)
	leaf := leafFor("client")
	cert, key := s.file(t, "cert.pem", leaf.ChainPEM()), s.file(t, "key.pem", leaf.KeyPEM(testpki.PKCS8))

	if err := s.List(ctx); err != nil || !strings.Contains(s.printed(), "devserver mtls-certificate upload") {
		t.Errorf("an empty list does not say how to fill it; %v", err)
	}
	if err := s.Upload(ctx, UploadArgs{Cert: cert, Key: key, Name: "my-client-cert", ID: "id-1"}); err != nil {
		t.Fatal(err)
	}
	want := `Uploading mTLS Certificate my-client-cert...
Success! Uploaded mTLS Certificate my-client-cert
ID: id-1
Issuer: CN=Test Root,O=Example,C=US
Expires on 2/3/2027
`
	if got := s.printed(); got != want {
		t.Errorf("upload printed\n%s\nwant\n%s", got, want)
	}
	if err := s.Upload(ctx, UploadArgs{Cert: cert, Key: key}); err != nil {
		t.Fatal(err)
	}
	unnamed := s.printed()
	if !strings.HasPrefix(unnamed, "Uploading mTLS Certificate...\nSuccess! Uploaded mTLS Certificate\nID: ") {
		t.Errorf("without a name upload printed\n%s", unnamed)
	}
	_, rest, _ := strings.Cut(unnamed, "ID: ")
	id, _, _ := strings.Cut(rest, "\n")

	if err := s.List(ctx); err != nil {
		t.Fatal(err)
	}
	first := "ID: id-1\nName: my-client-cert\nIssuer: CN=Test Root,O=Example,C=US\nCreated on: 2/3/2026\nExpires on: 2/3/2027\n\n\n"
	second := "ID: " + id + "\nIssuer: CN=Test Root,O=Example,C=US\nCreated on: 2/3/2026\nExpires on: 2/3/2027\n\n\n"
	blocks := []string{first, second}
	if id < "id-1" { // uploaded at the same time by this clock
		slices.Reverse(blocks)
	}
	if got := s.printed(); got != strings.Join(blocks, "") {
		t.Errorf("list printed\n%s\nwant\n%s", got, strings.Join(blocks, ""))
	}

	if err := s.Delete(ctx, DeleteArgs{Name: "my-client-cert"}); err != nil {
		t.Fatal(err)
	}
	want = `? Are you sure you want to delete certificate id-1 (my-client-cert)?
🤖 Using fallback value in non-interactive context: yes
Deleted certificate id-1 (my-client-cert) successfully
`
	if got := s.printed(); got != want {
		t.Errorf("delete printed\n%s\nwant\n%s", got, want)
	}
	if err := s.Delete(ctx, DeleteArgs{ID: id}); err != nil {
		t.Fatal(err)
	}
	if got := s.printed(); !strings.HasSuffix(got, "Deleted certificate "+id+" successfully\n") {
		t.Errorf("delete printed\n%s", got)
	}
	if left := mustList(t, s.Store); len(left) > 0 || len(s.warnings) > 0 {
		t.Errorf("left %v, warned %v", left, s.warnings)
	}
}

// Dates are those of the clock's own time zone, as the documented tool prints them.
func TestDatesAreLocal(t *testing.T) {
	s := newShell(t, noon.In(time.FixedZone("far east", 13*60*60)))
	leaf := leafFor("client") // expires at noon UTC, which is the next day there
	if err := s.Upload(t.Context(), UploadArgs{Cert: s.file(t, "c", leaf.ChainPEM()), Key: s.file(t, "k", leaf.KeyPEM(testpki.SEC1))}); err != nil {
		t.Fatal(err)
	}
	if got := s.printed(); !strings.HasSuffix(got, "Expires on 2/4/2027\n") {
		t.Errorf("printed %s", got)
	}
}

func TestUploadCommandWarns(t *testing.T) {
	s := newShell(t, noon)
	expired := pki().root.Client("old", testpki.Valid(noon.Add(-2*time.Hour), noon.Add(-time.Hour)))
	both := s.file(t, "client.pem", append(expired.ChainPEM(), expired.KeyPEM(testpki.PKCS8)...))
	if err := s.Upload(t.Context(), UploadArgs{Cert: both}); err != nil {
		t.Fatal(err)
	}
	if got := codes(s.warnings); !slices.Equal(got, []string{CodeExpired}) {
		t.Errorf("upload warned %v", got)
	}
	s.warnings = nil
	if err := s.List(t.Context()); err != nil || !slices.Equal(codes(s.warnings), []string{CodeExpired}) {
		t.Errorf("list warned %v, %v", s.warnings, err)
	}
	if goruntime.GOOS == "windows" {
		return
	}
	s.warnings = nil
	if err := os.Chmod(both, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := s.Upload(t.Context(), UploadArgs{Cert: both}); err != nil || !slices.Equal(codes(s.warnings), []string{CodeExpired, CodeKeyReadable}) {
		t.Errorf("a key that others can read: warned %v, %v", s.warnings, err)
	}
}

func TestCommandsRefuse(t *testing.T) {
	s := newShell(t, noon)
	leaf := leafFor("client")
	cert, key := s.file(t, "cert.pem", leaf.ChainPEM()), s.file(t, "key.pem", leaf.KeyPEM(testpki.PKCS8))
	for range 2 {
		if err := s.Upload(t.Context(), UploadArgs{Cert: cert, Key: key, Name: "twice"}); err != nil {
			t.Fatal(err)
		}
	}
	before := len(mustList(t, s.Store))
	huge := s.file(t, "huge.pem", nil)
	if err := os.Truncate(huge, maxFileSize+1); err != nil {
		t.Fatal(err)
	}
	upload := func(args UploadArgs) func(context.Context) error {
		return func(ctx context.Context) error { return s.Upload(ctx, args) }
	}
	remove := func(args DeleteArgs) func(context.Context) error {
		return func(ctx context.Context) error { return s.Delete(ctx, args) }
	}
	for _, c := range []struct {
		name string
		run  func(context.Context) error
		code string
		what string
	}{
		{"no --cert", upload(UploadArgs{Key: key}), CodeUsage, "--cert"},
		{"no such certificate", upload(UploadArgs{Cert: filepath.Join(s.dir, "nope.pem"), Key: key}), CodeFileUnreadable, "no such file"},
		{"no such key", upload(UploadArgs{Cert: cert, Key: filepath.Join(s.dir, "nope.pem")}), CodeFileUnreadable, "no such file"},
		{"a folder", upload(UploadArgs{Cert: s.dir, Key: key}), CodeFileUnreadable, "directory"},
		{"huge", upload(UploadArgs{Cert: cert, Key: huge}), CodeFileUnreadable, "larger than"},
		{"swapped", upload(UploadArgs{Cert: key, Key: cert}), CodeFilesSwapped, "cert.pem"},
		{"bad name", upload(UploadArgs{Cert: cert, Key: key, Name: "a\nb"}), CodeBadName, `a\nb`},
		{"bad id", upload(UploadArgs{Cert: cert, Key: key, ID: "../x"}), CodeBadID, "../x"},
		{"both", remove(DeleteArgs{ID: "a", Name: "b"}), CodeUsage, "can't provide both --id and --name"},
		{"neither", remove(DeleteArgs{}), CodeUsage, "must provide --id or --name"},
		{"no such id", remove(DeleteArgs{ID: "nope"}), CodeNotFound, `certificate not found with id "nope"`},
		{"no such name", remove(DeleteArgs{Name: "nope"}), CodeNotFound, `certificate not found with name "nope"`},
		{"two of the name", remove(DeleteArgs{Name: "twice"}), CodeNameAmbiguous, `multiple certificates found with name "twice"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.out.Reset()
			err := c.run(t.Context())
			if problem := wantCode(t, err, c.code); !strings.Contains(problem.What, c.what) {
				t.Errorf("%q does not say %q", problem.What, c.what)
			}
			if strings.Contains(s.printed(), "Success") || len(mustList(t, s.Store)) != before {
				t.Error("it was done all the same")
			}
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, err := range []error{s.Upload(ctx, UploadArgs{Cert: cert, Key: key}), s.List(ctx)} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
	})
}

func TestDeleteAsks(t *testing.T) {
	const question = "? Are you sure you want to delete certificate id (name)? (Y/n) "
	const deleted = "Deleted certificate id (name) successfully\n"
	for _, c := range []struct {
		input string
		want  string
		gone  bool
		fails bool
	}{
		{"y\n", question + deleted, true, false},
		{"YES\r\n", question + deleted, true, false},
		{"\n", question + deleted, true, false},
		{"y", question + deleted, true, false},
		{"n\n", question + "Not deleting\n", false, false},
		{"No\n", question + "Not deleting\n", false, false},
		{"what?\nn\n", question + question + "Not deleting\n", false, false},
		{"", question + "\n", false, true},
		{"what?", question + "\n", false, true},
	} {
		t.Run(fmt.Sprintf("%q", c.input), func(t *testing.T) {
			s := newShell(t, noon)
			mustUpload(t, s.Store, params(leafFor("client"), "name", "id"))
			s.Stdin, s.Interactive = strings.NewReader(c.input), true
			err := s.Delete(t.Context(), DeleteArgs{ID: "id"})
			if (err != nil) != c.fails || s.out.String() != c.want || (len(mustList(t, s.Store)) == 0) != c.gone {
				t.Errorf("%v; printed %q, want %q; left %v", err, s.out.String(), c.want, mustList(t, s.Store))
			}
		})
	}
	t.Run("Ctrl-C", func(t *testing.T) {
		s := newShell(t, noon)
		mustUpload(t, s.Store, params(leafFor("client"), "name", "id"))
		ctx, cancel := context.WithCancel(t.Context())
		reading, keyboard := io.Pipe()
		defer keyboard.Close()
		s.Stdin, s.Interactive = cancelOnRead{reading, cancel}, true
		if err := s.Delete(ctx, DeleteArgs{ID: "id"}); !errors.Is(err, context.Canceled) || len(mustList(t, s.Store)) != 1 {
			t.Errorf("got %v, left %v", err, mustList(t, s.Store))
		}
	})
	t.Run("a damaged entry", func(t *testing.T) {
		s := newShell(t, noon)
		mustUpload(t, s.Store, params(leafFor("client"), "name", "id"))
		if err := os.Remove(s.Store.path("id", metaFile)); err != nil {
			t.Fatal(err)
		}
		if err := s.Delete(t.Context(), DeleteArgs{ID: "id"}); err != nil || !strings.HasSuffix(s.printed(), "Deleted certificate id successfully\n") {
			t.Errorf("got %v", err)
		}
	})
}

// cancelOnRead is a person who presses Ctrl-C when asked.
type cancelOnRead struct {
	io.Reader
	cancel context.CancelFunc
}

func (r cancelOnRead) Read(p []byte) (int, error) {
	r.cancel()
	return r.Reader.Read(p)
}

// TestNoKeyInOutput runs all commands, with success and without, and looks for the key in all that they print, warn or refuse.
func TestNoKeyInOutput(t *testing.T) {
	for _, kind := range []testpki.KeyType{testpki.P256, testpki.RSA2048, testpki.Ed25519} {
		s := newShell(t, noon)
		leaf := pki().root.Client("client", testpki.Key(kind), testpki.Valid(noon.Add(-2*time.Hour), noon.Add(-time.Hour)))
		stranger := leafFor("stranger")
		keyPEM := leaf.KeyPEM(testpki.PKCS8)
		cert, key := s.file(t, "cert.pem", leaf.ChainPEM()), s.file(t, "key.pem", keyPEM)
		var all strings.Builder
		note := func(err error) { fmt.Fprintf(&all, "%v\n%+v\n", err, err) }
		for _, args := range []UploadArgs{
			{Cert: cert, Key: key, Name: "n", ID: "id"},
			{Cert: key, Key: cert},
			{Cert: key, Key: key},
			{Cert: cert, Key: s.file(t, "cut.pem", keyPEM[:len(keyPEM)/2])},
			{Cert: cert, Key: s.file(t, "mangled.pem", bytes.Replace(keyPEM, []byte("A"), []byte("!"), 1))},
			{Cert: cert, Key: s.file(t, "flipped.pem", bytes.Replace(keyPEM, []byte("M"), []byte("N"), 1))},
			{Cert: cert, Key: s.file(t, "labelled.pem", bytes.ReplaceAll(keyPEM, []byte("PRIVATE KEY"), []byte("CERTIFICATE")))},
			{Cert: s.file(t, "as-cert.pem", bytes.ReplaceAll(keyPEM, []byte("PRIVATE KEY"), []byte("CERTIFICATE"))), Key: key},
			{Cert: s.file(t, "stranger.pem", stranger.ChainPEM()), Key: key},
			{Cert: s.file(t, "stranger.pem", stranger.ChainPEM()), Key: s.file(t, "stranger.key", stranger.KeyPEM(testpki.PKCS8)), ID: "id"},
		} {
			note(s.Upload(t.Context(), args))
		}
		note(s.List(t.Context()))
		if err := os.WriteFile(s.Store.path("id", metaFile), keyPEM, 0o600); err != nil {
			t.Fatal(err)
		}
		note(s.List(t.Context()))
		note(s.Delete(t.Context(), DeleteArgs{ID: "id"}))
		for _, w := range s.warnings {
			note(w)
		}
		all.WriteString(s.out.String())
		for _, expected := range []string{"Success!", CodeKeyMismatch, CodeKeyParse, CodeStoreDamaged, CodeIDTaken, CodeExpired} {
			if !strings.Contains(all.String(), expected) {
				t.Errorf("the commands did not come to %s:\n%s", expected, &all)
			}
		}
		noKeyIn(t, all.String(), keyPEM)
	}
}
