package server

import (
	"context"
	"testing"
	"time"
)

// TestSettle: what never ends to load is not waited for for ever, and not by whom has gone.
func TestSettle(t *testing.T) {
	s := &Session{projects: []*project{{}, {loading: make(chan struct{})}, {loading: make(chan struct{})}}}
	gone, leave := context.WithCancel(context.Background())
	leave()
	s.settle(gone)

	defer func(limit time.Duration) { loadingLimit = limit }(loadingLimit)
	loadingLimit = time.Millisecond
	s.settle(context.Background())
}
