package watch

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime is when the file was last written, renamed or given another time.
func changeTime(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctim.Unix())
	}
	return info.ModTime()
}
