package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"devserver/bindings/all"
	"devserver/bindings/mtls"
	"devserver/config"
	"devserver/origin"
	"devserver/server"
)

// dev is `devserver [dev] [script]`: it serves the Worker until ctx ends.
func dev(ctx context.Context, p *process, args []string) error {
	kinds := all.Kinds()
	d := newDevFlags(p)
	words, err := parse(d.flags(kinds), args)
	switch {
	case d.help:
		return printHelp(p, "dev")
	case d.version:
		return version(ctx, p, nil)
	case err != nil:
		return err
	}
	if d.config.Script, err = script(p.dir, words); err != nil {
		return err
	}
	roots, err := d.trusted(p)
	if err != nil {
		return err
	}

	first, problems := config.Load(d.config)
	if beyondRepair(problems) {
		return &configError{problems}
	}
	for _, other := range d.otherWorkers() {
		if _, problems := config.Load(other); beyondRepair(problems) {
			return &configError{problems}
		}
	}
	if route := first.Dev.Route; route != "" {
		d.warnings = append(d.warnings, fmt.Sprintf("request.url has the host %s, of the first route, as in wrangler dev; --no-infer-origin-from-routes keeps the local one", first.Dev.Host))
	}
	listening, err := listen(&d, first)
	if err != nil {
		return err
	}
	defer listening.Close()
	secured, err := d.secure(p, first, listening)
	if err != nil {
		return err
	}
	announce := readyFile{path: d.readyFile}
	if err := announce.prepare(); err != nil {
		return err
	}

	style := newStyle(p.stdout, p.getenv)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	out := newOutput(p.stdout, style.colors(), stop) // as in devserver | head
	defer out.Close()
	abandoned := func() {
		if p.exit != nil {
			time.AfterFunc(abandonedGrace, func() { announce.remove(); p.exit() })
		}
		stop()
	}
	defer awaitUnread(p.stdout, abandoned)()
	parent := newParent(p.getenv)
	if parent != nil {
		defer parent.Close()
		go func() {
			parent.gone()
			abandoned()
		}()
	}
	ui := newUI(out, style, d.logLevel)
	ui.dir, ui.connectTo, ui.width = p.dir, d.connectTo, func() int { return columns(p, fullWidth) }
	if isTerminal(p.stdout) {
		ui.pathWidth = pathWidth(ui.width())
	}
	var log reporter = ui
	colors := ui.style.colors()
	if d.logFormat == "json" {
		log, colors = newJSONLog(out, d.logLevel), false
	}
	log.begin(listening, secured, d.warnings)

	load := func() (*config.Config, config.Diagnostics) {
		cfg, problems := config.Load(d.config)
		if (d.types || cfg.Dev.GenerateTypes) && !problems.HasErrors() {
			if note := refreshTypes(p, d); note != "" {
				log.Report(server.Notice{Text: note})
			}
		}
		if d.ip == "" && cfg.Dev.IP != first.Dev.IP || d.port == nil && !equal(cfg.Dev.Port, first.Dev.Port) {
			log.Report(server.Notice{Text: "dev.ip or dev.port has changed, which takes a new start of devserver"})
		}
		return cfg, problems
	}
	projects := []server.Load{load}
	for _, other := range d.otherWorkers() {
		projects = append(projects, func() (*config.Config, config.Diagnostics) { return config.Load(other) })
	}
	rest := newRest()
	defer rest.stop()
	report := func(e server.Event) {
		log.Report(e)
		rest.disturb()
	}
	session := server.NewSession(server.Options{
		Projects: projects, Dir: p.dir, Kinds: kinds, Getenv: p.getenv, Roots: roots, ConnectTo: d.connectTo,
		ThrowErrors: d.mtlsErrors == "throw", AllowProxiedZones: d.proxiedZones == "warn", HTTP2: d.http2,
		Calls: ui.shown >= showDetails, EnforceLimits: d.enforceLimits, Cron: d.cron, TestScheduled: d.testScheduled, LiveReload: d.liveReload,
		Report: report, Console: ui.consoleLevel(), Colors: colors,
	})

	ended, ready := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		session.Run(ctx, p.started, func() { close(ready) })
	}()
	<-ready
	if err := announce.write(listening); err != nil {
		stop()
		<-ended
		return err
	}
	defer announce.remove()
	if parent != nil {
		parent.ready(listening) // if it does not listen any more, gone tells
	}
	if d.logFormat != "json" && d.interactive(p) {
		if keys, err := openKeyboard(terminalFile(p)); err == nil {
			defer keys.Close()
			context.AfterFunc(ctx, keys.Close) // before a second Ctrl-C may end it at once
			list := ui.hotkeys(session.Reload, stop)
			if ui.shown >= showAll {
				ui.print(keyHelp(list, style, ui.width()) + "\n")
			}
			go keys.listen(list)
		}
	}
	context.AfterFunc(ctx, func() {
		select {
		case <-ended:
		case <-time.After(noticeable):
			log.stopping()
		}
	})
	err = listening.Serve(ctx, session.Handler())
	stop()
	<-ended
	return err
}

// reporter shows what happens: to people, or to programs.
type reporter interface {
	begin(listening *server.Listening, secured string, warnings []string)
	Report(server.Event)
	stopping()
}

// pathWidth is what the paths of requests take at least, in a terminal of a width.
func pathWidth(columns int) int {
	switch {
	case columns >= 120:
		return 48
	case columns >= 72:
		return 28
	}
	return 0
}

// abandonedGrace is how long the end may take in good order when nobody is there any more who started devserver: it must not
// be found still there, however busy the machine is.
const abandonedGrace = 400 * time.Millisecond

// noticeable is how long an end may take before it wants an explanation.
const noticeable = 200 * time.Millisecond

