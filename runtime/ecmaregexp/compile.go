package ecmaregexp

import "math"

type opcode uint8

const (
	opChar           opcode = iota // take char
	opString                       // take text
	opUnit                         // take a code unit that is a member of set
	opSet                          // take a member of set
	opSpan                         // take from low to high members of set, as many as possible; what follows may give some back
	opLazy                         // take from low to high members of set, as few as possible
	opSplit                        // go on at x; if that fails, at y
	opJump                         // go on at x
	opSave                         // remember the position as capture x
	opForget                       // forget captures from x up to y
	opCount                        // set register x to y
	opMark                         // set register x to the position
	opMoved                        // fail if the position is that in register x
	opLoop                         // count register x up; go on at y while it is below low; else see high
	opInputStart                   //
	opInputEnd                     //
	opLineStart                    //
	opLineEnd                      //
	opWordBoundary                 // set has the characters of words
	opNoWordBoundary               //
	opReference                    // take what one of groups took
	opLook                         // the program from the next instruction up to its opMatch must match, or not; go on at y
	opMatch                        // done
)

type instruction struct {
	op         opcode
	backward   bool // characters are taken from before the position
	fold       bool // of opReference
	negative   bool // of opLook
	lazy       bool // of opLoop
	everything bool // of opSpan: set is
	possessive bool // of opSpan: what follows begins with no member of set, so that nothing is given back
	char       rune
	x, y       int
	low, high  int
	mark       int // of opLoop: the register that has where the round began
	set        *set
	text       []uint16
	groups     []int
	begins     beginning // of opSplit: of what is at x
	other      beginning // of opSplit: of what is at y; of opSpan and opLazy: of what follows
}

// beginning is what a piece of a program, and what follows it, can begin with. Of code units from 256 on it knows only whether
// there are some.
type beginning struct {
	low  [4]uint64
	high bool
	end  bool // it matches at the end of the text
	any  bool // it is not known
}

var anything = beginning{low: [4]uint64{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}, high: true, end: true, any: true}

func (b beginning) or(c beginning) beginning {
	for i := range b.low {
		b.low[i] |= c.low[i]
	}
	b.high, b.end, b.any = b.high || c.high, b.end || c.end, b.any || c.any
	return b
}

// meets reports whether there is something that both begin with.
func (b *beginning) meets(c *beginning) bool {
	for i := range b.low {
		if b.low[i]&c.low[i] != 0 {
			return true
		}
	}
	return b.high && c.high
}

func beginningOf(s *set) beginning {
	return beginning{low: s.low, high: len(s.spans) > 0 && s.spans[len(s.spans)-1].hi > 255}
}

// lineEnd and inputEnd are what $ can stand before.
var (
	atLineEnd  = func() beginning { b := beginningOf(lineEnds); b.end = true; return b }()
	atInputEnd = beginning{end: true}
)

// begin is what a node begins with where what follows it begins with follow.
func begin(n node, follow beginning) beginning {
	switch n := n.(type) {
	case sequence:
		for i := len(n) - 1; i >= 0; i-- {
			follow = begin(n[i], follow)
		}
		return follow
	case alternation:
		var all beginning
		for _, alternative := range n {
			all = all.or(begin(alternative, follow))
		}
		return all
	case character:
		return beginningOf(n.set)
	case choice:
		all := beginningOf(n.set)
		for _, text := range n.texts {
			if len(text) == 0 {
				all = all.or(follow)
			} else {
				all = all.or(beginningOf(text[0]))
			}
		}
		return all
	case group:
		return begin(n.node, follow)
	case assertion:
		switch n.op {
		case opInputEnd:
			return atInputEnd
		case opLineEnd:
			return atLineEnd
		}
		return follow
	case look:
		return follow
	case repeat:
		if n.max == 0 {
			return follow
		}
		if n.min > 0 {
			// A round that takes nothing is followed by another, or by what follows.
			return begin(n.node, follow.or(begin(n.node, follow)))
		}
		return begin(n.node, follow).or(follow)
	}
	return anything // a reference
}

// empty reports whether a node may match without taking anything. It may be wrong in saying so.
func empty(n node) bool {
	switch n := n.(type) {
	case sequence:
		for _, one := range n {
			if !empty(one) {
				return false
			}
		}
		return true
	case alternation:
		for _, one := range n {
			if empty(one) {
				return true
			}
		}
		return false
	case character:
		return false
	case group:
		return empty(n.node)
	case repeat:
		return n.min == 0 || empty(n.node)
	}
	return true
}

