package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"time"

	"devserver/bindings/mtls"
	"devserver/origin"
	"devserver/origin/inspect"
)

// checkFlags is the command line of `devserver mtls-certificate check`.
type checkFlags struct {
	files                   []string
	key, ca, passphraseFile string
	json, help              bool
}

func (f *checkFlags) flags() []flag {
	return []flag{
		{[]string{"key"}, "FILE", "the private key, if it is not in one of the files", textFlag(&f.key)},
		{[]string{"ca", "cacert"}, "FILE", "the roots that the origin trusts: does the chain lead there?", textFlag(&f.ca)},
		{[]string{"passphrase-file"}, "FILE", "the first line of this file is the passphrase of what is encrypted", textFlag(&f.passphraseFile)},
		{[]string{"passphrase"}, "TEXT", "", refusePassphrase},
		{[]string{"cert"}, "FILE", "", listFlag(&f.files)}, // as for upload; otherwise a word
		{[]string{"json"}, "", "print the findings as JSON", switchFlag(&f.json)},
		{[]string{"help", "h"}, "", "show this", switchFlag(&f.help)},
	}
}

// checkCertificate is `devserver mtls-certificate check`: what can be said of a certificate without an origin.
func checkCertificate(ctx context.Context, p *process, args []string) error {
	var f checkFlags
	words, err := parse(f.flags(), args)
	f.files = append(f.files, words...)
	switch {
	case f.help:
		return printHelp(p, "mtls-certificate")
	case err != nil:
		return err
	case len(f.files) == 0:
		return badUsage("write devserver mtls-certificate check cert.pem key.pem", "check: no file is named")
	}
	params, err := f.params(ctx, p)
	if err != nil {
		return err
	}
	chain, findings, err := mtls.Check(params)
	if err != nil {
		return err
	}
	for i := range findings {
		findings[i].Problem = *withPassphrase(findings[i].Problem)
	}
	if f.json {
		err = printFindings(p, chain, findings)
	} else {
		style := newStyle(p.stdout, p.getenv)
		for _, finding := range findings {
			style.finding(p, finding)
		}
	}
	if err == nil && !usable(findings) {
		return exitStatus(exitFailed)
	}
	return err
}

func (f *checkFlags) params(ctx context.Context, p *process) (mtls.CheckParams, error) {
	params := mtls.CheckParams{Now: time.Now()}
	load := func(name string) (mtls.File, error) {
		file, err := mtls.LoadFile(absolute(p.dir, name))
		file.Name = name // as it was written
		return file, err
	}
	for _, word := range f.files {
		file, err := load(word)
		if err != nil {
			return params, err
		}
		params.Files = append(params.Files, file)
	}
	var err error
	if f.key != "" {
		if params.Key, err = load(f.key); err != nil {
			return params, err
		}
	}
	if f.ca != "" {
		if params.Roots, err = origin.ReadRoots(absolute(p.dir, f.ca)); err != nil {
			return params, err
		}
		params.RootsFile = f.ca
	}
	params.Passphrase, err = passphraseOf(ctx, p, f.passphraseFile)
	return params, err
}

// passphraseOf is the passphrase in a file, or that of a person, if there is one to ask.
func passphraseOf(ctx context.Context, p *process, file string) (mtls.Passphrase, error) {
	if file != "" {
		return mtls.LoadPassphrase(absolute(p.dir, file))
	}
	c, err := certificateCommands(p)
	if err != nil || c.ReadPassphrase == nil {
		return nil, err
	}
	return func(file string) (string, error) {
		return c.ReadPassphrase(ctx, "Passphrase of "+relative(p.dir, file)+": ")
	}, nil
}

// withPassphrase says how the commands here are given a passphrase, if that is what a problem is about.
func withPassphrase(problem mtls.Problem) *mtls.Problem {
	if problem.Code == mtls.CodeKeyEncrypted {
		problem.Fix = "give its passphrase in a file, with --passphrase-file FILE, or run this in a terminal, which asks for it"
	}
	return &problem
}

func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func usable(findings []mtls.Finding) bool {
	for _, f := range findings {
		if f.Level == mtls.Unusable {
			return false
		}
	}
	return true
}

// finding lays out one thing that was looked at.
func (s style) finding(p *process, f mtls.Finding) {
	sheet := sheet{style: s, width: screenWidth(p)}
	what := shortened(p.dir, f.Problem.What)
	if f.Problem.Where != "" {
		what = shortened(p.dir, f.Problem.Where) + ": " + what
	}
	mark := s.ok()
	switch f.Level {
	case mtls.Doubtful:
		mark = s.warn()
	case mtls.Unusable:
		mark = s.fail()
	}
	if f.Level != mtls.Fine {
		what += " (" + f.Problem.Code + ")"
	}
	sheet.paragraph(mark, "", what)
	if f.Problem.Fix != "" {
		sheet.paragraph("", s.cyan, "fix: "+shortened(p.dir, f.Problem.Fix))
	}
	p.stdout.Write([]byte(sheet.text.String()))
}

// printFindings is check --json.
func printFindings(p *process, chain mtls.Chain, findings []mtls.Finding) error {
	type finding struct {
		Level mtls.Level `json:"level"`
		Code  string     `json:"code,omitempty"`
		What  string     `json:"what"`
		Where string     `json:"where,omitempty"`
		Fix   string     `json:"fix,omitempty"`
	}
	result := struct {
		Usable   bool                  `json:"usable"`
		Chain    []inspect.Certificate `json:"chain"`
		Findings []finding             `json:"findings"`
	}{Usable: usable(findings), Chain: []inspect.Certificate{}}
	for _, cert := range chain {
		result.Chain = append(result.Chain, inspect.Describe(cert, time.Now()))
	}
	for _, f := range findings {
		result.Findings = append(result.Findings, finding{f.Level, f.Problem.Code, f.Problem.What, f.Problem.Where, f.Problem.Fix})
	}
	return printJSON(p, result)
}

func printJSON(p *process, value any) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
