package node

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// exportList is what a module exports, each export of which is made when it is asked for. To a script, it is an object
// like any other.
type exportList struct {
	realm *webidl.Realm
	names []string
	make  webidl.Callback // of a name
	made  map[string]goja.Value
}

// newExportList makes the exports of a module, which is in exports.txt, from a function that makes one by its name.
func newExportList(r *webidl.Realm, module string, make webidl.Callback) *goja.Object {
	return r.VM.NewDynamicObject(&exportList{realm: r, names: slices.Clone(Exports(module)), make: make, made: map[string]goja.Value{}})
}

// Get implements goja.DynamicObject.
func (l *exportList) Get(name string) goja.Value {
	if v, ok := l.made[name]; ok {
		return v
	}
	if !l.Has(name) {
		return nil
	}
	v, err := l.make.Call(goja.Undefined(), l.realm.String(name))
	l.realm.Rethrow(err)
	l.made[name] = v
	return v
}

// Set implements goja.DynamicObject.
func (l *exportList) Set(name string, v goja.Value) bool {
	if !l.Has(name) {
		l.names = append(l.names, name)
	}
	l.made[name] = v
	return true
}

// Has implements goja.DynamicObject.
func (l *exportList) Has(name string) bool { return slices.Contains(l.names, name) }

// Delete implements goja.DynamicObject.
func (l *exportList) Delete(name string) bool {
	delete(l.made, name)
	l.names = slices.DeleteFunc(l.names, func(n string) bool { return n == name })
	return true
}

// Keys implements goja.DynamicObject.
func (l *exportList) Keys() []string { return slices.Clone(l.names) }
