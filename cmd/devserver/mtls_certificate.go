package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"devserver/bindings/mtls"
	"devserver/config"
)

// mtlsCertificate is `devserver mtls-certificate upload|list|delete|test|check`.
func mtlsCertificate(ctx context.Context, p *process, args []string) error {
	return certificates(ctx, p, "mtls-certificate", args, uploadCertificate)
}

// cert is wrangler's newer spelling of the same: `devserver cert upload mtls-certificate|list|delete`.
func cert(ctx context.Context, p *process, args []string) error {
	return certificates(ctx, p, "cert", args, func(ctx context.Context, p *process, args []string) error {
		kinds := []string{"mtls-certificate", "certificate-authority"}
		switch {
		case asksForHelp(args):
			return printHelp(p, "cert")
		case len(args) > 0 && args[0] == kinds[0]:
			return uploadCertificate(ctx, p, args[1:])
		case len(args) > 0 && args[0] == kinds[1]:
			return badUsage("to trust an authority for an origin: --cacert, or ca in devserver.toml",
				"cert upload certificate-authority is not supported by devserver yet")
		case len(args) == 0 || isFlag(args[0]):
			return badUsage("write devserver cert upload mtls-certificate --cert cert.pem --key key.pem", "cert upload: it is not said what")
		}
		return oneOf(args[0], kinds)
	})
}

// certificates runs one of the commands for certificates.
func certificates(ctx context.Context, p *process, name string, args []string, upload func(context.Context, *process, []string) error) error {
	names := []string{"upload", "list", "delete", "test", "check"}
	if len(args) == 0 {
		return badUsage("write devserver "+name+" upload, list, delete, test or check; each has --help", "%s: it is not said what to do", name)
	}
	switch args[0] {
	case "upload":
		return upload(ctx, p, args[1:])
	case "list":
		return listCertificates(ctx, p, args[1:])
	case "delete":
		return deleteCertificate(ctx, p, args[1:])
	case "test":
		return inspectCertificate(ctx, p, args[1:])
	case "check":
		return checkCertificate(ctx, p, args[1:])
	case "--help", "-h":
		return printHelp(p, name)
	}
	fix := "write devserver " + name + " upload, list, delete, test or check"
	if near := config.Suggest(args[0], names); near != "" {
		fix = "did you mean " + near + "?"
	}
	return badUsage(fix, "%s has no command %q", name, args[0])
}

// certificateFlags are the flags of a command for certificates. wrangler takes --config and --env everywhere.
func certificateFlags(p *process, help *bool, more ...flag) []flag {
	ignored := func(string) error {
		newStyle(p.stderr, p.getenv).warning(p.stderr, "--config and --env have no effect: there is one certificate store for each user", "")
		return nil
	}
	return append(more,
		flag{names: []string{"help", "h"}, help: "show this", set: switchFlag(help)},
		flag{names: []string{"config", "c"}, argument: "FILE", set: ignored},
		flag{names: []string{"env", "e"}, argument: "NAME", set: ignored},
	)
}

// parseCertificateFlags parses what follows a command for certificates; done says that the help was shown instead.
func parseCertificateFlags(p *process, args []string, more ...flag) (done bool, err error) {
	var help bool
	words, err := parse(certificateFlags(p, &help, more...), args)
	switch {
	case help:
		return true, printHelp(p, "mtls-certificate")
	case err == nil && len(words) > 0:
		return false, badUsage("see devserver mtls-certificate --help", "%q is one word too many", words[0])
	}
	return false, err
}

func uploadCertificate(ctx context.Context, p *process, args []string) error {
	var a mtls.UploadArgs
	if done, err := parseCertificateFlags(p, args, uploadFlags(&a)...); done || err != nil {
		return err
	}
	for _, path := range []*string{&a.Cert, &a.Key, &a.PassphraseFile} {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(p.dir, *path)
		}
	}
	c, err := certificateCommands(p)
	if err != nil {
		return err
	}
	return c.Upload(ctx, a)
}

