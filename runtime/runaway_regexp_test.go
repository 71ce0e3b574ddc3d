//go:build unix

package runtime_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"devserver/runtime"
	"devserver/runtime/ecmaregexp"
)

// TestRunawayRegexp: an expression that backtracks without end ends within a second of the limit, however it is made and
// whatever matches it. What is measured is the time of the processor, which no other program on the machine adds to.
func TestRunawayRegexp(t *testing.T) {
	mark := func(pattern, flags string) string { return ecmaregexp.Mark(ecmaregexp.Literal(pattern, flags)) } // as the bundler does
	long := `"a".repeat(60) + "!"`
	var codes []string
	for _, pattern := range []string{`(?=a)(a+)+b`, `(a*)*\1b`, `(a+)+$`, `(?<=b(a+)+)!`, `(?:a|a)*?b`, `(?<x>a+)+b`, `(\w\w?)+b`, `(?i:A+)+b`, `(\p{L}+)+b`} {
		codes = append(codes, fmt.Sprintf(`%s.test(%s)`, mark(pattern, "u"), long))
	}
	for _, use := range []string{
		`r.exec(s)`, `s.match(r)`, `[...s.matchAll(r)]`, `s.replace(r, "")`, `s.replaceAll(r, () => "")`, `s.split(r)`, `s.search(r)`, `r.lastIndex = 1; r.test(s)`,
	} {
		codes = append(codes, fmt.Sprintf(`const s = %s, r = %s; %s`, long, mark("(a+)+b", "g"), use), fmt.Sprintf(`const s = "é" + %s, r = new RegExp("(?!b)(a+)+b", "gd"); %s`, long, use))
	}
	for _, method := range []string{"match", "matchAll", "search"} {
		codes = append(codes, fmt.Sprintf(`const s = %s; for (const m of [s.%s("(a+)+b")].flat()) [...m];`, long, method))
	}
	for _, code := range codes {
		t.Run(code, func(t *testing.T) {
			const most = 100 * time.Millisecond
			w, _ := load(t, hostile(`try { (() => { `+code+` })(); return new Response("done") } catch (e) { return new Response(String(e)) }`), func(o *runtime.Options) { o.CPULimit = most })
			before := processorTime(t)
			_, body, err := get(t, w, "/")
			if took := processorTime(t) - before; took > most+time.Second {
				t.Errorf("took %v", took)
			}
			if err == nil || !strings.Contains(err.Error(), "Worker exceeded") {
				t.Errorf("got %q, %v", body, err)
			}
			if _, next, err := get(t, w, "/next"); err != nil || next != "fine" {
				t.Errorf("the next request: %q, %v", next, err)
			}
		})
	}
}

// processorTime is what the process has used of the processors.
func processorTime(t *testing.T) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
