package mtls

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	goruntime "runtime"
)

// maxFileSize is that of every file that is read, in bytes.
const maxFileSize = 1 << 20

// restrict takes the rights of other users away from a folder or file of the store, and warns if there were any. Windows keeps
// the folder to its user by inheritance; its mode bits mean nothing.
func (s *Store) restrict(root *os.Root, name string, mode fs.FileMode, path string) {
	info, err := root.Lstat(name)
	if err != nil || goruntime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 || info.Mode()&fs.ModeSymlink != 0 {
		return
	}
	problem := &Problem{
		Code: CodeStoreReadable, Where: path,
		What: fmt.Sprintf("other users had access (mode %#o); it has been taken away", info.Mode().Perm()),
		Fix:  "if somebody may have used it, have the certificate revoked and a new one issued",
	}
	if err := root.Chmod(name, mode); err != nil {
		problem.What = fmt.Sprintf("other users have access (mode %#o), and it cannot be taken away: %s", info.Mode().Perm(), reason(err))
		problem.Fix = fmt.Sprintf("chmod %o %s", mode, path)
	}
	s.warn(problem)
}

func readNames(root *os.Root) ([]string, error) {
	folder, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return folder.Readdirnames(-1)
}

// openRegular opens a file that is one, neither a link nor a device, not even one that is put there meanwhile.
func openRegular(root *os.Root, name string, flag int) (*os.File, error) {
	before, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file but %s", name, kind(before))
	}
	f, err := root.OpenFile(name, flag, 0)
	if err != nil {
		return nil, err
	}
	after, err := f.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = fmt.Errorf("%s was replaced while it was opened", name)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func readFile(root *os.Root, name string) ([]byte, error) {
	f, err := openRegular(root, name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, name)
}

// readAll reads no more than a certificate file can sensibly hold, so that a device or a huge file does no harm.
func readAll(r io.Reader, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFileSize+1))
	if err == nil && len(data) > maxFileSize {
		return nil, fmt.Errorf("%s is larger than %d bytes", name, maxFileSize)
	}
	return data, err
}

func writeFile(root *os.Root, name string, data []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncFolder waits until what was created in and renamed within the folder is on disk. Windows cannot do that, and need not.
func syncFolder(root *os.Root) error {
	if goruntime.GOOS == "windows" {
		return nil
	}
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func kind(info fs.FileInfo) string {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return "a symbolic link"
	case info.Mode().IsRegular():
		return "a file"
	case info.IsDir():
		return "a folder"
	}
	return "a special file"
}

// reason is what a file error says, without the names that a message has already.
func reason(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Path + ": " + pathErr.Err.Error()
	}
	return err.Error()
}
