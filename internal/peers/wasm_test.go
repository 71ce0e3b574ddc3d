//go:build peers

package peers

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"devserver/internal/testpki"
	"devserver/internal/testwasm"
)

// TestWebAssembly runs the modules of testwasm on both sides, in one Worker: compiled at module scope, used in a handler.
func TestWebAssembly(t *testing.T) {
	var worker strings.Builder
	worker.WriteString(testwasm.Prelude + "const modules = [\n")
	for _, c := range testwasm.Cases {
		worker.WriteString(c.Compile() + ",\n")
	}
	worker.WriteString("];\nconst runs = [\n")
	for _, c := range testwasm.Cases {
		worker.WriteString("(m) => " + c.Run("m") + ",\n")
	}
	worker.WriteString(`];
export default { async fetch(request) {
	const n = +new URL(request.url).search.slice(1);
	try { return new Response(runs[n](modules[n])); } catch (e) { return new Response("failed: " + e.stack); }
} }`)
	p := newProject(t, testpki.New("peers"), worker.String(), nil)
	workerd, devserver := startWorkerd(t, p), serve(t, p)
	for n, c := range testwasm.Cases {
		t.Run(c.Name, func(t *testing.T) {
			for _, peer := range []struct{ name, addr string }{{"workerd", workerd.addr}, {"devserver", devserver.addr}} {
				if got := wasmAnswer(t, peer.addr, n); got != c.Want {
					t.Errorf("%s:\n%s", peer.name, differingLines(got, c.Want))
				}
			}
		})
	}
}

func wasmAnswer(t *testing.T, addr string, n int) string {
	t.Helper()
	res, err := http.Get("http://" + addr + "/?" + string(rune('0'+n/10)) + string(rune('0'+n%10)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// differingLines are the lines that differ, each with its number.
func differingLines(got, want string) string {
	var b strings.Builder
	gots, wants := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(gots), len(wants)) {
		at := func(list []string) string {
			if i < len(list) {
				return list[i]
			}
			return "(nothing)"
		}
		if at(gots) != at(wants) {
			b.WriteString("  got  " + at(gots) + "\n  want " + at(wants) + "\n")
		}
	}
	return b.String()
}
