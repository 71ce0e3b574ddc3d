package node

import (
	"net/netip"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Sockets is the host of an isolate that connects to addresses.
type Sockets interface {
	// ConnectSocket is the function connect of the module cloudflare:sockets.
	ConnectSocket(c webidl.Call) goja.Value
}

// netNatives is what net.js asks of Go.
var netNatives = webidl.NewClass("net", netIDL{})

type netIDL struct{}

func (netIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		webidl.Static("connect", 2, func(c webidl.Call) goja.Value {
			host, ok := c.Realm.Host.(Sockets)
			if !ok {
				c.Throw(webidl.Errorf("This Worker has no network: nothing is behind connect()."))
			}
			return host.ConnectSocket(c)
		}),
		// isIP(text) is 4, 6 or 0.
		webidl.Static("isIP", 1, func(c webidl.Call) goja.Value {
			addr, err := netip.ParseAddr(c.Arg(0).String())
			switch {
			case err != nil || strings.ContainsFunc(addr.Zone(), notOfZone):
				return c.Realm.Int(0)
			case addr.Is4():
				return c.Realm.Int(4)
			}
			return c.Realm.Int(6)
		}),
		// compare(a, b) orders two addresses, both of which are valid: -1, 0 or 1. A mapped address is an IPv4 one.
		webidl.Static("compare", 2, func(c webidl.Call) goja.Value {
			a, b := address(c.Arg(0).String()), address(c.Arg(1).String())
			if a.Is4() != b.Is4() {
				return goja.Undefined()
			}
			return c.Realm.Int(a.Compare(b))
		}),
		// contains(network, prefix, address) says whether an address is in a subnet.
		webidl.Static("contains", 3, func(c webidl.Call) goja.Value {
			prefix := netip.PrefixFrom(address(c.Arg(0).String()), int(c.Arg(1).ToInteger()))
			return c.Bool(prefix.Contains(address(c.Arg(2).String())))
		}),
	}
}

// tlsNatives is what tls.js asks of Go.
var tlsNatives = webidl.NewClass("tls", tlsIDL{})

type tlsIDL struct{}

func (tlsIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		// strict says that options are refused that older Workers may give in vain.
		webidl.StaticReadOnly("strict", func(c webidl.Call) goja.Value {
			return c.Bool(c.Realm.Compat().Enabled("throw_on_not_implemented_tls_options"))
		}),
	}
}

func address(text string) netip.Addr {
	addr, _ := netip.ParseAddr(text)
	return addr.Unmap()
}

// notOfZone reports whether a zone cannot have a character: Node.js takes fewer than Go.
func notOfZone(r rune) bool {
	return r > 'z' || !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-.:", r))
}
