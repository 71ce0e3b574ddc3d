// Package broker keeps the queues of a session, in memory: messages wait here until a Worker that consumes the queue takes
// them, in batches. They survive reloads of that Worker, and end with the session.
package broker

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"time"

	"devserver/runtime/queue"
)

// Consumer is how one Worker consumes one queue. What is not configured is as with wrangler dev, where less is waited for
// than in production.
type Consumer struct {
	Queue        string
	BatchSize    int           // default 5
	BatchTimeout time.Duration // how long a batch may wait to become full
	Retries      int           // how often a message that failed is delivered again
	RetryDelay   time.Duration
	DeadLetters  string // the queue of the messages that failed too often; "" drops them
	Concurrency  int    // batches at a time; default 1

	// Deliver gives the Worker a batch. It reports whether the handler failed; what became of single messages is in
	// the batch. ready is false if there is no Worker that could take it, and nothing has happened.
	Deliver func(ctx context.Context, batch *queue.Batch) (failed, ready bool)
}

// The defaults of consumers.
const (
	DefaultBatchSize    = 5
	DefaultBatchTimeout = time.Second
	DefaultRetries      = 2
)

// unready is how long a queue waits for a Worker that could not be loaded.
const unready = time.Second

// Delivered is a batch that a consumer has dealt with.
type Delivered struct {
	Queue         string
	Acked, Total  int
	Took          time.Duration
	Again, Buried int // of the others: how many will be delivered again, and how many went to the dead letters
}

// Options of a Broker.
type Options struct {
	// Delivered is told of each batch, and Notice of what is lost. They are called from many goroutines.
	Delivered func(Delivered)
	Notice    func(text string)
}

// Broker has the queues of a session.
type Broker struct {
	options Options
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	queues map[string]*Queue
	owners map[any][]*Consumer
	closed bool
}

// New makes a broker, which must be closed.
func New(options Options) *Broker {
	b := &Broker{options: options, queues: map[string]*Queue{}, owners: map[any][]*Consumer{}}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b
}

// Close ends deliveries. What is still in a queue is lost.
func (b *Broker) Close() {
	b.mu.Lock()
	b.closed = true
	for _, q := range b.queues {
		q.stop()
	}
	b.mu.Unlock()
	b.cancel()
	b.running.Wait()
}

// Queue returns the queue of that name, which comes into being when it is first asked for.
func (b *Broker) Queue(name string) *Queue {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.queue(name)
}

func (b *Broker) queue(name string) *Queue {
	q := b.queues[name]
	if q == nil {
		q = &Queue{broker: b, name: name, delayed: map[*time.Timer]struct{}{}}
		b.queues[name] = q
	}
	return q
}

// Consume has a Worker, which owner stands for, consume these queues from now on, and no others. A queue that another
// Worker has already stays that one's.
func (b *Broker) Consume(owner any, consumers []*Consumer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.owners[owner] = consumers
	for _, q := range b.queues {
		if q.owner == owner && !slices.ContainsFunc(consumers, func(c *Consumer) bool { return c.Queue == q.name }) {
			q.owner, q.consumer = nil, nil
		}
	}
	for _, c := range consumers {
		q := b.queue(c.Queue)
		switch {
		case q.owner == nil || q.owner == owner:
			q.owner, q.consumer = owner, c
			q.schedule()
		default:
			b.notice("queue %q has a consumer already: a second Worker that consumes it gets nothing", q.name)
		}
	}
}

func (b *Broker) notice(format string, args ...any) {
	b.options.Notice(fmt.Sprintf(format, args...))
}

// message is one in a queue.
type message struct {
	id       string
	sent     time.Time
	body     queue.Body
	failures int
}

// Queue is one queue. It implements [queue.Target]. Its broker's lock guards it.
type Queue struct {
	broker   *Broker
	name     string
	owner    any
	consumer *Consumer // nil if nobody consumes it

	ready   []*message
	bytes   int // of ready
	delayed map[*time.Timer]struct{}
	flight  int         // batches that are being delivered
	timer   *time.Timer // for the next batch; nil if none is due
	soon    bool        // it is due at once
}

// Send implements [queue.Target].
func (q *Queue) Send(messages []queue.Outgoing, batch bool) (queue.Metrics, error) {
	b := q.broker
	b.mu.Lock()
	defer b.mu.Unlock()
	before := q.metrics()
	if q.consumer == nil {
		b.notice("nobody consumes the queue %q in this session: what is sent to it is dropped", q.name)
		return before, nil
	}
	if err := queue.Check(messages, batch); err != nil {
		return queue.Metrics{}, err
	}
	now := time.Now()
	for _, m := range messages {
		var id [16]byte
		rand.Read(id[:])
		var delay time.Duration
		if m.Delay != nil {
			delay = time.Duration(*m.Delay) * time.Second
		}
		q.add(&message{id: hex.EncodeToString(id[:]), sent: now, body: m.Body}, delay)
	}
	return before, nil
}

// Consumed reports whether somebody consumes the queue.
func (q *Queue) Consumed() bool {
	q.broker.mu.Lock()
	defer q.broker.mu.Unlock()
	return q.consumer != nil
}

