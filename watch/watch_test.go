package watch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// deadline is how long a test waits for an event that must come.
const deadline = 10 * time.Second

// A bench is a directory and a watcher of it.
type bench struct {
	*testing.T
	dir string
	w   *Watcher
}

// forBoth runs the test with the system's notifications and with polling.
func forBoth(t *testing.T, test func(b bench)) {
	for _, poll := range []bool{false, true} {
		t.Run(fmt.Sprintf("poll=%v", poll), func(t *testing.T) {
			t.Parallel()
			test(newBench(t, Options{Poll: poll, PollInterval: 5 * time.Millisecond}))
		})
	}
}

func newBench(t *testing.T, options Options) bench {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if options.Root == "" {
		options.Root = dir
	}
	if options.Notice == nil {
		options.Notice = func(text string) { t.Errorf("unexpected notice: %s", text) }
	}
	w := New(options)
	t.Cleanup(w.Close)
	return bench{t, dir, w}
}

func (b bench) path(name string) string { return filepath.Join(b.dir, filepath.FromSlash(name)) }

// write gives a file another content in one step, so that there is one change to report: a new file is moved to its place,
// one that exists is written over.
func (b bench) write(name, content string) {
	b.Helper()
	path, padded := b.path(name), fmt.Appendf(nil, "%-64s", content)
	b.must(os.MkdirAll(filepath.Dir(path), 0o755))
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		elsewhere := filepath.Join(b.TempDir(), "new")
		b.must(os.WriteFile(elsewhere, padded, 0o644))
		b.must(os.Rename(elsewhere, path))
		return
	}
	b.must(err)
	_, err = file.WriteAt(padded, 0)
	b.must(errors.Join(err, file.Close()))
}

func (b bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// set watches files and missing ones, divided by a |, from now on.
func (b bench) set(names string) {
	var lists [2][]string
	for i, list := range strings.Split(names, "|") {
		for _, name := range strings.Fields(list) {
			lists[i] = append(lists[i], b.path(name))
		}
	}
	b.w.Set(lists[0], lists[1], time.Now().Add(time.Hour)) // nothing is newer than that
}

// expect waits until all of the names, and nothing else, have been reported.
func (b bench) expect(names ...string) {
	b.Helper()
	timeout := time.After(deadline)
	seen := make(map[string]bool)
	for len(seen) < len(names) {
		select {
		case event := <-b.w.Events():
			for _, path := range event.Paths {
				name, _ := filepath.Rel(b.dir, path)
				if name = filepath.ToSlash(name); !slices.Contains(names, name) {
					b.Fatalf("%s was reported, want only %q", name, names)
				}
				seen[name] = true
			}
		case <-timeout:
			b.Fatalf("reported: %v, want %q", seen, names)
		}
	}
}

// skipTo receives reports until one of a change to name, which it makes.
func (b bench) skipTo(name string) {
	b.Helper()
	b.write(name, time.Now().String())
	timeout := time.After(deadline)
	for {
		select {
		case event := <-b.w.Events():
			if slices.Contains(event.Paths, b.path(name)) {
				return
			}
		case <-timeout:
			b.Fatalf("%s was not reported", name)
		}
	}
}

// expectNothing asserts that what was done until now is no change: the next report is of another file. Reports of a
// directory come in order, so those before it have been dealt with then.
func (b bench) expectNothing() {
	b.Helper()
	b.write("sentinel", time.Now().String())
	b.expect("sentinel")
}

func TestWrite(t *testing.T) {
	forBoth(t, func(b bench) {
		b.write("a", "1")
		b.write("deep/er/b", "1")
		b.write("other", "1")
		b.write("sentinel", "")
		b.set("a deep/er/b sentinel")
		b.write("a", "2")
		b.expect("a")
		b.write("deep/er/b", "2")
		b.expect("deep/er/b")
		b.write("other", "2")
		b.write("new", "")
		b.expectNothing()
	})
}

func TestNoChange(t *testing.T) {
	forBoth(t, func(b bench) {
		b.write("a", "1")
		b.write("sentinel", "")
		b.set("a sentinel")
		b.must(os.Chmod(b.path("a"), 0o600))
		b.must(os.Chtimes(b.path("a"), time.Now(), time.Now()))
		b.write("tmp", "1")
		b.must(os.Rename(b.path("tmp"), b.path("a"))) // a copy of itself
		b.expectNothing()
	})
}

func TestAtomicRename(t *testing.T) {
	forBoth(t, func(b bench) {
		b.write("a", "0")
		b.set("a")
		for i := range 5 {
			b.write("a.tmp", fmt.Sprint("new ", i))
			b.must(os.Rename(b.path("a.tmp"), b.path("a")))
			b.expect("a")
		}
		// As vim saves: the old file goes away before there is a new one.
		b.must(os.Rename(b.path("a"), b.path("a~")))
		b.write("a", "vim")
		b.expect("a")
	})
}

func TestVanishAndReturn(t *testing.T) {
	forBoth(t, func(b bench) {
		b.write("d/a", "1")
		b.set("d/a")
		b.must(os.Remove(b.path("d/a")))
		b.expect("d/a")
		b.write("d/a", "2")
		b.expect("d/a")
		b.must(os.RemoveAll(b.path("d")))
		b.expect("d/a")
		b.write("d/a", "3")
		b.expect("d/a")
		b.write("d/a", "4")
		b.expect("d/a")
	})
}

func TestMissing(t *testing.T) {
	forBoth(t, func(b bench) {
		b.set("| a new/folder/b node_modules/p")
		b.write("new/other", "")
		b.write("a", "")
		b.expect("a")
		b.must(os.MkdirAll(b.path("new/folder"), 0o755))
		b.write("new/folder/b", "")
		b.expect("new/folder/b")
		b.write("new/folder/b", "2")
		b.expect("new/folder/b")
		b.must(os.MkdirAll(b.path("node_modules/p"), 0o755))
		b.expect("node_modules/p")
	})
}

func TestMissingDeepAtOnce(t *testing.T) {
	forBoth(t, func(b bench) {
		for i := range 20 {
			name := fmt.Sprintf("%d/x/y/z/file", i)
			b.set("| " + name)
			b.write(name, "")
			b.expect(name)
		}
	})
}

func TestMovedDirectory(t *testing.T) {
	forBoth(t, func(b bench) {
		b.write("src/deep/a", "1")
		b.write("next/deep/a", "2")
		b.set("src/deep/a")
		b.must(os.Rename(b.path("src"), b.path("old")))
		b.must(os.Rename(b.path("next"), b.path("src")))
		b.expect("src/deep/a")
		b.write("src/deep/a", "3")
		b.expect("src/deep/a")
		b.write("old/deep/a", "4")
		b.write("src/deep/a", "5")
		b.expect("src/deep/a")
	})
}

func TestLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege")
	}
	forBoth(t, func(b bench) {
		b.write("store/1/a", "1")
		b.write("store/2/a", "2")
		b.write("project/here", "")
		b.must(os.Symlink("store/1", b.path("current")))
		b.must(os.Symlink(filepath.FromSlash("../current/a"), b.path("project/linked")))
		b.set("project/linked")
		b.write("store/1/a", "changed behind the link")
		b.expect("project/linked")
		b.must(os.Symlink("store/2", b.path("current.new"))) // as a deployment does
		b.must(os.Rename(b.path("current.new"), b.path("current")))
		b.expect("project/linked")
		b.write("store/2/a", "changed behind the other")
		b.expect("project/linked")
		b.must(os.Remove(b.path("project/linked")))
		b.expect("project/linked")
		b.write("project/linked", "a file now")
		b.expect("project/linked")
	})
}

