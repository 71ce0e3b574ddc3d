package assets

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxFiles is how many assets may be deployed, at most.
const maxFiles = 100_000

// Survey looks through the whole directory, and returns in sentences what keeps it from being deployed, or is deployed
// that may not be meant to be. It ends early with ctx.
func (s *Site) Survey(ctx context.Context) []string {
	var notices []string
	_, rules := s.now()
	root, err := filepath.EvalSymlinks(s.dir.root)
	if err != nil {
		return nil
	}
	files := 0
	fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return fs.SkipAll
		case err != nil || path == ".":
			return nil
		case d.IsDir() && rules.ignored.matches(path, true):
			return fs.SkipDir
		case d.IsDir() || rules.ignored.Ignores(path):
			return nil
		}
		files++
		info, err := os.Stat(filepath.Join(root, filepath.FromSlash(path)))
		if err != nil {
			return nil
		}
		if d.Type()&fs.ModeSymlink != 0 && s.leadsOut(root, path) {
			notices = append(notices, fmt.Sprintf("asset %s is a link out of the assets directory: what it leads to is served, and will be deployed", path))
		}
		if info.Mode().IsRegular() && info.Size() > MaxFileSize {
			notices = append(notices, fmt.Sprintf("asset %s has %.1f MiB: it is served here, but assets of more than 25 MiB cannot be deployed", path, float64(info.Size())/(1<<20)))
		}
		if (path == "_worker.js" || strings.HasPrefix(path, "_worker.js/")) && s.withoutIgnoreFile() {
			notices = append(notices, fmt.Sprintf("asset %s is the code of a Pages project, and everybody can read it: add a file .assetsignore with the line _worker.js", path))
		}
		return nil
	})
	if files > maxFiles {
		notices = append(notices, fmt.Sprintf("there are %d assets, and %d is the most that can be deployed", files, maxFiles))
	}
	return notices
}

// leadsOut reports whether a link leads to what is not below the root.
func (s *Site) leadsOut(root, path string) bool {
	to, err := filepath.EvalSymlinks(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(root, to)
	return err != nil || !filepath.IsLocal(rel)
}

func (s *Site) withoutIgnoreFile() bool {
	_, err := os.Stat(s.dir.system("/" + IgnoreFile))
	return err != nil
}
