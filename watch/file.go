package watch

import (
	"errors"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// A file is a path that is watched, whether there is something or not.
type file struct {
	path string
	real string // where the path leads when all links are followed, if it is a plain file or could be one
	last sight
}

// A sight is what was at a path when it was looked at.
type sight struct {
	kind     kind
	contents uint64 // hash

	info fs.FileInfo
	at   time.Time
}

type kind uint8

const (
	nothing kind = iota
	plainFile
	directory
	unreadable
)

var seed = maphash.MakeSeed()

// look looks at a path.
func look(path string) sight {
	if filepath.Base(path) == AnyName {
		return lookInto(filepath.Dir(path))
	}
	s := sight{at: time.Now()}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		s.kind = directory
	case err == nil && info.Mode().IsRegular():
		s.info = info
		contents, err := os.ReadFile(path)
		switch {
		case err == nil:
			s.kind, s.contents = plainFile, maphash.Bytes(seed, contents)
		case !isMissing(err):
			s.kind = unreadable
		}
	case isMissing(err):
	default:
		s.kind = unreadable
	}
	return s
}

// lookInto looks at the names in a directory.
func lookInto(dir string) sight {
	s := sight{at: time.Now()}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return s
	}
	var hash maphash.Hash
	hash.SetSeed(seed)
	for _, entry := range entries {
		hash.WriteString(entry.Name())
		hash.WriteByte(0)
	}
	s.kind, s.contents = directory, hash.Sum64()
	s.info, _ = os.Stat(dir)
	return s
}

// isMissing reports whether there is nothing at a path, be it that the way to it ends in a file or in a circle of links.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP)
}

func (s sight) exists() bool { return s.kind != nothing }

// clockSlack is by how much a file's time may lag behind the clock: systems take it from a coarser one.
const clockSlack = 20 * time.Millisecond

// newerThan reports whether the file may have changed after that moment.
func (s sight) newerThan(moment time.Time) bool {
	return s.info != nil && changeTime(s.info).After(moment.Add(-clockSlack))
}

// changed looks at the file and reports whether it is another than before. Unless told to look thoroughly it does not
// read a file whose size and time are the same and that has been left alone for a while.
func (f *file) changed(thoroughly bool) bool {
	if !thoroughly && f.last.kind == plainFile && f.last.at.Sub(changeTime(f.last.info)) > 2*time.Second {
		info, err := os.Stat(f.path)
		if err == nil && os.SameFile(info, f.last.info) && info.Size() == f.last.info.Size() && info.ModTime().Equal(f.last.info.ModTime()) {
			return false
		}
	}
	before := f.last
	f.last = look(f.path)
	return f.last.kind != before.kind || f.last.contents != before.contents
}

// isPlain reports whether the entry at path is the file itself, and not a directory or link on the way to it.
func (f *file) isPlain(path string) bool {
	if f.real != path {
		return false
	}
	info, err := os.Lstat(path)
	return err != nil || info.Mode().IsRegular()
}
