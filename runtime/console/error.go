package console

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// errorShape shows an error by its stack, with its cause and what else it has after it.
func (in *inspector) errorShape(err *goja.Object, id identity) shape {
	id.fallback = "Error"
	s := in.braces(err, id, nil)
	name, message := in.errorText(err, "name", "Error"), in.errorText(err, "message", "")
	stack := in.errorStack(err, name, message)

	_, dom := in.realm.Impl(err).(*webidl.DOMException)
	s.properties = slices.DeleteFunc(s.properties, func(p property) bool {
		switch p.name {
		case "code":
			return !in.ShowHidden && dom // its name says it
		case "stack":
			return !in.ShowHidden
		case "message", "name":
			return !in.ShowHidden && (p.value == nil || !goja.IsString(p.value) || strings.Contains(stack, p.value.String()))
		}
		return false
	})
	for _, name := range []string{"cause", "errors"} {
		listed := slices.ContainsFunc(s.properties, func(p property) bool { return p.name == name })
		if p, ok := in.natives.describe(err, in.realm.String(name)); ok && !listed {
			if array, ok := p.value.(*goja.Object); name == "errors" && (!ok || array.ClassName() != "Array") {
				continue
			}
			s.properties = append(s.properties, p)
		}
	}

	stack = improveStack(stack, name, id)
	if !strings.Contains(stack, "\n    at") {
		stack = "[" + stack + "]"
	}
	s.base = strings.ReplaceAll(stack, "\n", "\n"+strings.Repeat(" ", in.indentation))
	s.open = "{"
	if len(s.properties) == 0 {
		s.whole = s.base
	}
	return s
}

// errorText is the name or the message of an error, unless a getter of the script's makes it.
func (in *inspector) errorText(err *goja.Object, name, missing string) string {
	if e, ok := in.realm.Impl(err).(*webidl.DOMException); ok {
		if name == "name" {
			return e.Name
		}
		return e.Message
	}
	if v := in.lookup(err, in.realm.String(name)); v != nil && !goja.IsUndefined(v) {
		if _, isSymbol := v.(*goja.Symbol); !isSymbol {
			if _, isObject := v.(*goja.Object); !isObject {
				return v.String()
			}
		}
	}
	return missing
}

func (in *inspector) errorStack(err *goja.Object, name, message string) string {
	if v, ok := in.realm.Stack(err); ok {
		if goja.IsString(v) && v.String() != "" {
			return v.String()
		}
	} else if p, ok := in.natives.describe(err, in.realm.String("stack")); ok && p.value != nil && goja.IsString(p.value) {
		if stack := cleanStack(p.value.String()); stack != "" {
			return stack
		}
	}
	switch {
	case name == "":
		return message
	case message == "":
		return name
	}
	return name + ": " + message
}

// improveStack puts the class of an error at the head of its stack, where that says only what name says.
func improveStack(stack, name string, id identity) string {
	rest, ok := strings.CutPrefix(stack, name)
	if !ok || !strings.HasSuffix(name, "Error") || rest != "" && rest[0] != ':' && rest[0] != '\n' {
		return stack
	}
	class := strings.TrimSuffix(id.prefix(), " ")
	switch {
	case class == name:
		return stack
	case strings.Contains(class, name):
		return class + rest
	}
	return class + " [" + name + "]" + rest
}