func uploadFlags(a *mtls.UploadArgs) []flag {
	return []flag{
		{[]string{"cert"}, "FILE", "the certificate and its chain: PEM, DER or PKCS#12 (.p12, .pfx); may have the private key in it too", textFlag(&a.Cert)},
		{[]string{"key"}, "FILE", "its private key; if it is encrypted, it is stored as it is, and its passphrase is asked for", textFlag(&a.Key)},
		{[]string{"passphrase-file"}, "FILE", "the first line of this file is the passphrase: nobody is asked", textFlag(&a.PassphraseFile)},
		{[]string{"passphrase"}, "TEXT", "", refusePassphrase},
		{[]string{"name"}, "NAME", "a name to find it by", textFlag(&a.Name)},
		{[]string{"id"}, "ID", "store it under this ID, such as the one it has in production; otherwise a new one", textFlag(&a.ID)},
	}
}

// refusePassphrase keeps passphrases off the command line, and does not repeat them.
func refusePassphrase(string) error {
	return badUsage("leave it out, and it is asked for; or write it into a file: --passphrase-file FILE",
		"--passphrase is not taken: a command line is seen by other users, and kept in the shell's history")
}

func listCertificates(ctx context.Context, p *process, args []string) error {
	if done, err := parseCertificateFlags(p, args); done || err != nil {
		return err
	}
	c, err := certificateCommands(p)
	if err != nil {
		return err
	}
	return c.List(ctx)
}

func deleteCertificate(ctx context.Context, p *process, args []string) error {
	var a mtls.DeleteArgs
	if done, err := parseCertificateFlags(p, args, deleteFlags(&a)...); done || err != nil {
		return err
	}
	c, err := certificateCommands(p)
	if err != nil {
		return err
	}
	return c.Delete(ctx, a)
}

func deleteFlags(a *mtls.DeleteArgs) []flag {
	return []flag{
		{[]string{"id"}, "ID", "the certificate with this ID", textFlag(&a.ID)},
		{[]string{"name"}, "NAME", "the one with this name, if it is the only one", textFlag(&a.Name)},
	}
}

func certificateCommands(p *process) (*mtls.Commands, error) {
	home, err := mtls.DefaultHome(p.getenv)
	if err != nil {
		return nil, err
	}
	style := newStyle(p.stderr, p.getenv)
	warn := func(problem *mtls.Problem) { style.problem(p.stderr, p.dir, style.warn(), problem) }
	c := &mtls.Commands{
		Store: mtls.NewStore(home, time.Now, warn), Stdin: p.stdin, Stdout: p.stdout,
		Interactive: isTerminal(p.stdin) && isTerminal(p.stdout) && p.getenv("CI") == "",
		Now:         time.Now, Warn: warn,
	}
	if terminal, ok := p.stdin.(*os.File); ok && isTerminal(p.stdin) {
		c.ReadPassphrase = func(ctx context.Context, prompt string) (string, error) {
			return readPassphrase(ctx, terminal, p.stderr, prompt)
		}
	}
	return c, nil
}

// readPassphrase reads a line from a terminal that does not show it. The prompt is no result, so it goes to standard
// error. If ctx ends first, by Ctrl-C, the terminal shows again what is typed; the read is left behind, as nothing can
// interrupt it.
func readPassphrase(ctx context.Context, terminal *os.File, stderr io.Writer, prompt string) (string, error) {
	before, err := term.GetState(int(terminal.Fd()))
	if err != nil {
		return "", fmt.Errorf("read passphrase: %w", err)
	}
	type answer struct {
		line []byte
		err  error
	}
	fmt.Fprint(stderr, prompt)
	defer fmt.Fprintln(stderr)
	answers := make(chan answer, 1)
	go func() {
		line, err := term.ReadPassword(int(terminal.Fd()))
		answers <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		term.Restore(int(terminal.Fd()), before)
		return "", ctx.Err()
	case got := <-answers:
		if got.err != nil {
			return "", fmt.Errorf("read passphrase: %w", got.err)
		}
		return string(got.line), nil
	}
}
