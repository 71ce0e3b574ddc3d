package webidl

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// frame is a line of the engine's own stack traces: "at name (file:line:column(offset))" or "at file:line:column(offset)".
var frame = regexp.MustCompile(`^\s*at (?:(.+) \()?(.+?):(\d+:\d+)\(\d+\)\)?$`)

// StackFrames turns the stack property of an error into lines such as "at name (src/index.ts:17:34)", as other engines
// have them: without the error's own text, the engine's offsets, its native frames, and the platform's own.
func StackFrames(stack string) []string {
	var lines []string
	for line := range strings.SplitSeq(stack, "\n") {
		m := frame.FindStringSubmatch(line)
		switch {
		case m != nil:
			if !isOurs(m[2]) {
				lines = append(lines, frameLine(m[1], m[2], m[3]))
			}
		case strings.HasPrefix(strings.TrimSpace(line), "at ") && !strings.Contains(line, "native"):
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// FrameLine is a frame as [StackFrames] has it, or false if it is a native one or the platform's own.
func FrameLine(f goja.StackFrame) (string, bool) {
	p := f.Position()
	if f.SrcName() == "<native>" || isOurs(f.SrcName()) {
		return "", false
	}
	file := p.Filename
	if file == "" {
		file = "<eval>"
	}
	return frameLine(f.FuncName(), file, strconv.Itoa(p.Line)+":"+strconv.Itoa(p.Column)), true
}

// ours are the programs that the loop and the class layer put around native functions.
var ours = map[string]bool{"task": true, "reaction": true, "generators": true}

// isOurs reports whether a program is the platform's own, as the sources of node:* modules also are.
func isOurs(source string) bool { return ours[source] || strings.HasPrefix(source, "node:") }

func frameLine(name, file, position string) string {
	// The engine makes URLs of the names in a source map, so that "a b.ts" is "a%20b.ts".
	if plain, err := url.PathUnescape(file); err == nil {
		file = plain
	}
	if name == "" || name == "<anonymous>" {
		return "at " + file + ":" + position
	}
	return "at " + name + " (" + file + ":" + position + ")"
}