// script is the script that the words of the command line name; "" if they name none.
func script(dir string, words []string) (string, error) {
	if len(words) > 0 && words[0] == "dev" { // after a flag
		words = words[1:]
	}
	if len(words) == 0 {
		return "", nil
	}
	word := words[0]
	path := word
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if _, err := os.Stat(path); err != nil && !strings.ContainsAny(word, `./\`) {
		if slices.Contains(commandNames(), word) {
			return "", badUsage("write devserver "+word+" and then the flags", "the command %s comes after a flag", word)
		}
		return "", unknownWord(word)
	}
	if len(words) > 1 {
		return "", badUsage("one script is run; a flag that takes several values is repeated: --var A:1 --var B:2", "%q is one word too many", words[1])
	}
	return word, nil
}

// trusted reads the roots of --cacert, NODE_EXTRA_CA_CERTS and SSL_CERT_FILE. Node.js and Go go on if they cannot read the
// latter, and so does devserver.
func (d *devFlags) trusted(p *process) ([]*x509.Certificate, error) {
	var roots []*x509.Certificate
	for _, path := range d.roots {
		if !filepath.IsAbs(path) {
			path = filepath.Join(p.dir, path)
		}
		more, err := origin.ReadRoots(path)
		if err != nil {
			return nil, fmt.Errorf("--cacert: %w", err)
		}
		roots = append(roots, more...)
	}
	if path := p.getenv("NODE_EXTRA_CA_CERTS"); path != "" && !origin.SystemBundle(path) {
		more, err := origin.ReadRoots(path)
		if err != nil {
			d.warnings = append(d.warnings, "NODE_EXTRA_CA_CERTS has no effect: "+err.Error())
		}
		roots = append(roots, more...)
	}
	if path := p.getenv("SSL_CERT_FILE"); path != "" && !origin.SystemBundle(path) {
		// Go reads it on some systems only, and there as all that is trusted; here it is trusted on every system.
		more, err := origin.ReadRoots(path)
		if err != nil {
			d.warnings = append(d.warnings, "SSL_CERT_FILE has no effect: "+err.Error())
		}
		roots = append(roots, more...)
	}
	return roots, nil
}

// secure has it listen with https, if that is asked for, and says with which certificate.
func (d *devFlags) secure(p *process, cfg *config.Config, listening *server.Listening) (note string, err error) {
	protocol := cmp.Or(d.localProtocol, cfg.Dev.LocalProtocol)
	cert, key := cmp.Or(d.httpsCert, p.getenv("WRANGLER_HTTPS_CERT_PATH")), cmp.Or(d.httpsKey, p.getenv("WRANGLER_HTTPS_KEY_PATH"))
	if protocol != "https" {
		if d.httpsCert != "" || d.httpsKey != "" {
			d.warnings = append(d.warnings, "--https-cert-path and --https-key-path have no effect without --local-protocol https")
		}
		return "", nil
	}
	if cert != "" || key != "" {
		certificate, err := ownCertificate(p.dir, cert, key)
		if err != nil {
			return "", err
		}
		listening.Secure(certificate)
		return "https with the certificate " + relative(p.dir, cert), nil
	}
	home, _ := mtls.DefaultHome(p.getenv) // without one it is made anew each time
	certificate, path, err := server.LocalCertificate(home, time.Now(), listening.Addresses()...)
	if certificate.Certificate == nil {
		return "", err
	}
	if err != nil {
		d.warnings = append(d.warnings, err.Error())
	}
	listening.Secure(certificate)
	if path == "" {
		return "https with a certificate made for this once", nil
	}
	return "https with a certificate that devserver made: browsers ask once; curl --cacert " + path, nil
}

// ownCertificate reads the certificate of --https-cert-path, with the key of --https-key-path.
func ownCertificate(dir, cert, key string) (tls.Certificate, error) {
	var files [2]mtls.File
	for i, path := range []string{cert, key} {
		if path == "" {
			continue // LoadKeyPair says that the key is missing, unless one file has both
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		var err error
		if files[i], err = mtls.LoadFile(path); err != nil {
			return tls.Certificate{}, err
		}
	}
	if cert == "" {
		return tls.Certificate{}, badUsage("add --https-cert-path FILE", "--https-key-path is given without a certificate")
	}
	certificate, err := mtls.LoadKeyPair(files[0], files[1])
	if err != nil {
		return tls.Certificate{}, err
	}
	return certificate.TLSCertificate(), nil
}

// interactive reports whether keys are listened to.
func (d *devFlags) interactive(p *process) bool {
	return interactive(p) && (d.hotkeys == nil || *d.hotkeys)
}

// listen opens the port: that of the flag, or else of the configuration, or else the first that is free.
func listen(d *devFlags, cfg *config.Config) (*server.Listening, error) {
	ip, port := d.ip, d.port
	if ip == "" {
		ip = cfg.Dev.IP
	}
	if port == nil {
		port = cfg.Dev.Port
	}
	listening, err := server.Listen(ip, port)
	if err != nil {
		return nil, err
	}
	return listening, nil
}

// configError is a configuration that keeps devserver from starting.
type configError struct{ problems config.Diagnostics }

func (e *configError) Error() string { return strings.TrimSuffix(e.problems.String(), "\n") }

// beyondRepair reports whether a problem is one of the command line, which no change of a file that is watched could
// mend. After the others devserver starts nevertheless, and waits for a save that mends them.
func beyondRepair(problems config.Diagnostics) bool {
	return slices.ContainsFunc(problems, func(d config.Diagnostic) bool {
		return d.Severity == config.Error && (d.Pos.Line == 0 || d.Code == config.CodeEnvironment)
	})
}

func equal(a, b *int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
