package console

import (
	"cmp"
	"strconv"
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
		if !ours(frame) {
			head += "\n    " + frame
		}
	}
	return head
}

// ours reports whether a frame is of the programs that the loop and the class layer put around native functions.
func ours(frame string) bool {
	return strings.HasPrefix(frame, "at task:") || strings.HasPrefix(frame, "at reaction:")
}

// maxFrames is how many frames console.trace shows.
const maxFrames = 10

// callStack returns the frames of the JavaScript that is running, each on a line that begins with a newline.
func callStack(r *webidl.Realm) string {
	var b strings.Builder
	shown := 0
	for _, frame := range r.VM.CaptureCallStack(0, nil) {
		position := frame.Position()
		if frame.SrcName() == "<native>" || shown == maxFrames {
			continue
		}
		where := cmp.Or(position.Filename, "<eval>") + ":" + strconv.Itoa(position.Line) + ":" + strconv.Itoa(position.Column)
		if name := frame.FuncName(); name != "" && name != "<anonymous>" {
			where = name + " (" + where + ")"
		}
		if line := "at " + where; !ours(line) {
			shown++
			b.WriteString("\n    " + line)
		}
	}
	return b.String()
}
