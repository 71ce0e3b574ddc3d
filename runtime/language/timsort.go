package language

// timsort is the algorithm that V8 sorts arrays with: Tim Peters' merge sort, which looks for runs that are in order
// already, and a plain insertion sort for what is short. Which elements are compared, and in which order, is as there: scripts see it,
// and what becomes of a list whose comparisons contradict each other depends on it.
//
// See https://github.com/python/cpython/blob/main/Objects/listsort.txt for how it works, and for the names.
type timsort[T any] struct {
	less      func(a, b T) bool
	list      []T
	runs      []run
	minGallop int
}

// run is a part of the list that is in order, and how many cuts it takes to part it from the next.
type run struct{ base, length, cuts int }

const (
	// shortList is the length up to which insertion is all there is.
	shortList = 16
	// gallopAfter is how many times in a row one run must win for a gallop to begin.
	gallopAfter = 7
)

// sortStable sorts a list. less may do anything, but it cannot reach the list.
func sortStable[T any](list []T, less func(a, b T) bool) {
	s := timsort[T]{less: less, list: list, minGallop: gallopAfter}
	n := len(list)
	if n < shortList {
		s.insert(0, n, 1)
		return
	}
	// Runs are at least as long as makes their number a power of two, on average.
	shift := 0
	for n>>shift >= 64 {
		shift++
	}
	owed := 0
	for low := 0; low < n; {
		length := s.countRun(low, n)
		owed += n
		least := owed >> shift
		owed &= 1<<shift - 1
		if length < least {
			forced := min(least, n-low)
			s.insert(low, low+forced, low+length)
			length = forced
		}
		s.mergeBefore(low, length)
		s.runs = append(s.runs, run{base: low, length: length})
		low += length
	}
	for len(s.runs) > 1 {
		i := len(s.runs) - 2
		if i > 0 && s.runs[i-1].length < s.runs[i+1].length {
			i--
		}
		s.mergeAt(i)
	}
}

// insert sorts [low, high) by binary insertion, of which all before start is in order.
func (s *timsort[T]) insert(low, high, start int) {
	for ; start < high; start++ {
		left, right, pivot := low, start, s.list[start]
		for left < right {
			if middle := left + (right-left)/2; s.less(pivot, s.list[middle]) {
				right = middle
			} else {
				left = middle + 1
			}
		}
		copy(s.list[left+1:start+1], s.list[left:start])
		s.list[left] = pivot
	}
}

// countRun is how long the run is that begins at low. One that descends is turned round.
func (s *timsort[T]) countRun(low, high int) int {
	if low+1 == high {
		return 1
	}
	descends := s.less(s.list[low+1], s.list[low])
	end := low + 2
	for end < high && s.less(s.list[end], s.list[end-1]) == descends {
		end++
	}
	if descends {
		for i, j := low, end-1; i < j; i, j = i+1, j-1 {
			s.list[i], s.list[j] = s.list[j], s.list[i]
		}
	}
	return end - low
}

// mergeBefore merges the runs that are to be merged before another is there, by the powersort policy: as if the list were
// halved again and again, a run is merged with the next at the first cut between their middles. See
// https://www.wild-inter.net/publications/munro-wild-2018.
func (s *timsort[T]) mergeBefore(base, length int) {
	if len(s.runs) == 0 {
		return
	}
	last := &s.runs[len(s.runs)-1]
	n, cuts := len(s.list), 0
	for a, b := 2*last.base+last.length, base*2+length; ; a, b = a*2, b*2 {
		cuts++
		if a >= n {
			a, b = a-n, b-n
		} else if b >= n {
			break
		}
	}
	for len(s.runs) > 1 && s.runs[len(s.runs)-2].cuts > cuts {
		s.mergeAt(len(s.runs) - 2)
	}
	s.runs[len(s.runs)-1].cuts = cuts
}

// mergeAt merges a run and the next.
func (s *timsort[T]) mergeAt(i int) {
	a, b := s.runs[i], s.runs[i+1]
	s.runs[i].length += b.length
	s.runs = append(s.runs[:i+1], s.runs[i+2:]...)

	// What is at its place already stays out of it.
	skip := s.gallopRight(s.list, s.list[b.base], a.base, a.length, 0)
	a.base += skip
	a.length -= skip
	if a.length == 0 {
		return
	}
	b.length = s.gallopLeft(s.list, s.list[a.base+a.length-1], b.base, b.length, b.length-1)
	switch {
	case b.length == 0:
	case a.length <= b.length:
		s.mergeLow(a, b)
	default:
		s.mergeHigh(a, b)
	}
}

// gallopLeft is where key belongs in a run, before what is equal. The search begins at hint.
func (s *timsort[T]) gallopLeft(list []T, key T, base, length, hint int) int {
	return gallop(length, hint, func(i int) bool { return s.less(list[base+i], key) })
}

// gallopRight is where key belongs in a run, behind what is equal. The search begins at hint.
func (s *timsort[T]) gallopRight(list []T, key T, base, length, hint int) int {
	return gallop(length, hint, func(i int) bool { return !s.less(key, list[base+i]) })
}

