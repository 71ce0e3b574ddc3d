package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"devserver/bindings"
	"devserver/bindings/mtls"
	"devserver/config"
	"devserver/origin"
	"devserver/origin/demo"
	"devserver/origin/inspect"
	"devserver/server"
)

// inspectFlags is the command line of `devserver mtls-certificate test`.
type inspectFlags struct {
	config         config.Options
	roots          []string // files
	connectTo      []config.Origin
	tlsMax         string
	http2          bool
	maxTime        time.Duration
	passphraseFile string
	json, help     bool
}

func (f *inspectFlags) flags() []flag {
	connectTo := func(value string) error {
		var d devFlags
		err := d.addConnectTo(value)
		f.connectTo = append(f.connectTo, d.connectTo...)
		return err
	}
	maxTime := func(value string) error {
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil || !(seconds > 0 && seconds < 1e6) {
			return badUsage("for example --max-time 10", "--max-time %s is not a number of seconds", value)
		}
		f.maxTime = time.Duration(seconds * float64(time.Second))
		return nil
	}
	return []flag{
		{[]string{"config", "c"}, "FILE", "the wrangler file with the binding, instead of the one found from here upwards", textFlag(&f.config.Path)},
		{[]string{"env", "e"}, "NAME", "the environment in it to use", textFlag(&f.config.Env)},
		{[]string{"cacert"}, "FILE", "trust the certificates in this PEM file as roots", listFlag(&f.roots)},
		{[]string{"connect-to"}, "HOST:PORT:ADDR:PORT", "reach HOST:PORT at ADDR:PORT, as in curl", connectTo},
		{[]string{"tls-max"}, "1.2|1.3", "offer no later version of TLS", choiceFlag(&f.tlsMax, "1.2", "1.3")},
		{[]string{"mtls-http2"}, "", "offer HTTP/2 to the origin", switchFlag(&f.http2)},
		{[]string{"max-time"}, "SECONDS", "give up after this time; otherwise 30", maxTime},
		{[]string{"passphrase-file"}, "FILE", "the first line of this file is the passphrase, if the store has the key encrypted", textFlag(&f.passphraseFile)},
		{[]string{"passphrase"}, "TEXT", "", refusePassphrase},
		{[]string{"json"}, "", "print all that was learnt as JSON", switchFlag(&f.json)},
		{[]string{"help", "h"}, "", "show this", switchFlag(&f.help)},
	}
}

// exitStatus ends the program with a status of a command's own, after it has said all there is to say.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// inspectCertificate is `devserver mtls-certificate test`: one call to an origin, looked at closely.
func inspectCertificate(ctx context.Context, p *process, args []string) error {
	f := inspectFlags{maxTime: 30 * time.Second}
	f.config.Dir, f.config.Environ, f.config.Env = p.dir, p.environ, p.getenv("CLOUDFLARE_ENV")
	words, err := parse(f.flags(), args)
	switch {
	case f.help:
		return printHelp(p, "mtls-certificate")
	case err != nil:
		return err
	case len(words) != 2:
		return badUsage("write devserver mtls-certificate test MY_CERT https://origin.example/", "test takes a certificate and a URL")
	}
	target, err := parseTarget(words[1])
	if err != nil {
		return err
	}
	passphrase, err := passphraseOf(ctx, p, f.passphraseFile)
	if err != nil {
		return err
	}
	t := &inspection{p: p, flags: &f, target: target, passphrase: passphrase}
	defer t.close()
	options, err := t.options(words[0])
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, f.maxTime)
	defer cancel()
	report := inspect.Run(within, options)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if f.json {
		err = printJSON(p, report)
	} else {
		_, err = fmt.Fprint(p.stdout, inspectionScreen(report, newStyle(p.stdout, p.getenv), screenWidth(p)))
	}
	if err == nil && report.Result.Exit != 0 {
		return exitStatus(report.Result.Exit)
	}
	return err
}

