package websocket

import (
	"testing"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// TestMaxSize shows both sides of the flag increase_websocket_message_size, which no compatibility date turns on.
func TestMaxSize(t *testing.T) {
	for flags, want := range map[string]int{"": maxMessage, "increase_websocket_message_size": maxMessageIncreased} {
		vm := goja.New()
		r := webidl.NewRealm(vm, eventloop.New(vm, nil))
		set, _ := compat.Resolve("", []string{flags})
		r.SetCompat(&set)
		if got := maxSize(r); got != want {
			t.Errorf("flag %q: %d, want %d", flags, got, want)
		}
	}
}
