package weburl

import (
	"slices"
	"testing"
)

func TestParseQuery(t *testing.T) {
	for _, c := range []struct {
		query string
		want  []Pair
		again string
	}{
		{"", nil, ""},
		{"&&", nil, ""},
		{"a=1&b=2&a=3", []Pair{{"a", "1"}, {"b", "2"}, {"a", "3"}}, "a=1&b=2&a=3"},
		{"a&=b&=&c==d", []Pair{{"a", ""}, {"", "b"}, {"", ""}, {"c", "=d"}}, "a=&=b&=&c=%3Dd"},
		{"?a=+b%20c%2B", []Pair{{"?a", " b c+"}}, "%3Fa=+b+c%2B"},
		{"%zz=%f&x=%", []Pair{{"%zz", "%f"}, {"x", "%"}}, "%25zz=%25f&x=%25"},
		{"n=%FF%E2%82&m=%EF%BB%BFx", []Pair{{"n", "\ufffd\ufffd"}, {"m", "\ufeffx"}}, "n=%EF%BF%BD%EF%BF%BD&m=%EF%BB%BFx"},
		{"*-._~!'()=ü", []Pair{{"*-._~!'()", "ü"}}, "*-._%7E%21%27%28%29=%C3%BC"},
	} {
		p := ParseQuery(c.query)
		if !slices.Equal(p.load(), c.want) {
			t.Errorf("%q: got %q, want %q", c.query, p.load(), c.want)
		}
		if p.String() != c.again {
			t.Errorf("%q: serialised as %q, want %q", c.query, p, c.again)
		}
	}
}

func TestSearchParamsMethods(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*SearchParams)
		want   string
	}{
		{"append", func(p *SearchParams) { p.Append("a", "4") }, "a=1&b=2&a=3&c=&a=4"},
		{"delete", func(p *SearchParams) { p.Delete("a") }, "b=2&c="},
		{"delete none", func(p *SearchParams) { p.Delete("A") }, "a=1&b=2&a=3&c="},
		{"delete pair", func(p *SearchParams) { p.DeletePair("a", "3") }, "a=1&b=2&c="},
		{"delete no pair", func(p *SearchParams) { p.DeletePair("a", "2") }, "a=1&b=2&a=3&c="},
		{"set", func(p *SearchParams) { p.Set("a", "x y") }, "a=x+y&b=2&c="},
		{"set new", func(p *SearchParams) { p.Set("d", "&") }, "a=1&b=2&a=3&c=&d=%26"},
		{"sort", func(p *SearchParams) { p.Sort() }, "a=1&a=3&b=2&c="},
	} {
		p := ParseQuery("a=1&b=2&a=3&c")
		c.change(p)
		if p.String() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, p, c.want)
		}
	}

	p := ParseQuery("a=1&b=2&a=3&c")
	if v, ok := p.Get("a"); v != "1" || !ok {
		t.Errorf("Get(a) is %q, %t", v, ok)
	}
	if v, ok := p.Get("c"); v != "" || !ok {
		t.Errorf("Get(c) is %q, %t", v, ok)
	}
	if v, ok := p.Get("d"); v != "" || ok {
		t.Errorf("Get(d) is %q, %t", v, ok)
	}
	if all := p.GetAll("a"); !slices.Equal(all, []string{"1", "3"}) || p.GetAll("d") != nil {
		t.Errorf("GetAll(a) is %q, GetAll(d) is %q", all, p.GetAll("d"))
	}
	if !p.Has("b") || p.Has("d") || !p.HasPair("a", "3") || p.HasPair("a", "2") {
		t.Error("Has or HasPair is wrong")
	}
	if p.Size() != 4 || p.At(2) != (Pair{"a", "3"}) {
		t.Errorf("size %d, third pair %q", p.Size(), p.At(2))
	}
}

// Names sort by UTF-16 code units: U+1F308 starts with a surrogate, D83C, and
// so comes before U+FB03, and equal names keep their order.
func TestSortByCodeUnits(t *testing.T) {
	p := NewSearchParams([]Pair{
		{"\ufb03", "5"}, {"\U0001F309", "4"}, {"\U0001F308", "2"}, {"é", "1"}, {"\U0001F308", "3"}, {"", "0"}, {"éa", "1½"},
	})
	p.Sort()
	got := ""
	for i := range p.Size() {
		got += p.At(i).Value
	}
	if want := "011½2345"; got != want {
		t.Errorf("the order is %s, want %s", got, want)
	}
}

func TestURLAndSearchParamsFollowEachOther(t *testing.T) {
	u := mustParse(t, "http://h/x?a=b~c#f")
	p := u.SearchParams()
	if u.SearchParams() != p {
		t.Error("SearchParams is another list on the second call")
	}
	if want := "http://h/x?a=b~c#f"; u.Href() != want {
		t.Errorf("looking at the parameters made the URL %q", u.Href())
	}
	step := func(name string, change func(), href, params string) {
		t.Helper()
		change()
		if u.Href() != href || p.String() != params {
			t.Errorf("%s: %q and %q, want %q and %q", name, u.Href(), p, href, params)
		}
	}
	step("append", func() { p.Append("d", "1 2") }, "http://h/x?a=b%7Ec&d=1+2#f", "a=b%7Ec&d=1+2")
	step("search", func() { u.SetSearch("?e=%20") }, "http://h/x?e=%20#f", "e=+")
	step("delete nothing", func() { p.Delete("z") }, "http://h/x?e=+#f", "e=+")
	step("hash with changes pending", func() { p.Set("e", "2"); u.SetHash("") }, "http://h/x?e=2", "e=2")
	step("search with changes pending", func() { p.Set("e", "3"); u.SetSearch("g") }, "http://h/x?g", "g=")
	step("emptied", func() { p.Delete("g") }, "http://h/x", "")
	step("bare question mark", func() { u.SetSearch("?") }, "http://h/x?", "")

	p.Append("k", "v")
	if got := u.Search() + " " + u.RequestTarget() + u.Hash(); got != "?k=v /x?k=v" {
		t.Errorf("getters after a change give %q", got)
	}
}

// An iterator holds an index into the live list.
func TestLiveIteration(t *testing.T) {
	u := mustParse(t, "http://h/?a=1&b=2&c=3")
	p := u.SearchParams()
	var seen []string
	for i := 0; i < p.Size(); i++ {
		name := p.At(i).Name
		seen = append(seen, name)
		if name == "a" {
			p.Delete("a")
		}
		if name == "c" {
			u.SetSearch("x&y&z")
		}
	}
	if want := []string{"a", "c", "z"}; !slices.Equal(seen, want) {
		t.Errorf("iterated over %q, want %q", seen, want)
	}
}