// gallop is the first of length indices at which before is false. It looks from hint on in steps that double, and then between
// the last two.
func gallop(length, hint int, before func(i int) bool) int {
	last, offset := 0, 1
	if before(hint) {
		most := length - hint
		for offset < most && before(hint+offset) {
			last, offset = offset, offset*2+1
		}
		last, offset = last+hint, min(offset, most)+hint
	} else {
		most := hint + 1
		for offset < most && !before(hint-offset) {
			last, offset = offset, offset*2+1
		}
		last, offset = hint-min(offset, most), hint-last
	}
	for last++; last < offset; {
		if middle := last + (offset-last)/2; before(middle) {
			last = middle + 1
		} else {
			offset = middle
		}
	}
	return offset
}

// mergeLow merges two runs from the left, the first of which is the shorter.
func (s *timsort[T]) mergeLow(a, b run) {
	temp := append([]T(nil), s.list[a.base:a.base+a.length]...)
	at, from := a.base, b.base // where the next is written, and the next of the second run
	m := merging{
		isB:   func() bool { return s.less(s.list[from], temp[0]) },
		fromA: func() int { return s.gallopRight(temp, s.list[from], 0, len(temp), 0) },
		fromB: func() int { return s.gallopLeft(s.list, temp[0], from, b.length, 0) },
		takeA: func(n int) bool {
			copy(s.list[at:], temp[:n])
			at, temp = at+n, temp[n:]
			return len(temp) > 1
		},
		takeB: func(n int) bool {
			copy(s.list[at:], s.list[from:from+n])
			at, from, b.length = at+n, from+n, b.length-n
			return b.length > 0
		},
	}
	if m.takeB(1) && len(temp) > 1 {
		s.merge(m)
	}
	// The last of the first run belongs behind all of the second.
	copy(s.list[at:], s.list[from:from+b.length])
	copy(s.list[at+b.length:], temp)
}

// mergeHigh merges two runs from the right, the second of which is the shorter.
func (s *timsort[T]) mergeHigh(a, b run) {
	temp := append([]T(nil), s.list[b.base:b.base+b.length]...)
	end, from := b.base+b.length, a.base+a.length // behind where the next is written, and behind what is left of the first run
	m := merging{
		isB:   func() bool { return !s.less(temp[len(temp)-1], s.list[from-1]) },
		fromA: func() int { return a.length - s.gallopRight(s.list, temp[len(temp)-1], a.base, a.length, a.length-1) },
		fromB: func() int { return len(temp) - s.gallopLeft(temp, s.list[from-1], 0, len(temp), len(temp)-1) },
		takeA: func(n int) bool {
			copy(s.list[end-n:end], s.list[from-n:from])
			end, from, a.length = end-n, from-n, a.length-n
			return a.length > 0
		},
		takeB: func(n int) bool {
			copy(s.list[end-n:end], temp[len(temp)-n:])
			end, temp = end-n, temp[:len(temp)-n]
			return len(temp) > 1
		},
	}
	if m.takeA(1) && len(temp) > 1 {
		s.merge(m)
	}
	// The first of the second run belongs before all of the first.
	copy(s.list[end-a.length:end], s.list[a.base:from])
	copy(s.list[a.base:], temp)
}

// merging is how two runs, a and b, are merged from one end. takeA and takeB report whether there is still something to compare.
type merging struct {
	isB          func() bool // whether the next is b's
	fromA, fromB func() int  // how many of a come before the next of b, and of b before the next of a
	takeA, takeB func(n int) bool
}

// merge compares the next of one run with the next of the other. While many in a row come from the same, it gallops.
func (s *timsort[T]) merge(m merging) {
	for {
		winsA, winsB := 0, 0
		for winsA < s.minGallop && winsB < s.minGallop {
			if m.isB() {
				winsA, winsB = 0, winsB+1
				if !m.takeB(1) {
					return
				}
			} else {
				winsA, winsB = winsA+1, 0
				if !m.takeA(1) {
					return
				}
			}
		}
		s.minGallop++
		for first := true; first || winsA >= gallopAfter || winsB >= gallopAfter; first = false {
			s.minGallop = max(1, s.minGallop-1)
			if winsA = m.fromA(); winsA > 0 && !m.takeA(winsA) || !m.takeB(1) {
				return
			}
			if winsB = m.fromB(); winsB > 0 && !m.takeB(winsB) || !m.takeA(1) {
				return
			}
		}
		s.minGallop++
	}
}

// sortHalves sorts a list by sorting its halves and merging them, as V8 sorts typed arrays.
func sortHalves[T any](list []T, greater func(a, b T) bool) {
	if len(list) < 2 {
		return
	}
	middle := len(list) / 2
	sortHalves(list[:middle], greater)
	sortHalves(list[middle:], greater)
	left, right := append([]T(nil), list[:middle]...), list[middle:]
	for at := range list {
		if len(left) > 0 && (len(right) == 0 || !greater(left[0], right[0])) {
			list[at], left = left[0], left[1:]
		} else {
			list[at], right = right[0], right[1:]
		}
	}
}
