package websocket

import (
	"sync"

	"devserver/runtime/eventloop"
)

// inbox are the messages that a WebSocket has been sent and that its script has not been told of. Nothing leaves it before
// the script has accepted the WebSocket.
type inbox struct {
	loop *eventloop.Loop
	tell func() // takes one message and tells the script; run on the loop

	mu   sync.Mutex
	room *sync.Cond // made by the first who waits
	list []message
	size int
	open bool
	rush bool // nobody waits any more
	shut bool
}

// roomy is how many bytes an inbox may hold before those who can wait have to.
const roomy = 1 << 20

// put adds a message. It reports false if nobody will ever take it.
func (b *inbox) put(m message) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.putLocked(m)
}

// putWaiting is put for a goroutine that is not the loop's: it waits until there is room.
func (b *inbox) putWaiting(m message) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.size > roomy && !b.rush {
		if b.room == nil {
			b.room = sync.NewCond(&b.mu)
		}
		b.room.Wait()
	}
	return b.putLocked(m)
}

func (b *inbox) putLocked(m message) bool {
	if b.shut {
		return false
	}
	b.list = append(b.list, m)
	b.size += m.size() + messageCost
	return !b.open || b.loop.Post(b.tell)
}

// messageCost is what a message counts besides its bytes, so that many empty ones do not count as nothing.
const messageCost = 64

// take takes the first message, or reports false.
func (b *inbox) take() (message, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list) == 0 {
		return message{}, false
	}
	m := b.list[0]
	b.list[0] = message{}
	b.list = b.list[1:]
	b.size -= m.size() + messageCost
	if b.room != nil {
		b.room.Signal()
	}
	return m, true
}

// accept has the script told of messages from now on.
func (b *inbox) accept() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open = true
	for range b.list {
		b.loop.Post(b.tell)
	}
}

// buffered is how many bytes there are.
func (b *inbox) buffered() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.size - len(b.list)*messageCost
}

// hurry lets go who waits, now and later, because nothing more is to come.
func (b *inbox) hurry() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rush = true
	if b.room != nil {
		b.room.Broadcast()
	}
}

// close drops everything, now and later.
func (b *inbox) close() {
	b.hurry()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shut = true
	b.list, b.size = nil, 0
}
