package main

import (
	"cmp"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"devserver/bundle"
	"devserver/config"
	"devserver/origin"
	"devserver/runtime"
	"devserver/runtime/console"
	"devserver/server"
)

// logLevels are the values of --log-level. As wrangler's, info and log differ in nothing that a Worker's author sees.
var logLevels = []string{"debug", "info", "log", "warn", "error", "none"}

// fullWidth is how wide lines are that go to no terminal.
const fullWidth = 160

// How much is shown.
const (
	showNothing = iota
	showErrors
	showWarnings
	showAll
	showDetails
)

// ui shows what happens in the terminal: all of it on standard output, so that it stays in order.
type ui struct {
	out   *output
	style style
	shown int

	dir       string // the current directory
	url       string
	elsewhere []string // the URLs by which other machines reach it
	connectTo []config.Origin
	width     func() int // of the terminal, in columns
	pathWidth int        // what the paths of requests take at least, in columns; 0 where nobody looks

	mu      sync.Mutex
	number  int               // of the latest Worker that answers requests
	order   map[string]int    // of several Workers, by name: the first that is heard of is 0
	summary map[string]string // of the Workers, by name: it is shown again when it changes
	said    map[string]bool   // what is said once
}

func newUI(out *output, style style, level string) *ui {
	return &ui{
		out: out, style: style, shown: shownAt(level), order: map[string]int{}, summary: map[string]string{}, said: map[string]bool{},
		width: func() int { return fullWidth },
	}
}

// shownAt is how much is shown at a log level.
func shownAt(level string) int {
	shown := showAll
	switch level {
	case "debug":
		shown = showDetails
	case "warn":
		shown = showWarnings
	case "error":
		shown = showErrors
	case "none":
		shown = showNothing
	}
	return shown
}

// warningsAbout are about where it is listened.
func warningsAbout(listening *server.Listening) []warning {
	var list []warning
	if listening.Moved {
		by := ""
		if listening.Holder != "" {
			by = " by " + listening.Holder
		}
		list = append(list, warning{
			fmt.Sprintf("port %d is taken%s: this is port %d", server.DefaultPort, by, listening.Port),
			"stop the program that has it, or choose one with --port",
		})
	}
	if listening.Everywhere {
		list = append(list, warning{
			"every machine in your network can use this Worker, and whatever its bindings reach, with your certificates",
			"leave out --ip (and dev.ip) unless that is what you want",
		})
	}
	return list
}

// warning is what is doubtful, and what to do about it.
type warning struct{ what, fix string }

// begin says what is worth saying before the Worker is loaded; secured is how it listens with https, if it does.
func (u *ui) begin(listening *server.Listening, secured string, warnings []string) {
	u.url, u.elsewhere = listening.URL(), listening.Elsewhere()
	if u.shown >= showAll {
		text := u.style.bold + "devserver" + u.style.reset + " " + u.style.dim + buildVersion() + u.style.reset + "\n"
		if secured != "" {
			text += u.style.dim + clean(secured) + u.style.reset + "\n"
		}
		u.print(text)
	}
	if u.shown < showWarnings {
		return
	}
	var b strings.Builder
	for _, text := range warnings {
		u.style.warning(&b, text, "")
	}
	for _, w := range warningsAbout(listening) {
		u.style.warning(&b, u.style.bold+u.style.yellow+w.what+u.style.reset, w.fix)
	}
	u.print(b.String())
}

// hotkeys are what keys do; reload loads the Worker again, and stop ends the program.
func (u *ui) hotkeys(reload, stop func()) []hotkey {
	var list []hotkey
	list = []hotkey{
		{"b", "open a browser", func() {
			if err := openBrowser(u.url); err != nil {
				u.warn("the browser cannot be opened: "+err.Error(), "open "+u.url)
			}
		}},
		{"r", "reload", reload},
		{"c", "clear", u.out.clear},
		{"h?", "help", func() { u.print(keyHelp(list, u.style, u.width())) }},
		{"xq\x04", "exit", stop}, // Ctrl-D, too
	}
	return list
}

// stopping explains why the program has not ended yet.
func (u *ui) stopping() {
	if u.shown >= showAll {
		u.print(u.style.dim + "stopping, once the requests in flight have had a moment to finish; Ctrl-C again: at once" + u.style.reset + "\n")
	}
}

