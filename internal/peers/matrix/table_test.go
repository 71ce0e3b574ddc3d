//go:build peers

package matrix_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// table is the matrix in Markdown.
func table(rows []row, gaps []string) string {
	slices.SortStableFunc(rows, func(x, y row) int {
		return cmp.Or(cmp.Compare(order(x), order(y)), cmp.Compare(x.version, y.version))
	})
	var b strings.Builder
	calls, unknown, wrong := 0, 0, 0
	b.WriteString("| # | situation | server | TLS | expected |")
	for _, protocol := range offers {
		for _, method := range methods {
			fmt.Fprintf(&b, " %s %s |", method, protocol.name)
		}
	}
	b.WriteString(" the server's journal |\n|---|---|---|---|---|" + strings.Repeat("---|", len(offers)*len(methods)) + "---|\n")
	for _, r := range rows {
		number := fmt.Sprint(r.situation.number)
		if r.situation.number == 0 {
			number = ""
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |", number, r.situation.name, r.product, tlsName(r.version), expected(r.want))
		for _, verdict := range r.verdicts {
			calls++
			switch {
			case verdict == "":
				verdict = "✓"
			case strings.HasPrefix(verdict, "unknown"):
				unknown++
				verdict = "**" + verdict + "**"
			default:
				wrong++
				verdict = "**wrong: " + verdict + "**"
			}
			b.WriteString(" " + cell(verdict) + " |")
		}
		b.WriteString(" " + code(brief(r.journal)) + " |\n")
	}
	fmt.Fprintf(&b, "\n%d rows, %d calls: %d unknown causes, %d wrong ones.\n", len(rows), calls, unknown, wrong)
	if len(gaps) > 0 {
		b.WriteString("\nNot made:\n\n")
		for _, gap := range gaps {
			b.WriteString("- " + gap + "\n")
		}
	}
	return b.String()
}

// expected is what both offers should lead to.
func expected(want []expectation) string {
	text := fmt.Sprintf("%d %s", want[0].status, code(want[0].code))
	if second := want[1]; second.status != want[0].status || second.code != want[0].code {
		text += fmt.Sprintf("; HTTP/2: %d %s", second.status, code(second.code))
	}
	return text
}

// order sorts by the list of situations.
func order(r row) int {
	return slices.IndexFunc(situations, func(s situation) bool { return s.name == r.situation.name })
}

// times and numbers of processes and ports say nothing in a table.
var noise = regexp.MustCompile(`^(\d{4}/\d\d/\d\d )?\d\d:\d\d:\d\d |\[\w{3} \w{3} [^]]*\] |\[pid [^]]*\] |\[client [^]]*\] |\d+#\d+: |\*\d+ |^[0-9A-F]{12,}:|127\.0\.0\.1:\d+|:\.\./ssl\S*|, client: .*`)

func brief(line string) string {
	line = strings.TrimSpace(noise.ReplaceAllString(line, ""))
	if runes := []rune(line); len(runes) > 120 {
		line = string(runes[:120]) + "…"
	}
	return line
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func code(s string) string {
	if s == "" {
		return "–"
	}
	return "`" + cell(strings.ReplaceAll(s, "`", "'")) + "`"
}
