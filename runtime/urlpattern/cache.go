package urlpattern

import "sync"

// cache keeps the patterns that isolates make, so that each, though every request makes its own, is parsed once.
type cache struct {
	mu       sync.RWMutex
	patterns map[Source]*Pattern
}

// Bounds of a cache. A script that makes patterns without end, or of what it was sent, makes it start anew: what is
// used is soon in it again.
const (
	maxPatterns = 1000
	maxSource   = 1024 // bytes of a pattern that is worth keeping
)

// pattern is New, with the cache's memory. What fails is not remembered.
func (c *cache) pattern(from Source) (*Pattern, error) {
	c.mu.RLock()
	p := c.patterns[from]
	c.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	p, err := New(from)
	if err != nil || from.size() > maxSource {
		return p, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.patterns == nil || len(c.patterns) >= maxPatterns {
		c.patterns = map[Source]*Pattern{}
	}
	c.patterns[from] = p
	return p, nil
}

func (s *Source) size() int {
	n := len(s.Text)
	for _, value := range s.Init.values {
		n += len(value)
	}
	return n
}
