package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// localNames are the files of local settings, which stand beside the wrangler
// file. An entry (a binding or an origin) of the second one comes instead of
// the whole entry of the same name in the first.
var localNames = [...]string{"devserver.toml", "devserver.local.toml"}

// Origin is a table [origins."host"] of devserver.toml: how an origin is
// reached from here.
type Origin struct {
	Host       string // "host" or "host:port", lower case
	ConnectTo  string // "host:port" to connect to instead; "" if not set
	CA         string // a PEM file with extra roots for this origin: absolute; "" if not set
	ServerName string // the name asked for and verified; "" means Host
	Insecure   bool   // its certificate is not verified
	// ResponseTimeout is how long it may take to answer. 0: not set; negative: as long as it likes.
	ResponseTimeout time.Duration
	Demo            bool // it is the embedded demo origin; the other settings are not set then
	Pos             Position
}

// localKeys says what may stand in a file of local settings.
func localKeys() fields {
	all := fields{"origins": mapOf{originKeys()}, "proxied_zones": listOf{text}, "cf": mapOf{anything{}}}
	for _, name := range kindKeys() {
		all[name] = mapOf{mapOf{anything{}}}
	}
	return all
}

func originKeys() fields {
	return fields{"connect_to": text, "ca": text, "server_name": text, "insecure": boolean, "response_timeout": number, "demo": boolean}
}

