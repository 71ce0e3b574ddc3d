package streams

import (
	"math"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// queueWithSizes is a queue whose total size is known: https://streams.spec.whatwg.org/#queue-with-sizes
type queueWithSizes struct {
	entries []queueEntry
	total   float64
}

// queueEntry is a chunk and its size. A nil value is the close sentinel of a WritableStream.
type queueEntry struct {
	value goja.Value
	size  float64
}

func (q *queueWithSizes) empty() bool { return len(q.entries) == 0 }

// dequeue implements https://streams.spec.whatwg.org/#dequeue-value
func (q *queueWithSizes) dequeue() goja.Value {
	entry := q.entries[0]
	q.entries[0] = queueEntry{}
	q.entries = q.entries[1:]
	// Rounding errors can occur: the total is kept from falling below zero.
	q.total = max(q.total-entry.size, 0)
	return entry.value
}

// enqueue implements https://streams.spec.whatwg.org/#enqueue-value-with-size
func (q *queueWithSizes) enqueue(value goja.Value, size float64) error {
	if math.IsNaN(size) || size < 0 || math.IsInf(size, 1) {
		return webidl.RangeErrorf("The size of a chunk must be a finite, non-negative number.")
	}
	q.entries = append(q.entries, queueEntry{value, size})
	q.total += size
	return nil
}

// peek implements https://streams.spec.whatwg.org/#peek-queue-value
func (q *queueWithSizes) peek() goja.Value { return q.entries[0].value }

// reset implements https://streams.spec.whatwg.org/#reset-queue
func (q *queueWithSizes) reset() { *q = queueWithSizes{} }
