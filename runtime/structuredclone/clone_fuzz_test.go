package structuredclone_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
)

// FuzzStructuredClone makes a graph of values from bytes, clones it, and compares: the clone has the same shape, down to
// which values are one and the same, and nothing in common with the original.
func FuzzStructuredClone(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x02\x01\x00\x03\x00\x01"))
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
	f.Add([]byte("maps and sets, of arrays and views, of buffers that are shared"))
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 200 {
			return
		}
		script := graph(program) + "return compare(v, structuredClone(v));"
		iso := jstest.New(t, globals()...)
		var result goja.Value
		var err error
		if fatal := iso.Loop.Do(func() { result, err = iso.VM.RunString(compare + "(() => {" + script + "})()") }); fatal != nil {
			t.Fatalf("%v\n%s", fatal, script)
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, script)
		}
		if text := result.String(); text != "same" {
			t.Fatalf("%s\n%s", text, script)
		}
	})
}

// graph writes the statements that make a list of values, two bytes each, which later ones may hold, and have them hold
// each other in circles.
func graph(program []byte) string {
	var s strings.Builder
	s.WriteString("const v = [{}];\n")
	values := []string{
		"undefined", "null", "true", "-0", "NaN", "1.5", "'text \\ud800'", "123456789012345678901234567890n",
		"new Date(%d)", "new Date(NaN)", "/a%d/gi", "new Boolean(false)", "new Number(%d)", "new String('s%d')", "Object(5n)",
		"{}", "[]", "[,,%d]", "new Map()", "new Set()", "new ArrayBuffer(%d)", "new Uint8Array([1,2,%d])", "new Error('e%d')", "new RangeError('r')",
		"new DataView(new ArrayBuffer(9), 1, 4)", "new Float64Array(2)", "new Open(%d)",
	}
	n := 1
	for i := 0; i+1 < len(program); i += 2 {
		kind, operand := int(program[i]), int(program[i+1])
		switch to := operand % n; {
		case kind < 128:
			value := values[kind%len(values)]
			if strings.Contains(value, "%d") {
				value = fmt.Sprintf(value, operand)
			}
			fmt.Fprintf(&s, "v.push(%s);\n", value)
			n++
		case kind < 192:
			fmt.Fprintf(&s, "hold(v[%d], v[%d], %d);\n", to, kind%n, i)
		default: // a second view of a buffer
			fmt.Fprintf(&s, "if (v[%d]?.buffer) v.push(new Int8Array(v[%d].buffer)); else v.push(%d);\n", to, to, i)
			n++
		}
	}
	return s.String()
}

// compare is a function of the original and the clone.
const compare = `
function hold(container, value, n) {
	if (container instanceof Map) container.set(n % 3 ? n : value, value);
	else if (container instanceof Set) container.add(value);
	else if (Array.isArray(container)) container.push(value);
	else if (container !== null && typeof container === "object" && container.constructor === Object) container["k" + n] = value;
}
function compare(original, clone) {
	const there = new Map(), back = new Map(), work = [[original, clone, "v"]];
	const differ = (path, why) => path + ": " + why;
	while (work.length > 0) {
		const [a, b, path] = work.pop();
		if (a === null || typeof a !== "object") {
			if (!Object.is(a, b)) return differ(path, String(a) + " became " + String(b));
			continue;
		}
		if (a === b) return differ(path, "the object itself");
		if (there.has(a) || back.has(b)) {
			if (there.get(a) !== b || back.get(b) !== a) return differ(path, "another identity");
			continue;
		}
		there.set(a, b);
		back.set(b, a);
		const kind = (o) => Object.prototype.toString.call(o);
		if (kind(a) !== kind(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return differ(path, kind(a) + " became " + kind(b));
		if (a instanceof Date && !Object.is(a.getTime(), b.getTime())) return differ(path, "another time");
		if (a instanceof RegExp && (String(a) !== String(b) || b.lastIndex !== 0)) return differ(path, "another expression");
		if (/Boolean|Number|String|BigInt/.test(kind(a)) && !Object.is(a.valueOf(), b.valueOf())) return differ(path, "another value");
		if (a instanceof Error && (a.name !== b.name || a.message !== b.message || a.stack !== b.stack)) return differ(path, "another error");
		if (a instanceof Open && a.n !== b.n) return differ(path, "another n");
		if (a instanceof ArrayBuffer && new Uint8Array(a).join() !== new Uint8Array(b).join()) return differ(path, "other bytes");
		if (ArrayBuffer.isView(a)) {
			if (a.byteOffset !== b.byteOffset || a.byteLength !== b.byteLength) return differ(path, "another view");
			work.push([a.buffer, b.buffer, path + ".buffer"]);
			continue;
		}
		if (a instanceof Map) {
			const x = [...a], y = [...b];
			if (x.length !== y.length) return differ(path, "another size");
			x.forEach((e, i) => work.push([e[0], y[i][0], path + ".key"], [e[1], y[i][1], path + ".value"]));
			continue;
		}
		if (a instanceof Set) {
			const x = [...a], y = [...b];
			if (x.length !== y.length) return differ(path, "another size");
			x.forEach((e, i) => work.push([e, y[i], path + ".member"]));
			continue;
		}
		if (a instanceof Error || a instanceof String) continue;
		const keys = Object.keys(a);
		if (keys.join() !== Object.keys(b).join() || a.length !== b.length) return differ(path, "other keys");
		for (const key of keys) work.push([a[key], b[key], path + "." + key]);
	}
	return "same";
}
`
