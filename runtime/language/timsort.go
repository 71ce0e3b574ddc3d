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
	last, offset := 0, 1
	if s.less(list[base+hint], key) {
		most := length - hint
		for offset < most && s.less(list[base+hint+offset], key) {
			last, offset = offset, offset*2+1
		}
		last, offset = last+hint, min(offset, most)+hint
	} else {
		most := hint + 1
		for offset < most && !s.less(list[base+hint-offset], key) {
			last, offset = offset, offset*2+1
		}
		last, offset = hint-min(offset, most), hint-last
	}
	for last++; last < offset; {
		if middle := last + (offset-last)/2; s.less(list[base+middle], key) {
			last = middle + 1
		} else {
			offset = middle
		}
	}
	return offset
}

// gallopRight is where key belongs in a run, behind what is equal. The search begins at hint.
func (s *timsort[T]) gallopRight(list []T, key T, base, length, hint int) int {
	last, offset := 0, 1
	if s.less(key, list[base+hint]) {
		most := hint + 1
		for offset < most && s.less(key, list[base+hint-offset]) {
			last, offset = offset, offset*2+1
		}
		last, offset = hint-min(offset, most), hint-last
	} else {
		most := length - hint
		for offset < most && !s.less(key, list[base+hint+offset]) {
			last, offset = offset, offset*2+1
		}
		last, offset = last+hint, min(offset, most)+hint
	}
	for last++; last < offset; {
		if middle := last + (offset-last)/2; s.less(key, list[base+middle]) {
			offset = middle
		} else {
			last = middle + 1
		}
	}
	return offset
}

// mergeLow merges two runs from the left, the first of which is the shorter.
func (s *timsort[T]) mergeLow(a, b run) {
	temp := append([]T(nil), s.list[a.base:a.base+a.length]...)
	at, from := a.base, b.base // where the next is written, and the next of the second run
	rest := func() {           // the last of the first run belongs behind all of the second
		copy(s.list[at:], s.list[from:from+b.length])
		s.list[at+b.length] = temp[0]
	}
	takeA := func(n int) { copy(s.list[at:], temp[:n]); at += n; temp = temp[n:] }
	takeB := func(n int) { copy(s.list[at:], s.list[from:from+n]); at += n; from += n; b.length -= n }

	takeB(1)
	for {
		if b.length == 0 {
			takeA(len(temp))
			return
		}
		if len(temp) == 1 {
			rest()
			return
		}
		winsA, winsB := 0, 0
		for winsA < s.minGallop && winsB < s.minGallop {
			if s.less(s.list[from], temp[0]) {
				takeB(1)
				winsA, winsB = 0, winsB+1
				if b.length == 0 {
					takeA(len(temp))
					return
				}
			} else {
				takeA(1)
				winsA, winsB = winsA+1, 0
				if len(temp) == 1 {
					rest()
					return
				}
			}
		}
		s.minGallop++
		for first := true; first || winsA >= gallopAfter || winsB >= gallopAfter; first = false {
			s.minGallop = max(1, s.minGallop-1)
			if winsA = s.gallopRight(temp, s.list[from], 0, len(temp), 0); winsA > 0 {
				takeA(winsA)
				if len(temp) == 1 {
					rest()
					return
				}
				if len(temp) == 0 { // only if comparisons contradict each other
					return
				}
			}
			takeB(1)
			if b.length == 0 {
				takeA(len(temp))
				return
			}
			if winsB = s.gallopLeft(s.list, temp[0], from, b.length, 0); winsB > 0 {
				takeB(winsB)
				if b.length == 0 {
					takeA(len(temp))
					return
				}
			}
			takeA(1)
			if len(temp) == 1 {
				rest()
				return
			}
		}
		s.minGallop++
	}
}

// mergeHigh merges two runs from the right, the second of which is the shorter.
func (s *timsort[T]) mergeHigh(a, b run) {
	temp := append([]T(nil), s.list[b.base:b.base+b.length]...)
	end, from := b.base+b.length, a.base+a.length // behind where the next is written, and behind what is left of the first run
	rest := func() {                              // the first of the second run belongs before all of the first
		copy(s.list[end-a.length:end], s.list[a.base:from])
		s.list[end-a.length-1] = temp[0]
	}
	takeA := func(n int) { copy(s.list[end-n:end], s.list[from-n:from]); end -= n; from -= n; a.length -= n }
	takeB := func(n int) {
		copy(s.list[end-n:end], temp[len(temp)-n:])
		end -= n
		temp = temp[:len(temp)-n]
	}

	takeA(1)
	for {
		if a.length == 0 {
			takeB(len(temp))
			return
		}
		if len(temp) == 1 {
			rest()
			return
		}
		winsA, winsB := 0, 0
		for winsA < s.minGallop && winsB < s.minGallop {
			if s.less(temp[len(temp)-1], s.list[from-1]) {
				takeA(1)
				winsA, winsB = winsA+1, 0
				if a.length == 0 {
					takeB(len(temp))
					return
				}
			} else {
				takeB(1)
				winsA, winsB = 0, winsB+1
				if len(temp) == 1 {
					rest()
					return
				}
			}
		}
		s.minGallop++
		for first := true; first || winsA >= gallopAfter || winsB >= gallopAfter; first = false {
			s.minGallop = max(1, s.minGallop-1)
			if winsA = a.length - s.gallopRight(s.list, temp[len(temp)-1], a.base, a.length, a.length-1); winsA > 0 {
				takeA(winsA)
				if a.length == 0 {
					takeB(len(temp))
					return
				}
			}
			takeB(1)
			if len(temp) == 1 {
				rest()
				return
			}
			if winsB = len(temp) - s.gallopLeft(temp, s.list[from-1], 0, len(temp), len(temp)-1); winsB > 0 {
				takeB(winsB)
				if len(temp) == 1 {
					rest()
					return
				}
				if len(temp) == 0 { // only if comparisons contradict each other
					return
				}
			}
			takeA(1)
			if a.length == 0 {
				takeB(len(temp))
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
