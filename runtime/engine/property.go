package engine

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
)

// Note is what belongs to one property of one object, where scripts neither see it nor get at it. It lives as long as the
// property does.
type Note struct {
	anchor goja.Object // the engine keeps this one's address
	Value  any
}

// Attach gives an object an accessor property that is configurable and not enumerable, with a note: if it is the stack of an
// Error, it becomes the first property, and the engine does not make its own. It reports false if it cannot be done to this
// kind of object, such as a proxy. The error is what defining the property throws.
func Attach(object *goja.Object, name string, get, set *goja.Object, note *Note) (ok bool, err error) {
	l := propertyLayout()
	fields, self := l.of(object)
	if fields == nil {
		return false, nil
	}
	if fields.isError && name == "stack" {
		*at[bool](self, l.stackAdded) = true // or else the engine would format it now
	}
	if err := object.DefineAccessorProperty(name, get, set, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
		return false, err
	}
	property := l.property(object, name)
	if property == nil {
		return false, nil
	}
	*at[goja.Value](property, l.value) = &note.anchor
	if names := *names(self, fields); fields.isError && len(names) > 1 && string(names[len(names)-1]) == name {
		copy(names[1:], names)
		names[0] = unistring.String(name)
	}
	return true, nil
}

// MoveLast makes a property of an object the last of its own, if it has such properties.
func MoveLast(object *goja.Object, name string) {
	fields, self := propertyLayout().of(object)
	if fields == nil {
		return
	}
	names := *names(self, fields)
	if i := slices.Index(names, unistring.String(name)); i >= 0 {
		copy(names[i:], names[i+1:])
		names[len(names)-1] = unistring.String(name)
	}
}

// ReadOnlyGetters are the names of an object's own configurable properties that have a getter and no setter.
func ReadOnlyGetters(object *goja.Object) (found []string) {
	l := propertyLayout()
	fields, self := l.of(object)
	if fields == nil {
		return nil
	}
	values := *at[map[unistring.String]goja.Value](self, fields.values)
	for _, name := range *names(self, fields) {
		property := l.behind(values[name])
		if property != nil && *at[bool](property, l.accessor) && *at[bool](property, l.configurable) && *at[*goja.Object](property, l.getter) != nil && *at[*goja.Object](property, l.setter) == nil {
			found = append(found, name.String())
		}
	}
	return found
}

// Attached is the note of a property that has the getter, or nil.
func Attached(object *goja.Object, name string, get *goja.Object) *Note {
	l := propertyLayout()
	property := l.property(object, name)
	if property == nil || !*at[bool](property, l.accessor) || *at[*goja.Object](property, l.getter) != get {
		return nil
	}
	anchor, _ := (*at[goja.Value](property, l.value)).(*goja.Object)
	return (*Note)(unsafe.Pointer(anchor))
}

// Data is the value of an object's own data property, or nil if there is none yet: some of the engine's own objects get
// theirs when they are asked for. It runs no script. The name must be ASCII.
func Data(object *goja.Object, name string) goja.Value {
	l := propertyLayout()
	fields, self := l.of(object)
	if fields == nil {
		return nil
	}
	v := (*at[map[unistring.String]goja.Value](self, fields.values))[unistring.String(name)]
	property := l.behind(v)
	switch {
	case property == nil:
		return v
	case *at[bool](property, l.accessor):
		return nil
	}
	return *at[goja.Value](property, l.value)
}

// Fresh are the properties of an ordinary object that nobody else has yet: they can be made without a look at its prototype.
type Fresh struct {
	object *goja.Object
	values map[unistring.String]goja.Value
	names  *[]unistring.String
}

// FreshObject makes an ordinary object, to be given properties.
func FreshObject(vm *goja.Runtime) (*goja.Object, Fresh) {
	object := vm.NewObject()
	fields, self := propertyLayout().of(object)
	if fields == nil {
		return object, Fresh{object: object}
	}
	return object, Fresh{object, *at[map[unistring.String]goja.Value](self, fields.values), names(self, fields)}
}

