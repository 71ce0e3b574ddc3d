package broker

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"devserver/runtime/queue"
)

// consumer records what it gets, with the seconds since the beginning, and fails on the bodies that it is told to.
type record struct {
	mu    sync.Mutex
	start time.Time
	lines []string
}

func (r *record) add(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, fmt.Sprintf("%v ", time.Since(r.start).Seconds())+fmt.Sprintf(format, args...))
}

func (r *record) take() string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.Join(r.lines, "\n")
	r.lines = nil
	return text
}

func bodies(texts ...string) (list []queue.Outgoing) {
	for _, text := range texts {
		m := queue.Outgoing{Body: queue.Body{Type: queue.Text, Data: []byte(text)}}
		if _, seconds, ok := strings.Cut(text, "+"); ok {
			var n int
			fmt.Sscan(seconds, &n)
			m.Delay = &n
		}
		list = append(list, m)
	}
	return list
}

// deliver records a batch: a body that begins with "bad" fails it.
func (r *record) deliver(_ context.Context, b *queue.Batch) (failed, ready bool) {
	var seen []string
	for _, m := range b.Messages {
		seen = append(seen, fmt.Sprintf("%s#%d", m.Body.Data, m.Attempts))
		failed = failed || strings.HasPrefix(string(m.Body.Data), "bad")
	}
	r.add("%s: %s", b.Queue, strings.Join(seen, " "))
	return failed, true
}

func TestBroker(t *testing.T) {
	for _, test := range []struct {
		name     string
		consumer Consumer
		send     [][]string // a second apart
		want     string
	}{
		{"a full batch goes at once", Consumer{BatchSize: 2, BatchTimeout: 10 * time.Second}, [][]string{{"a", "b", "c"}},
			"0 q: a#1 b#1\n10 q: c#1"},
		{"others wait", Consumer{BatchSize: 3, BatchTimeout: 10 * time.Second}, [][]string{{"a"}, {"b"}}, "10 q: a#1 b#1"},
		{"until they are full", Consumer{BatchSize: 3, BatchTimeout: 10 * time.Second}, [][]string{{"a"}, {"b", "c", "d"}}, "1 q: a#1 b#1 c#1\n11 q: d#1"},
		{"delayed", Consumer{BatchSize: 1}, [][]string{{"a+5", "b"}}, "0 q: b#1\n5 q: a+5#1"},
		{"retried, then dropped", Consumer{BatchSize: 2, Retries: 2}, [][]string{{"bad", "a"}},
			"0 q: bad#1 a#1\n0 q: bad#2 a#2\n0 q: bad#3 a#3\n0 ! queue \"q\": message ID was dropped after 3 attempts\n0 ! queue \"q\": message ID was dropped after 3 attempts"},
		{"retried later", Consumer{BatchSize: 1, Retries: 1, RetryDelay: 3 * time.Second}, [][]string{{"bad"}},
			"0 q: bad#1\n3 q: bad#2\n3 ! queue \"q\": message ID was dropped after 2 attempts"},
		{"dead letters", Consumer{BatchSize: 1, DeadLetters: "dlq"}, [][]string{{"bad", "a"}},
			"0 q: bad#1\n0 ! queue \"q\": message ID was moved to the dead letters, the queue \"dlq\", after 1 attempt\n0 dlq: bad#1\n0 q: a#1"},
		{"dead letters of nobody", Consumer{BatchSize: 1, DeadLetters: "none"}, [][]string{{"bad"}},
			"0 q: bad#1\n0 ! queue \"q\": message ID was dropped after 1 attempt: nobody consumes its dead letters, the queue \"none\", in this session"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &record{start: time.Now()}
				b := New(Options{Delivered: func(Delivered) {}, Notice: func(text string) {
					for _, word := range strings.Fields(text) {
						if len(word) == 32 {
							text = strings.ReplaceAll(text, word, "ID")
						}
					}
					r.add("! %s", text)
				}})
				defer b.Close()
				c := test.consumer
				c.Queue, c.Deliver = "q", r.deliver
				dlq := Consumer{Queue: "dlq", BatchSize: 1, Deliver: func(_ context.Context, batch *queue.Batch) (bool, bool) {
					r.add("dlq: %s#%d", batch.Messages[0].Body.Data, batch.Messages[0].Attempts)
					return false, true
				}}
				b.Consume("worker", []*Consumer{&c, &dlq})
				for i, texts := range test.send {
					if i > 0 {
						time.Sleep(time.Second)
					}
					if _, err := b.Queue("q").Send(bodies(texts...), true); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
				}
				time.Sleep(time.Minute)
				if got := r.take(); sorted(got) != sorted(test.want) {
					t.Errorf("got\n%s\nwant\n%s", got, test.want)
				}
			})
		})
	}
}

