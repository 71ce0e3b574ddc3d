package console

import (
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Format joins the arguments of console.log to a text: strings as they are, other values as [Inspect] shows them, and
// the specifiers of a first string replaced: https://console.spec.whatwg.org/#formatter
func Format(r *webidl.Realm, args []goja.Value, o Options) string {
	if len(args) == 0 {
		return ""
	}
	var b strings.Builder
	rest := args
	if goja.IsString(args[0]) {
		text := args[0].String()
		rest = args[1:]
		if len(rest) > 0 && strings.Contains(text, "%") {
			text, rest = specifiers(r, text, rest, o)
		}
		b.WriteString(text)
		if len(rest) > 0 {
			b.WriteByte(' ')
		}
	}
	for i, arg := range rest {
		if i > 0 {
			b.WriteByte(' ')
		}
		if b.Len() > maxText {
			break
		}
		if goja.IsString(arg) {
			b.WriteString(arg.String())
		} else {
			b.WriteString(Inspect(r, arg, o))
		}
	}
	return b.String()
}

// specifiers replaces the specifiers in text by args, and returns the args that it did not need.
func specifiers(r *webidl.Realm, text string, args []goja.Value, o Options) (string, []goja.Value) {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, "%")
		b.WriteString(before)
		if !ok || after == "" {
			if ok {
				b.WriteByte('%')
			}
			return b.String(), args
		}
		specifier := after[0]
		text = after[1:]
		switch {
		case specifier == '%':
			b.WriteByte('%')
		case !strings.ContainsRune("sdifjoOc", rune(specifier)) || len(args) == 0:
			b.WriteByte('%')
			text = after
			if len(args) == 0 {
				// Nothing is left to put in, but "%%" is still one sign.
				b.WriteByte(specifier)
				text = after[1:]
			}
		default:
			b.WriteString(specified(r, specifier, args[0], o))
			args = args[1:]
		}
	}
}

// specified is one argument as a specifier has it.
func specified(r *webidl.Realm, specifier byte, v goja.Value, o Options) string {
	in := newInspector(r, o)
	return in.try(v, func() string {
		switch specifier {
		case 's':
			return in.asString(v)
		case 'd':
			return in.asNumber(v, goja.Value.ToNumber)
		case 'i':
			return in.asNumber(v, func(v goja.Value) goja.Value { return in.natives.static("Number.parseInt", v) })
		case 'f':
			if _, ok := v.(*goja.Symbol); ok {
				return "NaN"
			}
			return number(in.natives.static("Number.parseFloat", v))
		case 'j':
			text, ok := "", false
			if err := r.Try(func() { text, ok = r.StringifyJSON(v) }); err != nil {
				return "[Circular]"
			}
			if !ok {
				return "undefined"
			}
			return text
		case 'o':
			return Inspect(r, v, Options{Depth: 4, Colors: o.Colors, ShowHidden: true})
		case 'O':
			return Inspect(r, v, o)
		}
		return "" // %c takes a style, which a console without styles leaves out
	})
}

// asString is %s: primitives as they are, objects that have a toString of the script's by that, others as shown.
func (in *inspector) asString(v goja.Value) string {
	switch obj, isObject := v.(*goja.Object); {
	case isObject && isFunction(obj):
		return in.natives.call("Function", "toString", v).String()
	case isObject:
		if text, ok := in.ownString(obj); ok {
			return text
		}
		return Inspect(in.realm, v, Options{})
	case goja.IsNumber(v), goja.IsBigInt(v):
		plain := inspector{realm: in.realm, layout: in.layout}
		return plain.primitive(v)
	}
	if s, ok := v.(*goja.Symbol); ok {
		return symbolText(s)
	}
	return v.String()
}

// ownString calls the toString that a script has given an object, if it has.
func (in *inspector) ownString(obj *goja.Object) (string, bool) {
	obj, ok := in.unwrap(obj)
	if !ok || in.realm.Impl(obj) != nil {
		return "", false
	}
	key := in.realm.String("toString")
	for _, proto := range in.chain(obj) {
		p, has := in.natives.describe(proto, key)
		if !has {
			continue
		}
		call, ok := goja.AssertFunction(p.value)
		if !ok {
			return "", false
		}
		source := in.natives.call("Function", "toString", p.value).String()
		if strings.Contains(source, "[native code]") {
			return "", false
		}
		text, err := call(obj)
		in.realm.Rethrow(err)
		return text.String(), true
	}
	return "", false
}

func (in *inspector) asNumber(v goja.Value, convert func(goja.Value) goja.Value) string {
	if _, ok := v.(*goja.Symbol); ok {
		return "NaN"
	}
	if goja.IsBigInt(v) {
		return v.String() + "n"
	}
	return number(convert(v))
}