type compiler struct {
	unicode   bool
	program   []instruction
	registers int
}

func (c *compiler) emit(in instruction) (at int) {
	c.program = append(c.program, in)
	return len(c.program) - 1
}

func (c *compiler) here() int { return len(c.program) }

func (c *compiler) register() int {
	c.registers++
	return c.registers - 1
}

func (c *compiler) save(group int, end bool) {
	at := 2 * group
	if end {
		at++
	}
	c.emit(instruction{op: opSave, x: at})
}

// split makes an instruction that goes on at one of two places, and knows what they begin with.
func (c *compiler) split(x, y beginning, backward bool) (at int) {
	if backward {
		x, y = anything, anything
	}
	return c.emit(instruction{op: opSplit, begins: x, other: y})
}

// takes compiles what takes a member of a set.
func (c *compiler) takes(s *set, backward bool) {
	one, only := s.only()
	switch {
	case backward:
		c.emit(instruction{op: opSet, set: s, backward: true})
	case only && one < 0xd800:
		c.emit(instruction{op: opChar, char: one})
	case !c.unicode || s.narrow():
		c.emit(instruction{op: opUnit, set: s})
	default:
		c.emit(instruction{op: opSet, set: s})
	}
}

// narrow reports whether all members are below the halves of surrogate pairs, so that each is one code unit.
func (s *set) narrow() bool { return len(s.spans) == 0 || s.spans[len(s.spans)-1].hi < 0xd800 }

// node compiles a node; backward is within a look behind, where everything is matched from its end. What follows begins with
// follow, which says nothing there.
func (c *compiler) node(n node, backward bool, follow beginning) {
	switch n := n.(type) {
	case sequence:
		if backward {
			for i := range n {
				c.node(n[len(n)-1-i], true, anything)
			}
			return
		}
		follows := make([]beginning, len(n)+1)
		follows[len(n)] = follow
		for i := len(n) - 1; i > 0; i-- {
			follows[i] = begin(n[i], follows[i+1])
		}
		for i := 0; i < len(n); i++ {
			if text := literal(n[i:]); len(text) > 1 {
				c.emit(instruction{op: opString, text: text})
				i += len(text) - 1
				continue
			}
			c.node(n[i], false, follows[i+1])
		}
	case alternation:
		rest := make([]beginning, len(n)+1)
		for i := len(n) - 1; i >= 0; i-- {
			rest[i] = begin(n[i], follow).or(rest[i+1])
		}
		c.alternatives(len(n), func(i int) (x, y beginning) {
			return begin(n[i], follow), rest[i+1]
		}, func(i int) bool {
			c.node(n[i], backward, follow)
			return true
		}, backward)
	case character:
		c.takes(n.set, backward)
	case choice:
		root := n.tree(backward)
		ends := root.end
		root.end = false
		c.alternatives(len(root.children)+2, func(i int) (x, y beginning) {
			if i < len(root.children) {
				return beginningOf(root.children[i].set), anything
			}
			return beginningOf(n.set), anything
		}, func(i int) bool {
			switch {
			case i < len(root.children):
				c.tree(root.children[i], backward)
			case i == len(root.children):
				c.takes(n.set, backward)
				return ends
			}
			return true
		}, backward)
	case group:
		c.save(n.index, backward)
		c.node(n.node, backward, follow)
		c.save(n.index, !backward)
	case *reference:
		c.emit(instruction{op: opReference, groups: n.groups, fold: n.fold, backward: backward})
	case assertion:
		c.emit(instruction{op: n.op, set: n.words})
	case look:
		at := c.emit(instruction{op: opLook, negative: n.negative})
		c.node(n.node, n.behind, anything)
		c.emit(instruction{op: opMatch})
		c.program[at].y = c.here()
	case repeat:
		c.repeat(n, backward, follow)
	}
}

// literal is the characters that a sequence begins with, each of one code unit.
func literal(n sequence) (text []uint16) {
	for _, one := range n {
		char, ok := one.(character)
		if !ok {
			break
		}
		c, only := char.set.only()
		if !only || c >= 0xd800 {
			break
		}
		text = append(text, uint16(c))
	}
	return text
}

