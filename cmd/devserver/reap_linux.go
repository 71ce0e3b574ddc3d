package main

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// reapDelay is how long a process that has ended is left to whoever started it. os/exec waits for its own at once.
const reapDelay = time.Second

// reap has orphans that have ended go away, until ctx ends. In a container whose first process is devserver it inherits those
// that build commands leave behind, and nobody else would ever ask for them.
func reap(ctx context.Context) {
	if os.Getpid() != 1 {
		return
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGCHLD)
	go func() {
		defer signal.Stop(ended)
		var before map[int]bool
		for {
			wait := ended
			var again <-chan time.Time
			if len(before) > 0 {
				wait, again = nil, time.After(reapDelay)
			}
			select {
			case <-ctx.Done():
				return
			case <-wait:
			case <-again:
			}
			now := zombies()
			for pid := range now {
				if before[pid] {
					syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
					delete(now, pid)
				}
			}
			before = now
		}
	}()
}

// zombies are the children of this process that have ended, and that nobody has waited for.
func zombies() map[int]bool {
	list := map[int]bool{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		// The name, in brackets, may have anything in it.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) < 2 || fields[0] != "Z" || fields[1] != strconv.Itoa(os.Getpid()) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			list[pid] = true
		}
	}
	return list
}
