package wasm

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/tetratelabs/wazero/api"

	"devserver/runtime/webidl"
)

// instance is https://webassembly.github.io/spec/js-api/#instances
type instance struct {
	unclonable
	store     *store
	module    *Module
	mod       api.Module
	imports   []extern // by import; nil for JavaScript functions
	functions map[int]*function
	others    map[string]extern // by the name of the rewritten export
	exports   *goja.Object
}

// instantiate is https://webassembly.github.io/spec/js-api/#instantiate-the-core-of-a-webassembly-module
func (s *store) instantiate(c arguments, m *Module, imports goja.Value) *instance {
	if !webidl.IsNullish(imports) || goja.IsNull(imports) {
		if _, ok := imports.(*goja.Object); !ok {
			c.typeError("Argument 1 must be an object")
		}
	} else if len(m.imports) > 0 {
		c.typeError("Imports argument must be present and must be an object")
	}
	i := &instance{unclonable: "Instance", store: s, module: m, functions: map[int]*function{}, others: map[string]extern{}}
	link := s.link(c, i, s.lookup(c, m, imports))
	i.checkElements(c)
	mod, err := s.engine.instantiate(s.ctx, m.compiled, func(string) api.Module { return link })
	if err != nil {
		panic(i.refused(c, err))
	}
	i.mod = mod
	s.modules = append(s.modules, mod)
	s.instances = append(s.instances, i)
	for _, pair := range m.initial {
		s.references[mod.ExportedGlobal(exportName(kindGlobal, pair[0])).Get()] = i.function(pair[1])
	}
	i.export()
	if m.start >= 0 {
		i.function(m.start).call(nil)
	}
	return i
}

// lookup reads the values of imports: https://webassembly.github.io/spec/js-api/#read-the-imports
func (s *store) lookup(c arguments, m *Module, imports goja.Value) []goja.Value {
	values := make([]goja.Value, len(m.imports))
	for n, d := range m.imports {
		module, ok := imports.(*goja.Object).Get(d.module).(*goja.Object)
		if !ok {
			c.typeErrorf("Import #%d %q: module is not an object or function", n, d.module)
		}
		if values[n] = module.Get(d.name); values[n] == nil {
			values[n] = goja.Undefined()
		}
	}
	return values
}

// linking is the import that is being looked at.
type linking struct {
	arguments
	*importDesc
	store  *store
	number int
}

func (l linking) refuse(format string, args ...any) {
	l.refuseAs(fmt.Sprintf("Import #%d %q %q: ", l.number, l.module, l.name)+format, args...)
}

func (l linking) refuseAs(format string, args ...any) {
	panic(l.store.error("LinkError", l.where+": "+fmt.Sprintf(format, args...)))
}

// link makes the module that everything is imported from.
func (s *store) link(c arguments, i *instance, values []goja.Value) api.Module {
	m := i.module
	imports := make([]given, len(values))
	var hosts []host
	each := func(memories bool) {
		for n := range m.imports {
			d := &m.imports[n]
			if (d.kind == kindMemory) != memories {
				continue
			}
			l := linking{c, d, s, n}
			if imports[n].extern = s.given(l, m, values[n]); imports[n].extern == nil {
				call, _ := goja.AssertFunction(values[n])
				imports[n].host = len(hosts)
				hosts = append(hosts, host{call, values[n].(*goja.Object)})
			}
			i.imports = append(i.imports, nil)
		}
	}
	each(true) // which V8 looks at first
	each(false)
	for n, g := range imports {
		i.imports[n] = g.extern
	}
	code, types := m.linkCode(imports)
	from := map[string]api.Module{}
	add := func(name string, mod api.Module, err error) {
		s.realm.Rethrow(err)
		from[name] = mod
	}
	mod, err := s.engine.ticker()
	add(tickName, mod, err)
	for n, t := range types {
		mod, err := s.engine.dispatcher(t)
		add("d"+strconv.Itoa(n), mod, err)
	}
	for n, g := range imports {
		if g.extern != nil {
			from["s"+strconv.Itoa(n)], _ = g.extern.source()
		}
	}
	link, err := s.helper(code, func(name string) api.Module { return from[name] })
	if err != nil {
		panic(s.error("LinkError", c.where+": "+err.Error()))
	}
	link.ExportedGlobal("base").(api.MutableGlobal).Set(uint64(len(s.hosts)))
	s.hosts = append(s.hosts, hosts...)
	return link
}

