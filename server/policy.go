package server

import (
	"fmt"
	"slices"

	"devserver/config"
	"devserver/origin"
	"devserver/origin/demo"
)

// Policies makes the policies of origins that the configuration, and the command line, say something about. What comes
// first of one host counts. startDemo is called if one of them is the demo origin.
func Policies(origins []config.Origin, startDemo func() (*demo.Origin, error)) ([]origin.Policy, error) {
	var list []origin.Policy
	for _, o := range origins {
		if slices.ContainsFunc(list, func(p origin.Policy) bool { return p.Host == o.Host }) {
			continue
		}
		policy := origin.Policy{Host: o.Host, ConnectTo: o.ConnectTo, ServerName: o.ServerName, Insecure: o.Insecure, ResponseTimeout: o.ResponseTimeout}
		var err error
		switch {
		case o.Demo:
			var d *demo.Origin
			if d, err = startDemo(); err == nil {
				policy.ConnectTo, policy.Roots = d.Addr(), d.Roots()
			}
		case o.CA != "":
			policy.Roots, err = origin.ReadRoots(o.CA)
		}
		if err != nil {
			return nil, fmt.Errorf("origin %q: %w", o.Host, err)
		}
		list = append(list, policy)
	}
	return list, nil
}
