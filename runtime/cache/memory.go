package cache

import (
	"container/list"
	"sync"
	"time"
)

const (
	// DefaultMemory is how many bytes a [Memory] holds unless its options say otherwise.
	DefaultMemory = 256 << 20
	// entryShare is which part of a [Memory] one entry may take.
	entryShare = 4
	// entryOverhead is about what an entry takes besides its bytes.
	entryOverhead = 512
)

// MemoryOptions are those of a [Memory].
type MemoryOptions struct {
	// Limit is how many bytes there may be, bodies, headers and URLs taken together; 0 means DefaultMemory.
	Limit int64
}

// Memory is a [Storage] that keeps responses in memory only, and so forgets them when the program ends. (wrangler dev
// keeps them on disk, below .wrangler/state.) When it is full, what was not used for the longest time goes. One body
// takes at most a quarter of it, 64 MiB unless the options say otherwise; a larger one is not stored, as at the edge
// one of more than 512 MB is not.
type Memory struct {
	limit int64

	mu      sync.Mutex
	entries map[Key]*list.Element
	recent  *list.List // of *kept, the latest first
	size    int64
}

type kept struct {
	key   Key
	entry *Entry
	size  int64
}

// NewMemory makes a Memory, which takes no memory before something is stored.
func NewMemory(options MemoryOptions) *Memory {
	if options.Limit == 0 {
		options.Limit = DefaultMemory
	}
	return &Memory{limit: options.Limit, entries: map[Key]*list.Element{}, recent: list.New()}
}

// EntryLimit implements [Storage].
func (m *Memory) EntryLimit() int64 { return m.limit / entryShare }

// Get implements [Storage].
func (m *Memory) Get(key Key, now time.Time) *Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.freshLocked(key, now)
	if at == nil {
		return nil
	}
	m.recent.MoveToFront(at)
	return at.Value.(*kept).entry
}

// Put implements [Storage].
func (m *Memory) Put(key Key, e *Entry) {
	k := &kept{key: key, entry: e, size: int64(len(e.Body)+len(key.Cache)+len(key.URL)) + entryOverhead}
	for name, values := range e.Header {
		for _, value := range values {
			k.size += int64(len(name) + len(value))
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if at := m.entries[key]; at != nil {
		m.removeLocked(at)
	}
	if int64(len(e.Body)) > m.EntryLimit() || k.size > m.limit || !e.Stored.Before(e.Expires) {
		return
	}
	m.entries[key] = m.recent.PushFront(k)
	m.size += k.size
	for m.size > m.limit {
		m.removeLocked(m.recent.Back())
	}
}

// Delete implements [Storage].
func (m *Memory) Delete(key Key, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.freshLocked(key, now)
	if at == nil {
		return false
	}
	m.removeLocked(at)
	return true
}

// freshLocked finds an entry, and removes it if it is stale.
func (m *Memory) freshLocked(key Key, now time.Time) *list.Element {
	at := m.entries[key]
	if at != nil && !now.Before(at.Value.(*kept).entry.Expires) {
		m.removeLocked(at)
		return nil
	}
	return at
}

func (m *Memory) removeLocked(at *list.Element) {
	k := m.recent.Remove(at).(*kept)
	delete(m.entries, k.key)
	m.size -= k.size
}
