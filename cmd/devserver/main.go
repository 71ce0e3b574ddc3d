// Command devserver runs a Worker on this machine, mTLS bindings included.
//
// dev.go, init.go, config.go, types.go, mtls_certificate.go, completion.go, version.go and help.go are its commands; ui.go lays out what the others word.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dlclark/regexp2/v2"

	"devserver/config"
	"devserver/runtime"
)

// Exit codes. A server that is told to stop has done what it was asked for, so Ctrl-C ends it with success.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2   // the command line cannot be understood
	exitInterrupted = 130 // a command was interrupted before it was done: 128 and SIGINT, as shells have it
)

func main() {
	started := time.Now()
	// The first signal ends the program in good order; it also puts the default back, so the second ends it at once.
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop)
	// A write to a pipe that nobody reads fails, which ends the program in good order, too; by default the signal would end it at once.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintf(os.Stderr, "devserver: the current directory cannot be found: %v\n", err)
		os.Exit(exitFailed)
	}
	log.SetOutput(io.Discard) // net/http writes there what an origin has sent without being asked, and then closes the connection
	reap(ctx)
	tuneCollector(os.Getenv)
	boundRegexps()
	environ := os.Environ()
	os.Unsetenv("NODE_CHANNEL_FD") // is for us, and not for a build command
	os.Exit(run(ctx, process{
		args: os.Args[1:], dir: dir, environ: environ, started: started,
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		exit: func() { os.Exit(0) },
	}))
}

// boundRegexps ends regular expressions that backtrack without end, of those few that are the engine's: in code that is
// evaluated, and in built-in modules. The engine looks at its CPU limit only between
// operations, and matching is one; a match that takes longer than the limit finds nothing, and the limit ends the request.
// It is the one setting of another package's that devserver changes, and it must be before any expression is compiled.
func boundRegexps() { regexp2.DefaultMatchTimeout = runtime.DefaultCPULimit + 100*time.Millisecond }

// tuneCollector has the garbage collector run less often than it would. An isolate for each request is much garbage and
// little that lives: with Go's default of 100 a third of the requests per second would go to collecting it. What lives is
// a few megabytes, so that even five times that is little; the limit is for a Worker that keeps much: near it the
// collector works as hard as it takes. GOGC and GOMEMLIMIT set something else.
func tuneCollector(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(1 << 30)
	}
}

// restAfter is how long nothing must have happened before memory is given back.
const restAfter = 5 * time.Second

// rest gives memory back to the system while there is nothing to do. The collector, which works by what is allocated, would
// leave the garbage of the last requests, and what is free, for minutes.
type rest struct{ timer *time.Timer }

func newRest() *rest { return &rest{time.AfterFunc(restAfter, debug.FreeOSMemory)} }

// disturb is called whenever something happens.
func (r *rest) disturb() { r.timer.Reset(restAfter) }

func (r *rest) stop() { r.timer.Stop() }

// process is what the program was started with.
type process struct {
	args           []string // without the program's name
	dir            string   // the current directory
	environ        []string
	started        time.Time
	stdin          io.Reader
	stdout, stderr io.Writer
	exit           func() // ends the program at once; nil in tests within theirs
}

// getenv is the value of an environment variable, of which the last counts; "" if there is none.
func (p *process) getenv(name string) string {
	for _, entry := range slices.Backward(p.environ) {
		if n, value, _ := strings.Cut(entry, "="); n == name {
			return value
		}
	}
	return ""
}

// changeDirectory takes --cwd, which any command may have, from the command line.
func (p *process) changeDirectory() error {
	for i, arg := range p.args {
		name, dir, joined := strings.Cut(arg, "=")
		switch {
		case arg == "--":
			return nil
		case name != "--cwd":
			continue
		}
		rest := p.args[i+1:]
		if !joined && len(rest) > 0 {
			dir, rest = rest[0], rest[1:]
		}
		if dir == "" {
			return badUsage("write --cwd DIR", "--cwd names no directory")
		}
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(p.dir, dir)
		}
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return badUsage("name a directory that is there", "--cwd: there is no directory %s", dir)
		}
		p.dir, p.args = filepath.Clean(dir), slices.Concat(p.args[:i], rest)
		return nil
	}
	return nil
}

// command is one word of the command line, and what it does with those that follow.
type command struct {
	name string
	run  func(ctx context.Context, p *process, args []string) error
}

func commands() []command {
	return []command{
		{"dev", dev},
		{"init", initProject},
		{"config", showConfig},
		{"types", types},
		{"mtls-certificate", mtlsCertificate},
		{"cert", cert},
		{"version", version},
		{"completion", completion},
		{"help", help},
		{"__complete", complete},
	}
}

func commandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

// run runs the program and returns its exit code.
func run(ctx context.Context, p process) int {
	if err := p.changeDirectory(); err != nil {
		printError(p.stderr, newStyle(p.stderr, p.getenv), p.dir, err)
		return exitUsage
	}
	run, args := dev, p.args
	if len(args) > 0 {
		if i := slices.Index(commandNames(), args[0]); i >= 0 {
			run, args = commands()[i].run, args[1:]
		}
	}
	err := run(ctx, &p, args)
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return exitInterrupted
	}
	if status, ok := errors.AsType[exitStatus](err); ok {
		return int(status)
	}
	printError(p.stderr, newStyle(p.stderr, p.getenv), p.dir, err)
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	return exitFailed
}

// unknownWord says what may have been meant by a word that is neither a command nor a script.
func unknownWord(word string) error {
	if near := config.Suggest(word, commandNames()); near != "" {
		return badUsage("did you mean "+near+"? For a script of this name: ./"+word, "there is no command %q", word)
	}
	if slices.Contains(wranglersOwn(), word) {
		return badUsage("use wrangler for it; devserver runs Workers on this machine: see devserver help", "%s is a command of wrangler's that devserver does not have", word)
	}
	return badUsage("see what there is: devserver help", "there is neither a command nor a script %q", word)
}

// wranglersOwn are commands that people may try here, and that are no near miss of one that exists.
func wranglersOwn() []string {
	return []string{
		"ai", "build", "complete", "containers", "d1", "delete", "deploy", "deployments", "dispatch-namespace", "docs", "hyperdrive", "kv", "login",
		"logout", "pages", "pipelines", "preview", "publish", "queues", "r2", "rollback", "secret", "secrets-store", "setup", "tail", "triggers",
		"vectorize", "versions", "whoami", "workflows",
	}
}
