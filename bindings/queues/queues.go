// Package queues is the queues key: the bindings that send to queues, and what is configured about consuming them:
// https://developers.cloudflare.com/queues/configuration/configure-queues/
package queues

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/dop251/goja"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/queue"
	"devserver/runtime/webidl"
)

// Kind is the kind queues.
type Kind struct{}

// Key implements bindings.Kind.
func (Kind) Key() string { return "queues" }

// Decode implements bindings.Kind: it makes the producers.
func (Kind) Decode(section *config.Section) (list []bindings.Binding, problems config.Diagnostics) {
	for _, n := range section.Node.Get("producers").Items() {
		b := &binding{}
		b.config.name, _ = n.Get("binding").AsString()
		b.config.queue, _ = n.Get("queue").AsString()
		if b.config.name == "" || b.config.queue == "" {
			continue // the table of kinds in config has reported it
		}
		delay, found := seconds(n.Get("delivery_delay"), queue.MaxDelay)
		problems = append(problems, found...)
		if remote, _ := n.Get("remote").AsBool(); remote {
			problems = append(problems, n.Get("remote").Diagnostic(config.Warning, config.CodeUnsupported, "has no effect: the queue is one of this session", ""))
		}
		if delay != nil {
			b.config.delay, b.config.delayed = *delay, true
		}
		list = append(list, b)
	}
	return list, problems
}

// seconds is a whole number of seconds, from 0 to most; nil if it is not set, or not one.
func seconds(n *config.Node, most int) (*int, config.Diagnostics) {
	return number(n, 0, most, "seconds")
}

func number(n *config.Node, least, most int, what string) (*int, config.Diagnostics) {
	f, ok := n.AsNumber()
	if !ok {
		return nil, nil // config has reported what is no number
	}
	if f != math.Trunc(f) || f < float64(least) || f > float64(most) {
		return nil, config.Diagnostics{n.Diagnostic(config.Error, config.CodeValue, fmt.Sprintf("should be a whole number of %s from %d to %d, but is %s", what, least, most, n), "")}
	}
	i := int(f)
	return &i, nil
}

// binding is a producer.
type binding struct {
	config struct {
		name, queue string
		delay       int
		delayed     bool
	}
	target queue.Target
}

func (b *binding) Name() string { return b.config.name }
func (b *binding) Config() any  { return b.config }

func (b *binding) Open(_ context.Context, host bindings.Host) error {
	b.target = host.Queue(b.config.queue)
	return nil
}

func (b *binding) Value(r *webidl.Realm) goja.Value {
	if b.config.delayed {
		return queue.New(r, delaying{b.target, b.config.delay})
	}
	return queue.New(r, b.target)
}

func (b *binding) Close() error { return nil }

// Row implements bindings.Describer.
func (b *binding) Row() bindings.Row {
	return bindings.Row{Resource: "Queue " + b.config.queue, Mode: "local"}
}

// delaying is a queue as a producer with a delivery_delay has it.
type delaying struct {
	queue.Target
	delay int
}

// Send implements queue.Target.
func (d delaying) Send(messages []queue.Outgoing, batch bool) (queue.Metrics, error) {
	for i := range messages {
		if messages[i].Delay == nil {
			messages[i].Delay = &d.delay
		}
	}
	return d.Target.Send(messages, batch)
}

// Consumer is what is configured about consuming a queue. What is not set is nil.
type Consumer struct {
	Queue                           string
	BatchSize, Retries, Concurrency *int
	BatchTimeout, RetryDelay        *time.Duration
	DeadLetters                     string
}

// Consumers are those of a section, which may be nil. One that is pulled over HTTP is none of the Worker's.
func Consumers(section *config.Section) (list []Consumer, problems config.Diagnostics) {
	if section == nil {
		return nil, nil
	}
	seen := map[string]bool{}
	for _, n := range section.Node.Get("consumers").Items() {
		var c Consumer
		c.Queue, _ = n.Get("queue").AsString()
		if kind, _ := n.Get("type").AsString(); kind == "http_pull" {
			problems = append(problems, n.Get("type").Diagnostic(config.Info, config.CodeUnsupported, "is consumed from elsewhere, over HTTP: nothing consumes it here", ""))
			continue
		}
		if c.Queue == "" {
			continue // config has reported it
		}
		if seen[c.Queue] {
			problems = append(problems, n.Get("queue").Diagnostic(config.Error, config.CodeDuplicate, fmt.Sprintf("%q has a consumer in this list already", c.Queue), "a queue has one consumer: delete one of them"))
			continue
		}
		seen[c.Queue] = true
		if timeout := n.Get("visibility_timeout_ms"); timeout != nil {
			problems = append(problems, timeout.Diagnostic(config.Warning, config.CodeUnsupported, "has no effect: it is for consumers that pull over HTTP", ""))
		}
		count := func(key string, least, most int, what string) *int {
			v, found := number(n.Get(key), least, most, what)
			problems = append(problems, found...)
			return v
		}
		span := func(key string, most int) *time.Duration {
			v, found := seconds(n.Get(key), most)
			problems = append(problems, found...)
			if v == nil {
				return nil
			}
			d := time.Duration(*v) * time.Second
			return &d
		}
		c.BatchSize = count("max_batch_size", 1, queue.MaxMessages, "messages")
		c.BatchTimeout = span("max_batch_timeout", 60)
		c.Retries = count("max_retries", 0, 100, "attempts")
		c.Concurrency = count("max_concurrency", 1, 250, "batches")
		c.RetryDelay = span("retry_delay", queue.MaxDelay)
		c.DeadLetters, _ = n.Get("dead_letter_queue").AsString()
		list = append(list, c)
	}
	return list, problems
}
