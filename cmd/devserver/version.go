package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
)

// version is `devserver version`, and --version.
func version(_ context.Context, p *process, args []string) error {
	if asksForHelp(args) {
		return printHelp(p, "version")
	}
	if len(args) > 0 {
		return badUsage("write devserver version", "version takes no %q", args[0])
	}
	fmt.Fprintln(p.stdout, "devserver "+buildVersion())
	return nil
}

// buildVersion is the version, the commit and the Go version that the program was built with, as far as it knows them.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown version)"
	}
	parts := []string{info.Main.Version}
	if info.Main.Version == "" || info.Main.Version == "(devel)" {
		parts[0] = "(unreleased)"
	}
	var commit, modified string
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				modified = ", with changes"
			}
		}
	}
	if commit != "" {
		parts = append(parts, "(commit "+commit+modified+")")
	}
	return strings.Join(append(parts, info.GoVersion), " ")
}