// localSettings reads the files of local settings as one; nil if there are none.
func (l *loader) localSettings(dir string) *Node {
	var merged *Node
	for _, name := range localNames {
		file := filepath.Join(dir, name)
		data, err := l.readOptional(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		l.config.LocalFiles = append(l.config.LocalFiles, file)
		if err != nil {
			l.report(Diagnostic{Severity: Error, Code: CodeFile, Pos: Position{File: file}, Message: reason(err)})
			continue
		}
		root, ds := ParseTOML(file, data)
		l.report(ds...)
		verify(localKeys(), root, l.report)
		merged = overlay(merged, root)
	}
	return merged
}

// overlay is base with each entry of over in place of base's entry of that name.
func overlay(base, over *Node) *Node {
	if base == nil || over == nil {
		if over == nil {
			return base
		}
		return over
	}
	for i, key := range over.Keys() {
		section, own := over.Items()[i], base.Get(key)
		switch {
		case section.Kind() != Object || own.Kind() != Object:
			base.set(key, section) // a list comes instead of the whole list
		default:
			for j, name := range section.Keys() {
				own.set(name, section.Items()[j])
			}
		}
	}
	return base
}

// origins decodes the table of origins.
func (l *loader) origins(table *Node) {
	first := make(map[string]*Node)
	for i, name := range table.Keys() {
		node := table.Items()[i]
		if node.Kind() != Object {
			continue // reported
		}
		o := Origin{Host: strings.ToLower(name), Pos: node.KeyPos()}
		if fault := hostFault(o.Host); fault != "" {
			l.report(Diagnostic{Severity: Error, Code: CodeValue, Pos: node.KeyPos(), Path: node.Path(), Message: fault,
				Fix: `write host or host:port, for example [origins."a-secured-origin.com"]`})
		}
		if other := first[o.Host]; other != nil {
			l.report(Diagnostic{Severity: Error, Code: CodeDuplicate, Pos: node.KeyPos(), Path: node.Path(),
				Message: fmt.Sprintf("is the same origin as %s on line %d", other.Path(), other.KeyPos().Line), Fix: "delete one of them"})
			continue
		}
		first[o.Host] = node
		l.origin(&o, node)
		l.config.Origins = append(l.config.Origins, o)
	}
}

func (l *loader) origin(o *Origin, node *Node) {
	o.ConnectTo, _ = node.Get("connect_to").AsString()
	o.ServerName, _ = node.Get("server_name").AsString()
	o.Demo, _ = node.Get("demo").AsBool()
	o.CA, _ = node.Get("ca").AsPath()
	o.Insecure, _ = node.Get("insecure").AsBool()
	if n := node.Get("response_timeout"); n != nil {
		o.ResponseTimeout = l.responseTimeout(n)
	}
	if n := node.Get("ca"); o.Insecure && n != nil {
		l.report(n.Diagnostic(Error, CodeConflict, "has no meaning beside insecure = true: nothing is verified then", "delete one of them"))
	}
	if o.Insecure && o.Demo {
		l.report(node.Get("insecure").Diagnostic(Error, CodeConflict, "has no meaning beside demo = true: the demo origin brings its own trust", "delete one of them"))
	}
	for _, key := range []string{"connect_to", "ca", "server_name"} {
		n := node.Get(key)
		if n == nil {
			continue
		}
		if s, ok := n.AsString(); ok && s == "" {
			l.report(n.Diagnostic(Error, CodeValue, "is empty", "give it a value or delete it"))
		}
		if o.Demo {
			l.report(n.Diagnostic(Error, CodeConflict, "has no meaning beside demo = true: the demo origin brings its own", "delete one of them"))
		}
	}
	if o.ConnectTo != "" {
		if host, port, err := net.SplitHostPort(o.ConnectTo); err != nil || host == "" || !isPort(port) {
			l.report(node.Get("connect_to").Diagnostic(Error, CodeValue, fmt.Sprintf("should be host:port, but is %q", o.ConnectTo), `for example connect_to = "127.0.0.1:9443"`))
		}
	}
	if !o.Demo && o.ConnectTo == "" && o.ServerName == "" && o.CA == "" && !o.Insecure && o.ResponseTimeout == 0 {
		l.report(Diagnostic{Severity: Warning, Code: CodeValue, Pos: o.Pos, Path: node.Path(),
			Message: "changes nothing", Fix: "set connect_to, ca, server_name, insecure = true, response_timeout or demo = true"})
	}
}

// responseTimeout decodes seconds, of which 0 means for ever.
func (l *loader) responseTimeout(n *Node) time.Duration {
	seconds, ok := n.AsNumber()
	if !ok {
		return 0 // reported
	}
	if seconds == 0 {
		return -1
	}
	timeout := time.Duration(seconds * float64(time.Second))
	if seconds < 0 || timeout < time.Millisecond || timeout > longestResponseTimeout {
		l.report(n.Diagnostic(Error, CodeValue, fmt.Sprintf("should be seconds, at most %.0f, but is %v", longestResponseTimeout.Seconds(), seconds),
			"for example response_timeout = 300, or 0 to wait as long as it takes"))
		return 0
	}
	return timeout
}

// longestResponseTimeout is what the setting of a zone can be at most.
const longestResponseTimeout = 6000 * time.Second

// proxiedZones decodes the list of zones that Cloudflare proxies.
func (l *loader) proxiedZones(list *Node) {
	for _, item := range list.Items() {
		zone, ok := item.AsString()
		if !ok {
			continue // reported
		}
		zone = strings.ToLower(zone)
		fault := hostFault(zone)
		if fault == "" && strings.ContainsAny(zone, ":[*") {
			fault = "is not a host name"
		}
		if fault != "" {
			l.report(item.Diagnostic(Error, CodeValue, fault, `write the name alone, for example proxied_zones = ["example.com"]: the hosts below it belong to it`))
			continue
		}
		l.config.ProxiedZones = append(l.config.ProxiedZones, zone)
	}
}

// cf takes the table of what request.cf is to have instead of its defaults.
func (l *loader) cf(table *Node) {
	if table.Kind() == Object && !table.Empty() {
		l.config.CF = table.JSON()
	}
}

// hostFault says what is wrong with a host, or host:port; "" if nothing is.
func hostFault(s string) string {
	host, address := s, false
	switch {
	case s == "":
		return "is empty, not a host"
	case strings.Contains(s, "://"):
		return "is a URL, not a host"
	case strings.ContainsAny(s, "/?#@ \t*\\"):
		return "is not a host"
	case strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]"):
		host, address = s[1:len(s)-1], true
	case strings.HasPrefix(s, "["), strings.Count(s, ":") == 1:
		var port string
		var err error
		if host, port, err = net.SplitHostPort(s); err != nil || host == "" || !isPort(port) {
			return "is not host:port"
		}
		address = strings.HasPrefix(s, "[")
	}
	if (address || strings.Contains(host, ":")) && net.ParseIP(host) == nil {
		return "is not a host"
	}
	return ""
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

// resolve is a path that is relative to dir, unless it is absolute.
func resolve(dir, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// checkLocal warns of local settings for bindings that exist in no environment.
func (l *loader) checkLocal(root, local *Node) {
	for _, k := range kinds() {
		table := local.Get(k.key)
		if table.Empty() || root == nil {
			continue
		}
		var names []string
		for _, at := range append([]*Node{root}, root.Get("env").Items()...) {
			for _, ref := range k.refs(at.Get(k.key)) {
				names = append(names, ref.Name)
			}
		}
		for i, name := range table.Keys() {
			if slices.Contains(names, name) {
				continue
			}
			d := table.Items()[i].Diagnostic(Warning, CodeBinding,
				fmt.Sprintf("there is no %s binding %q in %s", k.title, name, filepath.Base(l.config.File)), didYouMean(name, names))
			d.Pos = table.Items()[i].KeyPos()
			l.report(d)
		}
	}
}
