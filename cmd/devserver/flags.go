package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"devserver/config"
	"devserver/runtime/compat"
)

// flag is a flag of a command. People come with command lines that they use elsewhere, so the syntax is that of wrangler,
// which the standard library's package flag does not have: flags and words in any order, --no-x, two spellings of a name.
type flag struct {
	names    []string // without dashes, the one that is shown first; a single letter has one dash
	argument string   // what the help calls the value; "" for a switch, whose value is "true" or "false"
	help     string   // "" for a flag that the help leaves out
	set      func(value string) error
}

// usageError is a command line that cannot be understood.
type usageError struct {
	what, fix string
}

func (e *usageError) Error() string { return e.what }

func badUsage(fix, format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...), fix}
}

// parse sets flags, and returns the words that are not flags. It goes on after an error, to learn whether help is asked
// for, and returns the first.
func parse(flags []flag, args []string) (words []string, err error) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			return append(words, args...), err
		}
		if !isFlag(arg) {
			words = append(words, arg)
			continue
		}
		rest, e := parseFlag(flags, arg, args)
		if err == nil {
			err = e
		}
		args = rest
	}
	return words, err
}

func isFlag(arg string) bool { return len(arg) > 1 && arg[0] == '-' }

// parseFlag sets the flag arg, whose value may be the first of args, and returns those that are left.
func parseFlag(flags []flag, arg string, args []string) (rest []string, err error) {
	spelling, value, given := strings.Cut(arg, "=")
	f, negated := find(flags, spelling)
	switch {
	case f == nil:
		return args, unknownFlag(flags, spelling)
	case f.argument == "" && !given:
		value = "true"
		if len(args) > 0 && (args[0] == "true" || args[0] == "false") {
			value, args = args[0], args[1:]
		}
		if negated {
			value = strconv.FormatBool(value == "false")
		}
	case f.argument == "" && (negated || value != "true" && value != "false"):
		return args, badUsage(fmt.Sprintf("write %s or --no-%[1]s", f.names[0]), "%s is a switch, which has no value %q", spelling, value)
	case f.argument != "" && !given:
		if len(args) > 0 {
			next, _, _ := strings.Cut(args[0], "=")
			if known, _ := find(flags, next); known == nil {
				value, args, given = args[0], args[1:], true
			}
		}
		if !given {
			return args, badUsage("write "+shown(f.names[0])+" "+f.argument, "%s has no value", spelling)
		}
	}
	for {
		if err := f.set(value); err != nil {
			if already, ok := errors.AsType[*usageError](err); ok {
				if !strings.HasPrefix(already.what, "-") {
					already.what = spelling + ": " + already.what
				}
				return args, already
			}
			return args, badUsage("", "%s %s: %v", spelling, value, err)
		}
		if len(args) == 0 || !another(f, args[0]) {
			return args, nil
		}
		value, args = args[0], args[1:]
	}
}

// another reports whether a word behind a value of a flag is one more value of it, as wrangler has it: --var A:1 B:2. It
// has to look like one, since the script may follow, too.
func another(f *flag, word string) bool {
	switch f.names[0] {
	case "var", "define", "alias":
		key, value, pair := strings.Cut(word, ":")
		drive := len(key) == 1 && strings.HasPrefix(strings.ReplaceAll(value, `\`, "/"), "/")
		return pair && key != "" && !drive && !isFlag(word)
	case "compatibility-flags":
		return (compat.Set{}).Knows(word)
	}
	return false
}

// find returns the flag with this spelling, nil if there is none; negated is the --no- of a switch.
func find(flags []flag, spelling string) (f *flag, negated bool) {
	name, long := strings.CutPrefix(spelling, "--")
	if !long {
		if name = strings.TrimPrefix(spelling, "-"); len(name) != 1 || name == spelling {
			return nil, false
		}
	} else if len(name) < 2 {
		return nil, false
	}
	named := func(name string) *flag {
		i := slices.IndexFunc(flags, func(f flag) bool { return slices.Contains(f.names, name) })
		if i < 0 {
			return nil
		}
		return &flags[i]
	}
	if long {
		name = hyphenated(name)
	}
	if f := named(name); f != nil {
		return f, false
	}
	if positive, ok := strings.CutPrefix(name, "no-"); ok && long {
		if f := named(positive); f != nil && f.argument == "" {
			return f, true
		}
	}
	return nil, false
}

// hyphenated makes compatibility-date of compatibilityDate, which wrangler takes too.
func hyphenated(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// shown is a flag's name with its dashes.
func shown(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

func unknownFlag(flags []flag, spelling string) error {
	var names []string
	for _, f := range flags {
		if f.help != "" {
			names = append(names, f.names...)
		}
	}
	fix := "see all: --help"
	if near := config.Suggest(strings.TrimLeft(spelling, "-"), names); near != "" {
		fix = "did you mean " + shown(near) + "?"
	}
	if name := strings.TrimPrefix(strings.TrimPrefix(spelling, "--"), "no-"); strings.HasPrefix(name, "experimental-") || strings.HasPrefix(name, "x-") {
		fix = "leave it out: wrangler's experiments have no meaning here"
	}
	return badUsage(fix, "unknown flag %s", spelling)
}

// The kinds of values that flags have. Of a flag that is given twice the last counts, unless it makes a list.

func textFlag(to *string) func(string) error {
	return func(value string) error {
		if value == "" {
			return errors.New("is empty")
		}
		*to = value
		return nil
	}
}

func listFlag(to *[]string) func(string) error {
	return func(value string) error {
		if value == "" {
			return errors.New("is empty")
		}
		*to = append(*to, value)
		return nil
	}
}

func optionalSwitch(to **bool) func(string) error {
	return func(value string) error {
		on := value == "true"
		*to = &on
		return nil
	}
}

func switchFlag(to *bool) func(string) error {
	return func(value string) error {
		*to = value == "true"
		return nil
	}
}

// invertedSwitch is for a switch that is on unless it is turned off.
func invertedSwitch(off *bool) func(string) error {
	return func(value string) error {
		*off = value == "false"
		return nil
	}
}

func choiceFlag(to *string, choices ...string) func(string) error {
	return func(value string) error {
		if !slices.Contains(choices, value) {
			return oneOf(value, choices)
		}
		*to = value
		return nil
	}
}

func oneOf(value string, choices []string) error {
	fix := "choose one of " + strings.Join(choices, ", ")
	if near := config.Suggest(value, choices); near != "" {
		fix = "did you mean " + near + "?"
	}
	return badUsage(fix, "%q is not one of %s", value, strings.Join(choices, ", "))
}

// pairFlag collects KEY:VALUE.
func pairFlag(to *[]config.Pair) func(string) error {
	return func(value string) error {
		key, v, ok := strings.Cut(value, ":")
		if !ok || key == "" {
			fix := "write KEY:VALUE"
			if k, v, ok := strings.Cut(value, "="); ok && !strings.Contains(k, ":") && k != "" {
				fix += ", with a colon: " + k + ":" + v
			}
			return badUsage(fix, "%q has no key before a colon", value)
		}
		*to = append(*to, config.Pair{Key: key, Value: v})
		return nil
	}
}