func parseTarget(text string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, badUsage("for example https://origin.example/", "the URL cannot be understood: %v", errors.Unwrap(err))
	case u.Scheme == "http":
		return nil, badUsage("write https://", "an http:// URL has no TLS, in which a certificate could be presented")
	case u.Scheme != "https" || u.Hostname() == "":
		return nil, badUsage("for example https://origin.example/", "%s is not an https:// URL", text)
	}
	u.User, u.Fragment = nil, ""
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// inspection finds out what is to be inspected.
type inspection struct {
	p      *process
	flags  *inspectFlags
	target *url.URL
	demo   *demo.Origin // nil until it is wanted

	passphrase mtls.Passphrase // for the store; a binding's is configured
}

func (t *inspection) close() {
	if t.demo != nil {
		t.demo.Close()
	}
}

func (t *inspection) startDemo() (*demo.Origin, error) {
	var err error
	if t.demo == nil {
		t.demo, err = demo.Start()
	}
	return t.demo, err
}

// options finds the certificate that a word means: of a binding of the project, or else of the store.
func (t *inspection) options(word string) (inspect.Options, error) {
	o := inspect.Options{URL: t.target, HTTP2: t.flags.http2}
	if t.flags.tlsMax == "1.2" {
		o.MaxVersion = tls.VersionTLS12
	}
	if err := t.trust(&o); err != nil {
		return o, err
	}
	cfg, problems := config.Load(t.flags.config)
	if t.flags.config.Path != "" && cfg.File == "" {
		return o, &configError{problems}
	}
	names, err := t.fromBinding(&o, word, cfg)
	if err != nil {
		return o, err
	}
	bound := o.Source != ""
	if !bound {
		if err := t.fromStore(&o, word, cfg, names); err != nil {
			return o, err
		}
	}
	origins, zones := t.flags.connectTo, []string(nil)
	if bound || t.flags.config.Path != "" {
		origins, zones = slices.Concat(origins, cfg.Origins), cfg.ProxiedZones
	}
	return o, t.reach(&o, origins, zones)
}

// trust reads the roots of --cacert and NODE_EXTRA_CA_CERTS.
func (t *inspection) trust(o *inspect.Options) error {
	add := func(from, path string) error {
		path = absolute(t.p.dir, path)
		roots, err := origin.ReadRoots(path)
		if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		o.Trust = append(o.Trust, t.roots(path, from, roots))
		return nil
	}
	for _, path := range t.flags.roots {
		if err := add("--cacert", path); err != nil {
			return err
		}
	}
	if path := t.p.getenv("NODE_EXTRA_CA_CERTS"); path != "" {
		if err := add("NODE_EXTRA_CA_CERTS", path); err != nil {
			newStyle(t.p.stderr, t.p.getenv).warning(t.p.stderr, "NODE_EXTRA_CA_CERTS has no effect: "+err.Error(), "")
		}
	}
	return nil
}

// fromBinding takes the certificate of the project's binding of this name; without one it returns the names there are.
func (t *inspection) fromBinding(o *inspect.Options, name string, cfg *config.Config) (names []string, err error) {
	var kind mtls.Kind
	section := cfg.Section(kind.Key())
	if section == nil {
		return nil, nil
	}
	list, problems := kind.Decode(section)
	i := slices.IndexFunc(list, func(b bindings.Binding) bool { return b.Name() == name })
	if i < 0 {
		for _, b := range list {
			names = append(names, b.Name())
		}
		return names, nil
	}
	if problems.HasErrors() {
		return nil, &configError{problems}
	}
	found, err := mtls.Load(list[i], bindings.Host{
		Dir: cfg.Dir, Getenv: t.p.getenv,
		Notice: func(text string) { newStyle(t.p.stderr, t.p.getenv).warning(t.p.stderr, text, "") },
		Demo: func() (origin.Identity, error) {
			d, err := t.startDemo()
			if err != nil {
				return origin.Identity{}, err
			}
			return d.ClientIdentity(), nil
		},
	})
	if err != nil {
		return nil, err
	}
	o.Identity, o.ID = found.Identity, found.ID
	o.Source = fmt.Sprintf("env.%s of %s: %s", name, relative(t.p.dir, cfg.UserFile), relative(t.p.dir, found.Source))
	o.CertFile, o.KeyFile = t.short(found.CertFile), t.short(found.KeyFile)
	t.storedFiles(o)
	if found.CAFile != "" {
		o.Trust = append(o.Trust, t.roots(found.CAFile, "ca of "+name, found.Roots))
	}
	return nil, nil
}

