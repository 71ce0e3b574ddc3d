package runtime

import "sync"

// maxNotices is how many sentences about a Worker are told: more of them tell nothing new.
const maxNotices = 100

// notices are the sentences about a Worker that its owner has been told.
type notices struct {
	mu   sync.Mutex
	told map[string]bool
}

// first reports whether a sentence has not been told yet, and is to be told.
func (n *notices) first(text string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.told[text] || len(n.told) == maxNotices {
		return false
	}
	if n.told == nil {
		n.told = map[string]bool{}
	}
	n.told[text] = true
	return true
}
