package assets

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// directory is what files there are below a folder, as of now: a listing that was read before is used only while the
// folder's time of change says that it still holds.
//
// No part of a request's path ever reaches the operating system: names are looked up in listings, and what is opened was
// in one. That makes upper and lower case differ everywhere, as they do when deployed, and leaves nothing to try with
// "..", encoded slashes, device names and streams. Links are followed, also to what is outside, as when deploying.
type directory struct {
	root    string
	mu      sync.RWMutex
	folders map[string]*folder // by path: "" is the root, "/img" one in it
}

// folder is a listing. It does not change.
type folder struct {
	names    map[string]nameKind
	modified time.Time
	settled  bool
}

// nameKind is what a name stands for.
type nameKind byte

const (
	noName   nameKind = iota
	fileName          // a file
	folderName
	linkName  // whatever it leads to
	otherName // a device, a pipe: nothing that is served
)

// settling is how old a change must be for the time of change to tell it from the next: clocks of file systems tick every
// few milliseconds, or every two seconds if they have no fraction.
func settling(modified time.Time) time.Duration {
	if modified.Nanosecond() == 0 {
		return 2 * time.Second
	}
	return 100 * time.Millisecond
}

func newDirectory(root string) *directory {
	return &directory{root: root, folders: map[string]*folder{}}
}

// system is the system's path of what is at a path of listed names.
func (d *directory) system(path string) string {
	return d.root + filepath.FromSlash(path)
}

// read returns the listing of a folder that is there by name, or nil if it is none.
func (d *directory) read(path string) *folder {
	d.mu.RLock()
	known := d.folders[path]
	d.mu.RUnlock()
	name := d.system(path)
	now := time.Now()
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		d.forget(path, known)
		return nil
	}
	if known != nil && known.settled && known.modified.Equal(info.ModTime()) {
		return known
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		d.forget(path, known)
		return nil
	}
	f := &folder{names: make(map[string]nameKind, len(entries)), modified: info.ModTime()}
	f.settled = now.Sub(f.modified) > settling(f.modified)
	for _, e := range entries {
		kind := otherName
		switch {
		case e.IsDir():
			kind = folderName
		case e.Type().IsRegular():
			kind = fileName
		case e.Type()&(os.ModeSymlink|os.ModeIrregular) != 0: // the latter are links of other kinds on Windows
			kind = linkName
		}
		f.names[e.Name()] = kind
	}
	d.mu.Lock()
	d.folders[path] = f
	d.mu.Unlock()
	return f
}

func (d *directory) forget(path string, known *folder) {
	if known != nil {
		d.mu.Lock()
		delete(d.folders, path)
		d.mu.Unlock()
	}
}

// view is a directory at the time of one request. It implements [Files].
type view struct {
	dir     *directory
	ignored *Ignored
	read    []readFolder
}

type readFolder struct {
	path   string
	folder *folder // nil: there is none
}

// folder returns the listing of a folder, or nil.
func (v *view) folder(path string) *folder {
	for _, r := range v.read {
		if r.path == path {
			return r.folder
		}
	}
	var f *folder
	if path == "" || v.isFolder(path) {
		f = v.dir.read(path)
	}
	v.read = append(v.read, readFolder{path, f})
	return f
}

func (v *view) isFolder(path string) bool {
	switch v.kind(path) {
	case folderName:
		return true
	case linkName:
		info, err := os.Stat(v.dir.system(path))
		return err == nil && info.IsDir()
	}
	return false
}

// kind looks a path up, name by name.
func (v *view) kind(path string) nameKind {
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 || slash == len(path)-1 {
		return noName
	}
	if f := v.folder(path[:slash]); f != nil {
		return f.names[path[slash+1:]]
	}
	return noName
}

// Has implements Files.
func (v *view) Has(path string) bool {
	switch v.kind(path) {
	case fileName:
	case linkName:
		info, err := os.Stat(v.dir.system(path))
		if err != nil || !info.Mode().IsRegular() {
			return false
		}
	default:
		return false
	}
	return !v.ignored.Ignores(path[1:])
}
