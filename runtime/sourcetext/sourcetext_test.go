package sourcetext_test

import (
	"slices"
	"strings"
	"testing"

	"devserver/runtime/sourcetext"
)

func TestMentions(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "flat": true, "a.flat()": true, "flatMap inflate unflat": false, "flatMap flat": true, `"flat"`: true, "$flat flat_": false,
	} {
		if got := sourcetext.Of(text).Mentions("flat"); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestOccurrences(t *testing.T) {
	if got := slices.Collect(sourcetext.Occurrences("aaa ba", "a")); !slices.Equal(got, []int{0, 1, 2, 5}) {
		t.Errorf("got %v", got)
	}
}

func TestWords(t *testing.T) {
	if got := slices.Collect(sourcetext.Words("a.b1 = $c_d + é")); !slices.Equal(got, []string{"a", "b1", "$c_d"}) {
		t.Errorf("got %q", got)
	}
}

func TestAround(t *testing.T) {
	spaces := strings.Repeat(" ", 300)
	text := "before(x)" + spaces + "." + spaces + "constructor" + spaces + "(y)after" + strings.Repeat("-", 100) + "far"
	i := strings.Index(text, "constructor")
	if got, want := sourcetext.Around(text, i, i+len("constructor")), ")"+spaces+"."+spaces+"constructor"+spaces+"("; got != want {
		t.Errorf("got %q", got)
	}
	if got := sourcetext.Around("flat", 0, 4); got != "flat" {
		t.Errorf("got %q", got)
	}
}
