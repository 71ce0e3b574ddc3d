package node

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// dnsNatives is what dns.js asks of Go: the machine's resolver answers, where Workers ask Cloudflare's over HTTPS.
var dnsNatives = webidl.NewClass("dns", dnsIDL{})

type dnsIDL struct{}

func (dnsIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		// resolve(type, name) returns a promise of the records, which is rejected with an error that has Node.js's code.
		webidl.Static("resolve", 2, func(c webidl.Call) goja.Value {
			kind, name := c.USVString(0), c.USVString(1)
			r := c.Realm
			ctx := context.Background()
			if host, ok := r.Host.(interface{ Context() context.Context }); ok {
				ctx = host.Context()
			}
			promise, op := r.NewPromise(), r.Loop.Begin()
			go func() {
				ctx, cancel := context.WithTimeout(ctx, dnsTimeout)
				defer cancel()
				records, err := lookUp(ctx, kind, name)
				op.Done(func() {
					if err != nil {
						promise.RejectValue(r.String(dnsCode(err)))
						return
					}
					promise.Resolve(r.VM.ToValue(records))
				})
			}()
			return promise.Value()
		}),
	}
}

// dnsTimeout is how long a question to the resolver may take.
const dnsTimeout = 10 * time.Second

// lookUp returns the records of a name, as Node.js has them.
func lookUp(ctx context.Context, kind, name string) ([]any, error) {
	resolver := net.DefaultResolver
	var records []any
	switch kind {
	case "A", "AAAA":
		network := map[string]string{"A": "ip4", "AAAA": "ip6"}[kind]
		list, err := resolver.LookupNetIP(ctx, network, name)
		for _, addr := range list {
			records = append(records, addr.Unmap().String())
		}
		return records, err
	case "CNAME":
		target, err := resolver.LookupCNAME(ctx, name)
		return []any{strings.TrimSuffix(target, ".")}, err
	case "MX":
		list, err := resolver.LookupMX(ctx, name)
		for _, mx := range list {
			records = append(records, map[string]any{"exchange": strings.TrimSuffix(mx.Host, "."), "priority": mx.Pref})
		}
		return records, err
	case "NS":
		list, err := resolver.LookupNS(ctx, name)
		for _, ns := range list {
			records = append(records, strings.TrimSuffix(ns.Host, "."))
		}
		return records, err
	case "PTR":
		list, err := resolver.LookupAddr(ctx, name)
		for _, host := range list {
			records = append(records, strings.TrimSuffix(host, "."))
		}
		return records, err
	case "SRV":
		_, list, err := resolver.LookupSRV(ctx, "", "", name)
		for _, srv := range list {
			records = append(records, map[string]any{"name": strings.TrimSuffix(srv.Target, "."), "port": srv.Port, "priority": srv.Priority, "weight": srv.Weight})
		}
		return records, err
	case "TXT":
		list, err := resolver.LookupTXT(ctx, name)
		for _, text := range list {
			records = append(records, []any{text})
		}
		return records, err
	}
	return nil, errNotImplemented
}

var errNotImplemented = errors.New("the resolver does not ask for such records")

// dnsCode is Node.js's code for an error: https://nodejs.org/api/dns.html#error-codes
func dnsCode(err error) string {
	var e *net.DNSError
	switch {
	case err == errNotImplemented:
		return "ENOTIMP"
	case errors.As(err, &e) && e.IsNotFound:
		return "ENOTFOUND"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &e) && e.IsTimeout:
		return "ETIMEOUT"
	case errors.Is(err, context.Canceled):
		return "ECANCELLED"
	}
	return "ESERVFAIL"
}
