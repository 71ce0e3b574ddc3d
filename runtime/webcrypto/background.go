package webcrypto

import "devserver/runtime/webidl"

// background is where slow work of one isolate is done: off its loop, which goes on meanwhile, and one piece after the
// other, so that an isolate never keeps more than one processor busy besides its own. What waits when the isolate ends
// is dropped. It belongs to the goroutine that runs the loop.
type background struct {
	realm   *webidl.Realm
	waiting []task
	busy    bool
}

// task is work, which must not touch the engine, and what is done with its result on the loop.
type task struct {
	work func() (any, error)
	done func(result any, err error)
}

// Init has [webidl.State] say which realm it is.
func (b *background) Init(r *webidl.Realm) { b.realm = r }

func (b *background) add(t task) {
	b.waiting = append(b.waiting, t)
	if !b.busy {
		b.next()
	}
}

func (b *background) next() {
	b.busy = len(b.waiting) > 0
	if !b.busy {
		return
	}
	t := b.waiting[0]
	b.waiting = b.waiting[1:]
	operation := b.realm.Loop.Begin()
	go func() {
		result, err := t.work()
		operation.Done(func() {
			b.next()
			t.done(result, err)
		})
	}()
}
