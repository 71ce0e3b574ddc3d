package compat

import (
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	for _, test := range []struct {
		date    string
		flags   []string
		on, off string
		problem string
	}{
		{date: "2026-11-17", on: EnableRequestSignal},
		{date: "2026-11-16", on: StripAuthorizationOnCrossOrigin, off: EnableRequestSignal},
		{date: "2025-08-31", off: StripAuthorizationOnCrossOrigin},
		{date: "2025-09-01", on: StripAuthorizationOnCrossOrigin},
		{date: "2025-09-01", flags: []string{"retain_authorization_on_cross_origin_redirect"}, off: StripAuthorizationOnCrossOrigin},
		{date: "2021-01-01", flags: []string{EnableRequestSignal}, on: EnableRequestSignal},
		{date: "2026-08-03", off: NodejsCompat},
		{date: "2026-08-04", on: NodejsCompat},
		{date: "2025-08-07", on: CacheNoCacheEnabled},
		{date: "2025-08-06", on: CacheOptionEnabled, off: CacheNoCacheEnabled},
		{date: "2025-09-01", flags: []string{"nodejs_compat"}, on: "enable_nodejs_http_server_modules"},
		{date: "2025-08-31", flags: []string{"nodejs_compat"}, off: "enable_nodejs_http_server_modules"},
		{date: "", on: NodejsCompat},
		{date: "2025-01-01", flags: []string{"no_such_flag"}},
		{date: "2025-01-01", flags: []string{"global_navigator", "no_global_navigator"}, problem: "contradict"},
	} {
		s, problems := Resolve(test.date, test.flags)
		if test.on != "" && !s.Enabled(test.on) {
			t.Errorf("%s %v: %s is off", test.date, test.flags, test.on)
		}
		if test.off != "" && s.Enabled(test.off) {
			t.Errorf("%s %v: %s is on", test.date, test.flags, test.off)
		}
		for _, name := range test.flags {
			if s.Knows(name) != (name != "no_such_flag") {
				t.Errorf("%s is known: %v", name, s.Knows(name))
			}
		}
		if got := strings.Join(problems, "; "); test.problem == "" && got != "" || !strings.Contains(got, test.problem) {
			t.Errorf("%s %v: problems %q, want %q", test.date, test.flags, got, test.problem)
		}
	}
}
