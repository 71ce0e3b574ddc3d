package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"devserver/server"
)

// readyFile is the file of --ready-file: it is there while the Worker is served, for who started devserver to wait for.
// An empty path is none.
type readyFile struct {
	path string

	mu   sync.Mutex
	text []byte // what was written
}

// readiness is what a ready file holds.
type readiness struct {
	URL  string `json:"url"`
	Port int    `json:"port"`
	PID  int    `json:"pid"`
}

// prepare removes what an earlier devserver has left behind, so that nobody takes it for this one's.
func (f *readyFile) prepare() error {
	if f.path == "" {
		return nil
	}
	if info, err := os.Lstat(f.path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("--ready-file %s: it is there, and no file", f.path)
	}
	if _, err := os.Stat(filepath.Dir(f.path)); err != nil {
		return fmt.Errorf("--ready-file: %w", err)
	}
	if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--ready-file: %w", err)
	}
	return nil
}

// write writes the file, whole from the first moment on.
func (f *readyFile) write(l *server.Listening) error {
	if f.path == "" {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	text, err := json.Marshal(readiness{l.URL(), l.Port, os.Getpid()})
	if err != nil {
		return err
	}
	text = append(text, '\n')
	temporary, err := os.CreateTemp(filepath.Dir(f.path), "."+filepath.Base(f.path)+"-")
	if err == nil {
		_, err = temporary.Write(text)
		if err = errors.Join(err, temporary.Close()); err == nil {
			err = os.Rename(temporary.Name(), f.path)
		}
		if err != nil {
			os.Remove(temporary.Name())
		}
	}
	if err != nil {
		return fmt.Errorf("--ready-file: %w", err)
	}
	f.text = text
	return nil
}

// remove removes the file, unless another devserver has taken it over.
func (f *readyFile) remove() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if text, err := os.ReadFile(f.path); err == nil && f.text != nil && string(text) == string(f.text) {
		os.Remove(f.path)
	}
}