// Metrics implements [queue.Target].
func (q *Queue) Metrics() queue.Metrics {
	q.broker.mu.Lock()
	defer q.broker.mu.Unlock()
	return q.metrics()
}

func (q *Queue) metrics() queue.Metrics {
	m := queue.Metrics{Count: len(q.ready), Bytes: q.bytes}
	if len(q.ready) > 0 {
		m.Oldest = q.ready[0].sent
	}
	return m
}

// add puts a message into the queue, after a delay.
func (q *Queue) add(m *message, delay time.Duration) {
	if q.broker.closed {
		return
	}
	if delay <= 0 {
		q.ready = append(q.ready, m)
		q.bytes += m.body.Size()
		q.schedule()
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(delay, func() {
		q.broker.mu.Lock()
		defer q.broker.mu.Unlock()
		if _, waiting := q.delayed[timer]; waiting {
			delete(q.delayed, timer)
			q.add(m, 0)
		}
	})
	q.delayed[timer] = struct{}{}
}

// schedule sees to it that the next batch is delivered: at once if it is full, otherwise when it has waited long enough.
func (q *Queue) schedule() {
	c := q.consumer
	if c == nil || len(q.ready) == 0 || q.flight >= cmp.Or(c.Concurrency, 1) || q.broker.closed {
		return
	}
	full := len(q.ready) >= c.BatchSize
	if q.timer != nil {
		if q.soon || !full {
			return
		}
		q.timer.Stop()
	}
	q.soon = full
	delay := c.BatchTimeout
	if full {
		delay = 0
	}
	q.after(delay)
}

// after delivers the next batch after a delay.
func (q *Queue) after(delay time.Duration) {
	var timer *time.Timer
	timer = time.AfterFunc(delay, func() {
		q.broker.mu.Lock()
		defer q.broker.mu.Unlock()
		if q.timer != timer {
			return // another has taken its place
		}
		q.timer, q.soon = nil, false
		if q.consumer != nil && len(q.ready) > 0 && !q.broker.closed {
			q.deliver()
		}
	})
	q.timer = timer
}

// stop ends everything that would happen later.
func (q *Queue) stop() {
	if q.timer != nil {
		q.timer.Stop()
		q.timer = nil
	}
	for timer := range q.delayed {
		timer.Stop()
	}
	clear(q.delayed)
}

// deliver gives the consumer a batch, on a goroutine of its own.
func (q *Queue) deliver() {
	c := q.consumer
	n := min(c.BatchSize, len(q.ready))
	taken := slices.Clone(q.ready[:n])
	q.ready = slices.Delete(q.ready, 0, n)
	batch := &queue.Batch{Queue: q.name}
	for _, m := range taken {
		q.bytes -= m.body.Size()
		batch.Messages = append(batch.Messages, queue.Message{ID: m.id, Timestamp: m.sent, Body: m.body, Attempts: m.failures + 1})
	}
	batch.Metrics = q.metrics()
	q.flight++
	b := q.broker
	b.running.Go(func() {
		started := time.Now()
		failed, ready := c.Deliver(b.ctx, batch)
		b.mu.Lock()
		defer b.mu.Unlock()
		q.flight--
		if b.ctx.Err() != nil {
			return
		}
		if !ready {
			q.ready = slices.Concat(taken, q.ready)
			for _, m := range taken {
				q.bytes += m.body.Size()
			}
			if q.timer == nil {
				q.after(unready)
			}
			return
		}
		done := q.settle(c, batch, taken, failed)
		done.Took = time.Since(started)
		b.options.Delivered(done)
		q.schedule()
	})
	q.schedule() // there may be more, and room for it
}

// settle does with messages that were delivered what the consumer has decided.
func (q *Queue) settle(c *Consumer, batch *queue.Batch, taken []*message, failed bool) Delivered {
	done := Delivered{Queue: q.name, Total: len(taken)}
	for _, m := range taken {
		again, delay := batch.Verdict(m.id, failed)
		if !again {
			done.Acked++
			continue
		}
		if m.failures++; m.failures <= c.Retries {
			done.Again++
			wait := c.RetryDelay
			if delay != nil {
				wait = time.Duration(*delay) * time.Second
			}
			q.add(m, wait)
			continue
		}
		if c.DeadLetters == "" {
			q.broker.notice("queue %q: message %s was dropped after %s", q.name, m.id, attempts(m.failures))
			continue
		}
		done.Buried++
		q.broker.bury(q, c.DeadLetters, m)
	}
	return done
}

// bury moves a message to the dead letters.
func (b *Broker) bury(from *Queue, name string, m *message) {
	to := b.queue(name)
	if to.consumer == nil {
		b.notice("queue %q: message %s was dropped after %s: nobody consumes its dead letters, the queue %q, in this session", from.name, m.id, attempts(m.failures), name)
		return
	}
	b.notice("queue %q: message %s was moved to the dead letters, the queue %q, after %s", from.name, m.id, name, attempts(m.failures))
	to.add(&message{id: m.id, sent: m.sent, body: m.body}, 0)
}

func attempts(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts", n)
}