// Create is CreateDataProperty: https://tc39.es/ecma262/#sec-createdataproperty.
func (f Fresh) Create(name unistring.String, v goja.Value) {
	if f.values == nil {
		f.object.DefineDataProperty(name.String(), v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		return
	}
	if _, known := f.values[name]; !known {
		*f.names = append(*f.names, name)
	}
	f.values[name] = v
}

// properties are where the engine keeps the properties of objects.
type properties struct {
	err        error
	stackAdded uintptr // of an Error
	kind       reflect.Type
	// of a property that is more than a value
	value, accessor, configurable, getter, setter uintptr

	objects sync.Map // *objectFields by the kind of object; nil if they have no such fields
}

type objectFields struct {
	values, names uintptr
	isError       bool
}

// names are those of an object's own properties.
func names(self unsafe.Pointer, fields *objectFields) *[]unistring.String {
	return at[[]unistring.String](self, fields.names)
}

// behind is what the engine keeps of a property that is more than a value; nil if v is one.
func (l *properties) behind(v goja.Value) unsafe.Pointer {
	if v == nil || reflect.TypeOf(v) != l.kind {
		return nil
	}
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1]
}

// property is what the engine keeps of a property that is more than a value, or nil.
func (l *properties) property(object *goja.Object, name string) unsafe.Pointer {
	fields, self := l.of(object)
	if fields == nil {
		return nil
	}
	return l.behind((*at[map[unistring.String]goja.Value](self, fields.values))[unistring.String(name)])
}

// of finds where an object has its properties; nil if that is somewhere else.
func (l *properties) of(object *goja.Object) (*objectFields, unsafe.Pointer) {
	if l.err != nil {
		return nil, nil
	}
	_, self, kind := layout().self(object)
	if kind == nil {
		return nil, nil
	}
	known, ok := l.objects.Load(kind)
	if !ok {
		known, _ = l.objects.LoadOrStore(kind, fieldsOf(kind))
	}
	fields := known.(*objectFields)
	if fields == nil {
		return nil, nil
	}
	return fields, self
}

func fieldsOf(kind reflect.Type) *objectFields {
	of := kind.Elem()
	if of.Kind() != reflect.Struct || of.Name() == "proxyObject" {
		return nil
	}
	base, start := of, uintptr(0)
	if of.Name() != "baseObject" {
		embedded, ok := of.FieldByName("baseObject")
		if !ok || !embedded.Anonymous {
			return nil
		}
		for _, i := range embedded.Index {
			if base.Kind() != reflect.Struct {
				return nil // it embeds a pointer
			}
			start += base.Field(i).Offset
			base = base.Field(i).Type
		}
	}
	if base.Kind() != reflect.Struct {
		return nil
	}
	values, ok := base.FieldByName("values")
	names, also := base.FieldByName("propNames")
	if !ok || !also || values.Type != reflect.TypeFor[map[unistring.String]goja.Value]() || names.Type != reflect.TypeFor[[]unistring.String]() {
		return nil
	}
	return &objectFields{start + values.Offset, start + names.Offset, of.Name() == "errorObject"}
}

var propertyLayout = sync.OnceValue(func() *properties {
	l := &properties{}
	if l.err = layout().err; l.err != nil {
		return l
	}
	if err := l.find(); err != nil {
		l.err = fmt.Errorf("this version of goja is not the one that devserver was made for: %w", err)
	}
	return l
})

func (l *properties) find() error {
	vm := goja.New()
	v, err := vm.RunString("new Error")
	if err != nil {
		return err
	}
	fields, self := l.of(v.(*goja.Object))
	if fields == nil || !fields.isError {
		return errors.New("an Error has no properties")
	}
	_, _, kind := layout().self(v)
	added, ok := kind.Elem().FieldByName("stackPropAdded")
	if !ok || added.Type != reflect.TypeFor[bool]() {
		return fmt.Errorf("%v has no field stackPropAdded", kind)
	}
	l.stackAdded = added.Offset
	get := vm.ToValue(func() {}).(*goja.Object)
	if err := v.(*goja.Object).DefineAccessorProperty("x", get, nil, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
		return err
	}
	l.kind = reflect.TypeOf((*at[map[unistring.String]goja.Value](self, fields.values))["x"])
	if l.kind == nil || l.kind.Kind() != reflect.Pointer || l.kind.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("a property is a %v", l.kind)
	}
	for _, field := range []struct {
		name string
		kind reflect.Type
		at   *uintptr
	}{
		{"value", reflect.TypeFor[goja.Value](), &l.value},
		{"accessor", reflect.TypeFor[bool](), &l.accessor},
		{"configurable", reflect.TypeFor[bool](), &l.configurable},
		{"getterFunc", reflect.TypeFor[*goja.Object](), &l.getter},
		{"setterFunc", reflect.TypeFor[*goja.Object](), &l.setter},
	} {
		f, ok := l.kind.Elem().FieldByName(field.name)
		if !ok || f.Type != field.kind {
			return fmt.Errorf("%v has no field %s that is a %v", l.kind, field.name, field.kind)
		}
		*field.at = f.Offset
	}
	return nil
}
