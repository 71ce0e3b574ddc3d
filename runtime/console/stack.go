package console

import (
	"strings"

	"devserver/runtime/webidl"
)

// cleanStack turns the engine's format of a stack trace into the one that everything else in the JavaScript world reads.
func cleanStack(stack string) string {
	head, frames, ok := strings.Cut(stack, "\n\tat ")
	if !ok {
		return strings.TrimRight(stack, "\n")
	}
	for _, frame := range webidl.StackFrames("at " + frames) {
		head += "\n    " + frame
	}
	return head
}

// maxFrames is how many frames console.trace shows.
const maxFrames = 10

// callStack returns the frames of the JavaScript that is running, each on a line that begins with a newline.
func callStack(r *webidl.Realm) string {
	var b strings.Builder
	for _, line := range r.CallStack(maxFrames) {
		b.WriteString("\n    " + line)
	}
	return b.String()
}
