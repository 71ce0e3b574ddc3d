package mtls

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	goruntime "runtime"
	"strings"
	"time"
)

// Commands are `devserver mtls-certificate upload|list|delete`, in wrangler's words. Flags are the caller's; a returned
// error is a *Problem, or several joined, and means exit code 1.
type Commands struct {
	Store       *Store
	Stdin       io.Reader
	Stdout      io.Writer
	Interactive bool // whether a person can answer: stdin and stdout are terminals, and this is no CI

	// ReadPassphrase shows a prompt and reads a line that is not shown; nil if there is nobody to ask. It returns ctx's error
	// when ctx ends.
	ReadPassphrase func(ctx context.Context, prompt string) (string, error)

	Now  func() time.Time // its location is that of printed dates
	Warn func(*Problem)   // is told what does not keep a command from succeeding
}

// UploadArgs are the flags of upload.
type UploadArgs struct {
	Cert string // path of the PEM chain; required
	Key  string // path of the private key; "": it is in Cert
	Name string
	ID   string // of production

	PassphraseFile string // path of the file whose first line is the passphrase; "": ask for it if it is needed
}

// maxAttempts is how often a person is asked for one passphrase.
const maxAttempts = 3

// Upload stores a certificate and prints its ID.
func (c *Commands) Upload(ctx context.Context, args UploadArgs) error {
	if args.Cert == "" {
		return &Problem{Code: CodeUsage, What: "missing required flag: --cert", Fix: "devserver mtls-certificate upload --cert cert.pem --key key.pem"}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	cert, certErr := LoadFile(args.Cert)
	var key File
	var keyErr error
	if args.Key != "" {
		key, keyErr = LoadFile(args.Key)
	}
	var passphrase Passphrase
	var passphraseErr error
	if args.PassphraseFile != "" {
		passphrase, passphraseErr = LoadPassphrase(args.PassphraseFile)
	}
	if err := errors.Join(certErr, keyErr, passphraseErr); err != nil {
		return err
	}
	label := "mTLS Certificate"
	if args.Name != "" && validName(args.Name) {
		label += " " + args.Name
	}
	fmt.Fprintf(c.Stdout, "Uploading %s...\n", label)
	certificate, entry, err := c.unlocking(ctx, passphrase, UploadParams{Cert: cert, Key: key, Name: args.Name, ID: args.ID})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "Success! Uploaded %s\n", label)
	fmt.Fprintf(c.Stdout, "ID: %s\n", entry.ID)
	fmt.Fprintf(c.Stdout, "Issuer: %s\n", entry.Chain.Issuer())
	fmt.Fprintf(c.Stdout, "Expires on %s\n", c.date(entry.Chain.NotAfter()))
	for _, problem := range certificate.Warnings(c.Now()) {
		c.Warn(problem)
	}
	c.warnIfReadable(cmp.Or(args.Key, args.Cert), "private key")
	if args.PassphraseFile != "" {
		c.warnIfReadable(args.PassphraseFile, "passphrase")
	}
	return nil
}

// unlocking uploads, and asks for passphrases where they are needed and not given: again, if one is wrong.
func (c *Commands) unlocking(ctx context.Context, passphrase Passphrase, p UploadParams) (*Certificate, Entry, error) {
	asked := false
	if passphrase == nil && c.ReadPassphrase != nil {
		passphrase = func(file string) (string, error) {
			asked = true
			return c.ReadPassphrase(ctx, fmt.Sprintf("Passphrase of %s: ", file))
		}
	}
	p.Passphrase = passphrase
	for attempt := 1; ; attempt++ {
		certificate, entry, err := c.Store.Upload(p)
		problem, ok := errors.AsType[*Problem](err)
		switch {
		case ok && problem.Code == CodeKeyEncrypted:
			explained := *problem
			explained.Fix = "give its passphrase in a file, with --passphrase-file FILE, or run this in a terminal, which asks for it"
			return nil, Entry{}, &explained
		case ok && problem.Code == CodePassphraseWrong && asked && attempt < maxAttempts:
			c.Warn(problem)
		default:
			return certificate, entry, err
		}
	}
}

