package main

import (
	"fmt"
	"os"
	"strings"
)

// hotkey is something to do while the Worker is served, at the press of a key.
type hotkey struct {
	keys  string // each of them does it
	label string // "" for one that the help leaves out
	do    func()
}

// interactive reports whether somebody sits at the keyboard: as wrangler has it, at a terminal for both input and
// output, and not in a CI system.
func interactive(p *process) bool {
	return isTerminal(p.stdin) && isTerminal(p.stdout) && p.getenv("CI") == ""
}

// press does what a key is for, if it is for anything.
func press(list []hotkey, key byte) {
	if key >= 'A' && key <= 'Z' {
		key += 'a' - 'A'
	}
	for _, h := range list {
		if strings.IndexByte(h.keys, key) >= 0 {
			h.do()
			return
		}
	}
}

// keyHelp is a line or more that says which keys there are, no wider than a terminal.
func keyHelp(list []hotkey, s style, width int) string {
	var keys []string
	for _, h := range list {
		if h.label != "" {
			keys = append(keys, fmt.Sprintf("%s[%c]%s %s%s%s", s.bold, h.keys[0], s.reset, s.dim, h.label, s.reset))
		}
	}
	return filled(keys, "  ", width) + "\n"
}

// listen has keys do what they are for, until the keyboard is closed.
func (k *keyboard) listen(list []hotkey) {
	for {
		key, ok := k.read()
		if !ok {
			return
		}
		press(list, key)
	}
}

// terminalFile is the terminal that a process reads from; nil if it reads from something else.
func terminalFile(p *process) *os.File {
	f, _ := p.stdin.(*os.File)
	return f
}
