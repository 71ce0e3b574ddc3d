package mtls

import (
	"bufio"
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"devserver/internal/testpki"
)

// testStore is a store in a new folder. Its clock advances by a second with every look at it.
func testStore(t *testing.T) (store *Store, warnings *[]*Problem) {
	t.Helper()
	warnings = new([]*Problem)
	var mutex sync.Mutex
	now := time.Now()
	store = NewStore(filepath.Join(t.TempDir(), "home"),
		func() time.Time {
			mutex.Lock()
			defer mutex.Unlock()
			now = now.Add(time.Second)
			return now
		},
		func(p *Problem) {
			mutex.Lock()
			defer mutex.Unlock()
			*warnings = append(*warnings, p)
		})
	return store, warnings
}

func params(leaf *testpki.Leaf, name, id string) UploadParams {
	return UploadParams{Cert: certFile(leaf.Chain...), Key: keyFile(leaf.Key), Name: name, ID: id}
}

func mustUpload(t *testing.T, s *Store, p UploadParams) Entry {
	t.Helper()
	_, entry, err := s.Upload(p)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

func mustList(t *testing.T, s *Store) []Entry {
	t.Helper()
	entries, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// leftovers are the names of unfinished and discarded entries.
func leftovers(t *testing.T, s *Store) []string {
	t.Helper()
	names, err := os.ReadDir(s.path())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var found []string
	for _, n := range names {
		if strings.HasPrefix(n.Name(), ".") && n.Name() != ".gitignore" {
			found = append(found, n.Name())
		}
	}
	return found
}

func TestStoreRoundTrip(t *testing.T) {
	store, warnings := testStore(t)
	if entries := mustList(t, store); len(entries) != 0 {
		t.Fatalf("an empty store lists %v", entries)
	}
	if _, err := os.Stat(store.home); !errors.Is(err, fs.ErrNotExist) {
		t.Error("to list made the store's folder")
	}
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	var want []Entry
	for i, kind := range []testpki.KeyType{testpki.P256, testpki.RSA2048, testpki.Ed25519} {
		leaf := pki().inter.Client(fmt.Sprint("client ", i), testpki.Key(kind))
		uploaded, entry, err := store.Upload(params(leaf, fmt.Sprint("cert ", i), ""))
		if err != nil {
			t.Fatal(err)
		}
		if !uuid.MatchString(entry.ID) || !uploaded.Chain.equal(leaf.Chain) {
			t.Errorf("uploaded %v as %s", uploaded, entry.ID)
		}
		want = append(want, entry)

		got, gotEntry, err := store.Get(entry.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Chain.equal(leaf.Chain) || gotEntry.Name != entry.Name || !gotEntry.UploadedOn.Equal(entry.UploadedOn) {
			t.Errorf("got %v back, want %v", gotEntry, entry)
		}
		if !leaf.Key.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(got.Signer().Public()) {
			t.Error("got another key back")
		}
	}
	var ids, wantIDs []string
	for i, e := range mustList(t, store) {
		ids, wantIDs = append(ids, e.ID), append(wantIDs, want[i].ID)
	}
	if !slices.Equal(ids, wantIDs) || len(ids) != 3 {
		t.Errorf("listed %v, want %v in the order of upload", ids, wantIDs)
	}
	if byName, err := store.EntryByName("cert 1"); err != nil || byName.ID != want[1].ID {
		t.Errorf("by name: got %v, %v", byName, err)
	}
	if len(*warnings) > 0 || len(leftovers(t, store)) > 0 {
		t.Errorf("warned %v, left %v", *warnings, leftovers(t, store))
	}
	for _, file := range store.Files(want[0].ID) {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}

	if err := store.Delete(want[1].ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.Get(want[1].ID); wantCode(t, err, CodeNotFound) == nil || len(mustList(t, store)) != 2 {
		t.Error("what was deleted is still there")
	}
	wantCode(t, store.Delete(want[1].ID), CodeNotFound)
	if left := leftovers(t, store); len(left) > 0 {
		t.Errorf("delete left %v", left)
	}
}

func TestStoreModes(t *testing.T) {
	if goruntime.GOOS == "windows" {
		t.Skip("no mode bits")
	}
	store, _ := testStore(t)
	entry := mustUpload(t, store, params(pki().root.Client("c"), "", ""))
	count := 0
	err := filepath.WalkDir(store.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if count++; info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
		return nil
	})
	if err != nil || count != 7 { // home, folder, .gitignore, entry, three files
		t.Errorf("saw %d files, %v", count, err)
	}
	ignore, err := os.ReadFile(store.path(".gitignore"))
	if err != nil || !slices.Contains(strings.Split(string(ignore), "\n"), "*") {
		t.Errorf(".gitignore: %q, %v", ignore, err)
	}

	// What others were let into is closed, with a warning, by the next look.
	for path, mode := range map[string][2]fs.FileMode{
		store.path():                         {0o755, 0o700},
		store.path(entry.ID):                 {0o750, 0o700},
		store.path(entry.ID, privateKeyFile): {0o644, 0o600},
	} {
		var warnings []*Problem
		store.warn = func(p *Problem) { warnings = append(warnings, p) }
		if err := os.Chmod(path, mode[0]); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time there is nothing to warn about
			if _, _, err := store.Get(entry.ID); err != nil {
				t.Fatal(err)
			}
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != mode[1] {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), mode[1])
		}
		if got := codes(warnings); !slices.Equal(got, []string{CodeStoreReadable}) || warnings[0].Where != path {
			t.Errorf("%s: warned %v", path, warnings)
		}
	}
}

func TestUploadID(t *testing.T) {
	store, _ := testStore(t)
	leaf, other := pki().root.Client("one"), pki().root.Client("two")
	const id = "efwu2n6s-hvmn-4ba3-8b2f-1f2a3b4c5d6e"
	first := mustUpload(t, store, params(leaf, "name", id))
	if first.ID != id {
		t.Errorf("stored as %s", first.ID)
	}
	for _, name := range []string{"name", ""} {
		if again := mustUpload(t, store, params(leaf, name, id)); again.Name != "name" || !again.UploadedOn.Equal(first.UploadedOn) {
			t.Errorf("the same upload as %q gave another entry: %v", name, again)
		}
	}
	_, _, err := store.Upload(params(other, "name", id))
	wantCode(t, err, CodeIDTaken)
	_, _, err = store.Upload(params(leaf, "another name", id))
	wantCode(t, err, CodeIDTaken)
	if got, entry, err := store.Get(id); err != nil || !got.Chain.equal(leaf.Chain) || entry.Name != "name" {
		t.Errorf("a refused upload changed the entry: %v, %v", entry, err)
	}
	if len(mustList(t, store)) != 1 || len(leftovers(t, store)) > 0 {
		t.Errorf("got %v and %v", mustList(t, store), leftovers(t, store))
	}
}

// TestTraversal tries IDs and names that would be dangerous if they were used as paths, or printed.
func TestTraversal(t *testing.T) {
	store, _ := testStore(t)
	leaf := pki().root.Client("client")
	keep := mustUpload(t, store, params(leaf, "", "keep"))
	outside := filepath.Join(store.home, "outside")
	if err := os.Mkdir(outside, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{
		"..", ".", "../outside", "../../x", "/etc", "a/b", `a\b`, `..\outside`, "keep/", "keep/../keep", "./keep", ".gitignore", ".upload-x",
		"-rf", "a b", "a\x00b", "a\nb", "ü", "C:", "a:b", "keep::$DATA", "%2e%2e", "<CERTIFICATE_ID>", strings.Repeat("a", 65),
	} {
		_, _, err := store.Upload(params(leaf, "", id))
		wantCode(t, err, CodeBadID)
		_, _, err = store.Get(id)
		wantCode(t, err, CodeNotFound)
		_, err = store.Entry(id)
		wantCode(t, err, CodeNotFound)
		wantCode(t, store.Delete(id), CodeNotFound)
		if files := store.Files(id); files != nil {
			t.Errorf("%q has files %v", id, files)
		}
	}
	for _, id := range []string{"a", "A-1", strings.Repeat("a", 64), "0195f3a2-0000-4000-8000-000000000000"} {
		if got := mustUpload(t, store, params(leaf, "", id)); got.ID != id {
			t.Errorf("%q was stored as %q", id, got.ID)
		}
	}
	for _, name := range []string{"a\x1b[31mb", "a\nID: forged", "a\x00", "\u202eb", "\xff", strings.Repeat("x", 256)} {
		_, _, err := store.Upload(params(leaf, name, ""))
		problem := wantCode(t, err, CodeBadName)
		if strings.ContainsAny(problem.Error(), "\x1b\n\x00") {
			t.Errorf("the message shows %q as it is", name)
		}
	}
	for _, name := range []string{"../../x", "/etc/passwd", "Größe 東京", "a b", strings.Repeat("x", 255)} {
		if got := mustUpload(t, store, params(leaf, name, "")); got.Name != name {
			t.Errorf("%q was stored as %q", name, got.Name)
		}
	}
	found, err := os.ReadDir(store.home)
	if err != nil || len(found) != 2 { // the store and outside
		t.Errorf("beside the store there is %v, %v", found, err)
	}
	if _, _, err := store.Get(keep.ID); err != nil {
		t.Error(err)
	}
}

func TestStoreRefusesLinks(t *testing.T) {
	link := func(t *testing.T, target, path string) {
		t.Helper()
		if err := os.Symlink(target, path); err != nil {
			t.Skip(err) // Windows lets only some users make links
		}
	}
	t.Run("the store itself", func(t *testing.T) {
		store, _ := testStore(t)
		elsewhere := t.TempDir()
		if err := os.MkdirAll(store.home, 0o700); err != nil {
			t.Fatal(err)
		}
		link(t, elsewhere, store.path())
		_, _, err := store.Upload(params(pki().root.Client("c"), "", ""))
		wantCode(t, err, CodeStoreUnsafe)
		_, err = store.List()
		wantCode(t, err, CodeStoreUnsafe)
		if found, _ := os.ReadDir(elsewhere); len(found) > 0 {
			t.Errorf("written through the link: %v", found)
		}
	})
	t.Run("the home may be one", func(t *testing.T) {
		store, _ := testStore(t)
		link(t, t.TempDir(), store.home)
		mustUpload(t, store, params(pki().root.Client("c"), "", ""))
	})
	t.Run("an entry", func(t *testing.T) {
		store, warnings := testStore(t)
		mustUpload(t, store, params(pki().root.Client("c"), "", "real"))
		link(t, "real", store.path("fake"))
		_, _, err := store.Get("fake")
		wantCode(t, err, CodeStoreUnsafe)
		if got := mustList(t, store); len(got) != 1 || !slices.Equal(codes(*warnings), []string{CodeStoreUnsafe}) {
			t.Errorf("listed %v, warned %v", got, *warnings)
		}
		_, _, err = store.Upload(params(pki().root.Client("c"), "", "fake"))
		wantCode(t, err, CodeIDTaken)
		if err := store.Delete("fake"); err != nil { // the link goes, what it leads to stays
			t.Fatal(err)
		}
		if _, _, err := store.Get("real"); err != nil {
			t.Error(err)
		}
	})
	for _, file := range []string{certificateFile, privateKeyFile, metaFile} {
		t.Run(file, func(t *testing.T) {
			store, _ := testStore(t)
			entry := mustUpload(t, store, params(pki().root.Client("c"), "", ""))
			path, moved := store.path(entry.ID, file), filepath.Join(store.home, "moved")
			if err := os.Rename(path, moved); err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(moved)
			if err != nil {
				t.Fatal(err)
			}
			link(t, moved, path)
			_, _, err = store.Get(entry.ID)
			if problem := wantCode(t, err, CodeStoreDamaged); !strings.Contains(problem.What, "a symbolic link") {
				t.Errorf("got %v", problem)
			}
			if err := store.Delete(entry.ID); err != nil {
				t.Fatal(err)
			}
			if after, err := os.ReadFile(moved); err != nil || !bytes.Equal(after, content) {
				t.Error("delete followed the link")
			}
		})
	}
}

func TestStoreDamaged(t *testing.T) {
	for name, damage := range map[string]func(folder string) error{
		"no meta":            func(f string) error { return os.Remove(filepath.Join(f, metaFile)) },
		"no certificate":     func(f string) error { return os.Remove(filepath.Join(f, certificateFile)) },
		"empty meta":         func(f string) error { return os.Truncate(filepath.Join(f, metaFile), 0) },
		"half a certificate": func(f string) error { return os.Truncate(filepath.Join(f, certificateFile), 100) },
		"newer meta":         func(f string) error { return os.WriteFile(filepath.Join(f, metaFile), []byte(`{"version":2}`), 0o600) },
		"huge meta":          func(f string) error { return os.Truncate(filepath.Join(f, metaFile), maxFileSize+1) },
		"renamed":            func(f string) error { return os.Rename(f, filepath.Join(filepath.Dir(f), "renamed")) },
		"not an ID":          func(f string) error { return os.Rename(f, filepath.Join(filepath.Dir(f), "not an ID")) },
		"a file": func(f string) error {
			return errors.Join(os.RemoveAll(f), os.WriteFile(f, nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			store, warnings := testStore(t)
			good := mustUpload(t, store, params(pki().root.Client("good"), "", ""))
			bad := mustUpload(t, store, params(pki().root.Client("bad"), "", ""))
			if err := damage(store.path(bad.ID)); err != nil {
				t.Fatal(err)
			}
			if entries := mustList(t, store); len(entries) != 1 || entries[0].ID != good.ID {
				t.Errorf("listed %v", entries)
			}
			if len(*warnings) != 1 || (*warnings)[0].Code != CodeStoreDamaged && (*warnings)[0].Code != CodeStoreUnsafe {
				t.Errorf("warned %v", *warnings)
			}
			if _, _, err := store.Get(bad.ID); err == nil {
				t.Error("it can be loaded")
			}
			if err := store.Delete(bad.ID); err != nil && !strings.Contains(err.Error(), CodeNotFound) {
				t.Errorf("it cannot be deleted: %v", err)
			}
			if _, _, err := store.Get(good.ID); err != nil {
				t.Error(err)
			}
		})
	}
	// The key is only looked at when it is wanted.
	for name, damage := range map[string]func(path string) error{
		"no key":            os.Remove,
		"half a key":        func(path string) error { return os.Truncate(path, 60) },
		"the key of others": func(path string) error { return os.WriteFile(path, keyFile(pki().other.Key).Data, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			store, _ := testStore(t)
			leaf := pki().root.Client("c")
			entry := mustUpload(t, store, params(leaf, "", ""))
			key, err := os.ReadFile(store.path(entry.ID, privateKeyFile))
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(store.path(entry.ID, privateKeyFile)); err != nil {
				t.Fatal(err)
			}
			_, _, err = store.Get(entry.ID)
			wantCode(t, err, CodeStoreDamaged)
			noKeyIn(t, err.Error(), key)
			_, _, err = store.Upload(params(leaf, "", entry.ID)) // not taken for the same
			if problem := wantCode(t, err, CodeIDTaken); !strings.Contains(problem.What, "damaged") {
				t.Errorf("got %v", problem)
			}
		})
	}
}

// TestInterrupted finds what a crash between the steps of an upload or a deletion leaves.
func TestInterrupted(t *testing.T) {
	for name, c := range map[string]struct {
		folder string
		age    time.Duration
		files  []string
		stays  bool
	}{
		"upload, nothing written":     {unfinished + "x", time.Hour, nil, false},
		"upload, key written":         {unfinished + "x", time.Hour, []string{privateKeyFile}, false},
		"upload, all written":         {unfinished + "x", time.Hour, []string{privateKeyFile, certificateFile, metaFile}, false},
		"upload, still being written": {unfinished + "x", 0, []string{privateKeyFile}, true},
		"deletion, nothing erased":    {discarded + "x", 0, []string{privateKeyFile, certificateFile, metaFile}, false},
		"deletion, half erased":       {discarded + "x", 0, []string{metaFile}, false},
	} {
		t.Run(name, func(t *testing.T) {
			store, warnings := testStore(t)
			whole := mustUpload(t, store, params(pki().root.Client("c"), "", ""))
			folder := store.path(c.folder)
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			for _, file := range c.files {
				data, err := os.ReadFile(store.path(whole.ID, file))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, file), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			old := time.Now().Add(-c.age)
			if err := os.Chtimes(folder, old, old); err != nil {
				t.Fatal(err)
			}
			spy := filepath.Join(store.home, "spy") // sees what becomes of the key file's blocks
			hasKey := slices.Contains(c.files, privateKeyFile)
			if hasKey {
				if err := os.Link(filepath.Join(folder, privateKeyFile), spy); err != nil {
					t.Fatal(err)
				}
			}
			if got := mustList(t, store); len(got) != 1 || got[0].ID != whole.ID {
				t.Errorf("listed %v", got)
			}
			mustUpload(t, store, params(pki().root.Client("d"), "", ""))
			if _, err := os.Stat(folder); (err == nil) != c.stays {
				t.Errorf("after the next upload: %v, want it to stay: %t", err, c.stays)
			}
			if hasKey {
				left, err := os.ReadFile(spy)
				if err != nil {
					t.Fatal(err)
				}
				if erased := len(bytes.Trim(left, "\x00")) == 0; erased == c.stays {
					t.Errorf("the key was erased: %t, want %t", erased, !c.stays)
				}
			}
			if len(mustList(t, store)) != 2 || len(*warnings) > 0 {
				t.Errorf("listed %v, warned %v", mustList(t, store), *warnings)
			}
		})
	}
}

func TestDeleteOverwritesKey(t *testing.T) {
	store, _ := testStore(t)
	entry := mustUpload(t, store, params(pki().root.Client("c"), "", ""))
	spy := filepath.Join(store.home, "spy")
	if err := os.Link(store.path(entry.ID, privateKeyFile), spy); err != nil {
		t.Skip(err)
	}
	before, err := os.ReadFile(spy)
	if err != nil || !bytes.Contains(before, []byte("PRIVATE KEY")) {
		t.Fatalf("the spy sees %q, %v", before, err)
	}
	if err := store.Delete(entry.ID); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(spy)
	if err != nil || !bytes.Equal(after, make([]byte, len(before))) {
		t.Errorf("the key file's content is still %q, %v", after, err)
	}
}

func TestConcurrentUploads(t *testing.T) {
	store, warnings := testStore(t)
	store.now = time.Now // not the clock that runs fast: no upload here is older than a minute
	same := pki().root.Client("same")
	const uploads = 16
	var rivals [uploads]*testpki.Leaf
	for i := range rivals {
		rivals[i] = pki().root.Client(fmt.Sprint("rival ", i))
	}
	var wait sync.WaitGroup
	won := make(chan int, uploads)
	for i := range uploads {
		wait.Go(func() {
			if _, _, err := store.Upload(params(same, "", "same")); err != nil {
				t.Errorf("the same certificate under the same ID: %v", err)
			}
		})
		wait.Go(func() {
			_, _, err := store.Upload(params(rivals[i], "", "rival"))
			if err == nil {
				won <- i
			} else if p, ok := errors.AsType[*Problem](err); !ok || p.Code != CodeIDTaken {
				t.Errorf("another certificate under the same ID: %v", err)
			}
		})
		wait.Go(func() {
			_, entry, err := store.Upload(params(rivals[i], "", ""))
			if err != nil {
				t.Errorf("a new ID: %v", err)
			} else if err := store.Delete(entry.ID); err != nil {
				t.Errorf("delete: %v", err)
			}
		})
		wait.Go(func() { mustListQuietly(t, store) })
	}
	wait.Wait()
	close(won)
	winners := 0
	for i := range won {
		winners++
		if got, _, err := store.Get("rival"); err != nil || !got.Chain.equal(rivals[i].Chain) {
			t.Errorf("%d was told that it won, but %v, %v is stored", i, got, err)
		}
	}
	if winners != 1 || len(mustList(t, store)) != 2 || len(leftovers(t, store)) > 0 || len(*warnings) > 0 {
		t.Errorf("%d winners; %v; left %v; warned %v", winners, mustList(t, store), leftovers(t, store), *warnings)
	}
}

func mustListQuietly(t *testing.T, store *Store) {
	if _, err := store.List(); err != nil {
		t.Errorf("list: %v", err)
	}
}

// TestKilled kills processes in the midst of uploads and deletions, again and again, and finds nothing but whole entries.
func TestKilled(t *testing.T) {
	if home := os.Getenv("MTLS_TEST_UPLOADER"); home != "" {
		uploadForever(t, home)
	}
	store, warnings := testStore(t)
	for range 4 {
		var commands []*exec.Cmd
		for range 2 {
			command := exec.Command(os.Args[0], "-test.run=^TestKilled$")
			command.Env = append(os.Environ(), "MTLS_TEST_UPLOADER="+store.home)
			out, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			commands = append(commands, command)
			lines := bufio.NewScanner(out)
			for range 3 {
				lines.Scan()
			}
			if lines.Text() != "uploaded" {
				t.Fatalf("the uploader said %q, %v", lines.Text(), lines.Err())
			}
		}
		for _, command := range commands {
			command.Process.Kill()
			command.Wait()
		}
		entries := mustList(t, store)
		for _, entry := range entries {
			if _, _, err := store.Get(entry.ID); err != nil {
				t.Errorf("after a kill: %v", err)
			}
		}
		if len(entries) == 0 || len(*warnings) > 0 {
			t.Fatalf("%d entries, warnings %v", len(entries), *warnings)
		}
	}
	// An hour later the next upload clears all of it away.
	store.now = func() time.Time { return time.Now().Add(time.Hour) }
	mustUpload(t, store, params(pki().root.Client("after"), "", ""))
	if left := leftovers(t, store); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// uploadForever is what the child processes of TestKilled do, until they are killed.
func uploadForever(t *testing.T, home string) {
	store := NewStore(home, time.Now, func(p *Problem) { t.Fatal(p) })
	leaf := pki().root.Client("child")
	for i := 0; ; i++ {
		entry := mustUpload(t, store, params(leaf, "child", ""))
		if i%2 == 1 {
			if err := store.Delete(entry.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := fmt.Println("uploaded"); err != nil {
			os.Exit(1) // the parent is gone
		}
	}
}

func TestDefaultHome(t *testing.T) {
	given := func(value string) func(string) string {
		return func(name string) string {
			if name == "DEVSERVER_HOME" {
				return value
			}
			return ""
		}
	}
	dir := t.TempDir()
	if got, err := DefaultHome(given(dir)); err != nil || got != dir {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := DefaultHome(given("relative")); err != nil || !filepath.IsAbs(got) || filepath.Base(got) != "relative" {
		t.Errorf("got %q, %v", got, err)
	}
	config, err := os.UserConfigDir()
	if err != nil {
		t.Skip(err)
	}
	if got, err := DefaultHome(given("")); err != nil || got != filepath.Join(config, "devserver") {
		t.Errorf("got %q, %v", got, err)
	}
}

func FuzzMeta(f *testing.F) {
	f.Add([]byte(`{"version":1,"id":"a","name":"b","uploaded_on":"2026-01-02T03:04:05Z"}`))
	f.Add([]byte(`{"version":1,"id":"../x","uploaded_on":"2026-01-02T03:04:05Z"}`))
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseMeta(data)
		if err != nil {
			if m != (meta{}) {
				t.Fatalf("refused, but returned %+v", m)
			}
			return
		}
		if filepath.Base(m.ID) != m.ID || m.ID == "." || m.ID == ".." || strings.ContainsAny(m.ID+m.Name, "\x00\x1b\n\r") || strings.HasPrefix(m.ID, ".") {
			t.Fatalf("accepted %+v", m)
		}
	})
}
