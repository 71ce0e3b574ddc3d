//go:build peers

package peers

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"devserver/internal/testpki"
	"devserver/runtime/ecmaregexp"
)

// A regexpCase is a pattern, its flags, and a string to look in.
type regexpCase struct {
	Pattern string `json:"p"`
	Flags   string `json:"f"`
	Text    string `json:"s"`
}

// regexpWorker answers each case with the bounds of the groups, null, or what is wrong with the pattern.
const regexpWorker = `export default { async fetch(request) {
	const cases = await request.json();
	return Response.json(cases.map(({ p, f, s }) => {
		let r;
		try { r = new RegExp(p, f.replace("d", "") + "d"); } catch (e) { return e.message; }
		const m = r.exec(s);
		return m && m.indices.map(x => x === undefined ? [-1, -1] : x).flat();
	}));
} }`

// TestRegexp compares random patterns with workerd: whether they are taken, and what they match.
func TestRegexp(t *testing.T) {
	workerd := startWorkerd(t, newProject(t, testpki.New("peers"), regexpWorker, nil))
	seed := uint64(1)
	if s, err := strconv.ParseUint(os.Getenv("REGEXP_SEED"), 10, 64); err == nil {
		seed = s
	}
	random := rand.New(rand.NewPCG(seed, 0))
	cases := slices.Clone(regexpCases)
	for range 5_000 {
		cases = append(cases, randomRegexp(random))
	}
	bad, matched, refused := 0, 0, 0
	for batch := range slices.Chunk(cases, 2_000) {
		body, _ := json.Marshal(batch)
		res, err := http.Post("http://"+workerd.addr+"/", "application/json", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		var answers []json.RawMessage
		err = json.NewDecoder(res.Body).Decode(&answers)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range batch {
			want, got := string(answers[i]), tryRegexp(c)
			if want[0] == '"' { // the wording of what is wrong may differ
				refused++
				if got[0] == '"' {
					continue
				}
			}
			if want[0] == '[' {
				matched++
			}
			if got != want {
				if bad++; bad <= 20 {
					t.Errorf("/%s/%s on %q: %s, workerd %s", c.Pattern, c.Flags, c.Text, got, want)
				}
			}
		}
	}
	t.Logf("%d cases, of which %d match and %d are refused: %d differ", len(cases), matched, refused, bad)
}

func tryRegexp(c regexpCase) string {
	flags, ok := ecmaregexp.ParseFlags(c.Flags)
	if !ok {
		return `"flags"`
	}
	re, err := ecmaregexp.Compile(utf16.Encode([]rune(c.Pattern)), flags)
	if err != nil {
		return strconv.Quote(err.Error())
	}
	steps := 0
	m, err := re.Match(ecmaregexp.UTF16(utf16.Encode([]rune(c.Text))), 0, nil, func() bool { steps++; return steps > 1000 })
	if errors.Is(err, ecmaregexp.ErrStopped) {
		return "stopped"
	}
	text, _ := json.Marshal(m)
	return string(text)
}

// regexpCases are those worth keeping.
var regexpCases = []regexpCase{
	{`\p{L}+`, "u", "1héllo"}, {`[\p{L}--[a-z]]`, "v", "aA"}, {`[[a-z]&&[aeiou]]+`, "v", "xyzaeb"}, {`[\q{abc|d|}x]`, "v", "abcd"},
	{`^\P{Lu}`, "iu", "A"}, {`^\P{Lu}`, "iv", "A"}, {`(?i:a)b`, "", "AB Ab"}, {`(?-i:a)b`, "i", "Ab aB"}, {`(?<x>a)|(?<x>b)\k<x>`, "", "bb"},
	{`(?<=(\d+)(\d+))$`, "", "1053"}, {`(?<=\1(a))b`, "", "aab"}, {`\bs`, "iu", "ſs"}, {`[^x]`, "iu", "X"}, {`\u{1f600}`, "u", "😀"}, {`^.$`, "", "😀"},
	{`^.$`, "u", "😀"}, {`\ud83d`, "u", "😀"}, {`\ud83d`, "", "😀"}, {`(?:a|ab)(?:c|bcd)(?:d*)`, "", "abcd"}, {`(z)((a+)?(b+)?(c))*`, "", "zaacbbbcac"},
	{`(?=(a+))a*b\1`, "", "baaabac"}, {`(.*?)a(?!(a+)b\2c)\2(.*)`, "", "baaabaac"}, {`(a*)*`, "", "b"}, {`(?:a*?)*?b`, "", "aab"}, {`(a?){2,3}b`, "", "ab"},
	{`\c`, "", `\c`}, {`\ca`, "u", "\x01"}, {`[\c_]`, "", "\x1f"}, {`a{,2}`, "", "a{,2}"}, {`a{1`, "", "a{1"}, {`a{1`, "u", ""}, {`{`, "u", ""}, {`\8`, "", "8"},
	{`\08`, "", "\x008"}, {`\377`, "", "ÿ"}, {`\400`, "", " 0"}, {`(a)\2`, "", "a\x02"}, {`(a)\2`, "u", ""}, {`\k<a>`, "", "k<a>"}, {`(?<a>.)\k<b>`, "", ""},
	{`[b-a]`, "", ""}, {`[\w-a]`, "", "-"}, {`[\w-a]`, "u", ""}, {`(?=a)*`, "", ""}, {`(?=a)*`, "u", ""}, {`(?<=a)*`, "", ""}, {`\p{Foo}`, "u", ""},
	{`\p{Script=Greek}`, "u", "α"}, {`\p{scx=Grek}`, "u", "\u0342"}, {`\p{RGI_Emoji}`, "u", ""}, {`[^\q{ab}]`, "v", ""}, {`[a-]`, "v", ""}, {`[a&&&b]`, "v", ""}, {`[(]`, "v", ""},
	{`\-`, "u", ""}, {`[\-]`, "u", "-"}, {`[\&]`, "v", "&"}, {`[\&]`, "u", ""}, {`(?i-i:a)`, "", ""}, {`(?-:a)`, "", ""}, {`(?i-:a)`, "", "A"}, {`(?ii:a)`, "", ""},
}

// randomRegexp makes a pattern that may be wrong, and a string that it may match.
func randomRegexp(r *rand.Rand) regexpCase {
	flags := []string{"", "i", "u", "iu", "v", "iv", "m", "s", "ms", "y", "iy", "imsu"}[r.IntN(12)]
	text := make([]rune, r.IntN(12))
	for i := range text {
		text[i] = []rune("aaabbbABcßKſé1_ -\n😀\u212a")[r.IntN(20)]
	}
	return regexpCase{randomPattern(r, 3), flags, string(text)}
}

func randomPattern(r *rand.Rand, depth int) string {
	if depth == 0 {
		return randomAtom(r)
	}
	var b strings.Builder
	for range 1 + r.IntN(3) {
		atom := randomAtom(r)
		switch r.IntN(9) {
		case 0:
			atom = "(" + randomPattern(r, depth-1) + ")"
		case 1:
			atom = "(?:" + randomPattern(r, depth-1) + ")"
		case 2:
			kind := []string{"?=", "?!", "?<=", "?<!", "?<n>", "?i:", "?-i:", "?s-m:"}[r.IntN(8)]
			atom = "(" + kind + randomPattern(r, depth-1) + ")"
		}
		b.WriteString(atom)
		if r.IntN(3) == 0 {
			b.WriteString([]string{"*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}", "{0}"}[r.IntN(11)])
		}
		if r.IntN(8) == 0 {
			b.WriteString("|")
		}
	}
	return b.String()
}

func randomAtom(r *rand.Rand) string {
	switch r.IntN(8) {
	case 0:
		return []string{`\b`, `\B`, `^`, `$`, `.`, `.`}[r.IntN(6)]
	case 1:
		return []string{`\d`, `\w`, `\W`, `\s`, `\S`, `\p{L}`, `\P{Lu}`, `\p{Ll}`, `\p{Emoji}`, `\x61`, `\u0062`, `\u{63}`, `\n`}[r.IntN(13)]
	case 2:
		return fmt.Sprintf(`\%d`, 1+r.IntN(3))
	case 3:
		return []string{`[a-b]`, `[^a]`, `[^\w]`, `[K]`, `[^k]`, `[\d_]`, `[ß-é]`, `[😀]`, `[^😀a]`, `[[ab]--a]`, `[\w&&[^b]]`, `[\q{ab|a}]`, `[\p{L}]`, `[^\P{Lu}]`, `[a-]`, `\k<n>`}[r.IntN(16)]
	}
	return string([]rune("abABckß1_ é😀-")[r.IntN(13)])
}