// fromStore takes the certificate with this ID, or else with this name.
func (t *inspection) fromStore(o *inspect.Options, word string, cfg *config.Config, bindings []string) error {
	commands, err := certificateCommands(t.p)
	if err != nil {
		return err
	}
	certificate, entry, err := commands.Store.Unlock(word, t.passphrase)
	if missing(err) {
		if entry, err = commands.Store.EntryByName(word); err == nil {
			certificate, entry, err = commands.Store.Unlock(entry.ID, t.passphrase)
		}
	}
	if missing(err) {
		return t.notFound(word, cfg, bindings)
	}
	if problem, ok := errors.AsType[*mtls.Problem](err); ok {
		return withPassphrase(*problem)
	}
	if err != nil {
		return err
	}
	o.Identity = origin.Identity{Name: cmp.Or(entry.Name, entry.ID), Certificate: certificate.TLSCertificate()}
	o.ID, o.Source = entry.ID, "the certificate store"
	t.storedFiles(o)
	return nil
}

// missing reports whether there is no such certificate.
func missing(err error) bool {
	problem, ok := errors.AsType[*mtls.Problem](err)
	return ok && (problem.Code == mtls.CodeNotFound || problem.Code == mtls.CodeBadID)
}

func (t *inspection) notFound(word string, cfg *config.Config, names []string) error {
	what := fmt.Sprintf("no certificate in the store has the ID or the name %q", word)
	if cfg.UserFile != "" {
		what += fmt.Sprintf(", and no mTLS binding of %s is called so", relative(t.p.dir, cfg.UserFile))
	}
	fix := "see what there is: devserver mtls-certificate list; for a binding of another project: -c FILE"
	if near := config.Suggest(word, names); near != "" {
		fix = "did you mean " + near + "?"
	} else if len(names) > 0 {
		fix = "there is " + strings.Join(names, ", ") + "; for the store: devserver mtls-certificate list"
	}
	return &mtls.Problem{Code: mtls.CodeNotFound, What: what, Fix: fix}
}

// storedFiles says where a certificate with an ID stands.
func (t *inspection) storedFiles(o *inspect.Options) {
	if o.ID == "" {
		return
	}
	if home, err := mtls.DefaultHome(t.p.getenv); err == nil {
		if files := mtls.NewStore(home, time.Now, nil).Files(o.ID); len(files) >= 2 {
			o.CertFile, o.KeyFile = t.short(files[0]), t.short(files[1])
		}
	}
}

// reach works out how the origin is reached.
func (t *inspection) reach(o *inspect.Options, origins []config.Origin, zones []string) error {
	files := map[string]string{}
	for _, each := range slices.Backward(origins) {
		files[each.Host] = each.CA
	}
	list, err := server.Policies(origins, t.startDemo)
	if err != nil {
		return err
	}
	policies, err := origin.NewPolicies(list...)
	if err != nil {
		return err
	}
	o.Policies = policies.WithProxiedZones(origin.ProxiedZones{Hosts: zones})
	policy := policies.Lookup(t.target.Hostname(), cmp.Or(t.target.Port(), "443"))
	switch {
	case slices.ContainsFunc(policy.Roots, t.demoRoot):
		o.Trust = append(o.Trust, inspect.Trust{From: "the demo origin", Roots: policy.Roots})
	case len(policy.Roots) > 0:
		o.Trust = append(o.Trust, t.roots(files[policy.Host], "ca of the origin", policy.Roots))
	}
	return nil
}

// short is a path as a person in the current directory writes it.
func (t *inspection) short(path string) string {
	if path == "" {
		return ""
	}
	return relative(t.p.dir, path)
}

// roots are those of a file, and what it is there for.
func (t *inspection) roots(file, purpose string, roots []*x509.Certificate) inspect.Trust {
	file = t.short(file)
	return inspect.Trust{From: fmt.Sprintf("%s (%s)", file, purpose), File: file, Roots: roots}
}

func (t *inspection) demoRoot(root *x509.Certificate) bool {
	return t.demo != nil && slices.ContainsFunc(t.demo.Roots(), root.Equal)
}
