package console

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// table implements https://console.spec.whatwg.org/#table, with the lines that Node draws.
func (s *console) table(c webidl.Call) {
	if !s.enabled(Log) {
		return
	}
	data, ok := c.Arg(0).(*goja.Object)
	if !ok || isFunctionValue(data) {
		s.log(c.Realm, Log, c.Args)
		return
	}
	in := newInspector(c.Realm, Options{})
	s.print(Log, in.try(data, func() string { return in.table(data, c.Arg(1)) }))
}

// maxRows is how many rows of a table are shown.
const maxRows = 1000

// grid is a table: the heads of its columns, and its rows.
type grid struct {
	heads []string
	rows  [][]string
}

// table draws the table of an array, an object, a Map or a Set; only may be an array of the columns to show.
func (in *inspector) table(data *goja.Object, only goja.Value) string {
	data, ok := in.unwrap(data)
	if !ok {
		return in.value(data, 0)
	}
	var g grid
	add := func(cells ...string) {
		g.rows = append(g.rows, append([]string{strconv.Itoa(len(g.rows))}, cells...))
	}
	switch kind := data.ExportType(); {
	case kind == mapType:
		g.heads = []string{"(iteration index)", "Key", "Values"}
		in.collect("Map", data, maxRows, func(fc goja.FunctionCall) { add(in.cell(fc.Argument(1)), in.cell(fc.Argument(0))) })
	case kind == setType && data.ClassName() != "Array":
		g.heads = []string{"(iteration index)", "Values"}
		in.collect("Set", data, maxRows, func(fc goja.FunctionCall) { add(in.cell(fc.Argument(0))) })
	default:
		g = in.propertyGrid(data, only)
	}
	return g.String()
}

// propertyGrid has a row for each property of an object, and a column for each property of those.
func (in *inspector) propertyGrid(data *goja.Object, only goja.Value) grid {
	var columns []string
	list, fixed := only.(*goja.Object)
	if fixed {
		for _, p := range in.properties(list, false) {
			if p.value != nil && goja.IsString(p.value) {
				columns = append(columns, p.value.String())
			}
		}
	}
	type row struct {
		name, value string
		cells       map[string]string
	}
	var rows []row
	hasValues := false
	for _, p := range in.properties(data, false) {
		if p.symbol != nil || len(rows) == maxRows {
			continue
		}
		obj, ok := p.value.(*goja.Object)
		if ok {
			obj, ok = in.unwrap(obj)
		}
		if !ok || isFunction(obj) {
			rows = append(rows, row{name: p.name, value: in.cell(p.value)})
			hasValues = true
			continue
		}
		cells := map[string]string{}
		for _, field := range in.properties(obj, false) {
			known := slices.Contains(columns, field.name)
			if field.symbol != nil || fixed && !known {
				continue
			}
			if !known {
				columns = append(columns, field.name)
			}
			cells[field.name] = in.cell(field.value)
		}
		rows = append(rows, row{name: p.name, cells: cells})
	}
	g := grid{heads: append([]string{"(index)"}, columns...)}
	if hasValues {
		g.heads = append(g.heads, "Values")
	}
	for _, row := range rows {
		line := []string{row.name}
		for _, column := range columns {
			line = append(line, row.cells[column])
		}
		if hasValues {
			line = append(line, row.value)
		}
		g.rows = append(g.rows, line)
	}
	return g
}

// cell shows a value in a table: an object with more than two properties only as what it is.
func (in *inspector) cell(v goja.Value) string {
	if v == nil {
		return "[Getter]"
	}
	depth := 0
	if obj, ok := v.(*goja.Object); ok {
		if obj, ok = in.unwrap(obj); ok && obj.ClassName() != "Array" && len(obj.Keys()) > 2 {
			depth = -1
		}
	}
	return Inspect(in.realm, v, Options{Depth: depth})
}

// String draws the table.
func (g grid) String() string {
	widths := make([]int, len(g.heads))
	for _, row := range append([][]string{g.heads}, g.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], columnsOf(cell)+2)
		}
	}
	var b strings.Builder
	rule := func(left, middle, right string) {
		b.WriteString(left)
		for i, w := range widths {
			if i > 0 {
				b.WriteString(middle)
			}
			b.WriteString(strings.Repeat("─", w))
		}
		b.WriteString(right)
	}
	line := func(cells []string) {
		b.WriteString("\n│")
		for i, cell := range cells {
			b.WriteString(" " + cell + strings.Repeat(" ", widths[i]-columnsOf(cell)-1) + "│")
		}
	}
	rule("┌", "┬", "┐")
	line(g.heads)
	b.WriteByte('\n')
	rule("├", "┼", "┤")
	for _, row := range g.rows {
		line(row)
	}
	b.WriteByte('\n')
	rule("└", "┴", "┘")
	return b.String()
}
