package config

import (
	"fmt"
	"strings"
)

// Suggest is the candidate that a person who typed word most probably meant,
// or "" if none is near enough.
func Suggest(word string, candidates []string) string {
	best, least := "", len(word)/3+1 // at most one slip in three letters
	for _, candidate := range candidates {
		if simplified(candidate) == simplified(word) {
			return candidate
		}
		if d := editDistance(word, candidate, least); d <= least && (best == "" || d < least) {
			best, least = candidate, d
		}
	}
	if best == "" || least > 2 {
		for _, candidate := range candidates {
			if len(word) > 4 && (strings.HasSuffix(candidate, "_"+word) || strings.HasPrefix(candidate, word+"_")) {
				return candidate // a word of the name, when it is not rather another's with a slip
			}
		}
	}
	if best != "" && least >= len([]rune(best)) {
		return "" // nothing of the candidate would be left
	}
	return best
}

// simplified makes "compatibilityDate", "compatibility-date" and
// "compatibility_date" the same word.
func simplified(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(s))
}

func didYouMean(word string, candidates []string) string {
	if s := Suggest(word, candidates); s != "" {
		return fmt.Sprintf("did you mean %q?", s)
	}
	return ""
}

// editDistance is the number of insertions, deletions, replacements and swaps
// of neighbours that make a of b (optimal string alignment). Words whose
// lengths differ by more than limit are not compared: limit+1.
func editDistance(a, b string, limit int) int {
	s, t := []rune(a), []rune(b)
	if max(len(s), len(t))-min(len(s), len(t)) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			replace := last[j-1]
			if s[i-1] != t[j-1] {
				replace++
			}
			row[j] = min(last[j]+1, row[j-1]+1, replace)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