// Report shows an event. It does not wait for the terminal.
func (u *ui) Report(event server.Event) {
	switch e := event.(type) {
	case server.Answered:
		if u.shown >= showDetails || u.shown >= showAll && !noise(e) {
			u.answered(e)
		}
	case server.Handled:
		if u.shown >= showAll {
			u.handled(e)
		}
	case server.Console:
		u.console(e)
	case server.Loaded:
		u.loaded(e)
	case server.Failed:
		u.failed(e)
	case server.Exception:
		if u.shown >= showErrors {
			u.exception(e)
		}
	case server.Origin:
		u.origin(e)
	case server.Problems:
		if u.shown >= showWarnings {
			var b strings.Builder
			u.style.diagnostics(&b, u.dir, e.Problems)
			u.print(b.String())
		}
	case server.Notice:
		if u.shown >= showWarnings && u.first(e.Text) {
			u.warn(e.Text, "")
		}
	}
}

func (u *ui) print(text string) {
	if text != "" {
		u.out.line(func(b []byte) []byte { return append(b, text...) })
	}
}

func (u *ui) warn(what, fix string) {
	var b strings.Builder
	u.style.warning(&b, what, fix)
	u.print(b.String())
}

// mostSaid bounds what is remembered to have been said. Beyond it, things are said again.
const mostSaid = 1000

// first reports whether something has not been said before.
func (u *ui) first(what string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.said[what] {
		return false
	}
	if len(u.said) >= mostSaid {
		clear(u.said)
	}
	u.said[what] = true
	return true
}

// noise reports whether a request is one that browsers make by themselves, and nothing is wrong with.
func noise(e server.Answered) bool {
	switch e.Path {
	case "/favicon.ico", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png", "/.well-known/appspecific/com.chrome.devtools.json":
		return e.Status < 500
	}
	return false
}

// methodWidth sets the paths below each other, and the requests apart from what the Worker prints.
const methodWidth = 6

// answered shows a request: "   GET /path 200 OK (7ms)". There may be tens of thousands a second, so it is put together by
// hand, where it is needed.
func (u *ui) answered(e server.Answered) {
	color := u.style.green
	switch {
	case e.Status >= 500:
		color = u.style.red
	case e.Status >= 400:
		color = u.style.yellow
	case e.Status >= 300:
		color = u.style.cyan
	}
	text := cmp.Or(http.StatusText(e.Status), origin.EdgeReason(e.Status))
	if e.Status == 499 {
		text = "Client Closed Request"
	}
	u.out.line(func(b []byte) []byte {
		for range methodWidth - len(e.Method) {
			b = append(b, ' ')
		}
		b = append(append(append(b, u.style.bold...), e.Method...), u.style.reset...)
		start := len(b) + 1
		b = appendPath(append(b, ' '), e.Path)
		for range u.pathWidth - widthOf(b[start:]) - max(0, len(e.Method)-methodWidth) {
			b = append(b, ' ') // so that statuses stand below each other
		}
		b = append(append(b, ' '), color...)
		b = strconv.AppendInt(b, int64(e.Status), 10)
		if text != "" {
			b = append(append(b, ' '), text...)
		}
		b = append(append(append(b, u.style.reset...), ' '), u.style.dim...)
		b = strconv.AppendInt(append(b, '('), (e.Took + time.Millisecond/2).Milliseconds(), 10)
		b = append(append(b, "ms)"...), u.style.reset...)
		return append(b, '\n')
	})
}

// appendPath appends a path, with what a terminal would take for a command, or not show, as %XX.
func appendPath(b []byte, path string) []byte {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(path); {
		size := 1
		show := path[i] > ' ' && path[i] < 0x7f
		if path[i] >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(path[i:])
			show = strconv.IsPrint(r) && r != utf8.RuneError
		}
		for _, c := range []byte(path[i : i+size]) {
			if show {
				b = append(b, c)
			} else {
				b = append(b, '%', hex[c>>4], hex[c&0xf])
			}
		}
		i += size
	}
	return b
}

// tag says which of several Workers a line is about.
func (u *ui) tag(name string) string {
	if name == "" {
		return ""
	}
	return u.color(name) + "[" + clean(name) + "]" + u.style.reset + " "
}

// color tells one Worker's lines from another's.
func (u *ui) color(name string) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, ok := u.order[name]; !ok {
		u.order[name] = len(u.order)
	}
	colors := [...]string{u.style.cyan, u.style.magenta, u.style.blue}
	return colors[u.order[name]%len(colors)]
}

