package console

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

var colorCode = regexp.MustCompile(`\x1b\[\d+m`)

// length is the length of a string as JavaScript counts it.
func length(s string) int {
	n := 0
	for _, c := range s {
		n++
		if c > 0xFFFF {
			n++
		}
	}
	return n
}

// columnsOf is how many columns of a terminal a string takes.
func columnsOf(s string) int {
	n := 0
	for _, c := range s {
		switch {
		case c < utf8.RuneSelf:
			n++
		case unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf):
		default:
			n++
			if kind := width.LookupRune(c).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
				n++
			}
		}
	}
	return n
}

// layOut puts the entries of an object on one line if they fit and are simple enough, and beneath each other if not.
func (in *inspector) layOut(output []string, base string, s shape, depth int) string {
	entries := len(output)
	if s.list && entries > 6 {
		output = in.group(output, s)
	}
	prefix := s.open
	if base != "" {
		prefix = base + " " + s.open
	}
	if in.deepest-depth < in.layout.Compact && entries == len(output) && !strings.Contains(base, "\n") {
		start := len(output) + in.indentation + length(s.open) + length(base) + 10
		if in.fits(output, start) {
			if joined := strings.Join(output, ", "); !strings.Contains(joined, "\n") {
				return prefix + " " + joined + " " + s.close
			}
		}
	}
	newline := "\n" + strings.Repeat(" ", in.indentation)
	return prefix + newline + "  " + strings.Join(output, ","+newline+"  ") + newline + s.close
}

func (in *inspector) fits(output []string, start int) bool {
	total := len(output) + start
	if total+len(output) > in.layout.Width {
		return false
	}
	for _, entry := range output {
		total += length(in.uncolored(entry))
		if total > in.layout.Width {
			return false
		}
	}
	return true
}

// group arranges the elements of a long array in columns, if they are of similar width.
func (in *inspector) group(output []string, s shape) []string {
	const gap = 2 // ", "
	count := len(output)
	if s.cut {
		count-- // the last says how many are left out
	}
	widths := make([]int, count)
	total, widest := 0, 0
	for i, entry := range output[:count] {
		widths[i] = columnsOf(in.uncolored(entry))
		total += widths[i] + gap
		widest = max(widest, widths[i])
	}
	column := widest + gap
	if column*3+in.indentation >= in.layout.Width || float64(total)/float64(column) <= 5 && widest > 6 {
		return output
	}
	// As many columns as make the whole about square, a character being two and a half times as high as wide; short
	// entries are given more.
	bias := math.Sqrt(float64(column) - float64(total)/float64(len(output)))
	narrowed := max(float64(column)-3-bias, 1)
	columns := min(
		int(math.Floor(math.Sqrt(2.5*narrowed*float64(count))/narrowed+0.5)),
		(in.layout.Width-in.indentation)/column,
		in.layout.Compact*4,
		15,
	)
	if columns <= 1 {
		return output
	}
	columnWidths := make([]int, columns)
	for i, w := range widths {
		columnWidths[i%columns] = max(columnWidths[i%columns], w+gap)
	}
	var lines []string
	for row := 0; row < count; row += columns {
		var b strings.Builder
		end := min(row+columns, count)
		for i := row; i < end; i++ {
			entry, pad := output[i], columnWidths[i-row]-widths[i]-gap
			last := i == end-1
			switch {
			case s.numbers:
				b.WriteString(strings.Repeat(" ", pad) + entry)
				if !last {
					b.WriteString(", ")
				}
			case last:
				b.WriteString(entry)
			default:
				b.WriteString(entry + ", " + strings.Repeat(" ", pad))
			}
		}
		lines = append(lines, b.String())
	}
	return append(lines, output[count:]...)
}