// List prints all certificates in the order of their upload.
func (c *Commands) List(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := c.Store.List()
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		fmt.Fprintln(c.Stdout, "No certificates yet. Upload one: devserver mtls-certificate upload --cert cert.pem --key key.pem --name my-client-cert")
	}
	for _, entry := range entries {
		fmt.Fprintf(c.Stdout, "ID: %s\n", entry.ID)
		if entry.Name != "" {
			fmt.Fprintf(c.Stdout, "Name: %s\n", entry.Name)
		}
		fmt.Fprintf(c.Stdout, "Issuer: %s\n", entry.Chain.Issuer())
		fmt.Fprintf(c.Stdout, "Created on: %s\n", c.date(entry.UploadedOn))
		fmt.Fprintf(c.Stdout, "Expires on: %s\n\n\n", c.date(entry.Chain.NotAfter()))
		for _, problem := range entry.Chain.validity(entry.String(), c.Now()) {
			c.Warn(problem)
		}
	}
	return nil
}

// DeleteArgs are the flags of delete; exactly one is given.
type DeleteArgs struct {
	ID   string
	Name string
}

// Delete asks, and then deletes a certificate. Who cannot be asked is taken to agree, as wrangler has it.
func (c *Commands) Delete(ctx context.Context, args DeleteArgs) error {
	var entry Entry
	var err error
	switch {
	case args.ID != "" && args.Name != "":
		return &Problem{Code: CodeUsage, What: "can't provide both --id and --name", Fix: "use --id alone: it is unique"}
	case args.ID != "":
		entry, err = c.Store.Entry(args.ID)
		if problem, ok := errors.AsType[*Problem](err); ok && (problem.Code == CodeStoreDamaged || problem.Code == CodeStoreUnsafe) {
			entry, err = Entry{ID: args.ID}, nil // to delete it is the way to mend it
		}
	case args.Name != "":
		entry, err = c.Store.EntryByName(args.Name)
	default:
		return &Problem{Code: CodeUsage, What: "must provide --id or --name", Fix: "see both: devserver mtls-certificate list"}
	}
	if err != nil {
		return err
	}
	agreed, err := c.confirm(ctx, fmt.Sprintf("Are you sure you want to delete certificate %s?", entry))
	if err != nil {
		return err
	}
	if !agreed {
		fmt.Fprintln(c.Stdout, "Not deleting")
		return nil
	}
	if err := c.Store.Delete(entry.ID); err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "Deleted certificate %s successfully\n", entry)
	return nil
}

func (c *Commands) date(t time.Time) string { return t.In(c.Now().Location()).Format("1/2/2006") }

// confirm asks a question until the answer is yes or no; an empty line is yes. The end of the input or of ctx is neither, but
// an error. A cancelled read of Stdin is left behind, as nothing can interrupt it.
func (c *Commands) confirm(ctx context.Context, question string) (bool, error) {
	if !c.Interactive {
		fmt.Fprintf(c.Stdout, "? %s\n🤖 Using fallback value in non-interactive context: yes\n", question)
		return true, nil
	}
	type answer struct {
		line string
		err  error
	}
	input := bufio.NewReader(c.Stdin)
	for {
		fmt.Fprintf(c.Stdout, "? %s (Y/n) ", question)
		answers := make(chan answer, 1)
		go func() {
			line, err := input.ReadString('\n')
			answers <- answer{line, err}
		}()
		select {
		case <-ctx.Done():
			fmt.Fprintln(c.Stdout)
			return false, ctx.Err()
		case got := <-answers:
			switch strings.ToLower(strings.TrimSpace(got.line)) {
			case "y", "yes":
				return true, nil
			case "n", "no":
				return false, nil
			case "":
				if got.err == nil {
					return true, nil
				}
			}
			if got.err != nil {
				fmt.Fprintln(c.Stdout)
				return false, &Problem{Code: CodeUsage, What: "the question was not answered; nothing was deleted", Fix: "answer y or n"}
			}
		}
	}
}

// warnIfReadable warns about a secret that other users of the machine can read where it was uploaded from.
func (c *Commands) warnIfReadable(path, what string) {
	info, err := os.Stat(path)
	if err != nil || goruntime.GOOS == "windows" || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 {
		return
	}
	c.Warn(&Problem{
		Code: CodeKeyReadable, Where: path,
		What: fmt.Sprintf("other users of this machine can read the %s (mode %#o)", what, info.Mode().Perm()),
		Fix:  "chmod 600 " + path,
	})
}
