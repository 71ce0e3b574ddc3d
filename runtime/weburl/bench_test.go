package weburl

import "testing"

func BenchmarkParse(b *testing.B) {
	for _, input := range []string{
		"http://localhost:8787/path?x=1",
		"https://example.com",
		"https://user:pass@example.com:1234/foo/bar?baz#quux",
		"HTTPS://EXAMPLE.com/../x/./y z?q=ü",
		"http://127.0.0.1/",
		"http://[::1]:3000/",
		"https://bücher.example/",
		"data:text/plain,hello",
	} {
		b.Run(input, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(input); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseWithBase(b *testing.B) {
	base, err := Parse("https://example.com/a/b/c?q")
	if err != nil {
		b.Fatal(err)
	}
	for _, input := range []string{"/api/v1/items?limit=10", "../d", "?x=1"} {
		b.Run(input, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseWithBase(input, base); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkGetters(b *testing.B) {
	u, err := Parse("https://user:pass@example.com:1234/foo/bar?baz#quux")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = u.Href()
		_ = u.Protocol()
		_ = u.Username()
		_ = u.Password()
		_ = u.Host()
		_ = u.Hostname()
		_ = u.Port()
		_ = u.Pathname()
		_ = u.Search()
		_ = u.Hash()
	}
}

func BenchmarkSetPathname(b *testing.B) {
	u, err := Parse("https://example.com/foo/bar?baz#quux")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		u.SetPathname("/a/b")
	}
}

func BenchmarkSearchParams(b *testing.B) {
	const query = "limit=10&offset=20&name=J%C3%BCrgen+K&tag=a&tag=b"
	b.Run("get", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := ParseQuery(query).Get("tag"); !ok {
				b.Fatal("no tag")
			}
		}
	})
	b.Run("append to a URL", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			u, err := Parse("https://example.com/?a=1")
			if err != nil {
				b.Fatal(err)
			}
			p := u.SearchParams()
			p.Append("b", "2")
			p.Append("c", "3 4")
			_ = u.Href()
		}
	})
}