// alternatives compiles n alternatives, or fewer: one says whether there are more. begins says what one begins with, and the
// rest.
func (c *compiler) alternatives(n int, begins func(i int) (x, y beginning), one func(i int) (more bool), backward bool) {
	var ends []int
	for i := range n {
		if i == n-1 {
			one(i)
			break
		}
		x, y := begins(i)
		split := c.split(x, y, backward)
		c.program[split].x = c.here()
		if !one(i) {
			c.program[split] = instruction{op: opJump, x: split + 1}
			break
		}
		ends = append(ends, c.emit(instruction{op: opJump}))
		c.program[split].y = c.here()
	}
	for _, end := range ends {
		c.program[end].x = c.here()
	}
}

// tree compiles what leads to a tree, and the tree.
func (c *compiler) tree(t *tree, backward bool) {
	c.takes(t.set, backward)
	if len(t.children) == 0 {
		return
	}
	n := len(t.children)
	if t.end {
		n++
	}
	c.alternatives(n, func(i int) (x, y beginning) { return beginningOf(t.children[i].set), anything }, func(i int) bool {
		if i < len(t.children) {
			c.tree(t.children[i], backward)
		}
		return true
	}, backward)
}

func (c *compiler) repeat(n repeat, backward bool, follow beginning) {
	if n.max == 0 {
		return
	}
	high := n.max
	if high < 0 {
		high = math.MaxInt
	}
	if char, ok := n.node.(character); ok && !backward {
		in := instruction{op: opSpan, set: char.set, low: n.min, high: high, other: follow, everything: len(char.set.spans) == 1 && char.set.spans[0] == span{0, last}}
		if own := beginningOf(char.set); !follow.any && n.max < 0 && !own.meets(&follow) {
			in.possessive = true
		}
		if n.lazy {
			in.op = opLazy
		}
		c.emit(in)
		return
	}
	inside := begin(n.node, follow.or(begin(n.node, follow)))
	if n.min == 0 && n.max == 1 {
		split := c.splitLoop(n, inside, follow, backward)
		c.body(n, backward, true, follow)
		c.branch(split, split+1, c.here(), n.lazy)
		return
	}
	if n.min <= 1 && n.max < 0 {
		if n.min == 1 {
			c.body(n, backward, false, inside.or(follow))
		}
		split := c.splitLoop(n, inside, follow, backward)
		c.body(n, backward, true, inside.or(follow))
		c.emit(instruction{op: opJump, x: split})
		c.branch(split, split+1, c.here(), n.lazy)
		return
	}
	// Counted: the register has how many there were.
	counter := c.register()
	c.emit(instruction{op: opCount, x: counter, y: 0})
	skip := -1
	if n.min == 0 {
		skip = c.splitLoop(n, inside, follow, backward)
	}
	start := c.here()
	mark := c.register()
	c.emit(instruction{op: opMark, x: mark})
	c.forget(n)
	c.node(n.node, backward, inside.or(follow))
	c.emit(instruction{op: opLoop, x: counter, y: start, low: n.min, high: high, lazy: n.lazy, mark: mark})
	if skip >= 0 {
		c.branch(skip, skip+1, c.here(), n.lazy)
	}
}

// splitLoop is the choice between a round and what follows.
func (c *compiler) splitLoop(n repeat, inside, follow beginning, backward bool) int {
	if n.lazy {
		inside, follow = follow, inside
	}
	return c.split(inside, follow, backward)
}

func (c *compiler) branch(split, into, past int, lazy bool) {
	if lazy {
		into, past = past, into
	}
	c.program[split].x, c.program[split].y = into, past
}

// body is one round of a repetition. One that may be left out has to take something.
func (c *compiler) body(n repeat, backward, optional bool, follow beginning) {
	if !optional || !empty(n.node) {
		c.forget(n)
		c.node(n.node, backward, follow)
		return
	}
	mark := c.register()
	c.emit(instruction{op: opMark, x: mark})
	c.forget(n)
	c.node(n.node, backward, follow)
	c.emit(instruction{op: opMoved, x: mark})
}

func (c *compiler) forget(n repeat) {
	if n.first < n.past {
		c.emit(instruction{op: opForget, x: 2 * n.first, y: 2 * n.past})
	}
}