// consoleLevel is the lowest level of the Worker's console that is shown.
func (u *ui) consoleLevel() console.Level {
	switch {
	case u.shown >= showAll:
		return console.Debug
	case u.shown >= showWarnings:
		return console.Warn
	case u.shown >= showErrors:
		return console.Error
	}
	return console.Error + 1
}

// console shows what the Worker prints, as it is.
func (u *ui) console(e server.Console) {
	if e.Level < u.consoleLevel() {
		return
	}
	color := ""
	switch e.Level {
	case console.Error:
		color = u.style.red
	case console.Warn:
		color = u.style.yellow
	}
	tag := u.tag(e.Name)
	u.out.line(func(b []byte) []byte {
		if color == "" || strings.Contains(e.Text, "\x1b") { // it has colours of its own
			color = ""
		}
		for line := range strings.SplitSeq(e.Text, "\n") {
			b = append(append(b, tag...), color...)
			b = append(b, line...)
			if color != "" {
				b = append(b, u.style.reset...)
			}
			b = append(b, '\n')
		}
		return b
	})
}

// loaded shows what was loaded, unless it is as before, and which build it is.
func (u *ui) loaded(e server.Loaded) {
	if u.shown < showWarnings {
		return
	}
	summary := u.describe(e)
	lasting := summary
	if len(e.Crons) > 0 {
		lasting = u.describe(undated(e))
	}
	u.mu.Lock()
	same := lasting == u.summary[e.Name]
	u.summary[e.Name] = lasting
	if e.Primary {
		u.number = e.Number
	}
	u.mu.Unlock()
	var b strings.Builder
	if !same {
		b.WriteString(summary)
	}
	if u.shown >= showAll {
		s := u.style
		switch {
		case e.Number == 1 && e.Primary:
			fmt.Fprintf(&b, "%sEvery request gets a fresh isolate: module-level variables start anew each time.%s\n", s.dim, s.reset)
			fmt.Fprintf(&b, "%s%sReady%s on %s%s%s %s(%s)%s\n", s.bold, s.green, s.reset, s.cyan, u.url, s.reset, s.dim, milliseconds(e.Took), s.reset)
			for _, url := range u.elsewhere {
				fmt.Fprintf(&b, "%sand, for the network, on%s %s%s%s\n", s.dim, s.reset, s.cyan, url, s.reset)
			}
		case e.Number > 1:
			fmt.Fprintf(&b, "%s%sreloaded #%d%s in %s%s\n", u.tag(e.Name), s.bold, e.Number, s.reset, milliseconds(e.Took), u.changed(e.Changed))
		}
	}
	u.print(b.String())
}

func milliseconds(d time.Duration) string {
	return strconv.FormatInt((d+time.Millisecond/2).Milliseconds(), 10) + " ms"
}

// changed says which files changed.
func (u *ui) changed(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	const most = 3
	var names []string
	for _, path := range paths[:min(most, len(paths))] {
		names = append(names, relative(u.dir, path))
	}
	text := strings.Join(names, ", ")
	if more := len(paths) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return u.style.dim + " · " + text + " changed" + u.style.reset
}

// describe is what a Worker is made of, and what is doubtful about it.
func (u *ui) describe(e server.Loaded) string {
	var b strings.Builder
	s, cfg := u.style, e.Config
	if u.shown >= showAll {
		title := u.title(cfg)
		if len(e.Rows) == 0 {
			title += s.dim + " · no bindings" + s.reset
		}
		fmt.Fprintf(&b, "%s\n", title)
		if len(e.Rows)+len(e.Crons)+len(cfg.Origins)+len(u.connectTo) > 0 {
			b.WriteString("\n")
		}
		u.bindings(&b, e.Rows)
		only := ""
		if !e.Primary {
			only = cfg.Name
		}
		u.crons(&b, e.Crons, only)
		u.origins(&b, cfg.Origins)
	}
	for _, row := range e.Rows {
		if row.Problem != "" {
			what := shortened(u.dir, row.Problem)
			if row.Name != "" {
				what = s.bold + "env." + row.Name + s.reset + ": " + what
			}
			s.warning(&b, what, shortened(u.dir, row.Fix))
		}
	}
	for _, o := range cfg.Origins {
		if o.Insecure {
			s.warning(&b, fmt.Sprintf("%sthe certificate of %s is NOT VERIFIED (insecure = true)%s: whoever is in between can read and change what is sent", s.bold+s.yellow, clean(o.Host), s.reset),
				"trust its authority instead: ca = FILE; a deployed Worker verifies it always")
		}
	}
	u.ignored(&b, cfg.Ignored)
	for _, d := range e.Problems {
		if d.Severity != config.Info || u.shown >= showAll {
			s.diagnostics(&b, u.dir, config.Diagnostics{d})
		}
	}
	for _, m := range e.Warnings {
		s.block(&b, s.warn(), u.message(m, cfg.Dir))
	}
	for _, note := range e.Notes {
		s.warning(&b, shortened(u.dir, note), "")
	}
	if u.shown >= showDetails {
		for _, file := range cfg.Files {
			fmt.Fprintf(&b, "%swatched: %s%s\n", s.dim, relative(u.dir, file), s.reset)
		}
	}
	return b.String()
}

