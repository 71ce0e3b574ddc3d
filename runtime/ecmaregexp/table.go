package ecmaregexp

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf16"
)

// marked are the expressions that scripts name by a number: see [Mark]. They are the process's, as scripts are bundled anew
// and again, and isolates construct the same expressions again and again; a pattern is there once, and stays.
var marked struct {
	mu      sync.Mutex
	numbers map[string]int
	made    int                      // constructed ones, in code units
	list    atomic.Pointer[[]*entry] // only appended to
}

type entry struct {
	pattern []uint16
	flags   Flags
	compile func() *Regexp
}

// mostConstructed bounds the code units of the patterns that have a number and are not literals.
const mostConstructed = 1 << 18

// Check looks whether a literal is one: the text between its slashes, and its flags. The error is what V8 says, a
// *[SyntaxError].
func Check(pattern, flags string) error {
	parsed, ok := ParseFlags(flags)
	if !ok {
		return &SyntaxError{Problem: "Invalid regular expression flags"}
	}
	units := utf16.Encode([]rune(pattern))
	marked.mu.Lock()
	_, known := marked.numbers[tableKey(units, parsed.String())]
	marked.mu.Unlock()
	if known {
		return nil
	}
	if _, err := (&parser{flags: parsed, source: units}).parse(); err != nil {
		return &SyntaxError{Pattern: pattern, Flags: flags, Problem: err.Error()}
	}
	return nil
}

// Literal returns the number of a literal that [Check] takes. It is compiled when it is first used.
func Literal(pattern, flags string) int {
	units := utf16.Encode([]rune(pattern))
	parsed, _ := ParseFlags(flags)
	marked.mu.Lock()
	defer marked.mu.Unlock()
	return number(units, parsed, nil)
}

// number finds the number of a pattern, or gives it one.
func number(pattern []uint16, flags Flags, compiled *Regexp) int {
	key := tableKey(pattern, flags.String())
	n, ok := marked.numbers[key]
	if ok {
		return n
	}
	e := &entry{pattern: pattern, flags: flags}
	e.compile = sync.OnceValue(func() *Regexp {
		if compiled != nil {
			return compiled
		}
		r, err := Compile(pattern, flags)
		if err != nil {
			panic("ecmaregexp: " + err.Error())
		}
		return r
	})
	var list []*entry
	if marked.numbers == nil {
		marked.numbers = make(map[string]int)
	} else {
		list = *marked.list.Load()
	}
	n = len(list)
	list = append(list, e)
	marked.numbers[key] = n
	marked.list.Store(&list)
	return n
}

// Numbered returns the expression with a number.
func Numbered(n int) *Regexp { return (*marked.list.Load())[n].compile() }

// Constructed compiles a pattern that is made at run time, or remembers it. The number is -1 if too many have one. The error is
// a *[SyntaxError].
func Constructed(pattern []uint16, flags Flags) (r *Regexp, n int, err error) {
	key := tableKey(pattern, flags.String())
	marked.mu.Lock()
	n, ok := marked.numbers[key]
	marked.mu.Unlock()
	if ok {
		return Numbered(n), n, nil
	}
	if r, err = Compile(pattern, flags); err != nil {
		return nil, -1, err
	}
	marked.mu.Lock()
	defer marked.mu.Unlock()
	if marked.made += len(pattern) + 16; marked.made > mostConstructed {
		return r, -1, nil
	}
	return r, number(pattern, flags, r), nil
}

func tableKey(pattern []uint16, flags string) string {
	b := make([]byte, 0, len(pattern)+len(flags)+16)
	b = append(append(b, flags...), '/')
	for _, c := range pattern {
		if c < 128 {
			b = append(b, byte(c))
		} else {
			b = append(b, 128|byte(c>>14), 128|byte(c>>7), 128|byte(c))
		}
	}
	return string(b)
}

// MarkPrefix begins the text between the slashes of a mark.
const MarkPrefix = "_re:"

// Mark is a literal that the engine can compile, and that stands for the expression with a number. It has the flags that the
// engine knows.
func Mark(n int) string {
	flags := strings.Map(func(flag rune) rune {
		if flag == 'd' || flag == 'v' {
			return -1
		}
		return flag
	}, (*marked.list.Load())[n].flags.String())
	return "/" + MarkPrefix + strconv.Itoa(n) + "/" + flags
}

// Unmark returns the expression that a mark's text between the slashes stands for; nil if it is none.
func Unmark(source string) *Regexp {
	digits, ok := strings.CutPrefix(source, MarkPrefix)
	if !ok || digits == "" {
		return nil
	}
	n := 0
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' || n > 1<<24 {
			return nil
		}
		n = n*10 + int(c-'0')
	}
	if list := marked.list.Load(); list == nil || n >= len(*list) {
		return nil
	}
	return Numbered(n)
}

// Unmarked puts literals where their marks are in a text.
func Unmarked(text string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, "/"+MarkPrefix)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		digits, rest, _ := strings.Cut(after, "/")
		re := Unmark(MarkPrefix + digits)
		if re == nil {
			b.WriteString("/" + MarkPrefix)
			text = after
			continue
		}
		for rest != "" && 'a' <= rest[0] && rest[0] <= 'z' {
			rest = rest[1:]
		}
		b.WriteString(string(utf16.Decode(re.Literal())))
		text = rest
	}
}

// Literal is the text that the expression is written as.
func (r *Regexp) Literal() []uint16 {
	b := append(utf16.Encode([]rune("/")), r.Source()...)
	return append(append(b, '/'), utf16.Encode([]rune(r.Flags.String()))...)
}

// Source is what the property source says.
func (r *Regexp) Source() []uint16 {
	if len(r.Pattern) == 0 {
		return utf16.Encode([]rune("(?:)"))
	}
	return EscapeSource(r.Pattern)
}
