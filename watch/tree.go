package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// An entry is a name in a directory, whose path has no links in it.
type entry struct{ dir, name string }

// A tree finds the ways to files. It remembers the directories, so it is good for as long as nothing changes.
type tree struct {
	root string // Options.Root
	dirs map[string]way
}

// A way is what a path to a directory leads over.
type way struct {
	real    string // the directory, without links; meaningless if it does not exist
	exists  bool
	entries []entry // those that matter if they come, go, or are replaced
}

// maxLinks is how many symbolic links may lead to each other.
const maxLinks = 40

// to returns the directory entries that the path depends on, and where it leads if its directory exists.
func (t *tree) to(path string) (entries []entry, real string) {
	for range maxLinks {
		dir := t.dir(filepath.Dir(path), 0)
		entries = append(entries, dir.entries...)
		if !dir.exists {
			return entries, ""
		}
		last := entry{dir.real, filepath.Base(path)}
		entries = append(entries, last)
		real = filepath.Join(last.dir, last.name)
		target, linked := readLink(real)
		if !linked {
			return entries, real
		}
		path = target
	}
	return entries, ""
}

// dir returns the way to a directory.
func (t *tree) dir(path string, links int) way {
	if known, ok := t.dirs[path]; ok {
		return known
	}
	parent := filepath.Dir(path)
	if parent == path {
		return way{real: path, exists: true}
	}
	found := t.dir(parent, links)
	if found.exists {
		found = t.step(found, path, links)
	}
	t.dirs[path] = found
	return found
}

// step goes from the parent to the directory.
func (t *tree) step(parent way, path string, links int) way {
	here := entry{parent.real, filepath.Base(path)}
	real := filepath.Join(here.dir, here.name)
	found := way{real: real, entries: parent.entries[:len(parent.entries):len(parent.entries)]}
	if target, linked := readLink(real); linked {
		found.entries = append(found.entries, here)
		if links < maxLinks {
			behind := t.dir(target, links+1)
			found.real, found.exists = behind.real, behind.exists
			found.entries = append(found.entries, behind.entries...)
		}
		return found
	}
	info, err := os.Stat(real)
	found.exists = err == nil && info.IsDir()
	if !found.exists || t.root != "" && isWithin(path, t.root) {
		found.entries = append(found.entries, here)
	}
	return found
}

// isWithin reports whether path is dir or below it. Everything is below "".
func isWithin(path, dir string) bool {
	rest, below := strings.CutPrefix(path, dir)
	return below && (rest == "" || dir == "" || os.IsPathSeparator(rest[0]) || os.IsPathSeparator(dir[len(dir)-1]))
}

// readLink returns the absolute path that a symbolic link leads to.
func readLink(path string) (target string, linked bool) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return "", false
	}
	target, err = os.Readlink(path)
	if err != nil {
		return "", false
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(path), target)
	}
	return target, true
}
