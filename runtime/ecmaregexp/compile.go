package ecmaregexp

import "math"

type opcode uint8

const (
	opSet            opcode = iota // take a member of set
	opSpan                         // take from low to high members of set, as many as possible; what follows may give some back
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
	op        opcode
	backward  bool // characters are taken from before the position
	fold      bool // of opReference
	negative  bool // of opLook
	lazy      bool // of opLoop
	x, y      int
	low, high int
	set       *set
	groups    []int
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

// node compiles a node; backward is within a look behind, where everything is matched from its end.
func (c *compiler) node(n node, backward bool) {
	switch n := n.(type) {
	case sequence:
		for i := range n {
			if backward {
				i = len(n) - 1 - i
			}
			c.node(n[i], backward)
		}
	case alternation:
		c.alternatives(len(n), func(i int) bool {
			c.node(n[i], backward)
			return true
		})
	case character:
		c.emit(instruction{op: opSet, set: n.set, backward: backward})
	case choice:
		root := n.tree(backward)
		empty := root.end
		root.end = false
		c.alternatives(len(root.children)+2, func(i int) bool {
			switch {
			case i < len(root.children):
				c.tree(root.children[i], backward)
			case i == len(root.children):
				c.emit(instruction{op: opSet, set: n.set, backward: backward})
				return empty
			}
			return true
		})
	case group:
		c.save(n.index, backward)
		c.node(n.node, backward)
		c.save(n.index, !backward)
	case *reference:
		c.emit(instruction{op: opReference, groups: n.groups, fold: n.fold, backward: backward})
	case assertion:
		c.emit(instruction{op: n.op, set: n.words})
	case look:
		at := c.emit(instruction{op: opLook, negative: n.negative})
		c.node(n.node, n.behind)
		c.emit(instruction{op: opMatch})
		c.program[at].y = c.here()
	case repeat:
		c.repeat(n, backward)
	}
}

// alternatives compiles n alternatives, or fewer: one says whether there are more.
func (c *compiler) alternatives(n int, one func(i int) (more bool)) {
	var ends []int
	for i := range n {
		if i == n-1 {
			one(i)
			break
		}
		split := c.emit(instruction{op: opSplit})
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
	c.emit(instruction{op: opSet, set: t.set, backward: backward})
	if len(t.children) == 0 {
		return
	}
	n := len(t.children)
	if t.end {
		n++
	}
	c.alternatives(n, func(i int) bool {
		if i < len(t.children) {
			c.tree(t.children[i], backward)
		}
		return true
	})
}

func (c *compiler) repeat(n repeat, backward bool) {
	if n.max == 0 {
		return
	}
	high := n.max
	if high < 0 {
		high = math.MaxInt
	}
	if char, ok := n.node.(character); ok && !n.lazy && !backward {
		c.emit(instruction{op: opSpan, set: char.set, low: n.min, high: high})
		return
	}
	if n.min == 0 && n.max == 1 {
		split := c.emit(instruction{op: opSplit})
		c.body(n, backward, true)
		c.branch(split, split+1, c.here(), n.lazy)
		return
	}
	if n.min <= 1 && n.max < 0 {
		if n.min == 1 {
			c.body(n, backward, false)
		}
		split := c.emit(instruction{op: opSplit})
		c.body(n, backward, true)
		c.emit(instruction{op: opJump, x: split})
		c.branch(split, split+1, c.here(), n.lazy)
		return
	}
	// Counted: the register has how many there were.
	counter := c.register()
	c.emit(instruction{op: opCount, x: counter, y: 0})
	skip := -1
	if n.min == 0 {
		skip = c.emit(instruction{op: opSplit})
	}
	start := c.here()
	mark := c.register()
	c.emit(instruction{op: opMark, x: mark})
	c.forget(n)
	c.node(n.node, backward)
	c.emit(instruction{op: opLoop, x: counter, y: start, low: n.min, high: high, lazy: n.lazy, groups: []int{mark}})
	if skip >= 0 {
		c.branch(skip, skip+1, c.here(), n.lazy)
	}
}

func (c *compiler) branch(split, into, past int, lazy bool) {
	if lazy {
		into, past = past, into
	}
	c.program[split].x, c.program[split].y = into, past
}

// body is one round of a repetition. One that may be left out has to take something.
func (c *compiler) body(n repeat, backward, optional bool) {
	if !optional {
		c.forget(n)
		c.node(n.node, backward)
		return
	}
	mark := c.register()
	c.emit(instruction{op: opMark, x: mark})
	c.forget(n)
	c.node(n.node, backward)
	c.emit(instruction{op: opMoved, x: mark})
}

func (c *compiler) forget(n repeat) {
	if n.first < n.past {
		c.emit(instruction{op: opForget, x: 2 * n.first, y: 2 * n.past})
	}
}
