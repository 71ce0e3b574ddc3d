package mtls

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// sweep erases what interrupted uploads and deletions left behind.
func (s *Store) sweep(root *os.Root) {
	names, err := readNames(root)
	if err != nil {
		return // whoever called sweep will meet the same error
	}
	for _, name := range names {
		if strings.HasPrefix(name, unfinished) {
			info, err := root.Lstat(name)
			if err != nil || s.now().Sub(info.ModTime()) < abandoned {
				continue
			}
			// Take it away first: if its process lives after all, its own rename fails and nothing half-erased is stored.
			taken := discarded + newID()
			if root.Rename(name, taken) != nil {
				continue
			}
			name = taken
		}
		if strings.HasPrefix(name, discarded) {
			if err := erase(root, name); err != nil {
				s.warn(&Problem{
					Code: CodeStoreLeftover, Where: s.path(name),
					What: "what an interrupted command left cannot be removed: " + reason(err),
					Fix:  "remove the folder; it may hold a private key",
				})
			}
		}
	}
}

// erase overwrites the files of a folder and removes it. Links are removed, never followed. What is gone already is no
// error: another process may be sweeping too.
func erase(root *os.Root, name string) error {
	err := overwriteAll(root, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return root.RemoveAll(name)
}

// overwriteAll overwrites all files that stand in a folder.
func overwriteAll(root *os.Root, name string) error {
	info, err := root.Lstat(name)
	if err != nil || !info.IsDir() {
		return err
	}
	folder, err := root.OpenRoot(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	names, err := readNames(folder)
	if err != nil {
		return err
	}
	for _, file := range names {
		if err := overwrite(folder, file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// overwrite replaces what a file holds by zeros on disk. Anything but a file is left as it is.
func overwrite(root *os.Root, name string) error {
	if info, err := root.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return err
	}
	f, err := openRegular(root, name, os.O_WRONLY)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.Write(make([]byte, info.Size()))
	}
	return errors.Join(err, f.Sync(), f.Close())
}
