//go:build peers

package peers

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

// jsonWorker parses each text of a list, and says what it got or what is wrong.
const jsonWorker = `export default { async fetch(request) {
	const show = (v) => typeof v === "string" ? escape(v) : Array.isArray(v) ? "[" + v.map(show) + "]"
		: v && typeof v === "object" ? "{" + Object.entries(v).map(([k, x]) => escape(k) + ":" + show(x)) + "}" : Object.is(v, -0) ? "-0" : String(v);
	const texts = (await request.text()).split("\u0000");
	return Response.json(texts.map((text) => {
		text = text.replaceAll("\u0001", "\ud800");
		try { return show(JSON.parse(text)) + JSON.stringify(JSON.parse(text, function (k, v, c) { return k === "x" ? undefined : c.source ?? v; })); }
		catch (e) { return e.name + ": " + e.message; }
	}));
} }`

// TestJSON compares what becomes of random texts with workerd.
func TestJSON(t *testing.T) {
	p := newProject(t, testpki.New("peers"), jsonWorker, nil)
	workerd, ours := startWorkerd(t, p).addr, serve(t, p).addr
	random := rand.New(rand.NewPCG(1, 2))
	texts := []string{``, ` `, `nul`, `undefined`, `[object Object]`, `{`, `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `[1,]`, `[1 2]`, `01`, `-`, `1.`, `1e`, `-0`, `1e400`,
		`"\x"`, `"\u12"`, `"\u12g4"`, `"` + "\n" + `"`, `"\ud800"`, "\"\x01\"", `{"__proto__":1}`, `{"a":1,"a":2}`, `12345678901234567890`, `"é😀"x`, `é`, "\u00a01", `tru`, `truex`,
		`{"a":[1,2,{"b":nope}]}`, `1 2`, `"abc`, `'a'`, `{a:1}`, `[1,2,3,4,5,6,7,8,9,10,x,1,2,3,4]`, strings.Repeat("[", 50), `{"x":1,"y":[1.50,"s"]}`, "\ufeff1", "[\r\n1,\r\n2\r\n,]"}
	for range 4000 {
		texts = append(texts, mutate(random, randomJSON(random, 4)))
	}
	ask := func(addr string) (answers []string) {
		res, err := http.Post("http://"+addr+"/", "text/plain", strings.NewReader(strings.Join(texts, "\x00")))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err == nil {
			err = json.NewDecoder(bytes.NewReader(body)).Decode(&answers)
		}
		if err != nil {
			t.Fatalf("%v: %.300s", err, body)
		}
		return answers
	}
	want, got := ask(workerd), ask(ours)
	bad, refused := 0, 0
	for i := range texts {
		if strings.HasPrefix(want[i], "SyntaxError") {
			refused++
		}
		if got[i] != want[i] {
			if bad++; bad <= 20 {
				t.Errorf("%q\n got  %s\n want %s", texts[i], got[i], want[i])
			}
		}
	}
	t.Logf("%d texts, of which %d are refused: %d differ", len(texts), refused, bad)
}

func randomJSON(r *rand.Rand, depth int) string {
	space := []string{"", "", "", " ", "\n", "\t "}
	n := 7
	if depth > 0 {
		n = 10
	}
	var text string
	switch r.IntN(n) {
	case 0:
		text = []string{"true", "false", "null"}[r.IntN(3)]
	case 1, 2, 3:
		text = []string{"0", "-1", "1.5", "12e3", "-0.25E-2", "123456789012345678", "1e-7", "100"}[r.IntN(8)]
	case 4, 5, 6:
		text = []string{`""`, `"a"`, `"é😀"`, `"\n\u0041\ud83d\ude00"`, `"\ud800x"`, "\"\x01\"", `"quote \" slash \/"`, `"x"`}[r.IntN(8)]
	case 7, 8:
		var list []string
		for range r.IntN(4) {
			list = append(list, randomJSON(r, depth-1))
		}
		text = "[" + strings.Join(list, ",") + "]"
	case 9:
		var list []string
		for range r.IntN(4) {
			list = append(list, []string{`"a"`, `"x"`, `"1"`, `"0"`, `"é"`, `"\u0061"`, `"__proto__"`}[r.IntN(7)]+":"+randomJSON(r, depth-1))
		}
		text = "{" + strings.Join(list, ",") + "}"
	}
	return space[r.IntN(6)] + text + space[r.IntN(6)]
}

// mutate breaks a text, most of the time.
func mutate(r *rand.Rand, text string) string {
	chars := []rune(text)
	if len(chars) == 0 {
		return text
	}
	i := r.IntN(len(chars))
	switch r.IntN(4) {
	case 0:
		return text
	case 1:
		return string(chars[:i])
	case 2:
		return string(chars[:i]) + string(chars[i+1:])
	}
	return string(chars[:i]) + []string{",", "}", "]", "\"", "x", "1", ":", "\\", "é", "-", ".", "\n", "{"}[r.IntN(13)] + string(chars[i:])
}