// given is what an import gets; nil for a function that is not WebAssembly's.
func (s *store) given(l linking, m *Module, v goja.Value) extern {
	switch l.kind {
	case kindFunction:
		obj, _ := v.(*goja.Object)
		if f := s.functions[obj]; f != nil {
			if !f.typ.equal(m.typeOf(l.index)) {
				l.refuse("imported function does not match the expected type")
			}
			return f
		}
		if _, ok := goja.AssertFunction(v); !ok {
			l.refuse("function import requires a callable")
		}
		return nil
	case kindTable:
		return s.givenTable(l, m.tables[l.index], v)
	case kindMemory:
		return s.givenMemory(l, m.memories[l.index], v)
	}
	return s.givenGlobal(l, m.globals[l.index], v)
}

func (s *store) givenTable(l linking, want tableType, v goja.Value) extern {
	t, ok := webidl.As[*table](s.realm, v)
	if !ok {
		l.refuse("table import requires a WebAssembly.Table")
	}
	if size := t.size(); size < want.min {
		l.refuseAs("table import %d is smaller than initial %d, got %d", l.number, want.min, size)
	}
	if want.hasMax && !t.hasMax {
		l.refuseAs("table import %d has no maximum length; required: %d", l.number, want.max)
	}
	if want.hasMax && t.max > want.max {
		l.refuseAs("table import %d has a larger maximum size %d than the module's declared maximum %d", l.number, t.max, want.max)
	}
	if t.element != want.element {
		l.refuse("imported table does not match the expected type")
	}
	return t
}

func (s *store) givenMemory(l linking, want limits, v goja.Value) extern {
	m, ok := webidl.As[*memory](s.realm, v)
	if !ok {
		l.refuse("memory import must be a WebAssembly.Memory object")
	}
	if size := m.pages(); size < want.min {
		l.refuse("memory import has %d pages which is smaller than the declared initial of %d", size, want.min)
	}
	if want.hasMax && !m.hasMax {
		l.refuse("memory import has no maximum limit, expected at most %d", uint32(1<<32-1))
	}
	if want.hasMax && m.max > want.max {
		l.refuse("memory import has a larger maximum size %d than the module's declared maximum %d", m.max, want.max)
	}
	if m.shared != want.shared {
		bit := map[bool]int{true: 1}
		l.refuse("mismatch in shared state of memory, declared = %d, imported = %d", bit[want.shared], bit[m.shared])
	}
	return m
}

func (s *store) givenGlobal(l linking, want globalType, v goja.Value) extern {
	if g, ok := webidl.As[*global](s.realm, v); ok {
		if g.mutable != want.mutable {
			l.refuse("imported global does not match the expected mutability")
		}
		if g.value != want.value {
			l.refuse("imported global does not match the expected type")
		}
		return g
	}
	if want.mutable {
		l.refuse("imported mutable global must be a WebAssembly.Global object")
	}
	var word uint64
	ok := true
	switch want.value {
	case typeExternref:
		word = s.number(v)
	case typeFuncref:
		if word, ok = s.function(v); !ok {
			l.refuse("imported funcref global must be null or WebAssembly function ('function') object")
		}
	default:
		word, ok = s.fromNumber(want.value, v)
	}
	if !ok {
		l.refuse("global import must be a number, valid Wasm reference, or WebAssembly.Global object")
	}
	g, err := s.createGlobal(want, word)
	s.realm.Rethrow(err)
	return g
}

// checkElements throws if an element segment is not within its table, which the engine does not say.
func (i *instance) checkElements(c arguments) {
	m := i.module
	for _, e := range m.elements {
		size := m.tables[e.into].min
		if e.into < m.imported[kindTable] {
			size = i.imported(kindTable, e.into).(*table).size()
		}
		if uint64(i.evaluate(e.offset))+uint64(e.length) > uint64(size) {
			panic(i.store.error("RuntimeError", c.where+": table index is out of bounds"))
		}
	}
}

