package main

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"devserver/bindings/all"
	"devserver/bindings/mtls"
	"devserver/config"
	"devserver/runtime/compat"
)

// completion is `devserver completion bash|zsh|fish|powershell`: it prints a script for the shell. What there is to
// complete is not in the script: it asks `devserver __complete`, which reads the tables of commands and flags, so that
// both are always of the same version.
func completion(_ context.Context, p *process, args []string) error {
	switch {
	case asksForHelp(args):
		return printHelp(p, "completion")
	case len(args) != 1 || isFlag(args[0]):
		return badUsage("write devserver completion "+strings.Join(shells(), "|"), "completion: it is not said for which shell")
	case !slices.Contains(shells(), args[0]):
		return oneOf(args[0], shells())
	}
	fmt.Fprint(p.stdout, completionScripts()[args[0]])
	return nil
}

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// What a script gets besides candidates: names of files or directories are for the shell itself to complete. Behind a tab
// is the path as far as it was typed: the end of the word, which may begin with a flag and "=".
const (
	completeFiles       = ":files"
	completeDirectories = ":dirs"
	completeNothing     = ":none"
)

// complete is `devserver __complete [--next] -- WORD...`: it prints what may stand in the place of the last word, a
// candidate to a line with a tab and an explanation, and at last what the shell is to do. --next is for an empty last word.
func complete(_ context.Context, p *process, args []string) error {
	next := len(args) > 0 && args[0] == "--next"
	if next {
		args = args[1:]
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	words := slices.Clone(args)
	if next || len(words) == 0 {
		words = append(words, "")
	}
	candidates, rest := completions(p, words)
	for _, c := range candidates {
		fmt.Fprintf(p.stdout, "%s\t%s\n", c.text, oneLine(c.help))
	}
	fmt.Fprintln(p.stdout, rest)
	return nil
}

type candidate struct{ text, help string }

// completions are what may stand in the place of the last word.
func completions(p *process, words []string) (list []candidate, rest string) {
	words, prefix := joinEquals(words)
	current, before := words[len(words)-1], words[:len(words)-1]
	path := commandPath(before)
	flags := flagsOf(p, path)
	if slices.Contains(before, "--") {
		return nil, files(current)
	}
	// The value of a flag: --flag=value, or the word behind one.
	if name, value, given := strings.Cut(current, "="); given && isFlag(current) {
		if f, _ := find(flags, name); f != nil && f.argument != "" {
			if prefix == "" {
				prefix = name + "="
			} else {
				prefix = ""
			}
			return f.completeValue(p, path, before, prefix, value)
		}
		return nil, completeNothing
	}
	if len(before) > 0 && isFlag(before[len(before)-1]) && !strings.Contains(before[len(before)-1], "=") {
		if f, _ := find(flags, before[len(before)-1]); f != nil && f.argument != "" {
			return f.completeValue(p, path, before, "", current)
		}
	}
	if strings.HasPrefix(current, "-") {
		for _, f := range flags {
			if f.help == "" {
				continue
			}
			for _, name := range f.names {
				list = append(list, candidate{shown(name), f.help})
			}
			if f.argument == "" && strings.HasPrefix(current, "--no") && len(f.names[0]) > 1 && f.names[0] != "help" && f.names[0] != "version" {
				list = append(list, candidate{"--no-" + f.names[0], "not: " + f.help})
			}
		}
		return matching(list, current), completeNothing
	}
	return completeWord(p, path, before, current)
}

func files(typed string) string       { return completeFiles + "\t" + typed }
func directories(typed string) string { return completeDirectories + "\t" + typed }

// joinEquals puts together what bash takes apart: --port = 90, --mtls A = a.pem. joined is not empty if that was so of the last word.
func joinEquals(words []string) (out []string, joined string) {
	for i := 0; i < len(words); i++ {
		last := len(out) - 1
		if words[i] == "=" && last >= 0 && (isFlag(out[last]) || last > 0 && out[last-1] == "--mtls") {
			value := ""
			if i+1 < len(words) {
				value = words[i+1]
			}
			out[last] += "=" + value
			if i+2 >= len(words) {
				joined = "="
			}
			i++
			continue
		}
		out = append(out, words[i])
	}
	return out, joined
}

// subcommands are the second words of commands.
func subcommands(command string) []candidate {
	switch command {
	case "mtls-certificate", "cert":
		return []candidate{{"upload", "store a client certificate"}, {"list", "show those that are stored"}, {"delete", "delete one"}, {"test", "call an origin with one"}, {"check", "look at certificate files"}}
	case "completion":
		var list []candidate
		for _, shell := range shells() {
			list = append(list, candidate{shell, ""})
		}
		return list
	case "help":
		var list []candidate
		for _, name := range shownCommands() {
			list = append(list, candidate{name, commandSummaries()[name]})
		}
		return list
	}
	return nil
}

// shownCommands are those that people type.
func shownCommands() []string {
	return slices.DeleteFunc(commandNames(), func(name string) bool { return strings.HasPrefix(name, "_") })
}

func commandSummaries() map[string]string {
	return map[string]string{
		"dev": "serve the Worker, and reload it on every save", "init": "write a Worker to begin with", "config": "show the configuration and where it is from",
		"types": "write the TypeScript types of env", "mtls-certificate": "client certificates on this machine", "cert": "mtls-certificate in wrangler's newer words",
		"completion": "completion for your shell", "version": "show the version", "help": "explain a command",
	}
}

// commandPath is the command that words begin with, and its second word: {"cert", "upload"}, {"dev"}.
func commandPath(words []string) []string {
	if len(words) == 0 || !slices.Contains(commandNames(), words[0]) {
		return []string{"dev"}
	}
	if len(words) > 1 && slices.ContainsFunc(subcommands(words[0]), func(c candidate) bool { return c.text == words[1] }) {
		return words[:2]
	}
	return words[:1]
}

// flagsOf is the table of a command's flags.
func flagsOf(p *process, path []string) []flag {
	switch path[0] {
	case "dev":
		d := newDevFlags(p)
		return d.flags(all.Kinds())
	case "config":
		d := newDevFlags(p)
		return configFlags(&d, new(bool), all.Kinds())
	case "types":
		f := newTypesFlags(p)
		return f.flags()
	case "init":
		return new(initFlags).flags()
	case "mtls-certificate", "cert":
		if len(path) < 2 {
			break
		}
		switch path[1] {
		case "upload":
			return certificateFlags(p, new(bool), uploadFlags(&mtls.UploadArgs{})...)
		case "list":
			return certificateFlags(p, new(bool))
		case "delete":
			return certificateFlags(p, new(bool), deleteFlags(&mtls.DeleteArgs{})...)
		case "test":
			return new(inspectFlags).flags()
		case "check":
			return new(checkFlags).flags()
		}
	}
	return []flag{{[]string{"help", "h"}, "", "show help", func(string) error { return nil }}}
}

// choiceArgument is what the table calls the value of a flag that has only some.
var choiceArgument = regexp.MustCompile(`^[a-z0-9]+(\|[a-z0-9]+)+$`)

// completeValue completes the value of a flag. Each candidate begins with prefix.
func (f *flag) completeValue(p *process, path, before []string, prefix, value string) (list []candidate, rest string) {
	switch {
	case f.names[0] == "mtls":
		// BINDING=CERT,KEY,CA
		_, paths, named := strings.Cut(value, "=")
		if !named {
			for _, name := range mtlsBindings(p, before) {
				list = append(list, candidate{prefix + name + "=", "mTLS binding"})
			}
			break
		}
		return nil, files(paths[strings.LastIndexByte(paths, ',')+1:])
	case f.names[0] == "compatibility-flags":
		for name := range (compat.Set{}).All() {
			list = append(list, candidate{prefix + name, ""})
		}
	case path[0] != "dev" && len(path) > 1 && path[1] == "delete" && (f.names[0] == "id" || f.names[0] == "name"):
		for _, entry := range storedCertificates(p) {
			if text := map[string]string{"id": entry.ID, "name": entry.Name}[f.names[0]]; text != "" {
				list = append(list, candidate{prefix + text, entry.String()})
			}
		}
	case choiceArgument.MatchString(f.argument):
		for choice := range strings.SplitSeq(f.argument, "|") {
			list = append(list, candidate{prefix + choice, ""})
		}
	case f.names[0] == "log-level":
		for _, level := range logLevels {
			list = append(list, candidate{prefix + level, ""})
		}
	case f.names[0] == "env":
		for _, name := range environments(p, before) {
			list = append(list, candidate{prefix + name, "environment"})
		}
	case strings.Contains(f.argument, "DIR"):
		return nil, directories(value)
	case strings.Contains(f.argument, "FILE"):
		return nil, files(value)
	}
	return matching(list, prefix+value), completeNothing
}

// environments are those of the configuration that the words choose.
func environments(p *process, words []string) []string { return chosenConfig(p, words).Environments }

// mtlsBindings are the names of the mTLS bindings in it.
func mtlsBindings(p *process, words []string) []string {
	var names []string
	for _, ref := range chosenConfig(p, words).Bindings {
		if ref.Key == "mtls_certificates" {
			names = append(names, ref.Name)
		}
	}
	return names
}

// storedCertificates are those of the store; none if it cannot be read.
func storedCertificates(p *process) []mtls.Entry {
	home, err := mtls.DefaultHome(p.getenv)
	if err != nil {
		return nil
	}
	entries, _ := mtls.NewStore(home, time.Now, nil).List()
	return entries
}

// chosenConfig is the configuration that the words choose, as far as it can be read.
func chosenConfig(p *process, words []string) *config.Config {
	o := config.Options{Dir: p.dir, Environ: p.environ}
	for i, word := range words {
		if name, value, given := strings.Cut(word, "="); slices.Contains([]string{"-c", "--config"}, name) {
			if !given && i+1 < len(words) {
				value = words[i+1]
			}
			o.Path = cmp.Or(o.Path, value)
		}
	}
	c, _ := config.Load(o)
	return c
}

func completeWord(p *process, path, before []string, current string) (list []candidate, rest string) {
	switch {
	case len(before) == 0:
		for _, name := range shownCommands() {
			list = append(list, candidate{name, commandSummaries()[name]})
		}
		return matching(list, current), files(current)
	case len(path) == 1 && len(before) == 1 && len(subcommands(path[0])) > 0:
		return matching(subcommands(path[0]), current), completeNothing
	case slices.Contains([]string{"version", "help", "completion"}, path[0]):
		return nil, completeNothing
	case path[0] == "init":
		return nil, directories(current)
	case len(path) == 2 && path[1] == "test" && len(before) == 2:
		for _, name := range mtlsBindings(p, before) {
			list = append(list, candidate{name, "mTLS binding"})
		}
		for _, entry := range storedCertificates(p) {
			list = append(list, candidate{cmp.Or(entry.Name, entry.ID), entry.String()})
		}
		return matching(list, current), completeNothing
	case len(path) == 2 && path[1] != "check":
		return nil, completeNothing
	}
	return nil, files(current)
}

func matching(list []candidate, prefix string) []candidate {
	return slices.DeleteFunc(list, func(c candidate) bool { return !strings.HasPrefix(c.text, prefix) })
}

func completionScripts() map[string]string {
	return map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion, "powershell": powershellCompletion}
}

//go:embed completion/devserver.bash
var bashCompletion string

//go:embed completion/devserver.zsh
var zshCompletion string

//go:embed completion/devserver.fish
var fishCompletion string

//go:embed completion/devserver.ps1
var powershellCompletion string
