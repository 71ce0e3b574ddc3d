package server

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"devserver/bindings/queues"
	"devserver/runtime"
	"devserver/runtime/queue"
	"devserver/server/broker"
)

// newBroker makes the queues of the session.
func (s *Session) newBroker() *broker.Broker {
	return broker.New(broker.Options{
		Notice: func(text string) { s.options.Report(Notice{text}) },
		Delivered: func(d broker.Delivered) {
			s.options.Report(Handled{Event: "QUEUE", Which: d.Queue, Outcome: fmt.Sprintf("%d/%d", d.Acked, d.Total), OK: d.Acked == d.Total, Took: d.Took, Note: fate(d)})
		},
	})
}

// fate says what becomes of the messages that were not acknowledged.
func fate(d broker.Delivered) string {
	var parts []string
	if d.Again > 0 {
		parts = append(parts, strconv.Itoa(d.Again)+" to be retried")
	}
	if d.Buried > 0 {
		parts = append(parts, strconv.Itoa(d.Buried)+" to the dead letters")
	}
	if lost := d.Total - d.Acked - d.Again - d.Buried; lost > 0 {
		parts = append(parts, strconv.Itoa(lost)+" dropped")
	}
	return strings.Join(parts, ", ")
}

// consume has the Worker consume the queues that are configured.
func (p *project) consume(configured []queues.Consumer) {
	var list []*broker.Consumer
	for _, c := range configured {
		list = append(list, &broker.Consumer{
			Queue: c.Queue, DeadLetters: c.DeadLetters, Deliver: p.deliver,
			BatchSize: or(c.BatchSize, broker.DefaultBatchSize), Retries: or(c.Retries, broker.DefaultRetries), Concurrency: or(c.Concurrency, 1),
			BatchTimeout: or(c.BatchTimeout, broker.DefaultBatchTimeout), RetryDelay: or(c.RetryDelay, 0),
		})
	}
	p.session.broker.Consume(p, list)
}

func or[T any](v *T, otherwise T) T {
	if v == nil {
		return otherwise
	}
	return *v
}

// deliver gives the Worker a batch.
func (p *project) deliver(ctx context.Context, batch *queue.Batch) (failed, ready bool) {
	handled, failure := p.dispatch(ctx, runtime.Queue{Batch: batch})
	if failure != nil {
		return false, false
	}
	p.failedToHandle(handled, fmt.Sprintf("queue(%s)", batch.Queue))
	return handled.Outcome != runtime.OK, true
}

// serveQueue sends the request's body to a queue: ?queue= is its name, ?contentType= how the body is to be taken, json
// unless it says otherwise, and ?delaySeconds= how long it has to wait.
func (s *Session) serveQueue(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	refuse := func(format string, args ...any) { http.Error(w, fmt.Sprintf(format, args...), http.StatusBadRequest) }
	name := query.Get("queue")
	if name == "" {
		refuse("which queue? ?queue=NAME, with the message as the request's body")
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, queue.MaxMessage+1))
	if err != nil {
		http.Error(w, fmt.Sprintf("the message is longer than %d bytes", queue.MaxMessage), http.StatusRequestEntityTooLarge)
		return
	}
	message := queue.Outgoing{}
	if message.Body, err = queue.ParseBody(queue.ContentType(cmp.Or(query.Get("contentType"), "json")), data); err != nil {
		refuse("%v", err)
		return
	}
	if text := query.Get("delaySeconds"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			refuse("delaySeconds is %q, and should be a number", text)
			return
		}
		message.Delay = &n
	}
	target := s.broker.Queue(name)
	if !target.Consumed() {
		refuse("nobody consumes a queue %q in this session", name)
		return
	}
	metrics, err := target.Send([]queue.Outgoing{message}, false)
	if err != nil {
		refuse("%v", err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"metadata": map[string]any{"metrics": map[string]any{"backlogCount": metrics.Count, "backlogBytes": metrics.Bytes}}})
}
