package server_test

import (
	"slices"
	"strings"
	"testing"

	"devserver/server"
)

func tailConfig(name, consumers string) string {
	return `{"name":"` + name + `","main":"w.js","compatibility_date":"2026-11-01","tail_consumers":[` + consumers + `]}`
}

const tailLogger = `export default {
	tail(items) { for (const i of items) console.log(i.scriptName, i.outcome, JSON.stringify(i.event?.consumedEvents ?? i.logs.map((l) => l.message))); },
	fetch() { return new Response("consumer"); },
}`

// TestTailStreams has a Worker tell another of what it does while it does it, and that one tell a third of that, which tells
// the second one in turn, of nothing.
func TestTailStreams(t *testing.T) {
	const follower = `export default {
		tailStream({ event: { scriptName, info } }) { console.log("follows", scriptName, info.type); return ({ event }) => { if (event.type === "outcome") console.log(scriptName, event.outcome) } },
		fetch() { return new Response("consumer") },
	}`
	config := func(name, consumer string) string {
		return `{"name":"` + name + `","main":"w.js","compatibility_date":"2026-11-01","streaming_tail_consumers":[{"service":"` + consumer + `"}]}`
	}
	p := serveAll(t, map[string]string{
		"wrangler.toml": wrangler, "src/index.js": "export default {}",
		"a/wrangler.json": config("a", "b"), "a/w.js": `export default { fetch() { console.log("a"); throw new Error("boom") } }`,
		"b/wrangler.json": config("b", "c"), "b/w.js": follower,
		"c/wrangler.json": config("c", "b"), "c/w.js": follower,
	}, "a", "b", "c")
	var rows []string
	for range 3 {
		for _, row := range await[server.Loaded](p).Rows {
			rows = append(rows, row.Resource+": "+row.Mode)
		}
	}
	slices.Sort(rows)
	if want := []string{"streaming tail consumer b: local", "streaming tail consumer b: local", "streaming tail consumer c: local"}; !slices.Equal(rows, want) {
		t.Errorf("rows: %q", rows)
	}
	p.get("/")
	want := []string{"a: a", "b: a exception", "b: follows a fetch", "c: b ok", "c: follows b trace"}
	if got := awaitConsole(p, len(want)); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	p.write("b/w.js", `export default { tailStream() { return () => { throw new TypeError("tailboom") } } }`)
	await[server.Loaded](p)
	p.get("/")
	for {
		if e := await[server.Exception](p); e.Name == "b" {
			if e.Event != "tailStream(a)" || e.Error.Error() != "TypeError: tailboom" {
				t.Errorf("%+v", e)
			}
			break
		}
	}
}

// awaitConsole returns the next lines of the Workers' consoles, sorted, as "name: text".
func awaitConsole(p *project, count int) []string {
	var lines []string
	for range count {
		e := await[server.Console](p)
		lines = append(lines, e.Name+": "+e.Text)
	}
	slices.Sort(lines)
	return lines
}

// TestTailConsumers has a Worker tell another of what it did, the latest version of it, and that one tell a third.
func TestTailConsumers(t *testing.T) {
	p := serveAll(t, map[string]string{
		"wrangler.toml": wrangler, "src/index.js": "export default {}",
		"a/wrangler.json": tailConfig("a", `{"service":"b"},{"service":"missing"}`), "a/w.js": `export default { fetch() { console.log("a", 1); throw new Error("boom") } }`,
		"b/wrangler.json": tailConfig("b", `{"service":"c"}`), "b/w.js": tailLogger,
		// Workers that consume each other come to an end.
		"c/wrangler.json": tailConfig("c", `{"service":"b"},{"service":"c"}`), "c/w.js": tailLogger,
	}, "a", "b", "c")
	var first server.Loaded
	for first.Name != "a" {
		first = await[server.Loaded](p)
	}
	var problems []string
	for _, row := range first.Rows {
		if row.Mode != "local" {
			problems = append(problems, row.Resource+": "+row.Mode+": "+row.Problem+" / "+row.Fix)
		}
	}
	if len(first.Rows) != 2 || len(problems) != 1 || !strings.Contains(problems[0], `tail consumer missing: not running: nobody is told of what this Worker does: no Worker named "missing" is running / start it together with this one: devserver`) {
		t.Errorf("rows: %+v", first.Rows)
	}
	p.get("/")
	want := []string{"a: a 1", `b: a exception [["a",1]]`, `c: b ok [{"scriptName":"a"}]`, `c: c ok [{"scriptName":"b"}]`}
	if got := awaitConsole(p, len(want)); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	p.write("b/w.js", `export default { tail() { throw new TypeError("tailboom") } }`)
	await[server.Loaded](p)
	p.get("/")
	for {
		e := await[server.Exception](p)
		if e.Name == "b" {
			if e.Event != "tail(a)" || e.Error.Error() != "TypeError: tailboom" {
				t.Errorf("%+v", e)
			}
			break
		}
	}
}
