package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDoors(t *testing.T) {
	const ok = `{"main": "w.js", "compatibility_date": "2026-11-01", "connect": [{"protocol": "tcp", "port": 9000}, {"protocol": "tcp", "port": 9001, "address": "0.0.0.0"}, {"protocol": "udp", "port": 9000, "idle_timeout_ms": 5}]}`
	c, ds := load(t, nil, []file{{"wrangler.json", ok}, {"w.js", "x"}})
	if diff := cmp.Diff([]Door{{"127.0.0.1", 9000}, {"0.0.0.0", 9001}}, c.Doors); diff != "" || ds.HasErrors() {
		t.Errorf("(-want +got):\n%s%v", diff, ds)
	}
	if !strings.Contains(ds.String(), "UDP is not supported by devserver yet") {
		t.Errorf("%v", ds)
	}
	for _, test := range []struct{ list, want string }{
		{`{"port": 1}`, "protocol"},
		{`{"protocol": "tcp"}`, "port"},
		{`{"protocol": "sctp", "port": 1}`, "protocol"},
		{`{"protocol": "tcp", "port": 0}`, "should be an integer between 1 and 65535"},
		{`{"protocol": "tcp", "port": 65536}`, "should be an integer between 1 and 65535"},
		{`{"protocol": "tcp", "port": 1.5}`, "should be an integer between 1 and 65535"},
		{`{"protocol": "tcp", "port": "1"}`, "port"},
		{`{"protocol": "udp", "port": 1, "max_pending_bytes": -1}`, "should be an integer between 0 and 4294967295"},
		{`{"protocol": "tcp", "port": 1}, {"protocol": "tcp", "port": 1, "address": "::1"}`, "has the same protocol and port as another one"},
	} {
		if _, ds := load(t, nil, []file{{"wrangler.json", `{"main": "w.js", "compatibility_date": "2026-11-01", "connect": [` + test.list + `]}`}, {"w.js", "x"}}); !ds.HasErrors() || !strings.Contains(ds.String(), test.want) {
			t.Errorf("%s: %v", test.list, ds)
		}
	}
}