func TestLinkLoop(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege")
	}
	forBoth(t, func(b bench) {
		b.must(os.Symlink("b", b.path("a")))
		b.must(os.Symlink("a", b.path("b")))
		b.set("| a a/b/c")
		b.must(os.Remove(b.path("a")))
		b.write("a", "a file now")
		b.expect("a")
	})
}

func TestSetReplaces(t *testing.T) {
	forBoth(t, func(b bench) {
		b.write("a", "1")
		b.write("b", "1")
		b.set("a")
		b.set("b sentinel|")
		b.expect("sentinel") // it was said to exist
		b.write("a", "2")
		b.expectNothing()
		b.write("b", "2")
		b.expect("b")
		b.set("|")
		b.write("b", "3")
		b.set("sentinel")
		b.expectNothing()
	})
}

// TestChangedBeforeSet: no change is lost between reading a file and watching it.
func TestChangedBeforeSet(t *testing.T) {
	forBoth(t, func(b bench) {
		b.write("old", "1")
		past := time.Now().Add(-time.Hour)
		for name, test := range map[string]struct {
			files, missing []string
			since          time.Time
			want           []string
		}{
			"changed":                 {[]string{"old"}, nil, past, []string{"old"}},
			"not changed":             {[]string{"old"}, nil, time.Now().Add(time.Hour), nil},
			"vanished":                {[]string{"gone"}, nil, time.Now(), []string{"gone"}},
			"appeared":                {nil, []string{"old"}, time.Now().Add(time.Hour), []string{"old"}},
			"missing and still":       {nil, []string{"never"}, past, nil},
			"in both lists it exists": {[]string{"old"}, []string{"old"}, time.Now().Add(time.Hour), nil},
		} {
			b.set("|")
			var lists [2][]string
			for i, list := range [][]string{test.files, test.missing} {
				for _, name := range list {
					lists[i] = append(lists[i], b.path(name))
				}
			}
			b.w.Set(lists[0], lists[1], test.since)
			if test.want == nil {
				select {
				case event := <-b.w.Events(): // it would be offered at once
					b.Errorf("%s: %q was reported", name, event.Paths)
				default:
				}
				continue
			}
			b.expect(test.want...)
		}
	})
}