// title names the Worker and the files that it was configured by.
func (u *ui) title(cfg *config.Config) string {
	parts := []string{u.style.bold + cmp.Or(cfg.Name, filepath.Base(cmp.Or(cfg.Main, cfg.Dir))) + u.style.reset}
	if cfg.File != "" {
		parts = append(parts, relative(u.dir, cfg.File))
	}
	if cfg.Env != "" {
		parts = append(parts, "environment "+cfg.Env)
	}
	for _, file := range cfg.LocalFiles {
		parts = append(parts, relative(u.dir, file))
	}
	var sources []string
	for _, v := range cfg.Vars {
		if source := relative(u.dir, v.Source); v.Source != "vars" && !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	if len(sources) > 0 {
		parts = append(parts, "secrets from "+strings.Join(sources, ", "))
	}
	return strings.Join(parts, u.style.dim+" · "+u.style.reset)
}

func (u *ui) bindings(b *strings.Builder, rows []server.BindingRow) {
	if len(rows) == 0 {
		return
	}
	table := [][3]string{{"Binding", "Resource", "Mode"}}
	for _, row := range rows {
		name := "env." + row.Name
		if row.Name == "" {
			name = "(no binding)"
		}
		table = append(table, [3]string{name, row.Resource, row.Mode})
	}
	u.table(b, table)
}

// origins is the table of those that are reached in another way than by their names.
func (u *ui) origins(b *strings.Builder, configured []config.Origin) {
	table := [][3]string{{"Origin", "Reached at", ""}}
	seen := map[string]bool{}
	for _, o := range slices.Concat(u.connectTo, configured) {
		if seen[o.Host] {
			continue // a flag comes before the file
		}
		seen[o.Host] = true
		at := cmp.Or(o.ConnectTo, "its own address")
		if o.Demo {
			at = "the demo origin in devserver"
		}
		var how []string
		if o.ServerName != "" {
			how = append(how, "as "+o.ServerName)
		}
		if o.CA != "" {
			how = append(how, "trusting "+relative(u.dir, o.CA))
		}
		if o.Insecure {
			how = append(how, "NOT VERIFIED")
		}
		table = append(table, [3]string{o.Host, at, strings.Join(how, ", ")})
	}
	if len(table) > 1 {
		u.table(b, table)
	}
}

// widest is where a cell is cut off, in columns, and slimmest is how much of one is left in a narrow terminal.
const widest, slimmest = 64, 8

// table sets cells below each other, under a heading, and an empty line after them. What does not fit into the terminal is
// cut off.
func (u *ui) table(b *strings.Builder, rows [][3]string) {
	var widths [3]int
	for i, row := range rows {
		for j, cell := range row {
			rows[i][j] = fitted(clean(cell), widest)
			widths[j] = max(widths[j], widthOf(rows[i][j]))
		}
	}
	gap := 4
	if widths[0]+widths[1]+widths[2]+2*gap > u.width() {
		gap = 2
	}
	for _, j := range []int{1, 0} {
		if over := widths[0] + widths[1] + widths[2] + 2*gap - u.width(); over > 0 {
			widths[j] = min(widths[j], max(widths[j]-over, slimmest))
		}
	}
	for i, row := range rows {
		var line strings.Builder
		for j, cell := range row {
			cell = fitted(cell, widths[j])
			padding := strings.Repeat(" ", widths[j]-widthOf(cell)+gap)
			if i > 0 && lacking(cell) {
				cell = u.style.yellow + cell + u.style.reset
			}
			line.WriteString(cell + padding)
		}
		text := strings.TrimRight(line.String(), " ")
		if i == 0 {
			text = u.style.dim + text + u.style.reset
		}
		b.WriteString(text + "\n")
	}
	b.WriteString("\n")
}

// lacking reports whether the mode of a binding is one in which it cannot be used, or not be trusted.
func lacking(mode string) bool {
	return mode == "not supported" || mode == "not running" || strings.HasPrefix(mode, "no ") || strings.Contains(mode, "NOT VERIFIED")
}

// ignored lists what is configured and has no effect: at length what would have one under wrangler, in a line the rest.
func (u *ui) ignored(b *strings.Builder, list []config.Ignored) {
	var deployOnly []string
	for _, key := range list {
		if key.DeployOnly {
			deployOnly = append(deployOnly, key.Path)
			continue
		}
		u.style.diagnostics(b, u.dir, config.Diagnostics{{Severity: config.Warning, Pos: key.Pos, Path: key.Path, Message: "has no effect: " + key.Note}})
	}
	if len(deployOnly) > 0 && u.shown >= showAll {
		fmt.Fprintf(b, "%sNo effect before the Worker is deployed: %s%s\n", u.style.dim, strings.Join(deployOnly, ", "), u.style.reset)
	}
}

// message is one of the bundler's, with its file named from where the person is.
func (u *ui) message(m bundle.Message, project string) string {
	if m.File != "" {
		m.File = relative(u.dir, filepath.Join(project, filepath.FromSlash(m.File)))
	}
	first, rest, more := strings.Cut(m.Show(min(u.width()-len("    10000 | "), 120)), "\n")
	text := u.style.bold + first + u.style.reset
	if more {
		text += "\n" + rest
	}
	return text
}

// failed shows why the Worker could not be loaded, and what answers nevertheless.
func (u *ui) failed(e server.Failed) {
	if u.shown < showErrors {
		return
	}
	var b strings.Builder
	s := u.style
	heading := func(text string) {
		fmt.Fprintf(&b, "%s%s %s%s%s%s\n", u.tag(e.Name), s.fail(), s.bold, text, s.reset, u.changed(e.Changed))
	}
	switch {
	case e.Build != nil:
		heading("The Worker could not be built")
		for _, m := range e.Build.Messages {
			fmt.Fprintf(&b, "  %s\n", indented(u.message(m, e.Dir)))
		}
	case e.Worker != nil:
		heading("The Worker could not be started")
		u.exceptionText(&b, "", e.Worker, e.Place)
	case e.Other != nil:
		heading("The Worker could not be loaded")
		fmt.Fprintf(&b, "  %s\n", indented(shortened(u.dir, e.Other.Error())))
	default:
		heading("The configuration has errors")
		s.diagnostics(&b, u.dir, e.Problems)
	}
	switch {
	case e.Serving > 0:
		fmt.Fprintf(&b, "  the last good version (#%d) still answers\n", e.Serving)
	case !e.Primary:
		fmt.Fprintf(&b, "  calls to it fail: waiting for a save that mends it\n")
	default:
		fmt.Fprintf(&b, "  nothing answers on %s yet: waiting for a save that mends it\n", u.url)
	}
	u.print(b.String())
}

// exception shows a failure of the Worker.
func (u *ui) exception(e server.Exception) {
	var b strings.Builder
	mark := u.tag(e.Name) + u.style.fail() + " "
	if e.Error.Kind == runtime.Uncaught && !strings.HasPrefix(e.Error.Message, "Uncaught ") {
		mark += "Uncaught "
	}
	u.exceptionText(&b, mark, e.Error, e.Place)
	if e.Event != "" {
		fmt.Fprintf(&b, "  %swhile handling %s%s\n", u.style.dim, clean(e.Event), u.style.reset)
	}
	if e.Method != "" {
		path := string(appendPath(nil, e.Path))
		fmt.Fprintf(&b, "  %swhile answering %s %s%s\n", u.style.dim, e.Method, path, u.style.reset)
	}
	u.print(b.String())
}

func (u *ui) exceptionText(b *strings.Builder, mark string, e *runtime.Error, place server.Place) {
	first, stack, _ := strings.Cut(e.Text(), "\n")
	if stack == "" && first == "["+e.Error()+"]" {
		first = e.Error() // as consoles print errors without a stack
	}
	if mark == "" {
		mark = "  "
	}
	fmt.Fprintf(b, "%s%s%s%s\n", mark, u.style.red, first, u.style.reset)
	u.source(b, place.Source)
	if stack != "" {
		fmt.Fprintf(b, "%s%s%s\n", u.style.dim, stack, u.style.reset)
	}
	if e.Fix != "" {
		fmt.Fprintf(b, "  %s\n", indented(u.style.fix(e.Fix)))
	}
}

// How many lines of source are shown before the one in which an exception was thrown, and behind it.
const before, behind = 2, 1

// source shows where an exception was thrown.
func (u *ui) source(b *strings.Builder, lines []server.SourceLine) {
	current := slices.IndexFunc(lines, func(l server.SourceLine) bool { return l.Current })
	if current < 0 {
		return
	}
	s := u.style
	lines = lines[max(0, current-before):min(len(lines), current+behind+1)]
	digits := len(strconv.Itoa(lines[len(lines)-1].Number))
	most := u.width() - digits - len("      | ")
	for _, line := range lines {
		text, column := excerpted(clean(strings.ReplaceAll(line.Text, "\t", "  ")), widthOf(strings.ReplaceAll(line.Caret, "\t", "  ")), most)
		if !line.Current {
			fmt.Fprintf(b, "%s    %*d | %s%s\n", s.dim, digits, line.Number, text, s.reset)
			continue
		}
		fmt.Fprintf(b, "    %s%*d |%s %s\n", s.dim, digits, line.Number, s.reset, text)
		fmt.Fprintf(b, "    %s%*s |%s %s%s^%s\n", s.dim, digits, "", s.reset, strings.Repeat(" ", widthOf(prefix(text, column))), s.red, s.reset)
	}
}

// prefix is what comes before a place in a text, counted in characters.
func prefix(text string, n int) string {
	runes := []rune(text)
	return string(runes[:min(n, len(runes))])
}

// origin shows a call that failed, at length the first time that this Worker makes it, and what is to be noticed about an
// origin.
func (u *ui) origin(e server.Origin) {
	s := u.style
	who := s.bold + e.Host + s.reset
	if e.Identity != "" {
		who += " " + s.dim + "(" + clean(e.Identity) + ")" + s.reset
	}
	key := e.Code + " " + e.Host + " " + e.Identity
	switch {
	case e.Err != nil:
		u.originFailed(e.Err, who, key)
	case e.Code == origin.CallAnswered || e.Code == origin.NoticeRepeated:
		if u.shown >= showDetails {
			u.print(s.info() + " " + who + s.dim + ": " + clean(e.Text) + s.reset + "\n")
		}
	case u.shown >= showWarnings:
		first := u.first(key)
		if !first && e.Code != origin.NoticeInsecure {
			return
		}
		fix := ""
		if first {
			fix = clean(e.Fix)
		}
		u.warn(who+": "+clean(e.Text)+" "+s.dim+e.Code+s.reset, fix)
	}
}

func (u *ui) originFailed(e *origin.Error, who, key string) {
	if u.shown < showErrors {
		return
	}
	u.mu.Lock()
	key += fmt.Sprintf(" #%d", u.number)
	u.mu.Unlock()
	s := u.style
	mark := s.fail()
	if e.Status < 500 {
		mark = s.warn() // the Worker has got the response
	}
	what := ""
	if e.Method != "" {
		what = clean(e.Method) + " " + string(appendPath(nil, cmp.Or(e.Path, "/"))) + " → "
	}
	what += fmt.Sprintf("%s: %s %s%s %d%s", who, clean(e.What), s.dim, e.Code, e.Status, s.reset)
	var more []string
	if u.first(key) {
		for _, fact := range e.Facts() {
			more = append(more, s.dim+fact.Label+":"+s.reset+" "+clean(fact.Text))
		}
		more = append(more, clean(e.Why), s.fix(clean(e.Fix)), u.cause(e))
	}
	var b strings.Builder
	s.block(&b, mark, what, more...)
	u.print(b.String())
}

func (u *ui) cause(e *origin.Error) string {
	if e.Err == nil {
		return ""
	}
	return u.style.dim + clean("cause: "+e.Err.Error()) + u.style.reset
}
