package urlpattern

import (
	"testing"

	"devserver/runtime/weburl"
)

func BenchmarkNew(b *testing.B) {
	for _, pathname := range []string{"/users/:id", "/users/:id?", `/users/:id(\d+)`} {
		b.Run(pathname, func(b *testing.B) {
			var from Source
			from.Init.Set(Pathname, pathname)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := New(from); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTest(b *testing.B) {
	u, err := weburl.Parse("http://localhost:8787/users/42?x=1")
	if err != nil {
		b.Fatal(err)
	}
	parts := URLOf(u)
	for _, pathname := range []string{"/users/:id", "/users/:id?", `/users/:id(\d+)`} {
		b.Run(pathname, func(b *testing.B) {
			var from Source
			from.Init.Set(Pathname, pathname)
			p, err := New(from)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if !p.Test(parts, nil) {
					b.Fatal("no match")
				}
			}
		})
	}
}
