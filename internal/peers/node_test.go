//go:build peers

package peers

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

var recordNode = flag.Bool("record-node", false, "write down what workerd makes of the expressions in runtime/node/testdata")

// nodeCase is an expression in a file of runtime/node/testdata: what it is, what workerd makes of it, and what devserver
// makes of it, if that is something else. Both are as JSON.
type nodeCase struct {
	expression, theirs, here string
	why                      string // it is something else
}

// readNodeCases reads a file: its head, an empty line, and the cases.
func readNodeCases(t *testing.T, file string) (head string, cases []*nodeCase) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), "\n\n")
	for line := range strings.Lines(rest) {
		line = strings.TrimSuffix(line, "\n")
		outcome, indented := strings.CutPrefix(line, "\t")
		other, differs := strings.CutPrefix(outcome, "! ")
		switch {
		case !indented:
			cases = append(cases, &nodeCase{expression: line})
		case differs:
			c := cases[len(cases)-1]
			c.here, c.why, _ = strings.Cut(other, " // ")
		default:
			cases[len(cases)-1].theirs = outcome
		}
	}
	return head, cases
}

// TestNode compares node:* modules, expression by expression, with workerd and with what is written down of it.
func TestNode(t *testing.T) {
	workerdBinary(t)
	files, err := filepath.Glob("../../runtime/node/testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	same := 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			head, cases := readNodeCases(t, file)
			p := newProject(t, testpki.New("peers"), nodeWorker(head, cases), nil)
			theirs, here := evaluated(t, &startWorkerd(t, p).peer, len(cases)), evaluated(t, serve(t, p), len(cases))
			for i, c := range cases {
				switch {
				case *recordNode:
					c.theirs = theirs[i]
				case theirs[i] != c.theirs:
					t.Errorf("%s\nworkerd   %s\nrecorded  %s", c.expression, theirs[i], c.theirs)
				}
				switch {
				case theirs[i] == here[i]:
					same++
					if c.here != "" {
						t.Errorf("%s: there is no such difference any more (%s)", c.expression, c.why)
					}
				case *recordNode && c.here == "":
					c.here, c.why = here[i], "why?"
				case here[i] != c.here:
					t.Errorf("%s\nworkerd   %s\ndevserver %s", c.expression, theirs[i], here[i])
				}
			}
			if *recordNode {
				writeNodeCases(t, file, head, cases)
			}
		})
	}
	t.Logf("%d Workers, %d expressions the same", len(files), same)
}

func writeNodeCases(t *testing.T, file, head string, cases []*nodeCase) {
	t.Helper()
	var b strings.Builder
	b.WriteString(head + "\n\n")
	for _, c := range cases {
		fmt.Fprintf(&b, "%s\n\t%s\n", c.expression, c.theirs)
		if c.here != "" {
			fmt.Fprintf(&b, "\t! %s // %s\n", c.here, c.why)
		}
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// nodeWorker is a Worker that answers with what expressions evaluate to, one after the other.
func nodeWorker(head string, cases []*nodeCase) string {
	var b strings.Builder
	b.WriteString("import { inspect as show } from 'node:util';\n" + head + "\nconst expressions = [\n")
	for _, c := range cases {
		fmt.Fprintf(&b, "\tasync () => (%s),\n", c.expression)
	}
	b.WriteString(`];
async function outcome(expression) {
	try {
		const late = new Promise((resolve) => setTimeout(resolve, 200, 'never settled'));
		return show(await Promise.race([expression(), late]), { depth: 3, breakLength: Infinity, maxStringLength: 4000 });
	} catch (e) {
		return ['thrown', e?.name, e?.code, e?.message, String(e)].join(' | ');
	}
}
export default {
	async fetch() {
		const out = [];
		for (const expression of expressions) out.push(JSON.stringify(await outcome(expression)));
		return Response.json(out);
	},
};
`)
	return b.String()
}

func evaluated(t *testing.T, p *peer, want int) []string {
	t.Helper()
	r := p.ask(t, get("/"))
	var list []string
	if err := json.Unmarshal([]byte(r.body), &list); err != nil || len(list) != want {
		t.Fatalf("%s: %s %d outcomes, %v\n%s", p.name, r.status, len(list), err, r.body)
	}
	return list
}