// evaluate computes a constant expression that is an offset.
func (i *instance) evaluate(code []byte) uint32 {
	var stack []uint32
	r := &reader{code: code}
	for {
		switch op := r.byte(); op {
		case 0x0b:
			return stack[len(stack)-1]
		case 0x41:
			stack = append(stack, uint32(r.i32()))
		case 0x23:
			n := int(r.u32())
			word := uint64(0)
			if n < i.module.imported[kindGlobal] {
				word = i.imported(kindGlobal, n).(*global).word()
			}
			stack = append(stack, uint32(word))
		case 0x6a, 0x6b, 0x6c:
			a, b := stack[len(stack)-2], stack[len(stack)-1]
			switch op {
			case 0x6a:
				a += b
			case 0x6b:
				a -= b
			case 0x6c:
				a *= b
			}
			stack = append(stack[:len(stack)-2], a)
		default:
			return 0
		}
	}
}

// imported is what was given for the import that is the n-th of its kind.
func (i *instance) imported(kind externKind, n int) extern {
	for at, d := range i.module.imports {
		if d.kind == kind && d.index == n {
			return i.imports[at]
		}
	}
	return nil
}

var dataSegment = regexp.MustCompile(`data\[(\d+)\]: out of bounds`)

// refused words the engine's refusal to instantiate.
func (i *instance) refused(c arguments, err error) goja.Value {
	s, m := i.store, i.module
	at := dataSegment.FindStringSubmatch(err.Error())
	if at == nil {
		return s.error("LinkError", c.where+": "+strings.ReplaceAll(err.Error(), linkModule+".", ""))
	}
	for _, d := range m.data {
		if strconv.Itoa(d.number) != at[1] {
			continue
		}
		pages := m.memories[0].min
		if m.imported[kindMemory] > 0 {
			pages = i.imported(kindMemory, 0).(*memory).pages()
		}
		return s.error("RuntimeError", fmt.Sprintf("%s: data segment %d is out of bounds (offset %d, length %d, memory size %d)",
			c.where, d.number, i.evaluate(d.offset), d.length, uint64(pages)<<16))
	}
	return s.error("RuntimeError", c.where+": "+err.Error())
}

// function returns a function of the instance, by its index.
func (i *instance) function(index int) *function {
	if index < i.module.imported[kindFunction] {
		if f, ok := i.imported(kindFunction, index).(*function); ok {
			return f
		}
	}
	f := i.functions[index]
	if f == nil {
		f = &function{store: i.store, instance: i, index: index, typ: i.module.typeOf(index)}
		i.functions[index] = f
	}
	return f
}

// extern returns what the instance exports under an index.
func (i *instance) extern(kind externKind, index int) extern {
	if kind == kindFunction {
		return i.function(index)
	}
	m := i.module
	if index < m.imported[kind] {
		return i.imported(kind, index)
	}
	name := exportName(kind, index)
	e := i.others[name]
	if e != nil {
		return e
	}
	switch kind {
	case kindTable:
		e = &table{unclonable: "Table", store: i.store, mod: i.mod, name: name, tableType: m.tables[index]}
	case kindMemory:
		e = i.store.newMemory(i.mod, name, m.memories[index])
	case kindGlobal:
		e = &global{unclonable: "Global", store: i.store, mod: i.mod, name: name, globalType: m.globals[index]}
	}
	i.others[name] = e
	return e
}

// export makes the exports object: https://webassembly.github.io/spec/js-api/#create-an-exports-object
func (i *instance) export() {
	r := i.store.realm
	i.exports = r.VM.CreateObject(nil)
	for _, e := range i.module.exports {
		i.exports.DefineDataProperty(e.name, i.store.value(i.extern(e.kind, e.index)), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	}
	_, err := r.IntrinsicFunction("Object", "freeze")(nil, i.exports)
	r.Rethrow(err)
}

func (s *store) instanceClass() *goja.Object {
	return s.class("Instance", 1, func(c arguments) any {
		m, ok := webidl.As[*Module](c.Realm, c.Arg(0))
		if !ok {
			c.typeError("Argument 0 must be a WebAssembly.Module")
		}
		return s.instantiate(c, m, c.Arg(1))
	}, func(b *classBuilder) {
		b.getter("exports", "WebAssembly.Instance.exports()", func(c arguments) goja.Value {
			return receiver[*instance](c, "Instance").exports
		})
	})
}
