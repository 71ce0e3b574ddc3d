package intl

import (
	"sort"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// SegmenterClass is https://tc39.es/ecma402/#segmenter-objects.
var (
	SegmenterClass       = webidl.NewClass("Segmenter", segmenterIDL{})
	segmentsClass        = webidl.NewClass("Segments", segmentsIDL{})
	segmentIteratorClass = webidl.NewIteratorClass("Segmenter String Iterator")
)

type segmenterIDL struct{}

type segmenter struct{ locale, granularity string }

func (segmenterIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		requested := localeList(c, c.Arg(0))
		o := getOptions(c, c.Arg(1), "Segmenter")
		o.matcher()
		r := resolveLocale(requested, nil, nil, validKeyword)
		return &segmenter{r.locale, o.text("granularity", []string{"grapheme", "word", "sentence"}, "grapheme")}
	}
	class.Callable = requiresNew("Segmenter")
	class.Statics = webidl.Hidden(webidl.Static("supportedLocalesOf", 1, supportedLocales))
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.Segmenter"),
		webidl.Method("resolvedOptions", 0, func(s *segmenter, c webidl.Call) goja.Value {
			return object(c.Realm, "locale", s.locale, "granularity", s.granularity)
		}),
		webidl.Method("segment", 1, func(s *segmenter, c webidl.Call) goja.Value {
			text := textArg(c, 0)
			return c.Realm.New(segmentsClass, &segments{text: text, chars: characters(text.CharAt, text.Length()), granularity: s.granularity})
		}),
	)
}

// textArg is an argument as a string.
func textArg(c webidl.Call, i int) goja.String {
	v := c.Arg(i)
	if _, ok := v.(*goja.Symbol); ok {
		c.Throw(webidl.TypeErrorf("Cannot convert a Symbol value to a string"))
	}
	if text, ok := v.ToString().(goja.String); ok {
		return text
	}
	return c.Realm.String(v.String()).(goja.String)
}

// segments are those of a text, found as they are asked for: https://tc39.es/ecma402/#sec-segments-objects.
type segments struct {
	text        goja.String
	chars       []character
	granularity string
	found       []segment
	next        int // the character after the last of found
}

type segment struct {
	from, to int // code units
	like     bool
}

// at is the segment of an index.
func (s *segments) at(i int) (segment, bool) {
	for len(s.found) <= i {
		if s.chars[s.next].c == none {
			return segment{}, false
		}
		from, like := s.next, false
		switch s.granularity {
		case "word":
			s.next, like = nextWord(s.chars, from)
		case "sentence":
			s.next = nextSentence(s.chars, from)
		default:
			s.next = nextGrapheme(s.chars, from)
		}
		s.found = append(s.found, segment{s.chars[from].at, s.chars[s.next].at, like})
	}
	return s.found[i], true
}

// object is https://tc39.es/ecma402/#sec-createsegmentdataobject.
func (s *segments) object(r *webidl.Realm, one segment) goja.Value {
	pairs := []any{"segment", s.text.Substring(one.from, one.to), "index", one.from, "input", s.text}
	if s.granularity == "word" {
		pairs = append(pairs, "isWordLike", one.like)
	}
	return object(r, pairs...)
}

type segmentsIDL struct{}

func (segmentsIDL) Define(class *webidl.Class) {
	class.Members = webidl.Hidden(
		webidl.Method("containing", 1, func(s *segments, c webidl.Call) goja.Value {
			x := c.Realm.Float(c.Arg(0))
			if x != x {
				x = 0
			}
			if x <= -1 || x >= float64(s.text.Length()) {
				return goja.Undefined()
			}
			n := int(x)
			for len(s.found) == 0 || s.found[len(s.found)-1].to <= n {
				s.at(len(s.found))
			}
			i := sort.Search(len(s.found), func(i int) bool { return s.found[i].to > n })
			return s.object(c.Realm, s.found[i])
		}),
		webidl.SymbolMethod(goja.SymIterator, "[Symbol.iterator]", 0, func(s *segments, c webidl.Call) goja.Value {
			i := 0
			return c.Realm.New(segmentIteratorClass, &webidl.Iterator{Next: func() (goja.Value, bool) {
				one, ok := s.at(i)
				if !ok {
					return nil, false
				}
				i++
				return s.object(c.Realm, one), true
			}})
		}),
	)
}