func TestChangeWhileNobodyListens(t *testing.T) {
	forBoth(t, func(b bench) {
		b.write("a", "1")
		b.write("b", "1")
		b.write("sentinel", "1")
		b.set("a b sentinel")
		for i := range 100 {
			b.write("a", fmt.Sprint("burst ", i))
			b.write("b", fmt.Sprint("burst ", i))
		}
		b.skipTo("sentinel")
		b.set("a b sentinel")
		b.write("a", "after the burst")
		b.expect("a")
	})
}

func TestClose(t *testing.T) {
	b := newBench(t, Options{})
	b.write("a", "1")
	b.set("a")
	b.write("a", "2") // never received
	b.w.Close()
	b.w.Close()
	b.set("a")
	for range b.w.Events() {
	}
}

// A fullNotifier has no room for more than some directories.
type fullNotifier struct {
	notifier
	room int
}

func (n *fullNotifier) Add(dir string) error {
	if n.room--; n.room < 0 {
		return syscall.ENOSPC
	}
	return n.notifier.Add(dir)
}

func TestFallback(t *testing.T) {
	for name, broken := range map[string]func() (notifier, error){
		"no notifications": func() (notifier, error) { return nil, errors.New("not on this system") },
		"no room": func() (notifier, error) {
			n, err := newNotifier()
			return &fullNotifier{n, 1}, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			notices := make(chan string, 10)
			b := newBench(t, Options{})
			b.w.Close()
			b.w = start(Options{Root: b.dir, PollInterval: 5 * time.Millisecond, Notice: func(text string) { notices <- text }}, broken)
			t.Cleanup(b.w.Close)
			b.write("x/a", "1")
			b.write("y/b", "1")
			b.set("x/a y/b|z")
			b.write("x/a", "2")
			b.write("y/b", "2")
			b.write("z", "")
			b.expect("x/a", "y/b", "z")
			if len(notices) != 1 {
				t.Errorf("there were %d notices, want 1", len(notices))
			}
		})
	}
}

// A deafNotifier reports nothing but that it has lost reports.
type deafNotifier struct{ errors chan error }

func (deafNotifier) Add(string) error    { return nil }
func (deafNotifier) Remove(string) error { return nil }
func (deafNotifier) Close() error        { return nil }
func (n deafNotifier) Reports() (<-chan fsnotify.Event, <-chan error) {
	return nil, n.errors
}

func TestLostReports(t *testing.T) {
	b := newBench(t, Options{})
	b.w.Close()
	deaf := deafNotifier{make(chan error)}
	b.w = start(Options{Root: b.dir}, func() (notifier, error) { return deaf, nil })
	t.Cleanup(b.w.Close)
	b.write("a", "1")
	b.set("a")
	b.write("a", "2")
	deaf.errors <- fsnotify.ErrEventOverflow
	b.expect("a")
}

func TestIsWithin(t *testing.T) {
	for _, test := range []struct {
		path, dir string
		want      bool
	}{
		{"/a/b", "/a", true}, {"/a", "/a", true}, {"/ab", "/a", false}, {"/", "/a", false}, {"/a", "/", true}, {"/a", "", true},
	} {
		if got := isWithin(filepath.FromSlash(test.path), filepath.FromSlash(test.dir)); got != test.want {
			t.Errorf("isWithin(%q, %q): got %v", test.path, test.dir, got)
		}
	}
}

func BenchmarkSet(b *testing.B) {
	dir := b.TempDir()
	var files, missing []string
	for i := range 300 {
		path := filepath.Join(dir, fmt.Sprint(i%20), fmt.Sprint(i))
		os.MkdirAll(filepath.Dir(path), 0o755)
		os.WriteFile(path, make([]byte, 5000), 0o644)
		files, missing = append(files, path), append(missing, path+".tsx")
	}
	for _, fresh := range []bool{true, false} {
		b.Run(fmt.Sprintf("fresh=%v", fresh), func(b *testing.B) {
			w := New(Options{Root: dir})
			defer w.Close()
			for b.Loop() {
				if fresh {
					w.Set(nil, nil, time.Now())
				}
				w.Set(files, missing, time.Now())
			}
		})
	}
}

func TestNames(t *testing.T) {
	forBoth(t, func(b bench) {
		b.write("src/a", "1")
		b.set("src/* src/a")
		b.write("src/a", "2")
		b.expect("src/a")
		b.write("src/b", "1")
		b.expect("src/*")
		b.write("src/b", "2") // not watched
		b.must(os.Remove(b.path("src/b")))
		b.expect("src/*")
		b.must(os.Mkdir(b.path("src/c"), 0o755))
		b.expect("src/*")
	})
}
