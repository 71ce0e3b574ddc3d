package watch

import (
	"fmt"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// A notifier reports changes in directories.
type notifier interface {
	Add(dir string) error
	Remove(dir string) error
	Close() error

	// Reports returns a channel of changes, and one that says that changes were lost.
	Reports() (changes <-chan fsnotify.Event, lost <-chan error)
}

// maxQueue is how many reports are kept for a watcher that is busy. When there are more, everything is looked at.
const maxQueue = 4096

// A systemNotifier queues the reports of fsnotify: on some systems Add and Remove wait until somebody takes the next
// report, and their caller is who takes them.
type systemNotifier struct {
	*fsnotify.Watcher
	changes chan fsnotify.Event
	lost    chan error
	stopped chan struct{}
}

func newNotifier() (notifier, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	n := &systemNotifier{watcher, make(chan fsnotify.Event), make(chan error, 1), make(chan struct{})}
	go n.queue()
	return n, nil
}

func (n *systemNotifier) queue() {
	defer close(n.stopped)
	var queue []fsnotify.Event
	for {
		var changes chan<- fsnotify.Event
		var first fsnotify.Event
		if len(queue) > 0 {
			changes, first = n.changes, queue[0]
		}
		select {
		case change, open := <-n.Events:
			if !open {
				return
			}
			if queue = append(queue, change); len(queue) > maxQueue {
				queue = nil
				n.lose(fsnotify.ErrEventOverflow)
			}
		case err, open := <-n.Errors:
			if !open {
				return
			}
			n.lose(err)
		case changes <- first:
			queue = queue[1:]
		}
	}
}

// lose says that reports were lost, unless that has been said and not been heard yet.
func (n *systemNotifier) lose(err error) {
	select {
	case n.lost <- err:
	default:
	}
}

func (n *systemNotifier) Reports() (<-chan fsnotify.Event, <-chan error) { return n.changes, n.lost }

func (n *systemNotifier) Close() error {
	err := n.Watcher.Close()
	<-n.stopped
	return err
}

func pollingNotice(err error) string {
	text := fmt.Sprintf("Files are looked at again and again, because the system cannot report their changes: %v.", err)
	if strings.Contains(err.Error(), "no space left") {
		text += " Its limit of watched directories is reached: raise fs.inotify.max_user_watches."
	}
	return text
}