// sorted takes lines of the same second in any order where they are of different queues.
func sorted(text string) string {
	lines := strings.Split(text, "\n")
	var q, other []string
	for _, line := range lines {
		if strings.Contains(line, " q: ") {
			q = append(q, line)
		} else {
			other = append(other, line)
		}
	}
	return strings.Join(append(q, other...), "\n")
}

func TestConcurrency(t *testing.T) {
	for limit, want := range map[int]int{0: 1, 1: 1, 2: 2, 10: 4} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			now, most := 0, 0
			b := New(Options{Delivered: func(Delivered) {}, Notice: func(string) {}})
			defer b.Close()
			b.Consume(1, []*Consumer{{Queue: "q", BatchSize: 1, Concurrency: limit, Deliver: func(context.Context, *queue.Batch) (bool, bool) {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				now--
				mu.Unlock()
				return false, true
			}}})
			b.Queue("q").Send(bodies("a", "b", "c", "d"), true)
			time.Sleep(10 * time.Second)
			mu.Lock()
			defer mu.Unlock()
			if most != want {
				t.Errorf("max_concurrency %d: %d at a time, want %d", limit, most, want)
			}
		})
	}
}

// TestMessagesOutliveTheirConsumer takes the consumer away, and the Worker, and brings them back.
func TestMessagesOutliveTheirConsumer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &record{start: time.Now()}
		b := New(Options{Delivered: func(Delivered) {}, Notice: func(text string) { r.add("! %s", text) }})
		defer b.Close()
		var up atomic.Bool
		c := &Consumer{Queue: "q", BatchSize: 5, BatchTimeout: time.Second, Deliver: func(ctx context.Context, batch *queue.Batch) (bool, bool) {
			if !up.Load() {
				return false, false
			}
			return r.deliver(ctx, batch)
		}}
		b.Consume(1, []*Consumer{c})
		b.Queue("q").Send(bodies("a"), false)
		time.Sleep(5500 * time.Millisecond)
		if m := b.Queue("q").Metrics(); m.Count != 1 || m.Bytes != 1 || !m.Oldest.Equal(r.start) {
			t.Errorf("%+v", m)
		}
		up.Store(true)
		time.Sleep(time.Second)
		if got := r.take(); got != "6 q: a#1" {
			t.Errorf("when it is back: %s", got)
		}
		b.Queue("q").Send(bodies("b"), false)
		b.Consume(1, nil)
		time.Sleep(3 * time.Second)
		b.Consume(1, []*Consumer{c})
		time.Sleep(2 * time.Second)
		if got := r.take(); got != "10.5 q: b#1" {
			t.Errorf("when it is consumed again: %s", got)
		}
		b.Consume(2, []*Consumer{{Queue: "q", BatchSize: 1, Deliver: r.deliver}})
		if got := r.take(); !strings.Contains(got, "has a consumer already") {
			t.Errorf("a second consumer: %s", got)
		}
		b.Queue("other").Send(bodies("c"), false)
		if got := r.take(); !strings.Contains(got, `nobody consumes the queue "other"`) {
			t.Errorf("no consumer: %s", got)
		}
	})
}
