package eventloop

// The context of the task that runs is a value that its timers and operations inherit: what AsyncLocalStorage keeps.
// The loop only hands it on; nil, which it is unless somebody sets it, costs nothing.

// Context returns the context of the task that runs. It may be called on the loop only.
func (l *Loop) Context() any { return l.context }

// SetContext changes the context from here on to the end of the task, and returns what it was. It may be called on the
// loop only.
func (l *Loop) SetContext(context any) (previous any) {
	previous = l.context
	l.context = context
	return previous
}

// within returns fn as a task that runs in a context.
func (l *Loop) within(context any, fn func()) func() {
	if context == nil || fn == nil {
		return fn
	}
	return func() {
		l.context = context
		fn()
	}
}
