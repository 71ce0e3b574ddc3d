package webidl

import (
	"net/url"
	"regexp"
	"strings"

	"devserver/runtime/engine"
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
		case strings.HasPrefix(strings.TrimSpace(line), "at ") && !strings.HasSuffix(line, "(native)") && strings.TrimSpace(line) != "at native":
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// CallStack are the calls under way, the innermost first, up to so many, as StackFrames has them, but without those of
// ECMAScript's own functions.
func (r *Realm) CallStack(most int) []string {
	frames, _ := engine.Calls(r.VM, most, nil, isOurs)
	var lines []string
	for i := range frames {
		if !frames[i].Native() && len(lines) < most {
			lines = append(lines, "at "+(&callSite{realm: r, frame: &frames[i]}).String())
		}
	}
	return lines
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
