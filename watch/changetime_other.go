//go:build !linux

package watch

import (
	"io/fs"
	"time"
)

// changeTime is when the file was last written.
func changeTime(info fs.FileInfo) time.Time { return info.ModTime() }
