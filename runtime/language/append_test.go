package language_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/language"
)

func appending(t testing.TB) (*jstest.Isolate, func(a, b goja.Value) goja.Value) {
	iso := jstest.New(t)
	f, ok := goja.AssertFunction(language.Append(iso.Realm))
	if !ok {
		t.Fatal("no function")
	}
	iso.VM.Set("append", language.Append(iso.Realm))
	return iso, func(a, b goja.Value) goja.Value {
		sum, err := f(goja.Undefined(), a, b)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
}

// TestAppend compares with the operator: strings of all of the engine's kinds, several by turns, and several that go on
// from the same beginning.
func TestAppend(t *testing.T) {
	iso, add := appending(t)
	plus := func(a, b goja.Value) goja.Value { return a.(goja.String).Concat(b.(goja.String)) }
	pieces := []goja.Value{
		goja.StringFromUTF16([]uint16{'a', 'b', 'c'}),
		goja.StringFromUTF16([]uint16{'x', 0xe9}),
		goja.StringFromUTF16([]uint16{0xd83d}), goja.StringFromUTF16([]uint16{0xde00}),
		iso.VM.ToValue(strings.Repeat("from Go ", 40)),
		iso.VM.ToValue(strings.Repeat("aus Gö 😀", 40)),
		iso.VM.ToValue(strings.Repeat("0123456789", 150)),
		iso.VM.ToValue(""),
	}
	for seed := range uint64(24) {
		r := rand.New(rand.NewPCG(seed, 2))
		kinds := len(pieces)
		if seed%3 == 0 {
			kinds = 1 // ASCII only
		}
		var got, want []goja.Value
		for range 12 {
			got, want = append(got, iso.VM.ToValue("")), append(want, iso.VM.ToValue(""))
		}
		for range 1500 {
			from, to, piece := r.IntN(len(got)), r.IntN(len(got)), pieces[r.IntN(kinds)]
			if r.IntN(4) > 0 {
				to = from
			}
			if r.IntN(40) == 0 {
				piece = want[r.IntN(len(want))]
			}
			if want[from].(goja.String).Length()+piece.(goja.String).Length() > 1<<16 {
				continue
			}
			got[to], want[to] = add(got[from], piece), plus(want[from], piece)
		}
		for i := range got {
			if !got[i].StrictEquals(want[i]) || got[i].String() != want[i].String() {
				t.Fatalf("seed %d: string %d differs: %d and %d code units", seed, i, got[i].(goja.String).Length(), want[i].(goja.String).Length())
			}
		}
	}
}

func TestAppendIsPlus(t *testing.T) {
	iso, _ := appending(t)
	for script, want := range map[string]string{
		`append(1, 2)`:           "3",
		`append("a", 1)`:         "a1",
		`append(1, "a")`:         "1a",
		`append("a", null)`:      "anull",
		`append(undefined, "a")`: "undefineda",
		`append("a", [1, 2])`:    "a1,2",
		`append("a", { valueOf() { return 5 }, toString() { return "s" } })`: "a5",
		`append(2n, 3n)`:                                                       "5",
		`append(new String("a"), "b")`:                                         "ab",
		`try { append("a", Symbol()) } catch (e) { e.name }`:                   "TypeError",
		`let s = "x".repeat(2000); append(append(s, 5), true) === s + "5true"`: "true",
		`let big = "x".repeat(2 ** 28); try { append(append(big, big), "") + "" } catch (e) { String(e) }`: "RangeError: Invalid string length",
	} {
		v, err := iso.VM.RunString("{" + script + "}")
		if err != nil || v.String() != want {
			t.Errorf("%s: got %v, %v, want %s", script, v, err, want)
		}
	}
}

// BenchmarkAppend puts a string of n pieces of ten characters together.
func BenchmarkAppend(b *testing.B) {
	for name, script := range map[string]string{
		"ASCII":   `let s = ""; for (let i = 0; i < 100000; i++) s = append(s, "0123456789"); s.length`,
		"UTF-16":  `let s = "é"; for (let i = 0; i < 100000; i++) s = append(s, "0123456789"); s.length`,
		"engine":  `let s = ""; for (let i = 0; i < 10000; i++) s += "0123456789"; s.length`, // a tenth
		"counter": `let s = 0; for (let i = 0; i < 100000; i++) s = append(s, i); s`,
		"short":   `let s = ""; for (let i = 0; i < 100000; i++) { s = append("x", "y"); } s`,
		"plus":    `let s = ""; for (let i = 0; i < 100000; i++) { s = "x" + i; } s`,
	} {
		b.Run(name, func(b *testing.B) {
			iso, _ := appending(b)
			program := goja.MustCompile("", "{"+script+"}", true)
			for b.Loop() {
				if _, err := iso.VM.RunProgram(program); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
