package webidl

import (
	"regexp"
	"strings"
)

// frame is a line of the engine's own stack traces: "at name (file:line:column(offset))" or "at file:line:column(offset)".
var frame = regexp.MustCompile(`^\s*at (.*?)\(\d+\)(\)?)$`)

// StackFrames turns the stack property of an error into lines such as "at name (src/index.ts:17:34)", as other engines
// have them: without the error's own text, the engine's offsets, and its native frames.
func StackFrames(stack string) []string {
	var lines []string
	for line := range strings.SplitSeq(stack, "\n") {
		switch m := frame.FindStringSubmatch(line); {
		case m != nil:
			lines = append(lines, "at "+m[1]+m[2])
		case strings.HasPrefix(strings.TrimSpace(line), "at ") && !strings.Contains(line, "native"):
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}
